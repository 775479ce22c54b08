//! The file of AuthzPolicy: sections of rules for resources, and groups.
//!
//! ```text
//! [groups]
//! team = joe, @others
//! [wiki:Team/*@*]
//! @team = WIKI_MODIFY, !WIKI_DELETE
//! * = WIKI_VIEW
//! ```

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Ini;
use crate::permission::Actions;
use crate::permission::glob::Glob;
use crate::resource::Resource;

/// A parsed file.
#[derive(Debug, Default)]
pub(super) struct AuthzFile {
    sections: Vec<Section>,
    /// The groups of a user, with their `@`.
    groups: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Debug)]
struct Section {
    pattern: String,
    glob: Glob,
    /// Who, and what is granted or denied to them, in file order.
    rules: Vec<(String, Vec<Permission>)>,
}

/// An action, what it implies, and whether it is granted or denied.
#[derive(Debug)]
struct Permission {
    denied: bool,
    actions: BTreeSet<String>,
}

impl AuthzFile {
    /// Reads a file; `known` tells what actions imply.
    ///
    /// # Errors
    /// It is no ini file, or a group is made from one that does not exist.
    pub(super) fn parse(text: &str, known: &Actions) -> Result<Self, String> {
        let ini = Ini::parse_keeping_case(text).map_err(|error| error.to_string())?;
        let members: BTreeMap<&str, Vec<&str>> = ini
            .items("groups")
            .map(|(group, members)| (group, list(members).collect()))
            .collect();
        let mut file = Self::default();
        for group in members.keys() {
            for member in expand_group(group, &members)? {
                file.groups
                    .entry(member.to_owned())
                    .or_default()
                    .insert(format!("@{group}"));
            }
        }
        for name in ini.sections().filter(|&name| name != "groups") {
            let rules = ini.items(name).map(|(who, listed)| {
                (
                    who.to_owned(),
                    list(listed)
                        .map(|item| Permission::new(item, known))
                        .collect(),
                )
            });
            file.sections.push(Section::new(name, rules.collect()));
        }
        Ok(file)
    }

    /// The policy's decision, none if it has no opinion: the first section
    /// that matches and has a rule for the user counts, and in it the first
    /// rule; a rule without actions denies them all.
    pub(super) fn decide(
        &self,
        username: &str,
        action: &str,
        resource: Option<&Resource>,
    ) -> Option<bool> {
        let key: Vec<char> = resource_key(resource).chars().collect();
        let matching = self
            .sections
            .iter()
            .filter(|section| section.glob.matches(&key));
        let rule = matching
            .flat_map(|section| &section.rules)
            .find(|(who, _)| self.is(username, who));
        let (_, permissions) = rule?;
        if permissions.is_empty() {
            return Some(false);
        }
        let decisive = permissions
            .iter()
            .find(|permission| permission.actions.contains(action));
        decisive.map(|permission| !permission.denied)
    }

    /// Whether some section speaks of some resources of the realm only, to this user.
    pub(super) fn differs(&self, username: &str, realm: &str) -> bool {
        self.sections.iter().any(|section| {
            section.rules.iter().any(|(who, _)| self.is(username, who)) && section.divides(realm)
        })
    }

    fn is(&self, username: &str, who: &str) -> bool {
        let anonymous = username == "anonymous";
        match who {
            "*" | "anonymous" => true,
            "authenticated" if !anonymous => true,
            who if !anonymous && who == username => true,
            who => self
                .groups
                .get(username)
                .is_some_and(|groups| groups.contains(who)),
        }
    }
}

impl Section {
    fn new(name: &str, rules: Vec<(String, Vec<Permission>)>) -> Self {
        let pattern = match name.contains('@') {
            true => name.to_owned(),
            false => format!("{name}@*"),
        };
        Self {
            glob: Glob::new(&pattern),
            pattern,
            rules,
        }
    }

    /// Whether the section can match some resources of the realm and not others.
    fn divides(&self, realm: &str) -> bool {
        let everything = ["*@*", "*:*@*"].contains(&self.pattern.as_str())
            || self.pattern.strip_prefix(realm) == Some(":*@*");
        let literal = self
            .pattern
            .split(['*', '?', '['])
            .next()
            .unwrap_or_default();
        let start = format!("{realm}:");
        let elsewhere = !literal.starts_with(&start) && !start.starts_with(literal);
        !everything && !elsewhere
    }
}

impl Permission {
    fn new(item: &str, known: &Actions) -> Self {
        let (denied, action) = match item.strip_prefix('!') {
            Some(action) => (true, action),
            None => (false, item),
        };
        Self {
            denied,
            actions: known.expand([action]),
        }
    }
}

/// The members of a group and of the groups in it.
fn expand_group<'a>(
    group: &'a str,
    members: &BTreeMap<&'a str, Vec<&'a str>>,
) -> Result<BTreeSet<&'a str>, String> {
    let (mut users, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut open = vec![group];
    while let Some(group) = open.pop() {
        if !seen.insert(group) {
            continue;
        }
        let listed = members
            .get(group)
            .ok_or_else(|| format!("there is no group `{group}`"))?;
        for member in listed {
            match member.strip_prefix('@') {
                Some(inner) => open.push(inner),
                None => _ = users.insert(*member),
            }
        }
    }
    Ok(users)
}

/// The text that sections are matched with: `realm:id@version` of the
/// resource's ancestors and itself, with `*` for what it does not have.
fn resource_key(resource: Option<&Resource>) -> String {
    let Some(resource) = resource else {
        return "*:*@*".to_owned();
    };
    let mut descriptors = vec![descriptor(resource)];
    let mut current = resource;
    // An ancestor of the same realm is the same thing, less precisely.
    while let Some(parent) = current.parent.as_deref() {
        if parent.realm != current.realm {
            descriptors.push(descriptor(parent));
        }
        current = parent;
    }
    descriptors.reverse();
    descriptors.join("/")
}

fn descriptor(resource: &Resource) -> String {
    let realm = if resource.realm.is_empty() {
        "*"
    } else {
        &resource.realm
    };
    let id = resource.id.as_deref().unwrap_or("*");
    match resource.version.filter(|&version| version != 0) {
        Some(version) => format!("{realm}:{id}@{version}"),
        None => format!("{realm}:{id}@*"),
    }
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<AuthzFile, String> {
        AuthzFile::parse(text, &Actions::new(|_| true, [], []))
    }

    const FILE: &str = "\
[groups]
team = joe, @seniors
seniors = Ann, anna, @team

[wiki:Private/*]
@team = WIKI_VIEW
admin = TRAC_ADMIN
* =

[wiki:Old@1]
* = !WIKI_VIEW

[wiki:Team/*]
@seniors = !WIKI_DELETE, WIKI_ADMIN
authenticated = WIKI_VIEW,
  WIKI_MODIFY
anonymous = !WIKI_VIEW

[ticket:[1-3]@*/attachment:*.zip@*]
joe = ATTACHMENT_VIEW

[*/attachment:*]
Ann = !ATTACHMENT_VIEW

[milestone:*]
Joe = MILESTONE_VIEW
";

    #[track_caller]
    fn check(username: &str, action: &str, resource: &Resource, expected: Option<bool>) {
        let file = parse(FILE).unwrap();
        assert_eq!(
            file.decide(username, action, Some(resource)),
            expected,
            "{username} {action} {resource:?}"
        );
    }

    #[test]
    fn sections_in_order() {
        let private = Resource::wiki("Private/Plan");
        check("joe", "WIKI_VIEW", &private, Some(true));
        check("joe", "WIKI_MODIFY", &private, None);
        check("anna", "WIKI_VIEW", &private, Some(true));
        check("user", "WIKI_VIEW", &private, Some(false));
        check("user", "TICKET_VIEW", &private, Some(false));
        check("admin", "WIKI_DELETE", &private, Some(true));
        check("user", "WIKI_VIEW", &Resource::wiki("Private"), None);
    }

    #[test]
    fn denials_and_implications() {
        let team = Resource::wiki("Team/Notes");
        check("anna", "WIKI_DELETE", &team, Some(false));
        check("anna", "WIKI_CREATE", &team, Some(true));
        check("Anna", "WIKI_CREATE", &team, None);
        check("user", "WIKI_MODIFY", &team, Some(true));
        check("anonymous", "WIKI_VIEW", &team, Some(false));
        check(
            "Joe",
            "MILESTONE_VIEW",
            &Resource::milestone("m"),
            Some(true),
        );
        check("joe", "MILESTONE_VIEW", &Resource::milestone("m"), None);
    }

    #[test]
    fn versions_and_parents() {
        let old = Resource::wiki("Old");
        check("joe", "WIKI_VIEW", &old, None);
        check(
            "joe",
            "WIKI_VIEW",
            &old.clone().at_version(Some(1)),
            Some(false),
        );
        check("joe", "WIKI_VIEW", &old.clone().at_version(Some(11)), None);
        let zip = Resource::ticket(2).child("attachment", "a.zip");
        check("joe", "ATTACHMENT_VIEW", &zip, Some(true));
        check("Ann", "ATTACHMENT_VIEW", &zip, Some(false));
        check(
            "joe",
            "ATTACHMENT_VIEW",
            &Resource::ticket(4).child("attachment", "a.zip"),
            None,
        );
    }

    #[test]
    fn broken_files_are_refused() {
        for (text, expected) in [
            ("[groups]\na = @b\n", "there is no group `b`"),
            ("x\n", "File contains no section headers.\nline: 1\nx"),
        ] {
            assert_eq!(parse(text).unwrap_err(), expected);
        }
    }

    #[test]
    fn lists_need_a_check_a_row_only_where_sections_divide_them() {
        let file =
            parse("[ticket:2]\njoe = TICKET_VIEW\n[wiki:*]\n* = WIKI_VIEW\n[*]\n* =\n").unwrap();
        for (username, realm, expected) in [
            ("joe", "ticket", true),
            ("ann", "ticket", false),
            ("joe", "wiki", false),
            ("joe", "milestone", false),
        ] {
            assert_eq!(
                file.differs(username, realm),
                expected,
                "{username} {realm}"
            );
        }
    }

    #[test]
    fn keys() {
        for (resource, expected) in [
            (None, "*:*@*"),
            (Some(Resource::realm("wiki")), "wiki:*@*"),
            (
                Some(Resource::wiki("A/B").at_version(Some(0))),
                "wiki:A/B@*",
            ),
            (
                Some(
                    Resource::wiki("A")
                        .at_version(Some(3))
                        .child("attachment", "x"),
                ),
                "wiki:A@3/attachment:x@*",
            ),
        ] {
            assert_eq!(resource_key(resource.as_ref()), expected);
        }
    }
}
