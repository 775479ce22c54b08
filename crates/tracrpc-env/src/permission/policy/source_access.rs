//! Subversion's path-based access file, as far as Trac reads it.
//!
//! The format is that of the Subversion book, "Path-Based Authorization":
//! `[groups]`, `[aliases]`, and sections `[/path]` or `[repository:/path]`.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Ini;

/// Who may read which path, by module (a repository's name, empty for all).
#[derive(Debug, Default, PartialEq)]
pub(super) struct SourceAccess {
    modules: BTreeMap<String, BTreeMap<String, BTreeMap<String, bool>>>,
}

impl SourceAccess {
    /// Reads an access file.
    ///
    /// # Errors
    /// It is no ini file, or names a group or an alias that does not exist.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let ini = Ini::parse_keeping_case(text).map_err(|error| error.to_string())?;
        let names = Names::new(&ini);
        let mut access = Self::default();
        for section in ini
            .sections()
            .filter(|&name| name != "groups" && name != "aliases")
        {
            let (module, path) = section.split_once(':').unwrap_or(("", section));
            let paths = access.modules.entry(module.to_owned()).or_default();
            let readers = paths.entry(path.to_owned()).or_default();
            for (subject, rights) in ini.items(section) {
                for user in names.resolve(subject)? {
                    // One entry that lets a user in is enough.
                    *readers.entry(user.to_owned()).or_default() |= rights.contains('r');
                }
            }
        }
        Ok(access)
    }

    /// Whether anything at all can be read under one of the names.
    pub(super) fn lets_in_any(&self, usernames: &[&str]) -> bool {
        let mut readers = self.modules.values().flat_map(BTreeMap::values);
        readers.any(|readers| {
            usernames
                .iter()
                .any(|&user| readers.get(user) == Some(&true))
        })
    }

    /// The paths that sections of the modules speak of.
    pub(super) fn paths(&self, modules: &[&str]) -> impl Iterator<Item = &str> {
        let known = modules
            .iter()
            .filter_map(|&module| self.modules.get(module));
        known.flat_map(BTreeMap::keys).map(String::as_str)
    }

    /// What the sections of exactly this path say: for each name, the first
    /// module with a word on it counts, and a yes counts more than a no.
    pub(super) fn decide(&self, modules: &[&str], path: &str, usernames: &[&str]) -> Option<bool> {
        let sections: Vec<_> = modules
            .iter()
            .filter_map(|&module| self.modules.get(module)?.get(path))
            .collect();
        let said = |user: &&str| {
            sections
                .iter()
                .find_map(|readers| readers.get(*user).copied())
        };
        usernames
            .iter()
            .filter_map(said)
            .reduce(|one, other| one || other)
    }
}

/// A path that ends in a slash, and all that is above it: each folder with and
/// without its slash, from the path up to `/`.
pub(super) fn parents(path: &str) -> impl Iterator<Item = &str> {
    let above = path
        .rmatch_indices('/')
        .flat_map(|(at, _)| [&path[..=at], &path[..at]]);
    above.filter(|place| !place.is_empty())
}

/// What stands for users.
struct Names<'a> {
    groups: BTreeMap<&'a str, Vec<&'a str>>,
    aliases: BTreeMap<&'a str, &'a str>,
}

impl<'a> Names<'a> {
    fn new(ini: &'a Ini) -> Self {
        let members = |value: &'a str| {
            value
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .collect()
        };
        Self {
            groups: ini
                .items("groups")
                .map(|(name, value)| (name, members(value)))
                .collect(),
            aliases: ini
                .items("aliases")
                .map(|(name, value)| (name, value.trim()))
                .collect(),
        }
    }

    fn resolve(&self, subject: &'a str) -> Result<BTreeSet<&'a str>, String> {
        let (mut users, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let mut open = vec![subject];
        while let Some(subject) = open.pop() {
            if !seen.insert(subject) {
                continue;
            }
            if let Some(group) = subject.strip_prefix('@') {
                open.extend(
                    self.groups
                        .get(group)
                        .ok_or(format!("there is no group `{group}`"))?,
                );
            } else if let Some(alias) = subject.strip_prefix('&') {
                users.insert(
                    *self
                        .aliases
                        .get(alias)
                        .ok_or(format!("there is no alias `{alias}`"))?,
                );
            } else {
                users.insert(subject);
            }
        }
        Ok(users)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
[aliases]
boss = ann
[groups]
team = joe, @more
more = &boss, @team
[/]
* = r
[/trunk/secret]
@team = rw
* =
[other:/]
* =
joe = r
";

    #[track_caller]
    fn check(modules: &[&str], path: &str, user: &str, expected: Option<bool>) {
        let access = SourceAccess::parse(FILE).unwrap();
        assert_eq!(
            access.decide(modules, path, &[user, "*"]),
            expected,
            "{path} {user}"
        );
    }

    #[test]
    fn sections_decide() {
        check(&[""], "/", "x", Some(true));
        check(&[""], "/trunk/secret", "x", Some(false));
        check(&[""], "/trunk/secret", "ann", Some(true));
        check(&[""], "/trunk", "ann", None);
        check(&["other", ""], "/", "x", Some(false));
        check(&["other", ""], "/", "joe", Some(true));
    }

    #[test]
    fn unknown_names_are_refused() {
        assert_eq!(
            SourceAccess::parse("[/]\n@x = r\n").unwrap_err(),
            "there is no group `x`"
        );
        assert_eq!(
            SourceAccess::parse("[/]\n&x = r\n").unwrap_err(),
            "there is no alias `x`"
        );
    }

    #[test]
    fn parents_end_at_the_root() {
        assert_eq!(
            parents("/a/b/").collect::<Vec<_>>(),
            ["/a/b/", "/a/b", "/a/", "/a", "/"]
        );
        assert_eq!(parents("/").collect::<Vec<_>>(), ["/"]);
    }
}
