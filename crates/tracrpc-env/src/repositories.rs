//! The list of repositories, in `trac.ini` and in the table `repository`, as
//! `trac-admin repository` sees and changes it.
//!
//! `trac/versioncontrol/api.py: DbRepositoryProvider, RepositoryManager`.

use std::collections::BTreeMap;

use tracrpc_db::{Connection, ErrorKind, SqlValue};

use crate::Environment;
use crate::config::normalized;
use crate::error::{Error, Result};
use crate::stored::Int;

/// What is known of a repository in the table.
pub const ATTRIBUTES: &[&str] = &[
    "alias",
    "description",
    "dir",
    "hidden",
    "name",
    "sync_per_request",
    "type",
    "url",
];

/// The types that Trac itself and its best known plugins have.
const TYPES: &[&str] = &["direct-svnfs", "git", "hg", "svn", "svnfs"];

/// What the repository without a name is called.
const DEFAULT: &str = "(default)";

/// What is known of a repository, by attribute.
pub type Repository = BTreeMap<String, String>;

/// The name by which a repository is shown.
#[must_use]
pub fn shown(name: &str) -> &str {
    if name.is_empty() { DEFAULT } else { name }
}

/// The name that is stored.
#[must_use]
pub fn stored(name: &str) -> &str {
    if name == DEFAULT { "" } else { name }
}

/// All repositories by their names.
///
/// # Errors
/// The database fails.
pub fn all(env: &Environment) -> Result<BTreeMap<String, Repository>> {
    let mut found = env.db().read(in_table)?;
    for (name, repository) in configured(env) {
        found.entry(name).or_insert(repository);
    }
    Ok(found)
}

/// Adds a repository to the table, whose directory may be relative to the working directory.
///
/// # Errors
/// *Invalid* if nobody knows the type, or if it is there; the database fails.
pub fn add(env: &Environment, name: &str, directory: &str, kind: &str) -> Result<()> {
    if !kind.is_empty() && !TYPES.contains(&kind) {
        let message = format!("The repository type '{kind}' is not supported");
        return Err(Error::invalid(message));
    }
    let directory = absolute(directory)?;
    insert(
        env,
        stored(name),
        [("dir", Some(&*directory)), ("type", Some(kind))],
    )
}

/// Adds another name of a repository to the table.
///
/// # Errors
/// *Invalid* if there is no such repository, or it is an alias itself; else as [`add`].
pub fn add_alias(env: &Environment, name: &str, target: &str) -> Result<()> {
    let target = stored(target);
    match all(env)?.get(target) {
        None => return Err(missing(target)),
        Some(repository) if repository.contains_key("alias") => {
            let target = shown(target);
            let message = format!("Cannot create an alias to the alias \"{target}\"");
            return Err(Error::invalid(message));
        }
        Some(_) => {}
    }
    insert(env, stored(name), [("dir", None), ("alias", Some(target))])
}

/// Takes a repository, and what Trac has recorded of its changesets, out of
/// the tables.
///
/// # Errors
/// *Invalid* if it has an alias; the database fails.
pub fn remove(env: &Environment, name: &str) -> Result<()> {
    let name = stored(name);
    require_no_alias(env, name, "remove")?;
    env.db().write(|connection| {
        let id = SqlValue::Int(number(connection, name)?);
        for (table, column) in [
            ("repository", "id"),
            ("revision", "repos"),
            ("node_change", "repos"),
        ] {
            let sql = format!("DELETE FROM {table} WHERE {column}=?");
            connection.execute(&sql, std::slice::from_ref(&id))?;
        }
        Ok(())
    })
}

/// Gives an attribute of a repository a value. A repository that is not in
/// the table gets there.
///
/// # Errors
/// *Invalid* if it has an alias and would get another name, or the new name is
/// taken; the database fails.
pub fn set(env: &Environment, name: &str, attribute: &str, value: &str) -> Result<()> {
    let name = stored(name);
    let directory = absolute(value)?;
    let value = match attribute {
        "dir" => Some(directory.as_str()),
        "alias" | "name" => Some(stored(value)),
        "hidden" | "sync_per_request" => is_true(value).then_some("1"),
        _ => Some(value),
    };
    let new_name = if attribute == "name" {
        value.unwrap_or_default()
    } else {
        name
    };
    if new_name != name {
        require_no_alias(env, name, "rename")?;
    }
    env.db().write(|connection| {
        let id = SqlValue::Int(number(connection, name)?);
        if new_name != name && find(connection, new_name)?.is_some() {
            return Err(taken(new_name));
        }
        let value = value.map_or(SqlValue::Null, SqlValue::from);
        let update = "UPDATE repository SET value=? WHERE id=? AND name=?";
        let params = [value, id, attribute.into()];
        if connection.execute(update, &params)? == 0 {
            let insert = "INSERT INTO repository (value, id, name) VALUES (?, ?, ?)";
            connection.execute(insert, &params)?;
        }
        Ok(())
    })
}

/// The error for a repository that is not there.
#[must_use]
pub fn missing(name: &str) -> Error {
    Error::invalid(format!("Repository \"{}\" doesn't exist", shown(name)))
}

/// An absolute path without `.` and `..`, as Python's `os.path.abspath`.
fn absolute(path: &str) -> Result<String> {
    let path = match path {
        "" => std::env::current_dir()?,
        path => std::path::absolute(path)?,
    };
    Ok(normalized(&path).display().to_string())
}

fn taken(name: &str) -> Error {
    Error::invalid(format!(
        "The repository \"{}\" already exists.",
        shown(name)
    ))
}

fn in_table(connection: &mut Connection) -> Result<BTreeMap<String, Repository>> {
    let rows = connection.query("SELECT id, name, value FROM repository", &[])?;
    let mut by_number: BTreeMap<i64, Repository> = BTreeMap::new();
    for row in rows {
        let name: Option<String> = row.get(1)?;
        let known = name.filter(|name| ATTRIBUTES.contains(&name.as_str()));
        let (value, number) = (row.get::<Option<String>>(2)?, row.get::<Int>(0)?.known());
        if let (Some(name), Some(value), Some(number)) = (known, value, number) {
            by_number.entry(number).or_default().insert(name, value);
        }
    }
    let is_complete = |repository: &Repository| {
        repository.contains_key("dir") || repository.contains_key("alias")
    };
    let named = by_number.into_values().filter(is_complete);
    Ok(named
        .filter_map(|repository| Some((repository.get("name")?.clone(), repository)))
        .collect())
}

/// `[repositories]`: `name.dir`, further attributes, and aliases as
/// `alias = name` or `alias.alias = name`.
fn configured(env: &Environment) -> BTreeMap<String, Repository> {
    let config = env.config();
    let options = config.options("repositories");
    let mut found: BTreeMap<String, Repository> = BTreeMap::new();
    for (option, value) in &options {
        if let Some(name) = option.strip_suffix(".dir").filter(|_| !value.is_empty()) {
            found.entry(name.to_owned()).or_default();
        }
    }
    for (option, target) in &options {
        let alias = match option.contains('.') {
            true => option.strip_suffix(".alias"),
            false => Some(*option),
        };
        if let Some(alias) = alias.filter(|_| found.contains_key(*target)) {
            let alias = found.entry(alias.to_owned()).or_default();
            alias.insert("alias".to_owned(), (*target).to_owned());
        }
    }
    for (option, value) in &options {
        if let Some((name, attribute)) = option.rsplit_once('.')
            && let Some(repository) = found.get_mut(name)
            && attribute != "alias"
        {
            repository.insert(attribute.to_owned(), (*value).to_owned());
        }
    }
    found
}

fn insert<const N: usize>(
    env: &Environment,
    name: &str,
    attributes: [(&str, Option<&str>); N],
) -> Result<()> {
    env.db().write(|connection| {
        let id = number(connection, name)?;
        for (attribute, value) in attributes {
            let value = value.map_or(SqlValue::Null, SqlValue::from);
            let sql = "INSERT INTO repository (id, name, value) VALUES (?, ?, ?)";
            match connection.execute(sql, &[id.into(), attribute.into(), value]) {
                Err(error) if error.kind() == ErrorKind::Unique => return Err(taken(name)),
                result => result?,
            };
        }
        Ok(())
    })
}

fn find(connection: &mut Connection, name: &str) -> Result<Option<i64>> {
    let sql = "SELECT id FROM repository WHERE name='name' AND value=?";
    let row = connection.query_one(sql, &[name.into()])?;
    let id = row.map(|row| row.get::<Int>(0)).transpose()?;
    Ok(id.and_then(Int::known))
}

/// The number of a repository, which gets one if it has none.
fn number(connection: &mut Connection, name: &str) -> Result<i64> {
    if let Some(id) = find(connection, name)? {
        return Ok(id);
    }
    let last = connection.query_one("SELECT COALESCE(MAX(id), 0) FROM repository", &[])?;
    let id = 1 + last
        .map(|row| row.get::<Int>(0))
        .transpose()?
        .and_then(Int::known)
        .unwrap_or_default();
    let sql = "INSERT INTO repository (id, name, value) VALUES (?, 'name', ?)";
    connection.execute(sql, &[id.into(), name.into()])?;
    Ok(id)
}

fn require_no_alias(env: &Environment, name: &str, verb: &str) -> Result<()> {
    let is_alias = |repository: &Repository| repository.get("alias").is_some_and(|to| to == name);
    if all(env)?.values().any(is_alias) {
        let name = shown(name);
        let message = format!("Cannot {verb} the repository \"{name}\" used in aliases");
        return Err(Error::invalid(message));
    }
    Ok(())
}

/// `trac/util/__init__.py: as_bool`.
fn is_true(value: &str) -> bool {
    let value = value.trim().to_lowercase();
    matches!(value.as_str(), "yes" | "true" | "enabled" | "on" | "aye")
        || value.parse::<f64>().is_ok_and(|number| number != 0.0)
}
