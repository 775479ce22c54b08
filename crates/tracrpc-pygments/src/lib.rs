#![doc = include_str!("../README.md")]

// A lexer of Pygments is a table: states, regular expressions (as the syntax trees of Python's own parser), and what they
// stand for. `generated` holds them, `tables` reads one, `pattern` matches, `run` goes through the states. What a lexer
// does by functions of its own is in `callback`, for a rule, and in `special`, for a whole text. Each step is counted.

mod budget;
mod callback;
mod delegate;
mod generated;
mod library;
mod lines;
mod pattern;
mod prepare;
mod read;
mod retag;
mod run;
mod special;
mod tables;
mod token;

use library::Library;
use run::Run;
use token::Token;

pub use prepare::prepare;

/// Steps that each byte of a text may take: ordinary code takes from 3 to 40, and its tokens
/// some 100.
const STEPS_A_BYTE: u64 = 200;
/// Steps that the texts of a page may take beyond that, all together: half a second.
const SPARE_STEPS: u64 = 100_000_000;
/// Steps that the texts of a page may take in all, however long they are: some seconds. That is
/// enough for 3 MB of ordinary code.
const STEPS_A_PAGE: u64 = 500_000_000;

/// A lexer of Pygments.
///
/// ```
/// use tracrpc_pygments::{Lexer, Page};
/// let python = Lexer::by_mimetype("text/x-python").expect("is known");
/// assert_eq!(Lexer::by_alias("py"), Some(python));
/// let tokens = python.tokens("a = 1\n", &[], &Page::default());
/// assert_eq!(tokens, [("n", "a"), ("", " "), ("o", "="), ("", " "), ("mi", "1"), ("w", "\n")]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lexer(u16);

/// The lexers that the texts of a page have met, and how many steps those may still take.
#[derive(Debug)]
pub struct Page(Library);

impl Default for Page {
    fn default() -> Self {
        Page(Library::new(SPARE_STEPS, STEPS_A_PAGE))
    }
}

impl Lexer {
    /// The lexer that Trac has for a MIME type, such as `text/x-python`
    /// (`trac/mimeview/pygments.py: PygmentsRenderer._types`).
    pub fn by_mimetype(mimetype: &str) -> Option<Lexer> {
        generated::by_mimetype(mimetype).and_then(Lexer::with_data)
    }

    /// The lexer that has a short name, such as `python`; its case does not matter.
    pub fn by_alias(alias: &str) -> Option<Lexer> {
        generated::by_alias(alias).and_then(Lexer::with_data)
    }

    /// All that can be had, each with what Pygments calls its class (`PythonLexer`) and its short names.
    pub fn all() -> impl Iterator<Item = (Lexer, &'static str, Vec<&'static str>)> {
        let entries = (0..).zip(&generated::LEXERS);
        entries.filter_map(|(number, entry)| {
            let names = entry.aliases.split_ascii_whitespace().collect();
            Some((Lexer::with_data(number)?, entry.class, names))
        })
    }

    fn with_data(number: u16) -> Option<Lexer> {
        generated::has_data(number).then_some(Lexer(number))
    }

    /// Whether options have values that they can have: a truth value (such as `1` and `off`), or a number. Pygments
    /// refuses others.
    pub fn accepts(self, options: &[(String, String)], page: &Page) -> bool {
        let run = Run::new(&page.0, self.0, options.into());
        run.and_then(|run| run.accepts_its_options())
            .unwrap_or(true)
    }

    /// All of a text in pieces, each with its class in HTML, which is empty for what has no colour.
    ///
    /// The text should be as [`prepare`] makes it. Options are those of Pygments' lexers, by name, as texts;
    /// what a lexer does not know is ignored. When the page's steps are used up the rest has no colours.
    pub fn tokens<'t>(
        self,
        text: &'t str,
        options: &[(String, String)],
        page: &Page,
    ) -> Vec<(&'static str, &'t str)> {
        let library = &page.0;
        let steps = STEPS_A_BYTE.saturating_mul(text.len() as u64);
        library.budget().add(steps);
        let mut tokens = Vec::new();
        // What was found until the steps were used up is kept.
        let _ = Run::new(library, self.0, options.into())
            .and_then(|run| run.tokens(text, 0, &mut tokens));
        library.budget().limit(SPARE_STEPS);
        pieces(text, tokens)
    }
}

/// The pieces of a text for its tokens; what no token has is there all the same.
fn pieces(text: &str, tokens: Vec<Token>) -> Vec<(&'static str, &str)> {
    let mut pieces = Vec::with_capacity(tokens.len() + 1);
    let mut at = 0;
    let mut push = |class, start: usize, end: usize| {
        if let Some(piece) = text.get(start..end).filter(|piece| !piece.is_empty()) {
            pieces.push((class, piece));
        }
    };
    for token in tokens {
        let (start, end) = (token.start.max(at), token.end.min(text.len()));
        if start < end {
            push("", at, start);
            push(token.kind.class(), start, end);
            at = end;
        }
    }
    push("", at, text.len());
    pieces
}
