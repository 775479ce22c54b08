//! Rules of Python that Trac shows to the outside: what a moment can be, and how a
//! number is spelled.
//!
//! Pure: no IO. The only clock is that of [`Timestamp::now`].

mod float;
mod timestamp;

pub use float::{repr, write_repr};
pub use timestamp::{ParseError, Timestamp};
