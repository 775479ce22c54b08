//! The actions that an environment knows, and which of them imply others.
//!
//! The table is what Trac 1.6 with the RPC plugin defines: each of Trac's
//! components brings its own actions, and a component that `[components]`
//! disables takes its actions away with it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The actions of one environment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Actions {
    implied: BTreeMap<String, Vec<String>>,
}

/// An extension: an action that can be granted, and what whoever has it has as well:
/// `trac/perm.py: IPermissionRequestor`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionDefinition {
    /// Its name, such as `TICKET_VIEW`.
    pub name: String,
    /// The names of actions that it implies.
    pub implies: Vec<String>,
}

impl Actions {
    /// The actions of the components that `enabled` lets through, those that
    /// `[extra-permissions]` adds, and `TRAC_ADMIN`, which implies them all.
    ///
    /// `added` are those of extensions, `extra` yields the options of `[extra-permissions]` in file order.
    pub fn new<'a>(
        enabled: impl Fn(&str) -> bool,
        added: impl IntoIterator<Item = &'a Arc<ActionDefinition>>,
        extra: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut actions = Actions::default();
        for (component, rows) in REQUESTORS {
            if enabled(component) {
                for (action, implied) in *rows {
                    actions.define(action, implied.iter().copied());
                }
            }
        }
        for definition in added {
            let implied = definition.implies.iter().map(String::as_str);
            actions.define(&definition.name, implied);
        }
        if enabled(EXTRA_PERMISSIONS) {
            actions.define_extra(extra);
        }
        let all: Vec<String> = actions.implied.keys().cloned().collect();
        actions
            .implied
            .entry("TRAC_ADMIN".to_owned())
            .or_default()
            .extend(all);
        actions
    }

    /// Whether this is an action of the environment.
    pub fn contains(&self, action: &str) -> bool {
        self.implied.contains_key(action)
    }

    /// All actions, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.implied.keys().map(String::as_str)
    }

    /// These actions and all that they imply. Unknown ones are kept.
    pub fn expand<'a>(&self, actions: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
        let mut expanded = BTreeSet::new();
        let mut open: Vec<&str> = actions.into_iter().collect();
        while let Some(action) = open.pop() {
            if expanded.insert(action.to_owned()) {
                let implied = self.implied.get(action).into_iter().flatten();
                open.extend(implied.map(String::as_str));
            }
        }
        expanded
    }

    /// These actions and all those that imply one of them.
    pub fn implying<'a>(&'a self, action: &'a str) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let mut open = vec![action];
        while let Some(action) = open.pop() {
            if found.insert(action) {
                let parents = self
                    .implied
                    .iter()
                    .filter(|(_, children)| children.iter().any(|c| c == action));
                open.extend(parents.map(|(parent, _)| parent.as_str()));
            }
        }
        found
    }

    fn define<'a>(&mut self, action: &str, implied: impl IntoIterator<Item = &'a str>) {
        let entry = self.implied.entry(action.to_owned()).or_default();
        entry.extend(implied.into_iter().map(str::to_owned));
    }

    fn define_extra<'a>(&mut self, extra: impl IntoIterator<Item = (&'a str, &'a str)>) {
        for (meta, listed) in extra {
            let listed: Vec<String> = listed
                .split(',')
                .map(|name| name.trim().to_uppercase())
                .collect();
            for action in &listed {
                self.define(action, []);
            }
            let meta = meta.trim().to_uppercase();
            // An underscore marks a line that only lists actions.
            if !meta.is_empty() && !meta.starts_with('_') {
                self.define(&meta, listed.iter().map(String::as_str));
            }
        }
    }
}

/// Trac's test of what is an action and what a group: at least one letter,
/// and none of them small (Python's `str.isupper`).
pub fn is_action_name(name: &str) -> bool {
    name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase)
}

/// Whether an action is one that administrators have, and who grants permissions.
pub fn is_administrative(name: &str) -> bool {
    name.ends_with("_ADMIN") || matches!(name, "PERMISSION_GRANT" | "PERMISSION_REVOKE")
}

/// The component that makes actions of `[extra-permissions]`.
const EXTRA_PERMISSIONS: &str = "tracopt.perm.config_perm_provider.ExtraPermissionsProvider";

const MILESTONE: &[&str] = &[
    "MILESTONE_CREATE",
    "MILESTONE_DELETE",
    "MILESTONE_MODIFY",
    "MILESTONE_VIEW",
];
const ROADMAP: &[&str] = &[
    "MILESTONE_CREATE",
    "MILESTONE_DELETE",
    "MILESTONE_MODIFY",
    "MILESTONE_VIEW",
    "ROADMAP_VIEW",
];
const REPORT: &[&str] = &[
    "REPORT_CREATE",
    "REPORT_DELETE",
    "REPORT_MODIFY",
    "REPORT_SQL_VIEW",
    "REPORT_VIEW",
];
const WIKI: &[&str] = &[
    "WIKI_CREATE",
    "WIKI_DELETE",
    "WIKI_MODIFY",
    "WIKI_RENAME",
    "WIKI_VIEW",
];
const PERMISSION: &[&str] = &["PERMISSION_GRANT", "PERMISSION_REVOKE"];

/// An action and those that it implies.
type Row = (&'static str, &'static [&'static str]);

/// Which component of Trac defines which actions.
const REQUESTORS: &[(&str, &[Row])] = &[
    ("trac.about.AboutModule", &[("CONFIG_VIEW", &[])]),
    (
        "trac.admin.web_ui.PermissionAdminPanel",
        &[
            ("PERMISSION_GRANT", &[]),
            ("PERMISSION_REVOKE", &[]),
            ("PERMISSION_ADMIN", PERMISSION),
        ],
    ),
    ("trac.search.web_ui.SearchModule", &[("SEARCH_VIEW", &[])]),
    (
        "trac.ticket.api.TicketSystem",
        &[
            ("TICKET_APPEND", &[]),
            ("TICKET_CREATE", &[]),
            ("TICKET_CHGPROP", &[]),
            ("TICKET_VIEW", &[]),
            ("TICKET_EDIT_CC", &[]),
            ("TICKET_EDIT_DESCRIPTION", &[]),
            ("TICKET_EDIT_COMMENT", &[]),
            ("TICKET_MODIFY", &["TICKET_APPEND", "TICKET_CHGPROP"]),
            (
                "TICKET_ADMIN",
                &[
                    "TICKET_CREATE",
                    "TICKET_MODIFY",
                    "TICKET_VIEW",
                    "TICKET_EDIT_CC",
                    "TICKET_EDIT_DESCRIPTION",
                    "TICKET_EDIT_COMMENT",
                ],
            ),
        ],
    ),
    (
        "trac.ticket.batch.BatchModifyModule",
        &[
            ("TICKET_BATCH_MODIFY", &["TICKET_MODIFY"]),
            ("TICKET_ADMIN", &["TICKET_BATCH_MODIFY"]),
        ],
    ),
    (
        "trac.ticket.report.ReportModule",
        &[
            ("REPORT_CREATE", &[]),
            ("REPORT_DELETE", &[]),
            ("REPORT_MODIFY", &[]),
            ("REPORT_SQL_VIEW", &[]),
            ("REPORT_VIEW", &[]),
            ("REPORT_ADMIN", REPORT),
        ],
    ),
    (
        "trac.ticket.roadmap.MilestoneModule",
        &[
            ("MILESTONE_CREATE", &[]),
            ("MILESTONE_DELETE", &[]),
            ("MILESTONE_MODIFY", &[]),
            ("MILESTONE_VIEW", &[]),
            ("MILESTONE_ADMIN", MILESTONE),
        ],
    ),
    (
        "trac.ticket.roadmap.RoadmapModule",
        &[("ROADMAP_VIEW", &[]), ("ROADMAP_ADMIN", ROADMAP)],
    ),
    (
        "trac.timeline.web_ui.TimelineModule",
        &[("TIMELINE_VIEW", &[])],
    ),
    (
        "trac.versioncontrol.admin.VersionControlAdmin",
        &[(
            "VERSIONCONTROL_ADMIN",
            &["BROWSER_VIEW", "CHANGESET_VIEW", "FILE_VIEW", "LOG_VIEW"],
        )],
    ),
    (
        "trac.versioncontrol.web_ui.browser.BrowserModule",
        &[("BROWSER_VIEW", &[]), ("FILE_VIEW", &[])],
    ),
    (
        "trac.versioncontrol.web_ui.changeset.ChangesetModule",
        &[("CHANGESET_VIEW", &[])],
    ),
    (
        "trac.versioncontrol.web_ui.log.LogModule",
        &[("LOG_VIEW", &[])],
    ),
    ("trac.web.chrome.Chrome", &[("EMAIL_VIEW", &[])]),
    (
        "trac.wiki.web_ui.WikiModule",
        &[
            ("WIKI_CREATE", &[]),
            ("WIKI_DELETE", &[]),
            ("WIKI_MODIFY", &[]),
            ("WIKI_RENAME", &[]),
            ("WIKI_VIEW", &[]),
            ("WIKI_ADMIN", WIKI),
        ],
    ),
    ("tracrpc.api.XMLRPCSystem", &[("XML_RPC", &[])]),
];

#[cfg(test)]
mod tests {
    use super::{Actions, is_action_name};

    fn all() -> Actions {
        Actions::new(
            |_| true,
            [],
            [("Extra_Admin", "a_view, a_do"), ("_more", "B")],
        )
    }

    #[track_caller]
    fn check(action: &str, expected: &[&str]) {
        let expanded = all().expand([action]);
        assert_eq!(
            expanded.iter().map(String::as_str).collect::<Vec<_>>(),
            expected
        );
    }

    #[test]
    fn implications_are_those_of_trac() {
        check("TICKET_VIEW", &["TICKET_VIEW"]);
        check(
            "TICKET_MODIFY",
            &["TICKET_APPEND", "TICKET_CHGPROP", "TICKET_MODIFY"],
        );
        check(
            "TICKET_ADMIN",
            &[
                "TICKET_ADMIN",
                "TICKET_APPEND",
                "TICKET_BATCH_MODIFY",
                "TICKET_CHGPROP",
                "TICKET_CREATE",
                "TICKET_EDIT_CC",
                "TICKET_EDIT_COMMENT",
                "TICKET_EDIT_DESCRIPTION",
                "TICKET_MODIFY",
                "TICKET_VIEW",
            ],
        );
        check("EXTRA_ADMIN", &["A_DO", "A_VIEW", "EXTRA_ADMIN"]);
        check("unknown", &["unknown"]);
        assert_eq!(all().expand(["TRAC_ADMIN"]).len(), all().names().count());
        assert!(all().contains("B") && !all().contains("_MORE"));
    }

    #[test]
    fn trac_1_6_has_these_actions() {
        let actions = Actions::new(
            |component| !component.starts_with("tracopt."),
            [],
            [("x", "Y")],
        );
        let names: Vec<_> = actions.names().collect();
        assert_eq!(names.len(), 43);
        assert!(!actions.contains("Y"));
        let without_report = Actions::new(|component| !component.contains(".report."), [], []);
        assert!(
            !without_report
                .expand(["TRAC_ADMIN"])
                .contains("REPORT_VIEW")
        );
    }

    #[test]
    fn implying_goes_up() {
        let actions = all();
        let found: Vec<_> = actions.implying("TICKET_APPEND").into_iter().collect();
        assert_eq!(
            found,
            [
                "TICKET_ADMIN",
                "TICKET_APPEND",
                "TICKET_BATCH_MODIFY",
                "TICKET_MODIFY",
                "TRAC_ADMIN"
            ]
        );
    }

    #[test]
    fn action_names_have_no_small_letter() {
        for (name, expected) in [
            ("TICKET_VIEW", true),
            ("group", false),
            ("Group", false),
            ("12", false),
            ("A1", true),
            ("É", true),
        ] {
            assert_eq!(is_action_name(name), expected, "{name}");
        }
    }
}
