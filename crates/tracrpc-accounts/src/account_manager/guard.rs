//! `acct_mgr/guard.py`: accounts that are locked after too many wrong passwords in the form of
//! the web site. What is tried here counts for this server's own bounds, not for those.

use tracrpc_env::{Environment, Result, time};

use super::SECTION;
use super::session::attribute;

/// How long an account is locked at most, in seconds, where nothing is said.
const LONGEST: f64 = 86400.0;

/// Whether the account is locked now (`AccountGuard.user_locked`).
///
/// # Errors
/// The database fails.
pub(super) fn is_locked(env: &Environment, user: &str) -> Result<bool> {
    let most = number(env, "login_attempt_max_count").unwrap_or(0.0);
    if most < 1.0 || count(env, user, "failed_logins_count")? < most {
        return Ok(false);
    }
    let step = number(env, "user_lock_time").unwrap_or(0.0);
    if step == 0.0 {
        return Ok(true);
    }
    let attempts = attribute(env, user, "failed_logins")?.unwrap_or_default();
    // Without a time it is not known when the lock would end.
    let Some(last) = last_time(&attempts) else {
        return Ok(true);
    };
    let factor = number(env, "user_lock_time_progression")
        .unwrap_or(1.0)
        .max(1.0);
    let times = count(env, user, "lock_count")?;
    let longest = number(env, "user_lock_max_time").filter(|time| *time >= 1.0);
    let lock = (step * factor.powf(times - 1.0)).min(longest.unwrap_or(LONGEST));
    #[allow(clippy::cast_precision_loss, reason = "seconds of this age are exact")]
    let now = time::now().as_second() as f64;
    Ok(last + lock > now)
}

fn number(env: &Environment, option: &str) -> Option<f64> {
    env.config().get(SECTION, option)?.trim().parse().ok()
}

fn count(env: &Environment, user: &str, name: &str) -> Result<f64> {
    let value = attribute(env, user, name)?;
    Ok(value
        .and_then(|value| value.trim().parse().ok())
        .unwrap_or(0.0))
}

/// The last `time` of a list of attempts, which is written as Python writes a list of
/// dictionaries.
fn last_time(attempts: &str) -> Option<f64> {
    let (_, rest) = attempts.rsplit_once("'time':")?;
    let digits = rest.trim_start();
    let end = digits.find(|character: char| !character.is_ascii_digit());
    digits[..end.unwrap_or(digits.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_attempt_is_found() {
        let check = |text: &str, expected: Option<f64>| {
            assert_eq!(last_time(text), expected, "{text}");
        };
        check(
            "[{'ipnr': '::1', 'time': 12}, {'ipnr': 'x', 'time': 34}]",
            Some(34.0),
        );
        check("[{'time': 12, 'ipnr': 'x'}]", Some(12.0));
        check("[]", None);
        check("", None);
        check("'time': x", None);
        check("'time':", None);
    }
}
