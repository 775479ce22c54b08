//! Messages in the user's language.
//!
//! A [`Message`] is what is to be said, a [`Catalog`] is a language to say it in. Nothing here
//! knows a current language: a message becomes a text where it leaves, with the catalogue of
//! whoever asked. Without one, texts are English.
//!
//! Trac's own messages come from the catalogues of an installed Trac, those that Trac has no
//! words for from the `.po` files beside this crate's sources.
//!
//! ```
//! use tracrpc_translation::{Catalog, message};
//!
//! let message = message!("Ticket %(id)s does not exist.", id = 7);
//! assert_eq!(message.to_string(), "Ticket 7 does not exist.");
//! assert_eq!(message.in_language(&Catalog::english()), "Ticket 7 does not exist.");
//! ```

mod catalog;
mod format;
mod message;
mod mo;
mod negotiate;
mod own;
mod plural;
mod po;
mod type_name;

pub use catalog::Catalog;
pub use message::{Argument, Message, argument_name};
pub use mo::{Mo, MoError};
pub use negotiate::{DEFAULT_LANGUAGE, accepted, negotiate};
pub use own::{OWN_LANGUAGES, own_texts};
pub use type_name::type_in_words;
