//! `[trac]`

use super::section;
use crate::config::value::{Checked, Choice};

section! {
    /// What concerns all of the environment.
    TracSection = "trac" {
        /// The folder of backups, relative to the environment.
        backup_dir: String = "db",
        /// The URL of the environment, for links outside of the web.
        base_url: String = "",
        /// The database.
        database: String = "sqlite:db/trac.db",
        /// Whether statements are logged.
        debug_sql: bool = "disabled",
        /// The encoding of files that do not tell theirs.
        default_charset: String = "utf-8",
        /// How dates are written.
        default_date_format: Checked<DateFormat> = "",
        /// Whether dates are written as ages.
        default_dateinfo_format: Checked<DateInfoFormat> = "relative",
        /// The language of those who have not chosen one.
        default_language: String = "",
        /// The time zone of those who have not chosen one.
        default_timezone: String = "",
        /// Whether user names are compared in lower case.
        ignore_auth_case: bool = "disabled",
        /// Whether `mailto:` links may be read by anybody.
        never_obfuscate_mailto: bool = "disabled",
        /// Who decides about permissions, in this order.
        permission_policies: Vec<String> = "DefaultWikiPolicy,DefaultTicketPolicy,DefaultPermissionPolicy,LegacyAttachmentPolicy",
        /// Where permissions are kept.
        permission_store: String = "DefaultPermissionStore",
        /// The program that makes a backup of PostgreSQL.
        pg_dump_path: String = "pg_dump",
        /// Whether mail addresses may be read by anybody.
        show_email_addresses: bool = "disabled",
        /// Whether users are shown by their full names.
        show_full_names: bool = "enabled",
        /// How long to wait for a connection to the database, in seconds.
        timeout: Checked<i64> = "20",
        /// Whether redirections begin with `[trac] base_url`, and with them all absolute links.
        use_base_url_for_redirect: bool = "disabled",
    }
}

/// How dates are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFormat {
    /// As the language has it.
    Language,
    /// As ISO 8601 has it.
    Iso8601,
}

impl Choice for DateFormat {
    const CHOICES: &'static [(&'static str, Self)] =
        &[("", Self::Language), ("iso8601", Self::Iso8601)];
}

/// Whether dates are written as ages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateInfoFormat {
    /// As an age, such as `3 days ago`.
    Relative,
    /// As a date.
    Absolute,
}

impl Choice for DateInfoFormat {
    const CHOICES: &'static [(&'static str, Self)] =
        &[("relative", Self::Relative), ("absolute", Self::Absolute)];
}
