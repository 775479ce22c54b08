//! Logins to the web site, as Trac's table `auth_cookie` has them.
//!
//! `trac/web/auth.py: LoginModule`.

use std::fmt::Write as _;
use std::net::IpAddr;

use tracrpc_env::{Environment, Error, Result, time};

/// The cookie whose value stands for a login.
pub const COOKIE: &str = "trac_auth";

/// How long a login is kept, in seconds, once nobody logs in with it.
const KEPT: i64 = 10 * 86400;

/// The name of the user who has logged in with this cookie (`LoginModule._cookie_to_name`).
/// `peer` counts where `[trac] check_auth_ip` says so.
///
/// # Errors
/// The database fails.
pub fn user_of(env: &Environment, cookie: &str, peer: IpAddr) -> Result<Option<String>> {
    let sql = "SELECT name, ipnr FROM auth_cookie WHERE cookie=?";
    let rows = env
        .db()
        .read(|connection| connection.query(sql, &[cookie.into()]))?;
    let is_bound = env.config().get_bool("trac", "check_auth_ip");
    for row in rows {
        let from: Option<String> = row.get(1)?;
        if !is_bound || from.is_some_and(|from| from == peer.to_string()) {
            return Ok(row.get(0)?);
        }
    }
    Ok(None)
}

/// Logs a user in, and returns the value of the cookie: the one that they have, if it is
/// theirs (`LoginModule._do_login`).
///
/// # Errors
/// The database fails, or the system has no random numbers to give.
pub fn begin(env: &Environment, user: &str, peer: IpAddr, known: Option<&str>) -> Result<String> {
    if let Some(known) = known
        && user_of(env, known, peer)?.as_deref() == Some(user)
    {
        return Ok(known.to_owned());
    }
    let cookie = random_digits(16)?;
    let now = time::now().as_second();
    env.db().write(|connection| {
        let old = "DELETE FROM auth_cookie WHERE time < ?";
        connection.execute(old, &[(now - KEPT).into()])?;
        let new = "INSERT INTO auth_cookie (cookie, name, ipnr, time) VALUES (?, ?, ?, ?)";
        let row = [
            cookie.as_str().into(),
            user.into(),
            peer.to_string().into(),
            now.into(),
        ];
        connection.execute(new, &row)?;
        Ok::<_, Error>(())
    })?;
    Ok(cookie)
}

/// Ends the login with this cookie, or without one all of the user (`LoginModule._do_logout`).
///
/// # Errors
/// The database fails.
pub fn end(env: &Environment, user: &str, cookie: Option<&str>) -> Result<()> {
    let (sql, which) = match cookie {
        Some(cookie) => ("DELETE FROM auth_cookie WHERE cookie=?", cookie),
        None => ("DELETE FROM auth_cookie WHERE name=?", user),
    };
    env.db()
        .write(|connection| connection.execute(sql, &[which.into()]).map(drop))?;
    Ok(())
}

/// A value that nobody can guess, of `bytes` random bytes in hexadecimal digits.
///
/// # Errors
/// The system has no random numbers to give.
pub fn random_digits(bytes: usize) -> Result<String> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random)
        .map_err(|error| Error::config("there are no random numbers").caused_by(error))?;
    Ok(random.iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    }))
}
