//! The accounts of AccountManager 0.6, the plugin by which most sites of Trac let people
//! register and log in with a form.
//!
//! Its stores are asked here as `acct_mgr/api.py: AccountManager.check_password` asks them.
//! Those that are not here are its own components' affair, by way of a plugin of this server.

mod files;
mod guard;
mod pending;
mod secret;
mod session;
mod svnserve;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use tracrpc_env::config::Config;
use tracrpc_env::{Checked, Environment, PasswordStore, Result};

pub use self::pending::is_pending;
use self::secret::Secret;

/// The section of `trac.ini`.
const SECTION: &str = "account-manager";

/// A kind of store: its component, and what it has of a user.
struct Kind {
    /// The Python name of the component. `[account-manager] password_store` has its last part.
    component: &'static str,
    /// What the password of a user is held against; none if there is no such user.
    ///
    /// # Errors
    /// It cannot be read.
    secret: fn(&Environment, &str) -> Result<Option<Secret>>,
}

/// The stores that are here.
const KINDS: &[Kind] = &[
    Kind {
        component: "acct_mgr.htfile.HtPasswdStore",
        secret: files::of_htpasswd,
    },
    Kind {
        component: "acct_mgr.htfile.HtDigestStore",
        secret: files::of_htdigest,
    },
    Kind {
        component: "acct_mgr.svnserve.SvnServePasswordStore",
        secret: svnserve::secret,
    },
    Kind {
        component: "acct_mgr.db.SessionStore",
        secret: session::secret,
    },
];

impl Kind {
    fn name(&self) -> &'static str {
        self.component.rsplit('.').next().unwrap_or_default()
    }
}

/// The stores that `[account-manager] password_store` lists, in that order.
pub struct AccountManager;

impl PasswordStore for AccountManager {
    fn is_there(&self, env: &Environment) -> bool {
        stores(&env.config()).next().is_some()
    }

    /// A store that refuses a password leaves it to the next, as in the original.
    fn check(&self, env: &Environment, user: &str, password: &str) -> Result<Checked> {
        let config = env.config();
        let user = in_case(&config, user);
        let mut checked = Checked::Unknown;
        for store in stores(&config) {
            match (store.secret)(env, &user)? {
                Some(secret) if secret.is_of(&user, password) => {
                    return Ok(match guard::is_locked(env, &user)? {
                        true => Checked::Wrong,
                        false => Checked::Right(user),
                    });
                }
                Some(_) => checked = Checked::Wrong,
                None => {}
            }
        }
        if checked == Checked::Unknown {
            secret::take_the_time_of_one(password);
        }
        Ok(checked)
    }

    fn fingerprint(&self, env: &Environment, user: &str) -> Option<u64> {
        let config = env.config();
        let user = in_case(&config, user);
        let mut hasher = DefaultHasher::new();
        for store in stores(&config) {
            (store.secret)(env, &user).ok()?.hash(&mut hasher);
        }
        guard::is_locked(env, &user).ok()?.hash(&mut hasher);
        Some(hasher.finish())
    }
}

/// The stores that are here of those that are listed and on.
fn stores(config: &Config) -> impl Iterator<Item = &'static Kind> {
    let listed = config.get_list(SECTION, "password_store");
    let listed: Vec<_> = listed
        .iter()
        .filter_map(|name| KINDS.iter().find(|kind| kind.name() == name))
        .filter(|kind| is_on(config, kind.component))
        .collect();
    listed.into_iter()
}

/// Whether a component of AccountManager is on. Trac turns on what lies in the environment's
/// own folder of plugins, so that `[components]` need not speak of it.
fn is_on(config: &Config, component: &str) -> bool {
    let mut rules = config.options("components").into_iter();
    let speaks = rules.any(|(rule, _)| {
        let package = rule.split('.').next().unwrap_or_default();
        package.eq_ignore_ascii_case("acct_mgr")
    });
    !speaks || config.has_component(component)
}

/// `acct_mgr/api.py: AccountManager.handle_username_casing`.
fn in_case(config: &Config, user: &str) -> String {
    match config.trac().ignore_auth_case {
        true => user.to_lowercase(),
        false => user.to_owned(),
    }
}
