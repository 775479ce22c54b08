//! All other languages, by the grammars that `syntect` and `two-face` have for them: a grammar
//! gives scopes, and a table has the class that Pygments would give to each.
//!
//! The patterns of these grammars may take long on hostile texts. A line that is too long is
//! left without colour, and so is all of what is left once a page took its share of time.

mod classes;
mod plain;

use std::cell::Cell;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use syntect::parsing::{ParseState, ScopeStack, SyntaxSet};
use syntect::util::LinesWithEndings;

use super::scan::Tokens;
use classes::{Classes, Painter};

/// Longer lines, in bytes, have no colours.
const LONGEST_LINE: usize = 1000;
/// Longer texts, in bytes, have colours up to here.
const LONGEST_TEXT: usize = 256 * 1024;
/// What ordinary code takes at most, on a slow machine: some milliseconds for a hundred lines.
const TIME_A_BYTE: Duration = Duration::from_micros(20);
/// What the blocks of a page may take beyond that, all together: the patterns of a language are
/// compiled when it is first met.
const SPARE_TIME: Duration = Duration::from_secs(3);

/// How much longer than ordinary code the source code of a page may still take.
///
/// The engine has no other clock: the patterns of a grammar can be slow in ways that no count of
/// bytes foretells.
#[derive(Debug)]
pub struct Patience(Cell<Duration>);

impl Default for Patience {
    fn default() -> Self {
        Self(Cell::new(SPARE_TIME))
    }
}

impl Patience {
    fn is_at_an_end(&self) -> bool {
        self.0.get().is_zero()
    }

    /// Takes what was longer than expected.
    fn take(&self, took: Duration, expected: Duration) {
        let over = took.saturating_sub(expected);
        self.0.set(self.0.get().saturating_sub(over));
    }
}

/// Read from the program itself, once.
static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Whether there is a grammar for a MIME type.
pub(super) fn knows(mimetype: &str) -> bool {
    Classes::of(mimetype)
        .is_some_and(|classes| SYNTAXES.find_syntax_by_name(classes.syntax).is_some())
}

/// The tokens of a text, if there is a grammar for its MIME type.
pub(super) fn tokens<'t>(mimetype: &str, text: &'t str, patience: &Patience) -> Option<Tokens<'t>> {
    if patience.is_at_an_end() {
        return None;
    }
    let classes = Classes::of(mimetype)?;
    let syntax = SYNTAXES.find_syntax_by_name(classes.syntax)?;
    let mut parser = Parser {
        state: ParseState::new(syntax),
        scopes: ScopeStack::new(),
        painter: Painter::new(classes),
        tokens: Vec::new(),
    };
    let size = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let expected = TIME_A_BYTE.saturating_mul(size);
    let start = Instant::now();
    let deadline = start + expected + patience.0.get();
    let mut seen = 0;
    for line in LinesWithEndings::from(text) {
        seen += line.len();
        let is_too_much = seen > LONGEST_TEXT || line.len() > LONGEST_LINE;
        if is_too_much || Instant::now() > deadline || parser.line(line).is_none() {
            parser.tokens.push(("", line));
        }
    }
    patience.take(start.elapsed(), expected);
    Some(parser.tokens)
}

struct Parser<'t> {
    state: ParseState,
    scopes: ScopeStack,
    painter: Painter,
    tokens: Tokens<'t>,
}

impl<'t> Parser<'t> {
    /// Takes a line; nothing if the grammar fails, or a part of the line is missing.
    fn line(&mut self, line: &'t str) -> Option<()> {
        let operations = self.state.parse_line(line, &SYNTAXES).ok()?;
        let mut at = 0;
        for (next, operation) in operations {
            let next = next.clamp(at, line.len());
            if let Some(piece) = line.get(at..next) {
                self.painter.paint(&self.scopes, piece, &mut self.tokens);
                at = next;
            }
            // A scope that cannot be taken off leaves the others as they are.
            let _ = self.scopes.apply(&operation);
        }
        let rest = line.get(at..).unwrap_or("");
        self.painter.paint(&self.scopes, rest, &mut self.tokens);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_share_their_patience() {
        let patience = Patience::default();
        assert!(tokens("text/x-gosrc", "func a() {}\n", &patience).is_some());
        patience.take(Duration::from_secs(4), Duration::from_millis(1));
        assert!(tokens("text/x-gosrc", "func a() {}\n", &patience).is_none());
    }

    #[test]
    fn all_languages_of_the_table_have_a_grammar() {
        for (name, mimetypes) in classes::languages() {
            assert!(SYNTAXES.find_syntax_by_name(name).is_some(), "{name}");
            assert!(!mimetypes.is_empty(), "{name}");
        }
        for (_, mimetypes) in classes::languages().step_by(12) {
            for mimetype in mimetypes.split(' ') {
                let text = "a (b) \"c\" 1\n";
                let tokens = tokens(mimetype, text, &Patience::default()).unwrap_or_default();
                let joined: String = tokens.iter().map(|(_, piece)| *piece).collect();
                assert_eq!(joined, text, "{mimetype}");
            }
        }
    }
}
