//! Links: one file a realm, one line a realm in the table.

pub(crate) mod timeline;
