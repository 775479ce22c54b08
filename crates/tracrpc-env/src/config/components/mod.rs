//! Which of Trac's components `[components]` enables.
//!
//! A component that is off takes away what it brings to Trac's extension
//! points: actions, policies, links, macros, search results, methods. What Trac
//! calls directly stays, here as there.

mod table;

use std::collections::{BTreeSet, HashMap};

use self::table::{COMPONENTS, REQUIRED};
use super::value::as_bool;

/// A component of Trac or of its RPC plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ComponentState {
    /// Its Python name, such as `trac.wiki.web_ui.WikiModule`.
    pub name: &'static str,
    /// What of this program goes when it is off, such as `its macro`; empty if nothing does.
    pub effect: &'static str,
    /// Whether `[components]` has it on.
    pub is_on: bool,
    /// Whether Trac does not let it be switched off.
    pub is_required: bool,
}

/// The rules of `[components]`: by component, module or package, in lower case.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Components {
    rules: HashMap<String, bool>,
    /// Whether the plugin's components are on where no rule speaks of them.
    plugin: bool,
}

impl Components {
    /// Reads the rules. `trac.ticket.*` and `trac.ticket` are the same rule.
    ///
    /// An environment that has never had the RPC plugin has no rule that
    /// enables it; `without_plugin` says whether it is served then.
    pub(super) fn new<'a>(
        options: impl IntoIterator<Item = (&'a str, &'a str)>,
        without_plugin: bool,
    ) -> Self {
        let rules: HashMap<_, _> = options
            .into_iter()
            .map(|(name, value)| {
                let rule = name.trim_end_matches(['.', '*']).to_lowercase();
                (rule, as_bool(value))
            })
            .collect();
        let of_plugin = |rule: &str| rule == "tracrpc" || rule.starts_with("tracrpc.");
        let had_plugin = rules.iter().any(|(rule, &on)| on && of_plugin(rule));
        Self {
            plugin: without_plugin && !had_plugin,
            rules,
        }
    }

    /// Whether the component with this Python name, such as
    /// `trac.wiki.web_ui.WikiModule`, is on: the most specific rule decides;
    /// without any, what belongs to Trac's core is, and what is optional is not.
    pub(super) fn is_on(&self, component: &str) -> bool {
        debug_assert!(is_known(component), "{component} is in no row of the table");
        self.decide(component)
    }

    /// The same of a component that may be another's, of which the table knows nothing.
    pub(super) fn has(&self, component: &str) -> bool {
        let is_tracs = ["trac.", "tracopt.", "tracrpc."]
            .iter()
            .any(|prefix| component.starts_with(prefix));
        match is_tracs {
            true => self.is_on(component),
            false => self.decide(component),
        }
    }

    /// All of Trac's components and the plugin's, in the order of their names.
    pub(super) fn all(&self) -> impl Iterator<Item = ComponentState> {
        COMPONENTS.iter().map(|&(name, effect)| ComponentState {
            name,
            effect,
            is_on: self.decide(name),
            is_required: REQUIRED.contains(&name),
        })
    }

    /// Those of Trac's components that are off.
    pub(super) fn off(&self) -> BTreeSet<&'static str> {
        let names = COMPONENTS.iter().map(|(name, _)| *name);
        names.filter(|name| !self.decide(name)).collect()
    }

    fn decide(&self, component: &str) -> bool {
        let component = component.to_lowercase();
        let mut name = component.as_str();
        loop {
            if let Some(&on) = self.rules.get(name) {
                return on;
            }
            match name.rfind('.') {
                Some(dot) => name = &name[..dot],
                None => break,
            }
        }
        component.starts_with("trac.") || (self.plugin && component.starts_with("tracrpc."))
    }
}

/// Whether the table has the component; it need not have those of others.
fn is_known(component: &str) -> bool {
    let is_ours = ["trac.", "tracopt.", "tracrpc."]
        .iter()
        .any(|package| component.starts_with(package));
    !is_ours
        || COMPONENTS
            .binary_search_by_key(&component, |(name, _)| *name)
            .is_ok_and(|index| !COMPONENTS[index].1.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, without_plugin: bool, expected: &[(&str, bool)]) {
        let options = text.lines().map(|line| line.split_once(" = ").unwrap());
        let components = Components::new(options, without_plugin);
        for (component, expected) in expected {
            assert_eq!(components.is_on(component), *expected, "{component}");
        }
    }

    #[test]
    fn the_most_specific_rule_decides() {
        check(
            "trac.ticket.* = disabled\ntrac.ticket.report.* = on\n\
             tracopt.perm.AUTHZ_policy.* = enabled",
            true,
            &[
                ("trac.wiki.web_ui.WikiModule", true),
                ("trac.ticket.api.TicketSystem", false),
                ("trac.ticket.report.ReportModule", true),
                ("tracopt.perm.authz_policy.AuthzPolicy", true),
                ("tracopt.versioncontrol.git.git_fs.GitConnector", false),
                ("other.Plugin", false),
            ],
        );
    }

    #[test]
    fn the_plugin_is_what_the_rules_say() {
        let (system, wiki) = ("tracrpc.api.XMLRPCSystem", "tracrpc.wiki.WikiRPC");
        for (text, without_plugin, on) in [
            ("trac.x = on", true, (true, true)),
            ("trac.x = on", false, (false, false)),
            ("tracrpc.* = enabled", false, (true, true)),
            ("tracrpc.* = disabled", true, (false, false)),
            ("tracrpc.wiki.* = disabled", true, (true, false)),
            ("tracrpc.wiki.* = disabled", false, (false, false)),
            ("tracrpc.wiki.WikiRPC = enabled", true, (false, true)),
            ("tracrpcext.* = enabled", true, (true, true)),
        ] {
            check(text, without_plugin, &[(system, on.0), (wiki, on.1)]);
        }
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(COMPONENTS.is_sorted_by_key(|(name, _)| name));
        let components = Components::new([], false);
        assert!(components.off().contains("tracrpc.wiki.WikiRPC"));
        assert!(!components.off().contains("trac.wiki.macros.ImageMacro"));
    }
}
