//! `[wiki]`

use super::section;
use crate::config::value::Checked;

section! {
    /// Pages and their markup.
    WikiSection = "wiki" {
        /// The height of the edit area, in lines.
        default_edit_area_height: Checked<i64> = "20",
        /// Whether CamelCase words that are no pages stay words.
        ignore_missing_pages: bool = "disabled",
        /// The longest page, in characters.
        max_size: Checked<i64> = "262144",
        /// Whether HTML of pages is shown as it is, scripts included.
        render_unsafe_content: bool = "disabled",
        /// Where images and frames may come from.
        safe_origins: Vec<String> = "data:",
        /// The schemes of links that are made links.
        safe_schemes: Vec<String> = "cvs,file,ftp,git,irc,http,https,news,sftp,smb,ssh,svn,svn+ssh",
        /// Whether CamelCase names are shown as words.
        split_page_names: bool = "disabled",
    }
}
