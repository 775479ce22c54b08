//! What the accounts of an environment say of names and passwords.

mod account_manager;
