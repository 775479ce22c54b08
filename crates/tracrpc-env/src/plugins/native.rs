//! What this program has of Trac's own components, as the two packages in which they come.

use super::{About, Component, Kind, Plugin};
use crate::config::{ComponentState, Config};

/// The package that cannot be switched off as a whole.
pub(super) const TRAC: &str = "Trac";

/// The packages: their names and versions, the first part of what their components are
/// called, and what they are for.
const PACKAGES: [(&str, &str, &[&str], &str); 2] = [
    (
        TRAC,
        "1.6",
        &["trac.", "tracopt."],
        "Wiki and issue tracker",
    ),
    ("TracXMLRPC", "1.2.0", &["tracrpc."], "The remote API"),
];

pub(super) fn plugins(config: &Config) -> Vec<Plugin> {
    let plugin = |&(name, version, prefixes, summary): &(&str, &str, &[&str], &str)| {
        let is_in = |component: &ComponentState| {
            let mut prefixes = prefixes.iter();
            prefixes.any(|prefix| component.name.starts_with(prefix))
        };
        let components: Vec<_> = config.components().filter(is_in).map(component).collect();
        Plugin {
            name: name.to_owned(),
            kind: Kind::Native,
            about: About {
                version: version.to_owned(),
                summary: summary.to_owned(),
                ..About::default()
            },
            host: None,
            is_enabled: components.iter().any(|component| component.is_enabled),
            is_required: name == TRAC,
            components,
            process: None,
            has: Vec::new(),
            problems: Vec::new(),
        }
    };
    PACKAGES.iter().map(plugin).collect()
}

/// The summary is what goes when it is off: that is what who switches it off has to know.
fn component(state: ComponentState) -> Component {
    Component {
        name: state.name.to_owned(),
        summary: match state.effect {
            "" => "Nothing here that could be switched off".to_owned(),
            effect => format!("Brings {effect}"),
        },
        is_enabled: state.is_on,
        is_required: state.is_required,
    }
}
