//! Pygments as a site has set it up, and the lexer for a text.

use std::collections::BTreeMap;

/// What `trac.ini` says of Pygments (`trac/mimeview/pygments.py: PygmentsRenderer`).
#[derive(Debug, Clone, Default)]
pub struct Pygments {
    /// `[mimeviewer] pygments_modes`: the modes of MIME types.
    pub modes: BTreeMap<String, Mode>,
    /// `[pygments-lexer]`: options of lexers.
    pub options: Vec<LexerOption>,
}

/// The lexer of a MIME type, and how good it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mode {
    /// A short name of the lexer.
    pub lexer: String,
    /// Diffs as tables have 8, what is just text has 1; what has 0 or less isn't used.
    pub quality: i64,
}

/// An option that a lexer always has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LexerOption {
    /// A short name of the lexer.
    pub lexer: String,
    /// The option's name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// How good colours are where nothing else is said (`PygmentsRenderer.QUALITY_RATIO`).
const QUALITY: i64 = 7;
/// How good diffs as tables are (`trac/mimeview/patch.py: PatchRenderer`).
const QUALITY_OF_DIFFS: i64 = 8;
/// How good plain text is.
const QUALITY_OF_TEXT: i64 = 1;

impl Pygments {
    /// Reads items of `pygments_modes` such as `text/x-dylan:dylan:7`; what is none is left out.
    pub fn read_modes<'t>(&mut self, items: impl IntoIterator<Item = &'t str>) {
        for item in items {
            if let [mimetype, lexer, quality] = item.split(':').collect::<Vec<_>>()[..]
                && let Ok(quality) = quality.trim().parse()
            {
                let lexer = lexer.to_owned();
                self.modes
                    .insert(mimetype.to_owned(), Mode { lexer, quality });
            }
        }
    }

    /// Takes an option of the section `[pygments-lexer]`, such as `php.startinline`; what is none is left out.
    pub fn set_option(&mut self, key: &str, value: &str) {
        if let [lexer, name] = key.split('.').collect::<Vec<_>>()[..] {
            let [lexer, name, value] = [lexer, name, value].map(str::to_owned);
            self.options.push(LexerOption { lexer, name, value });
        }
    }

    fn quality(&self, mimetype: &str) -> i64 {
        self.modes
            .get(mimetype)
            .map_or(QUALITY, |mode| mode.quality)
    }

    /// Whether a diff is rather shown in colours than as a table.
    pub(super) fn is_better_than_diffs(&self, mimetype: &str) -> bool {
        self.quality(mimetype) > QUALITY_OF_DIFFS
    }

    pub(super) fn is_better_than_text(&self, mimetype: &str) -> bool {
        self.quality(mimetype) > QUALITY_OF_TEXT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_and_options_are_read() {
        let mut pygments = Pygments::default();
        pygments.read_modes([
            "text/x-a:php:9",
            "text/x-b:c:x",
            "text/x-c:c",
            "",
            "text/x-d:c:1:2",
        ]);
        let mode = Mode {
            lexer: "php".to_owned(),
            quality: 9,
        };
        assert_eq!(pygments.modes, [("text/x-a".to_owned(), mode)].into());
        assert!(
            pygments.is_better_than_diffs("text/x-a") && !pygments.is_better_than_diffs("text/x-b")
        );
        pygments.set_option("php.startinline", "True");
        pygments.set_option("php", "a");
        pygments.set_option("a.b.c", "a");
        assert_eq!(pygments.options.len(), 1);
    }
}
