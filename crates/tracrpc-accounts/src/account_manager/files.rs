//! `acct_mgr/htfile.py`: files that `htpasswd` and `htdigest` write.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use tracrpc_env::{Environment, Error, Result};

use super::SECTION;
use super::secret::Secret;

/// `HtPasswdStore`: lines of `user:hash`.
pub(super) fn of_htpasswd(env: &Environment, user: &str) -> Result<Option<Secret>> {
    let found = line(env, "htpasswd_file", &format!("{user}:"))?;
    Ok(found.map(Secret::Hash))
}

/// `HtDigestStore`: lines of `user:realm:hash`, of which those of `htdigest_realm` count.
pub(super) fn of_htdigest(env: &Environment, user: &str) -> Result<Option<Secret>> {
    let config = env.config();
    let realm = config.get(SECTION, "htdigest_realm").unwrap_or_default();
    let found = line(env, "htdigest_file", &format!("{user}:{realm}:"))?;
    Ok(found.map(|hash| Secret::Digest {
        realm: realm.to_owned(),
        hash,
    }))
}

/// The rest of the first line of a file that begins like that.
fn line(env: &Environment, option: &str, beginning: &str) -> Result<Option<String>> {
    let Some(path) = path(env, option) else {
        return Ok(None);
    };
    let text = read(&path)?;
    // A name with a colon would be the beginning of another's line.
    let is_one = beginning.matches(':').count() <= 2 && !beginning.starts_with(':');
    let mut lines = text.lines().filter(|_| is_one);
    Ok(lines.find_map(|line| line.strip_prefix(beginning).map(str::to_owned)))
}

/// A path, relative to the environment, as `acct_mgr/util.py: EnvRelativePathOption` has it.
pub(super) fn path(env: &Environment, option: &str) -> Option<PathBuf> {
    let config = env.config();
    let path = config
        .get(SECTION, option)
        .filter(|path| !path.is_empty())?;
    Some(env.path().join(path))
}

/// The text of a file; nothing of one that is not there.
pub(super) fn read(path: &std::path::Path) -> Result<String> {
    match fs::read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            tracing::error!(file = %path.display(), "there is no such password file");
            Ok(String::new())
        }
        Err(error) => {
            Err(Error::config(format!("cannot read {}", path.display())).caused_by(error))
        }
    }
}
