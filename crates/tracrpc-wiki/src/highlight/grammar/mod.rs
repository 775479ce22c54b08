//! All other languages, by the grammars that `syntect` and `two-face` have for them: a grammar
//! gives scopes, and a table has the class that Pygments would give to each.
//!
//! The patterns of these grammars may take long on hostile texts. A line that is too long is
//! left without colour, and so is all of what is left once a block took its share of time.

mod classes;
mod plain;

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
/// How long a block may take: the patterns of a language are compiled when it is first met, and
/// ordinary code takes some milliseconds for a hundred lines.
const SPARE_TIME: Duration = Duration::from_secs(3);
const TIME_A_BYTE: Duration = Duration::from_micros(20);

/// Read from the program itself, once.
static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// The tokens of a text, if there is a grammar for its MIME type.
pub(super) fn tokens<'t>(mimetype: &str, text: &'t str) -> Option<Tokens<'t>> {
    let classes = Classes::of(mimetype)?;
    let syntax = SYNTAXES.find_syntax_by_name(classes.syntax)?;
    let mut parser = Parser {
        state: ParseState::new(syntax),
        scopes: ScopeStack::new(),
        painter: Painter::new(classes),
        tokens: Vec::new(),
    };
    let size = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let deadline = Instant::now() + SPARE_TIME + TIME_A_BYTE.saturating_mul(size);
    let mut seen = 0;
    for line in LinesWithEndings::from(text) {
        seen += line.len();
        let is_too_much = seen > LONGEST_TEXT || line.len() > LONGEST_LINE;
        if is_too_much || Instant::now() > deadline || parser.line(line).is_none() {
            parser.tokens.push(("", line));
        }
    }
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
    fn all_languages_of_the_table_have_a_grammar() {
        for (name, mimetypes) in classes::languages() {
            assert!(SYNTAXES.find_syntax_by_name(name).is_some(), "{name}");
            assert!(!mimetypes.is_empty(), "{name}");
        }
        for (_, mimetypes) in classes::languages().step_by(12) {
            for mimetype in mimetypes.split(' ') {
                let text = "a (b) \"c\" 1\n";
                let tokens = tokens(mimetype, text).unwrap_or_default();
                let joined: String = tokens.iter().map(|(_, piece)| *piece).collect();
                assert_eq!(joined, text, "{mimetype}");
            }
        }
    }
}
