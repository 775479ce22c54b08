//! Colours for source code, as long as there is patience: by Pygments' lexers, if they are built in.

#[cfg(feature = "pygments")]
mod lexer {
    use std::borrow::Cow;

    use super::Patience;
    use crate::highlight::{Options, Tokens};

    /// The lexer for a text, with its options.
    pub(in crate::highlight) struct Chosen {
        lexer: tracrpc_pygments::Lexer,
        options: Vec<(String, String)>,
    }

    /// Whether there is a lexer for a MIME type.
    pub(in crate::highlight) fn knows(mimetype: &str) -> bool {
        tracrpc_pygments::Lexer::by_mimetype(mimetype).is_some()
    }

    impl Chosen {
        /// The lexer for a MIME type. What a block says of its options counts more than what the
        /// site says; if one cannot have its value there is no lexer.
        pub(in crate::highlight) fn of(
            mimetype: &str,
            options: &Options,
            patience: &Patience,
        ) -> Option<Chosen> {
            use tracrpc_pygments::Lexer;
            let lexer = match options.pygments.modes.get(mimetype) {
                Some(mode) => Lexer::by_alias(&mode.lexer),
                None => Lexer::by_mimetype(mimetype),
            }?;
            let known = options.pygments.options.iter();
            let known = known.filter(|option| Lexer::by_alias(&option.lexer) == Some(lexer));
            let mut all = options.lexer_options.clone();
            // Of two that the site says the last counts.
            for option in known.rev() {
                if all.iter().all(|(name, _)| *name != option.name) {
                    all.push((option.name.clone(), option.value.clone()));
                }
            }
            let is_right = lexer.accepts(&all, &patience.0);
            is_right.then_some(Chosen {
                lexer,
                options: all,
            })
        }

        /// A text as the lexer takes it.
        pub(in crate::highlight) fn prepare<'t>(&self, text: &'t str) -> Cow<'t, str> {
            tracrpc_pygments::prepare(text, &self.options)
        }

        /// The tokens of a text.
        pub(in crate::highlight) fn tokens<'t>(
            &self,
            text: &'t str,
            patience: &Patience,
        ) -> Tokens<'t> {
            self.lexer.tokens(text, &self.options, &patience.0)
        }
    }
}

#[cfg(not(feature = "pygments"))]
mod lexer {
    use std::borrow::Cow;

    use super::Patience;
    use crate::highlight::{Options, Tokens};

    /// The lexer for a text: there is none.
    pub(in crate::highlight) enum Chosen {}

    /// Whether there is a lexer for a MIME type.
    pub(in crate::highlight) fn knows(_mimetype: &str) -> bool {
        false
    }

    impl Chosen {
        /// The lexer for a MIME type.
        pub(in crate::highlight) fn of(
            _mimetype: &str,
            _options: &Options,
            _patience: &Patience,
        ) -> Option<Chosen> {
            None
        }

        /// A text as the lexer takes it.
        pub(in crate::highlight) fn prepare<'t>(&self, _text: &'t str) -> Cow<'t, str> {
            match *self {}
        }

        /// The tokens of a text.
        pub(in crate::highlight) fn tokens<'t>(
            &self,
            _text: &'t str,
            _patience: &Patience,
        ) -> Tokens<'t> {
            match *self {}
        }
    }
}

pub(super) use lexer::{Chosen, knows};

/// The lexers that the source code of a page needs, and how much work its blocks may still be, all together: what
/// comes when that is at an end has no colours.
#[derive(Debug, Default)]
pub struct Patience(#[cfg(feature = "pygments")] tracrpc_pygments::Page);
