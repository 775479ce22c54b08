//! `acct_mgr/db.py`: passwords among what Trac keeps of its users.

use tracrpc_env::{Environment, Result};

use super::SECTION;
use super::secret::Secret;

/// `SessionStore`: the attribute `password` of a user's session, as `hash_method` writes it.
pub(super) fn secret(env: &Environment, user: &str) -> Result<Option<Secret>> {
    let Some(value) = attribute(env, user, "password")? else {
        return Ok(None);
    };
    let config = env.config();
    let method = config.get(SECTION, "hash_method").unwrap_or_default();
    Ok(match method {
        "HtPasswdHashMethod" => Some(Secret::Hash(value)),
        "HtDigestHashMethod" | "" => {
            let realm = config.get(SECTION, "db_htdigest_realm").unwrap_or_default();
            Some(Secret::Digest {
                // Of another realm no password is right.
                hash: value
                    .strip_prefix(realm)
                    .and_then(|rest| rest.strip_prefix(':'))
                    .unwrap_or_default()
                    .to_owned(),
                realm: realm.to_owned(),
            })
        }
        other => {
            tracing::error!(hash_method = other, "no such [account-manager] hash_method");
            None
        }
    })
}

/// An attribute of a user's session; none if it is not set.
pub(super) fn attribute(env: &Environment, user: &str, name: &str) -> Result<Option<String>> {
    let sql = "SELECT value FROM session_attribute WHERE authenticated=1 AND sid=? AND name=?";
    let row = env
        .db()
        .read(|connection| connection.query_one(sql, &[user.into(), name.into()]))?;
    let value = row.map(|row| row.get::<Option<String>>(0)).transpose()?;
    Ok(value.flatten())
}
