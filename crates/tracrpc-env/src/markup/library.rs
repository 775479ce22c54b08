//! Answers what the built-in macros ask, for an actor.

use std::cell::RefCell;

use tracrpc_wiki::Library;

use crate::{Actor, Error, Result};

/// Reads what macros show, and keeps what goes wrong.
pub(super) struct ActorLibrary<'a> {
    #[expect(dead_code, reason = "the macros that ask are not there yet")]
    actor: &'a Actor,
    failure: RefCell<Option<Error>>,
}

impl<'a> ActorLibrary<'a> {
    /// A library that has failed at nothing.
    pub(super) fn new(actor: &'a Actor) -> Self {
        Self {
            actor,
            failure: RefCell::new(None),
        }
    }

    /// The first thing that went wrong.
    pub(super) fn finish(self) -> Result<()> {
        self.failure.into_inner().map_or(Ok(()), Err)
    }
}

impl Library for ActorLibrary<'_> {}
