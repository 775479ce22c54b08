//! What a configuration must not lose: a file that is empty, cut or gone would
//! open doors by the defaults that count then.

use std::path::Path;
use std::time::Duration;

use super::files::Layer;
use super::{Config, as_bool};
use crate::error::{Error, Result};
use crate::watched_file::{Cut, Stamp};

/// How long a file that may be cut has to stay as it is before it is believed.
const PATIENCE: Duration = Duration::from_secs(2);

/// The options that a configuration which had them has to have: without them it
/// would be another environment, or another one would decide.
const KEPT: [(&str, &str); 3] = [
    ("trac", "database"),
    ("trac", "permission_policies"),
    ("trac", "permission_store"),
];

/// Refuses a configuration that is read for the first time if it has lost what
/// decides about permissions.
///
/// # Errors
/// It has neither `[trac] database` nor `[inherit] file`, one of which every
/// environment is made with; or it leaves `[trac] permission_policies` to a file
/// that is not there, or empty.
pub(crate) fn check_first(config: &Config) -> Result<()> {
    if !config.writes("trac", "database") && !config.writes("inherit", "file") {
        return Err(Error::config(format!(
            "'{}' has no [trac] database, so it is not the whole configuration of an environment. \
             Restore it; for the database in the environment's folder write\n\n  [trac]\n  \
             database = sqlite:db/trac.db",
            config.path().display()
        )));
    }
    if config.writes("trac", "permission_policies") {
        return Ok(());
    }
    let said = |path: &Path| {
        let layers = config.values.files.read();
        layers
            .iter()
            .any(|layer| layer.path == path && !layer.is_empty())
    };
    match config.values.files.named().find(|path| !said(path)) {
        None => Ok(()),
        Some(path) => Err(Error::config(format!(
            "'{}', which [inherit] file names, is missing or empty, and nothing else sets \
             [trac] permission_policies. Restore it, or set that option in '{}'.",
            path.display(),
            config.path().display()
        ))),
    }
}

/// Refuses what a configuration has become while it was in use if it has lost
/// what the old one had. `own` is the text of a file that this program has just written:
/// of that it is known that it is whole.
///
/// # Errors
/// Trac's `[trac] database`, `permission_policies` or `permission_store` is no
/// longer set; a file has become empty, ends within a line of what it was, or
/// is gone; or, for a short while, what only looks like that.
pub(super) fn check(old: &Config, new: &Config, own: Option<&str>) -> Result<()> {
    for before in old.values.files.read() {
        if !before.is_empty() && new.values.files.named().any(|path| path == before.path) {
            check_file(old, new, before, own)?;
        }
    }
    for (section, option) in KEPT {
        if old.writes(section, option) && !new.writes(section, option) {
            return Err(Error::config(format!(
                "'{}' has lost [{section}] {option}. To have the default, write it down.",
                new.path().display()
            )));
        }
    }
    Ok(())
}

fn check_file(old: &Config, new: &Config, before: &Layer, own: Option<&str>) -> Result<()> {
    let path = before.path.display();
    let mut layers = new.values.files.read().iter();
    let Some(now) = layers.find(|layer| layer.path == before.path) else {
        return Err(Error::config(format!("'{path}' is gone")));
    };
    if now.is_empty() {
        return Err(Error::config(format!("'{path}' is empty")));
    }
    if own == Some(now.text.as_str()) {
        return Ok(());
    }
    let is_young = Stamp::of(&now.path).is_some_and(|stamp| stamp.is_younger_than(PATIENCE));
    match Cut::of(&before.text, &now.text) {
        Some(Cut::WithinLine) => Err(Error::config(format!(
            "'{path}' ends within a line of what it was. If that is meant, end the line."
        ))),
        Some(Cut::AfterLine) if is_young && loses_a_lock(old, new) => Err(Error::config(format!(
            "'{path}' is the beginning of what it was. It counts if it stays so."
        ))),
        Some(Cut::Unfinished) if is_young => Err(Error::config(format!(
            "the last line of '{path}' has no end. It counts if it stays so."
        ))),
        _ => Ok(()),
    }
}

/// Whether an option that takes something away from somebody is no longer set.
fn loses_a_lock(old: &Config, new: &Config) -> bool {
    old.written().into_iter().any(|(section, option, value)| {
        let locks = match section {
            "components" => !as_bool(value),
            "ticket-workflow" => option.ends_with(".permissions"),
            "authz_policy" | "inherit" | "svn" | "tracrpc" => true,
            _ => false,
        };
        locks && !new.writes(section, option)
    })
}
