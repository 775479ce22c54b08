//! Opening environments, with everything that this program has for them.

use std::path::Path;

use tracrpc_env::{Environment, EnvironmentDirectory, Extender, Extensions, Result, permission};
use tracrpc_pages::attachment;

use crate::create::{self, InitOptions};

/// What this program itself adds to environments: Trac's policies, mail, what is
/// kept of tickets. Others [add](Extensions::add) to it.
#[must_use]
pub fn builtin() -> Extensions {
    let mut extensions = Extensions::default();
    permission::register(&mut extensions);
    tracrpc_accounts::register(&mut extensions);
    tracrpc_markup::register(&mut extensions);
    tracrpc_mail::register(&mut extensions);
    tracrpc_search::register(&mut extensions);
    tracrpc_tickets::register(&mut extensions);
    extensions
}

/// Opens the environment in a directory, whoever made it.
///
/// # Errors
/// The directory is missing or no environment, `trac.ini` cannot be read or
/// names a permission policy that does not exist,
/// the database cannot be opened or is not that of Trac 1.6. The message says
/// what to do about it.
pub fn open(path: impl AsRef<Path>) -> Result<Environment> {
    open_with(path, builtin())
}

/// As [`open`], with the extensions of others.
///
/// # Errors
/// As [`open`].
pub fn open_with(path: impl AsRef<Path>, mut extensions: Extensions) -> Result<Environment> {
    let directory = EnvironmentDirectory::load(path.as_ref())?;
    let extenders = extensions.of::<dyn Extender>().to_vec();
    for extender in &extenders {
        extender.extend(&directory, &mut extensions);
    }
    permission::check_configuration(&directory.config(), &extensions)?;
    let env = directory.open(extensions)?;
    for extender in &extenders {
        extender.opened(&env);
    }
    // An environment that cannot be written to can still be read.
    if let Err(error) = attachment::recover(&env) {
        tracing::warn!(%error, "attachments were not settled");
    }
    Ok(env)
}

/// Makes a new environment in a directory that is empty or does not exist,
/// as `trac-admin initenv` does, and opens it.
///
/// # Errors
/// The directory is not empty or cannot be made, the database exists already
/// or cannot be made. Nothing is left behind then.
pub fn create(path: impl AsRef<Path>, options: &InitOptions) -> Result<Environment> {
    create::create(path.as_ref(), options)?;
    open(path)
}
