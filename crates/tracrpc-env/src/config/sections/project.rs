//! `[project]`

use super::section;

section! {
    /// What the project is called and where it is at home.
    ProjectSection = "project" {
        /// The mail address of the project's administrator.
        admin: String = "",
        /// Where errors are reported; `.` for this environment.
        admin_trac_url: String = ".",
        /// A short description.
        descr: String = "My example project",
        /// The text at the foot of pages.
        footer: String = "Visit the Trac open source project at<br /><a href=\"https://trac.edgewall.org/\">https://trac.edgewall.org/</a>",
        /// The icon's URL.
        icon: String = "common/trac.ico",
        /// The name.
        name: String = "My Project",
        /// The URL of the project's web site.
        url: String = "",
    }
}
