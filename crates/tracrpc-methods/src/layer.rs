//! What stands around each call: limits, audits, metrics.

use std::sync::Arc;

use tracrpc_env::Actor;
use tracrpc_wire::{Fault, Output, Value};

use crate::method::Method;
use crate::registry::Scope;

/// An extension that stands around each call, those within a
/// `system.multicall` as well. The first that was added is the outermost.
pub trait Layer: Send + Sync {
    /// Makes the call by [`Next::run`], or refuses it.
    ///
    /// # Errors
    /// The fault that the caller is to see.
    fn around(&self, next: Next<'_>) -> Result<Output, Fault>;

    /// Hears of a call that is not made, so that no layer is around it: there is no such
    /// method, or the caller may call none at all.
    fn refused(&self, _refused: &Refused<'_>) {}
}

/// A call that is not made.
#[derive(Debug)]
#[non_exhaustive]
pub struct Refused<'a> {
    /// The name of the method as the caller spelled it, of any length; empty if an entry
    /// of a `system.multicall` has none.
    pub method: &'a str,
    /// Why it is not made.
    pub fault: &'a Fault,
    /// Who calls.
    pub actor: &'a Actor,
    /// Whether another call was to make this one.
    pub is_inner: bool,
}

/// A call that is yet to be made.
pub struct Next<'a> {
    pub(crate) layers: &'a [Arc<dyn Layer>],
    pub(crate) method: &'a Method,
    pub(crate) scope: &'a Scope<'a>,
    pub(crate) arguments: Vec<Value>,
}

impl<'a> Next<'a> {
    /// What is called.
    #[must_use]
    pub fn method(&self) -> &'a Method {
        self.method
    }

    /// Who calls.
    #[must_use]
    pub fn actor(&self) -> &'a Actor {
        self.scope.actor()
    }

    /// The arguments as they came.
    #[must_use]
    pub fn arguments(&self) -> &[Value] {
        &self.arguments
    }

    /// Whether another call makes this one.
    #[must_use]
    pub fn is_inner(&self) -> bool {
        self.scope.is_within_call()
    }

    /// Makes the call, through the other layers.
    ///
    /// # Errors
    /// A fault if the caller lacks the method's permission, the arguments do not
    /// fit, or the method refuses.
    pub fn run(self) -> Result<Output, Fault> {
        match self.layers.split_first() {
            Some((layer, layers)) => layer.around(Next { layers, ..self }),
            None => self.scope.make(self.method, self.arguments),
        }
    }
}
