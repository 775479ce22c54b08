//! `[authz_policy]` and `[svn]`: the files of fine-grained permissions.

use std::path::PathBuf;

use super::section;

section! {
    /// The file of `AuthzPolicy`.
    AuthzPolicySection = "authz_policy" (optional) {
        /// The path of the file, relative to that of `trac.ini`.
        authz_file: Option<PathBuf> = "",
    }
}

section! {
    /// The file of `AuthzSourcePolicy`.
    SvnSection = "svn" {
        /// The path of the file, relative to that of `trac.ini`.
        authz_file: Option<PathBuf> = "",
        /// The name that the file gives to the default repository.
        authz_module_name: String = "",
    }
}
