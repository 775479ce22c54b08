//! Accounts with which something is still to be done.

use tracrpc_env::{Actor, Environment, Result};

use super::session::attribute;
use super::{SECTION, is_on};

/// Whether a user may do no more than anybody until an address is confirmed
/// (`acct_mgr/register.py: EmailVerificationModule.pre_process_request`) or an administrator
/// has let the account in (`acct_mgr/api.py: AccountManager.pre_process_request`).
///
/// # Errors
/// The database fails.
pub fn is_pending(env: &Environment, user: &str) -> Result<bool> {
    let config = env.config();
    if user == "anonymous" || config.get(SECTION, "password_store").is_none() {
        return Ok(false);
    }
    // Who may do everything may do what only AccountManager knows of.
    let may = |action: &str| {
        let actor = Actor::new(env.clone(), user, "");
        Ok::<_, tracrpc_env::Error>(
            actor.can_anywhere("TRAC_ADMIN")? || actor.can_anywhere(action)?,
        )
    };
    let waits = |name: &str| Ok::<_, tracrpc_env::Error>(attribute(env, user, name)?.is_some());
    if is_on(&config, "acct_mgr.api.AccountManager")
        && waits("approval")?
        && !may("ACCTMGR_USER_ADMIN")?
    {
        return Ok(true);
    }
    let verifies =
        config.get(SECTION, "verify_email").is_none() || config.get_bool(SECTION, "verify_email");
    Ok(verifies
        && is_on(&config, "acct_mgr.register.EmailVerificationModule")
        && waits("email_verification_token")?
        && !may("ACCTMGR_ADMIN")?)
}
