//! The options of `trac.ini`, as the macro `TracIni` shows them.

use std::collections::BTreeMap;

use tracrpc_wiki::macros::{ConfigOption, ConfigSection};

use crate::config::defaults;

/// Sections whose options have any name, which Trac lists all the same.
const FREE: [&str; 12] = [
    "components",
    "http-headers",
    "intertrac",
    "interwiki",
    "mainnav",
    "metanav",
    "milestone-groups",
    "notification-subscriber",
    "pygments-lexer",
    "repositories",
    "ticket-custom",
    "ticket-workflow",
];

/// All sections and options that are on by default, sorted.
pub(super) fn sections() -> Vec<ConfigSection> {
    let mut sections: BTreeMap<&str, Vec<ConfigOption>> = BTreeMap::new();
    for name in FREE {
        sections.entry(name).or_default();
    }
    for row in defaults::all().filter(|row| !row.optional) {
        sections.entry(row.section).or_default().push(ConfigOption {
            name: row.option.to_owned(),
            default: row.default.to_owned(),
            doc: row.doc.trim().to_owned(),
        });
    }
    let sections = sections.into_iter();
    sections
        .map(|(name, options)| ConfigSection {
            name: name.to_owned(),
            options,
        })
        .collect()
}
