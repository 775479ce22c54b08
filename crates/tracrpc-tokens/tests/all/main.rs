//! Bearer tokens from outside.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod anything;
mod claims;
mod files;
mod issuer;
mod keys;
mod signatures;
