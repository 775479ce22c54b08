//! What an environment's configuration says about wiki text.

use std::collections::{BTreeMap, BTreeSet};

use crate::component::COMMIT_TICKET_REFERENCE;
use crate::highlight::{Pygments, TabWidth};
use crate::interwiki::{InterTracMap, InterWikiMap};

/// The options of `trac.ini` that the markup depends on, with Trac's defaults.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `[wiki] ignore_missing_pages`: CamelCase words without a page are plain text.
    pub ignore_missing_pages: bool,
    /// `[wiki] split_page_names`: labels of CamelCase links get spaces.
    pub split_page_names: bool,
    /// `[wiki] render_unsafe_content`: HTML is not sanitised, every URL scheme is a link.
    pub render_unsafe_content: bool,
    /// `[wiki] safe_schemes`.
    pub safe_schemes: Vec<String>,
    /// `[wiki] safe_origins`.
    pub safe_origins: Vec<String>,
    /// `[trac] show_email_addresses`.
    pub show_email_addresses: bool,
    /// `[trac] show_full_names`.
    pub show_full_names: bool,
    /// `[trac] never_obfuscate_mailto`.
    pub never_obfuscate_mailto: bool,
    /// `[trac] htdocs_location`: where Trac's own files are served from. Empty for the environment itself.
    pub htdocs_location: String,
    /// `[mimeviewer] mime_map`: the MIME types of keywords and file extensions, besides those that
    /// everybody knows.
    pub mime_map: BTreeMap<String, String>,
    /// `[mimeviewer] pygments_modes` and `[pygments-lexer]`.
    pub pygments: Pygments,
    /// `[mimeviewer] tab_width`.
    pub tab_width: TabWidth,
    /// `[interwiki]` and the page `InterMapTxt`.
    pub interwiki: InterWikiMap,
    /// `[intertrac]`.
    pub intertrac: InterTracMap,
    /// `[project] url`: what begins with it (else with [`Context::local_url`](crate::Context))
    /// is no external link. Empty if not set.
    pub project_url: String,
    /// The components of Trac that are off, by their Python names: their links,
    /// macros and kinds of source text are unknown.
    pub off: BTreeSet<&'static str>,
}

impl Settings {
    /// Whether a component of Trac is on; what belongs to none always is.
    pub fn is_on(&self, component: &str) -> bool {
        component.is_empty() || !self.off.contains(component)
    }
}

impl Default for Settings {
    fn default() -> Self {
        let list = |items: &str| items.split(' ').map(str::to_owned).collect();
        Settings {
            ignore_missing_pages: false,
            split_page_names: false,
            render_unsafe_content: false,
            safe_schemes: list("cvs file ftp git irc http https news sftp smb ssh svn svn+ssh"),
            safe_origins: list("data:"),
            show_email_addresses: false,
            show_full_names: true,
            never_obfuscate_mailto: false,
            htdocs_location: String::new(),
            mime_map: BTreeMap::new(),
            pygments: Pygments::default(),
            tab_width: TabWidth::default(),
            interwiki: InterWikiMap::default(),
            intertrac: InterTracMap::default(),
            project_url: String::new(),
            // Trac's optional components are off.
            off: BTreeSet::from([COMMIT_TICKET_REFERENCE]),
        }
    }
}
