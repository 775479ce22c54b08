//! Copies of environments that are in use.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tracrpc_db::DatabaseUrl;
use tracrpc_env::config::normalized;
use tracrpc_env::{Environment, Error, Result};

/// Copies an environment to a directory that does not exist, while nobody changes
/// it: the files, and the database if it is wanted. A database on a server
/// becomes the file `db/postgres-db-backup.sql`.
///
/// # Errors
/// There is something in the place of the copy, the copy would be a part of
/// what is copied, or a file cannot be read or written. Nothing is left behind
/// then.
pub fn hotcopy(env: &Environment, destination: &Path, with_database: bool) -> Result<()> {
    let destination = normalized(&std::path::absolute(destination)?);
    check_destination(env, &destination)?;
    let copied = env.db().write(|_| {
        copy_tree(env.path(), &destination, &database_files(env)?)?;
        if with_database {
            copy_database(env, &destination)
        } else {
            Ok(())
        }
    });
    if copied.is_err() {
        // The first error says more than a second one would.
        let _ = fs::remove_dir_all(&destination);
    }
    copied
}

fn check_destination(env: &Environment, destination: &Path) -> Result<()> {
    let shown = destination.display();
    if destination.exists() {
        return Err(Error::invalid(format!(
            "hotcopy can't overwrite existing '{shown}'"
        )));
    }
    let parent = destination.parent().unwrap_or(destination);
    let parent = parent
        .canonicalize()
        .map_err(|error| failed("copy to", destination, error))?;
    if parent.starts_with(env.path().canonicalize()?) {
        return Err(Error::invalid(format!(
            "hotcopy can't copy the environment into itself: '{shown}'"
        )));
    }
    Ok(())
}

/// The files of a SQLite database, which are not copied as files.
fn database_files(env: &Environment) -> Result<HashSet<PathBuf>> {
    let url = database_url(env)?;
    if url.scheme != "sqlite" {
        return Ok(HashSet::new());
    }
    let file = normalized(&env.path().join(&url.path));
    let with = |end: &str| PathBuf::from(format!("{}{end}", file.display()));
    Ok(["", "-journal", "-wal", "-shm"].map(with).into())
}

fn copy_tree(from: &Path, to: &Path, skip: &HashSet<PathBuf>) -> Result<()> {
    let mut folders = vec![(from.to_owned(), to.to_owned())];
    while let Some((from, to)) = folders.pop() {
        fs::create_dir(&to).map_err(|error| failed("make", &to, error))?;
        let entries = fs::read_dir(&from).map_err(|error| failed("read", &from, error))?;
        for entry in entries {
            let path = entry?.path();
            let target = to.join(path.file_name().unwrap_or_default());
            let kind = fs::symlink_metadata(&path)?.file_type();
            if kind.is_dir() {
                folders.push((path, target));
            } else if kind.is_symlink() {
                copy_link(&path, &target).map_err(|error| failed("copy", &path, error))?;
            } else if kind.is_file() && !skip.contains(&path) {
                fs::copy(&path, &target).map_err(|error| failed("copy", &path, error))?;
            }
        }
    }
    Ok(())
}

#[cfg(unix)]
fn copy_link(path: &Path, target: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(path)?, target)
}

#[cfg(not(unix))]
fn copy_link(path: &Path, target: &Path) -> std::io::Result<()> {
    fs::copy(path, target).map(drop)
}

fn copy_database(env: &Environment, destination: &Path) -> Result<()> {
    let url = database_url(env)?;
    if url.scheme == "postgres" {
        return dump_postgres(env, &url, &destination.join("db"));
    }
    let file = normalized(&env.path().join(&url.path));
    // A database that is kept elsewhere goes into the copy all the same.
    let inside = file.strip_prefix(env.path()).map(Path::to_owned);
    let inside =
        inside.unwrap_or_else(|_| Path::new("db").join(file.file_name().unwrap_or_default()));
    let target = destination.join(inside);
    fs::create_dir_all(target.parent().unwrap_or(destination))?;
    env.db().copy_to(&target)?;
    Ok(())
}

/// Has `pg_dump` write the environment's schema.
fn dump_postgres(env: &Environment, url: &DatabaseUrl, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let config = env.config();
    let mut command = Command::new(&config.trac().pg_dump_path);
    command.args(["--create", "--inserts", "--no-privileges"]);
    let port = url.port.map(|port| port.to_string());
    let host = url.param("host").map(str::to_owned).or(url.host.clone());
    for (flag, value) in [("-U", url.user.clone()), ("-h", host), ("-p", port)] {
        command.args(
            value
                .map(|value| [flag.to_owned(), value])
                .into_iter()
                .flatten(),
        );
    }
    if let Some(password) = &url.password {
        command.env("PGPASSWORD", password);
    }
    let schema = url.param("schema").unwrap_or("public");
    command.args(["-n", &format!("\"{schema}\""), "-f"]);
    command.arg(folder.join("postgres-db-backup.sql"));
    command.arg(url.path.trim_start_matches('/'));
    let done = command
        .output()
        .map_err(|error| failed("run", Path::new(command.get_program()), error))?;
    if !done.status.success() {
        let reason = String::from_utf8_lossy(&done.stderr).trim().to_owned();
        return Err(Error::storage(format!("pg_dump failed: {reason}"), reason));
    }
    Ok(())
}

fn database_url(env: &Environment) -> Result<DatabaseUrl> {
    Ok(DatabaseUrl::parse(&env.config().trac().database)?)
}

fn failed(verb: &str, path: &Path, error: std::io::Error) -> Error {
    Error::storage(
        format!("cannot {verb} `{}`: {error}", path.display()),
        error,
    )
}
