//! Bearer tokens (RFC 6750) of an environment: those that it has itself, and JSON Web Tokens
//! of somebody who knows its users.
//!
//! The tokens of an environment are random. Its file `conf/tokens` has their hashes
//! ([`TokenFile`]), and the server asks [`Tokens`] whose one is. What a JSON Web Token has to
//! be is set in `trac.ini` ([`JwtRules`]), and [`Jwt`] judges it.

mod expiry;
mod file;
mod given;
mod jwt;
mod random;
mod record;
mod secret;
mod tokens;
mod uses;

pub use expiry::{DEFAULT_DAYS, Expiry};
pub use file::{MOST_OF_A_USER, NewToken, TokenFile};
pub use given::Given;
pub use jwt::{Judged, Jwt, JwtRules, JwtUser, KeySource};
pub use record::{Record, Token, records};
pub use secret::{PREFIX, Secret};
pub use tokens::{Tokens, Unreadable};
