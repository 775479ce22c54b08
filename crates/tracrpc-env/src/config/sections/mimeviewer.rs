//! `[mimeviewer]`

use super::section;
use crate::config::value::Checked;

section! {
    /// How source text and other files are shown.
    MimeviewerSection = "mimeviewer" {
        /// The largest file that is shown, in bytes.
        max_preview_size: Checked<i64> = "262144",
        /// More media types: each with the keywords and extensions that mean it,
        /// all separated by colons.
        mime_map: Vec<String> = "text/x-dylan:dylan,text/x-idl:ice,text/x-ada:ads:adb",
        /// More media types: each with a regular expression for file names.
        mime_map_patterns: Vec<String> = r"text/plain:README(?!\.rst)|INSTALL(?!\.rst)|COPYING.*",
        /// The style sheet of highlighted source text.
        pygments_default_style: String = "trac",
        /// Media types with the lexer and the quality that Pygments has for them.
        pygments_modes: Vec<String> = "",
        /// The width of a tabulator, in characters.
        tab_width: Checked<i64> = "8",
        /// Media types that are never shown as text.
        treat_as_binary: Vec<String> = "application/octet-stream,application/pdf,application/postscript,application/msword,application/rtf",
    }
}
