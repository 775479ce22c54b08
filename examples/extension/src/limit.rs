//! A layer around each call: no page is deleted by a program.

use tracrpc_methods::{Layer, Next};
use tracrpc_wire::{Fault, Output};

/// The layer.
pub struct NoDeletedPages;

impl Layer for NoDeletedPages {
    fn around(&self, next: Next<'_>) -> Result<Output, Fault> {
        match next.method().name() {
            "wiki.deletePage" => Err(Fault::forbidden("pages are deleted by people")),
            _ => next.run(),
        }
    }
}
