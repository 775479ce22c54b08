//! What the accounts of an environment say of names and passwords.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod account_manager;
