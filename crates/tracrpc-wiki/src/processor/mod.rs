//! Processors: `{{{#!name parameters … }}}`, and macros in the same form.

mod builtin;
mod call;
pub(crate) mod element;
mod inner_table;
pub(crate) mod parameters;

pub(crate) use builtin::{Builtin, plain_text_language};
pub(crate) use call::{ProcessorCall, Target};
pub use parameters::{Parameter, Parameters};

use crate::macros::{Call, Expansion, ExpansionError};

/// A processor of a third party; those of the markup itself (`div`, `html`, …) come first, then
/// macros (every macro is a processor too), then these, then source code.
pub trait Processor: Send + Sync {
    /// The name behind `#!`.
    fn name(&self) -> &str;

    /// Whether `[[name(text)]]` may stand in a one-liner.
    fn is_inline(&self, text: Option<&str>) -> bool {
        let _ = text;
        false
    }

    /// Turns the body into HTML.
    ///
    /// # Errors
    /// What is wrong with the parameters or the body: shown in a red box.
    fn process(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError>;
}
