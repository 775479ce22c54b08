//! The `trac.ini` of a new environment, as Trac's `initenv` writes it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use tracrpc_env::Result;
use tracrpc_env::config::{Config, defaults, store};

use crate::InitOptions;

/// What Trac writes beside the defaults of its options.
const SECTIONS: &[(&str, &[(&str, &str)])] = &[
    (
        "mainnav",
        &[
            ("wiki.order", "1.0"),
            ("timeline.order", "2.0"),
            ("roadmap.order", "3.0"),
            ("browser.order", "4.0"),
            ("tickets.order", "5.0"),
            ("newticket.order", "6.0"),
            ("search.order", "7.0"),
            ("admin.order", "8.0"),
        ],
    ),
    (
        "metanav",
        &[
            ("login.order", "1.0"),
            ("logout.order", "2.0"),
            ("prefs.order", "3.0"),
            ("help.order", "4.0"),
            ("about.order", "5.0"),
        ],
    ),
    (
        "notification-subscriber",
        &[
            ("always_notify_cc", "CarbonCopySubscriber"),
            ("always_notify_updater", "TicketUpdaterSubscriber"),
            (
                "always_notify_previous_updater",
                "TicketPreviousUpdatersSubscriber",
            ),
        ],
    ),
    (
        "ticket-workflow",
        &[
            ("create", "<none> -> new"),
            ("create.default", "1"),
            ("create_and_assign", "<none> -> assigned"),
            ("create_and_assign.label", "assign"),
            ("create_and_assign.operations", "may_set_owner"),
            ("create_and_assign.permissions", "TICKET_MODIFY"),
            ("leave", "* -> *"),
            ("leave.default", "1"),
            ("leave.operations", "leave_status"),
            ("accept", "new,assigned,accepted,reopened -> accepted"),
            ("accept.operations", "set_owner_to_self"),
            ("accept.permissions", "TICKET_MODIFY"),
            ("reassign", "new,assigned,accepted,reopened -> assigned"),
            ("reassign.operations", "set_owner"),
            ("reassign.permissions", "TICKET_MODIFY"),
            ("reopen", "closed -> reopened"),
            ("reopen.operations", "del_resolution"),
            ("reopen.permissions", "TICKET_CREATE"),
            ("resolve", "new,assigned,accepted,reopened -> closed"),
            ("resolve.operations", "set_resolution"),
            ("resolve.permissions", "TICKET_MODIFY"),
        ],
    ),
];

/// Sections and options, both sorted, as Trac writes them.
type Entries = BTreeMap<String, BTreeMap<String, String>>;

/// Writes `trac.ini` and `trac.ini.sample`.
///
/// An environment that inherits gets only what it does not inherit.
///
/// # Errors
/// The files cannot be written, or what they inherit cannot be read.
pub(crate) fn write(file: &Path, options: &InitOptions) -> Result<()> {
    let mut entries = given(options);
    store::write(file, &render(&entries))?;
    let inherited = Config::load(file)?;
    if inherited.get("inherit", "file").is_none() {
        add_defaults(&mut entries);
    }
    let known = inherited.sections();
    let missing = SECTIONS
        .iter()
        .filter(|(section, _)| !known.contains(section));
    for (section, options) in missing {
        options
            .iter()
            .for_each(|(option, value)| add(&mut entries, section, option, value));
    }
    store::write(file, &render(&entries))?;
    std::fs::write(file.with_extension("ini.sample"), sample())?;
    Ok(())
}

fn given(options: &InitOptions) -> Entries {
    let mut entries = Entries::new();
    for (section, option, value) in &options.options {
        set(&mut entries, section, &option.to_lowercase(), value);
    }
    if let Some(name) = &options.project_name {
        set(&mut entries, "project", "name", name);
    }
    if let Some(database) = &options.database {
        set(&mut entries, "trac", "database", database);
    }
    if !options.inherit.is_empty() {
        set(
            &mut entries,
            "inherit",
            "file",
            &options.inherit.join(",\n"),
        );
    }
    entries
}

fn add_defaults(entries: &mut Entries) {
    for row in defaults::all().filter(|row| !row.optional) {
        add(entries, row.section, row.option, row.default);
    }
}

/// All options that Trac knows, with their defaults.
fn sample() -> String {
    let mut entries = Entries::new();
    for row in defaults::all() {
        add(&mut entries, row.section, row.option, row.default);
    }
    render(&entries)
}

fn add(entries: &mut Entries, section: &str, option: &str, value: &str) {
    let section = entries.entry(section.to_owned()).or_default();
    section
        .entry(option.to_owned())
        .or_insert_with(|| value.to_owned());
}

fn set(entries: &mut Entries, section: &str, option: &str, value: &str) {
    let section = entries.entry(section.to_owned()).or_default();
    section.insert(option.to_owned(), value.to_owned());
}

fn render(entries: &Entries) -> String {
    let mut text = String::from("# -*- coding: utf-8 -*-\n\n");
    for (section, options) in entries {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "[{section}]");
        for (option, value) in options {
            let _ = writeln!(text, "{option} = {}", value.replace('\n', "\n\t"));
        }
        text.push('\n');
    }
    text
}
