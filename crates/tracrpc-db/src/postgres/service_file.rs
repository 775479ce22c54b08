//! The connection service file of PostgreSQL's clients: settings by the name of a service.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::libpq::{Surroundings, home, unusable, variable};
use crate::Error;

/// The section `name` of the first service file that has it.
///
/// # Errors
/// `Url` if no file has it.
pub(super) fn service(
    name: &str,
    here: &dyn Surroundings,
) -> Result<HashMap<String, String>, Error> {
    let own = variable(here, "PGSERVICEFILE").map(PathBuf::from);
    let own = own.or_else(|| home(here, ".pg_service.conf"));
    let folder = variable(here, "PGSYSCONFDIR");
    let folder = folder.unwrap_or_else(|| "/etc/postgresql-common".to_owned());
    let files = own.into_iter();
    let files = files.chain([Path::new(&folder).join("pg_service.conf")]);
    let mut files = files.filter_map(|file| here.file(&file));
    let found = files.find_map(|text| section(&text, name));
    found.ok_or_else(|| unusable(&format!("there is no service `{name}`")))
}

/// The settings in a section of a service file, if it has it.
fn section(text: &str, name: &str) -> Option<HashMap<String, String>> {
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let head = format!("[{name}]");
    let mut lines = lines.skip_while(|line| *line != head);
    lines.next()?;
    let own = lines.take_while(|line| !line.starts_with('['));
    let pairs = own.filter_map(|line| line.split_once('='));
    let trimmed = |(key, value): (&str, &str)| (key.trim().to_owned(), value.trim().to_owned());
    Some(pairs.map(trimmed).collect())
}
