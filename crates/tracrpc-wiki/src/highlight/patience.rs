//! Colours for source code, as long as there is patience: by Pygments' lexers, if they are built in.

use std::borrow::Cow;

use super::Tokens;

/// The lexers that the source code of a page needs, and how much work its blocks may still be, all together: what
/// comes when that is at an end has no colours.
#[derive(Debug, Default)]
pub struct Patience(#[cfg(feature = "pygments")] tracrpc_pygments::Page);

/// Whether there is a lexer for a MIME type.
#[cfg(feature = "pygments")]
pub(super) fn knows(mimetype: &str) -> bool {
    tracrpc_pygments::Lexer::by_mimetype(mimetype).is_some()
}

/// A text as lexers take it.
#[cfg(feature = "pygments")]
pub(super) fn prepare<'t>(text: &'t str, options: &[(String, String)]) -> Cow<'t, str> {
    tracrpc_pygments::prepare(text, options)
}

#[cfg(feature = "pygments")]
impl Patience {
    /// The tokens of a text, if there is a lexer for its MIME type.
    pub(super) fn tokens<'t>(
        &self,
        mimetype: &str,
        text: &'t str,
        options: &[(String, String)],
    ) -> Option<Tokens<'t>> {
        let lexer = tracrpc_pygments::Lexer::by_mimetype(mimetype)?;
        Some(lexer.tokens(text, options, &self.0))
    }
}

#[cfg(not(feature = "pygments"))]
pub(super) fn knows(_mimetype: &str) -> bool {
    false
}

#[cfg(not(feature = "pygments"))]
pub(super) fn prepare<'t>(text: &'t str, _options: &[(String, String)]) -> Cow<'t, str> {
    Cow::Borrowed(text)
}

#[cfg(not(feature = "pygments"))]
impl Patience {
    /// No text has colours.
    pub(super) fn tokens<'t>(
        &self,
        _mimetype: &str,
        _text: &'t str,
        _options: &[(String, String)],
    ) -> Option<Tokens<'t>> {
        None
    }
}
