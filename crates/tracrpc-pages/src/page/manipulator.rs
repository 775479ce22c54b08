//! Who else has a say in what pages show.

use tracrpc_env::{Actor, Result};

use super::Page;

/// An extension that prepares a page before it is rendered: `prepare_wiki_page` of
/// `trac/wiki/api.py: IWikiPageManipulator`.
pub trait PageManipulator: Send + Sync {
    /// The text to render in place of that of the page.
    ///
    /// # Errors
    /// What keeps it from answering; the page is not rendered then.
    fn prepare(&self, actor: &Actor, page: &Page, text: String) -> Result<String>;
}
