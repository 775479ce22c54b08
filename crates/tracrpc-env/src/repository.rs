//! The version control repositories that an environment knows of.
//!
//! Nothing here opens a repository: names come from `trac.ini` and Trac's
//! tables, and so does what Trac has recorded of the changesets.

use std::path::{Path, PathBuf};

use tracrpc_db::Connection;

use crate::environment::Environment;
use crate::error::Result;
use crate::stored::Int;

/// Trac's number of the repository of that name; 0 if it has none, which no
/// row of a changeset refers to.
///
/// # Errors
/// The database fails.
pub(crate) fn id(connection: &mut Connection, name: &str) -> Result<i64> {
    let row = connection.query_one(
        "SELECT id FROM repository WHERE name = 'name' AND COALESCE(value, '') = ?",
        &[name.into()],
    )?;
    let id = row.map(|row| row.get::<Int>(0)).transpose()?;
    Ok(id.and_then(Int::known).unwrap_or(0))
}

/// The folder within a repository's storage that the environment shows,
/// usually empty; none if the environment has no repository of that name.
///
/// # Errors
/// The database fails.
pub(crate) fn scope(env: &Environment, name: &str) -> Result<Option<String>> {
    Ok(directory(env, name)?.map(|directory| scope_of(&directory)))
}

/// Where the repository lies; empty if an alias or `trac.ini` does not say.
fn directory(env: &Environment, name: &str) -> Result<Option<PathBuf>> {
    let configured = configured_directory(env, name);
    if configured.is_some() {
        return Ok(configured);
    }
    env.db().read(|connection| {
        let row = connection.query_one(
            "SELECT d.value FROM repository n LEFT JOIN repository d ON d.id = n.id AND d.name = 'dir' \
             WHERE n.name = 'name' AND COALESCE(n.value, '') = ?",
            &[name.into()],
        )?;
        let Some(row) = row else { return Ok(None) };
        let directory: Option<String> = row.get(0)?;
        Ok(Some(PathBuf::from(directory.unwrap_or_default())))
    })
}

/// `[repositories]` has `name.dir = path`, with an empty name for the default
/// repository, and `name.alias = other` or `name = other` for another name.
fn configured_directory(env: &Environment, name: &str) -> Option<PathBuf> {
    let config = env.config();
    let name = name.to_lowercase();
    let options = config.options("repositories");
    let value = |option: &str| {
        options
            .iter()
            .find(|(known, _)| *known == option)
            .map(|(_, value)| *value)
    };
    let directory = value(&format!("{name}.dir"));
    let alias = || {
        value(&format!("{name}.alias"))
            .or_else(|| value(&name))
            .map(|_| "")
    };
    directory.or_else(alias).map(PathBuf::from)
}

/// What of a Subversion path lies within the repository: Subversion keeps a
/// file `format` and a folder `db` at its root.
fn scope_of(directory: &Path) -> String {
    let is_root = |path: &&Path| path.join("format").is_file() && path.join("db").is_dir();
    let root = directory.ancestors().find(is_root);
    let scope = root.and_then(|root| directory.strip_prefix(root).ok());
    scope
        .map(|scope| scope.to_string_lossy().into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::scope_of;

    #[test]
    fn scope_is_what_lies_below_the_root() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("db")).unwrap();
        std::fs::write(root.join("format"), "5\n").unwrap();
        for (path, expected) in [("trunk/x", "trunk/x"), ("", "")] {
            assert_eq!(scope_of(&root.join(path)), expected);
        }
        assert_eq!(scope_of("/nowhere/at/all".as_ref()), "");
    }
}
