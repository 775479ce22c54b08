//! `acct_mgr/svnserve.py`: the file of names and passwords of Subversion's server.

use std::path::PathBuf;

use tracrpc_env::config::Ini;
use tracrpc_env::{Environment, Error, Result, repositories};

use super::files;
use super::secret::Secret;

/// `SvnServePasswordStore`: the section `[users]` of a file has the passwords. Trac reads it as
/// it reads its own configuration, without regard to the case of names.
pub(super) fn secret(env: &Environment, user: &str) -> Result<Option<Secret>> {
    let Some(path) = path(env)? else {
        return Ok(None);
    };
    let text = files::read(&path)?;
    let users =
        Ini::parse(&text).map_err(|error| Error::config(format!("{}: {error}", path.display())))?;
    let known = users.get("users", user);
    Ok(known.map(|password| Secret::Plain(password.to_owned())))
}

/// `[account-manager] password_file`, else what `svnserve.conf` of the default repository names.
fn path(env: &Environment) -> Result<Option<PathBuf>> {
    if let Some(path) = files::path(env, "password_file") {
        return Ok(Some(path));
    }
    let all = repositories::all(env)?;
    let of = |name: &str| Some(all.get("")?.get(name).map_or("", String::as_str));
    let (Some(directory), Some(kind)) = (of("dir"), of("type")) else {
        return Ok(None);
    };
    if directory.is_empty() || !is_subversion(kind) {
        return Ok(None);
    }
    let folder = PathBuf::from(directory).join("conf");
    let text = files::read(&folder.join("svnserve.conf"))?;
    let settings = Ini::parse(&text).map_err(|error| Error::config(error.to_string()))?;
    let named = settings.get("general", "password-db");
    let named = named.filter(|path| !path.is_empty());
    Ok(named.map(|path| folder.join(path)))
}

/// The kinds of repositories that are Subversion's.
fn is_subversion(kind: &str) -> bool {
    matches!(kind, "svn" | "svnfs" | "direct-svnfs" | "")
}
