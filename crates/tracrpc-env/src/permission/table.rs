//! What the permission table says: who has which action, who is in which group.

use std::collections::{BTreeMap, BTreeSet};

use super::action::is_action_name;

/// The rows of the permission table, sorted by subject and action.
///
/// A row whose action has a small letter makes its subject, a user or a group,
/// a member of the group of that name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    rows: Vec<(String, String)>,
    by_subject: BTreeMap<String, Vec<String>>,
    without_builtin_groups: bool,
}

impl Table {
    /// Sorts and indexes rows of subject and action.
    pub fn new(rows: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut rows: Vec<_> = rows.into_iter().collect();
        rows.sort();
        let mut by_subject: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (subject, action) in &rows {
            by_subject
                .entry(subject.clone())
                .or_default()
                .push(action.clone());
        }
        Self {
            rows,
            by_subject,
            without_builtin_groups: false,
        }
    }

    /// The same, but nobody is in `anonymous` or `authenticated` without a row.
    #[must_use]
    pub fn without_builtin_groups(self) -> Self {
        Self {
            without_builtin_groups: true,
            ..self
        }
    }

    /// Subject and action of each row, sorted.
    #[must_use]
    pub fn rows(&self) -> &[(String, String)] {
        &self.rows
    }

    /// The subjects, sorted: users and groups that a row is about.
    pub fn subjects(&self) -> impl Iterator<Item = &str> {
        self.by_subject.keys().map(String::as_str)
    }

    /// What a row gives this very subject: actions and groups, sorted.
    #[must_use]
    pub fn of_subject(&self, subject: &str) -> &[String] {
        self.by_subject.get(subject).map_or(&[], Vec::as_slice)
    }

    /// The actions that a user has been granted, by name or through groups,
    /// without those that they imply. Everyone is in the group `anonymous`, and
    /// everyone with a name in `authenticated`.
    #[must_use]
    pub fn actions_of(&self, username: &str) -> BTreeSet<&str> {
        self.closure(username, self.builtin_groups(username)).0
    }

    /// The same for a user who is in further `groups`.
    #[must_use]
    pub fn actions_of_member(&self, username: &str, groups: &[String]) -> BTreeSet<&str> {
        let mut actions = self.actions_of(username);
        for group in groups {
            actions.extend(self.closure(group, &[]).0);
        }
        actions
    }

    /// The groups that a user is in, directly or through groups.
    #[must_use]
    pub fn groups_of(&self, username: &str) -> BTreeSet<&str> {
        let builtin = self.builtin_groups(username);
        let mut groups = self.closure(username, &[]).1;
        groups.extend(builtin);
        groups
    }

    fn builtin_groups(&self, username: &str) -> &'static [&'static str] {
        match username {
            _ if self.without_builtin_groups => &[],
            "" | "anonymous" => &["anonymous"],
            _ => &["anonymous", "authenticated"],
        }
    }

    fn closure(&self, username: &str, more: &[&str]) -> (BTreeSet<&str>, BTreeSet<&str>) {
        let (mut actions, mut groups) = (BTreeSet::new(), BTreeSet::new());
        let mut seen = BTreeSet::new();
        let mut open = vec![username];
        open.extend(more);
        while let Some(subject) = open.pop() {
            if !seen.insert(subject) {
                continue;
            }
            for given in self.of_subject(subject) {
                if is_action_name(given) {
                    actions.insert(given.as_str());
                } else {
                    groups.insert(given.as_str());
                    open.push(given);
                }
            }
        }
        (actions, groups)
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    fn table() -> Table {
        let rows = [
            ("anonymous", "WIKI_VIEW"),
            ("authenticated", "XML_RPC"),
            ("authenticated", "readers"),
            ("joe", "developers"),
            ("developers", "seniors"),
            ("seniors", "TICKET_ADMIN"),
            ("seniors", "developers"),
            ("readers", "REPORT_VIEW"),
            ("Joe", "TRAC_ADMIN"),
        ];
        Table::new(rows.map(|(subject, action)| (subject.to_owned(), action.to_owned())))
    }

    #[track_caller]
    fn check(user: &str, actions: &[&str], groups: &[&str]) {
        let table = table();
        assert_eq!(
            table.actions_of(user).into_iter().collect::<Vec<_>>(),
            actions,
            "{user}"
        );
        assert_eq!(
            table.groups_of(user).into_iter().collect::<Vec<_>>(),
            groups,
            "{user}"
        );
    }

    #[test]
    fn groups_are_followed_to_their_end() {
        check(
            "joe",
            &["REPORT_VIEW", "TICKET_ADMIN", "WIKI_VIEW", "XML_RPC"],
            &["anonymous", "authenticated", "developers", "seniors"],
        );
        check("anonymous", &["WIKI_VIEW"], &["anonymous"]);
        check("", &["WIKI_VIEW"], &["anonymous"]);
        check(
            "seniors",
            &["REPORT_VIEW", "TICKET_ADMIN", "WIKI_VIEW", "XML_RPC"],
            &["anonymous", "authenticated", "developers", "seniors"],
        );
    }
}
