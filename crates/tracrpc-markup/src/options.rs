//! The options of `trac.ini`, as the macro `TracIni` shows them.

mod sections;

use std::collections::BTreeMap;

use sections::FREE_SECTIONS;
use tracrpc_env::Environment;
use tracrpc_env::config::Config;
use tracrpc_env::config::defaults::{self, OptionRow};
use tracrpc_wiki::macros::{ConfigOption, ConfigSection};

/// What is off by default: the section, how its options begin, and the component that has them.
const OPTIONAL: [(&str, &str, &str); 5] = [
    ("authz_policy", "", "tracopt.perm.authz_policy.AuthzPolicy"),
    ("git", "", "tracopt.versioncontrol.git.git_fs.GitConnector"),
    (
        "gitweb-repositories",
        "",
        "tracopt.versioncontrol.git.git_fs.GitwebProjectsRepositoryProvider",
    ),
    (
        "svn",
        "",
        "tracopt.versioncontrol.svn.svn_fs.SubversionConnector",
    ),
    (
        "ticket",
        "commit_ticket_update",
        "tracopt.ticket.commit_updater.CommitTicketUpdater",
    ),
];

/// All sections and options of the components that are on, sorted.
pub(super) fn sections(env: &Environment) -> Vec<ConfigSection> {
    let config = env.config();
    let mut sections: BTreeMap<&str, ConfigSection> = BTreeMap::new();
    for free in FREE_SECTIONS
        .iter()
        .filter(|free| config.is_on(free.component))
    {
        let section = sections.entry(free.name).or_default();
        section.doc = free.doc.to_owned();
    }
    for row in defaults::all().filter(|row| is_shown(row, &config)) {
        let section = sections.entry(row.section).or_default();
        section.options.push(ConfigOption {
            name: row.option.to_owned(),
            default: row.default.to_owned(),
            doc: row.doc.trim().to_owned(),
        });
    }
    let named = |(name, section): (&str, ConfigSection)| ConfigSection {
        name: name.to_owned(),
        ..section
    };
    sections.into_iter().map(named).collect()
}

/// Whether the component of an option is on.
fn is_shown(row: &OptionRow, config: &Config) -> bool {
    let component = OPTIONAL
        .iter()
        .find(|(section, start, _)| row.section == *section && row.option.starts_with(start));
    match component {
        Some((_, _, component)) if row.optional => config.is_on(component),
        _ => !row.optional,
    }
}
