//! Environments that may only be read.

use tracrpc_env::Environment;
use tracrpc_translation::own_message;
use tracrpc_wire::{Fault, Output};

use crate::effect::Effect;
use crate::layer::{Layer, Next};

/// That no environment may be changed, whatever its `trac.ini` says: an
/// [extension](tracrpc_env::Extensions) of all of them.
#[derive(Clone, Copy, Debug)]
pub struct ReadOnly;

/// Whether nothing may be changed in an environment: its `trac.ini` says so in `[tracrpc]
/// read_only`, or it has the extension [`ReadOnly`].
#[must_use]
pub fn is_read_only(env: &Environment) -> bool {
    env.config().tracrpc().read_only || !env.extensions().of::<ReadOnly>().is_empty()
}

/// Refuses every method that writes where nothing may be changed, those within a
/// `system.multicall` as well.
pub(crate) struct RefuseWrites;

impl Layer for RefuseWrites {
    fn around(&self, next: Next<'_>) -> Result<Output, Fault> {
        let actor = next.actor();
        if next.method().effect() == Effect::Reads || !is_read_only(actor.env()) {
            return next.run();
        }
        let message = own_message!(
            "%(method)s: at the moment everything can be read only, and nothing changed",
            method = next.method().name(),
        );
        Err(Fault::forbidden(message.in_language(actor.catalog())))
    }
}
