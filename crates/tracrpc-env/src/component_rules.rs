//! Which of Trac's components `[components]` enables.
//!
//! A component that is disabled takes its actions, policies and search
//! results away, here as in Trac.

use std::collections::HashMap;

use crate::config::Config;

/// The rules of `[components]`: by component, module or package, in lower case.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ComponentRules {
    rules: HashMap<String, bool>,
}

impl ComponentRules {
    /// Reads the rules. `trac.ticket.*` and `trac.ticket` are the same rule.
    #[must_use]
    pub(crate) fn new(config: &Config) -> Self {
        let options = config.options("components");
        let rules = options.into_iter().map(|(name, _)| {
            let rule = name.trim_end_matches(['.', '*']).to_lowercase();
            (rule, config.get_bool("components", name))
        });
        Self {
            rules: rules.collect(),
        }
    }

    /// Whether the component with this Python name, such as
    /// `trac.wiki.web_ui.WikiModule`, is enabled: the most specific rule decides;
    /// without any, what belongs to Trac's core is, and what is optional is not.
    ///
    /// The RPC plugin's own components always are, for they are this program.
    #[must_use]
    pub(crate) fn enabled(&self, component: &str) -> bool {
        if component.starts_with("tracrpc.") {
            return true;
        }
        let component = component.to_lowercase();
        let mut name = component.as_str();
        loop {
            if let Some(&enabled) = self.rules.get(name) {
                return enabled;
            }
            match name.rfind('.') {
                Some(dot) => name = &name[..dot],
                None => return component.starts_with("trac."),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_rule_decides() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trac.ini");
        let text = "[components]\ntrac.ticket.* = disabled\ntrac.ticket.report.* = on\n\
                    tracopt.perm.AUTHZ_policy.* = enabled\ntracrpc.* = disabled\n";
        std::fs::write(&path, text).unwrap();
        let rules = ComponentRules::new(&Config::load(&path).unwrap());
        for (component, expected) in [
            ("trac.wiki.web_ui.WikiModule", true),
            ("trac.ticket.api.TicketSystem", false),
            ("trac.ticket.report.ReportModule", true),
            ("tracopt.perm.authz_policy.AuthzPolicy", true),
            ("tracopt.ticket.deleter.TicketDeleter", false),
            ("other.Plugin", false),
            ("tracrpc.api.XMLRPCSystem", true),
        ] {
            assert_eq!(rules.enabled(component), expected, "{component}");
        }
    }
}
