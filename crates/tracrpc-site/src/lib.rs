//! A whole Trac environment: all parts put together, to be made, opened and copied.

mod create;
pub mod hotcopy;
mod initial;
mod open;

pub use create::InitOptions;
pub use initial::pages::upgrade as upgrade_pages;
pub use open::{builtin, create, open, open_with};
