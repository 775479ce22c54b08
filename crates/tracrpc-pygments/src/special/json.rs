//! JSON, with comments, and unchecked (`pygments/lexers/data.py: JsonLexer`).

use super::Call;
use crate::budget::Exhausted;
use crate::run::Tokens;
use crate::token::Kind;

pub(super) fn run(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    // Strings that are keys if a colon follows: where they stand among the tokens.
    let mut waiting: Vec<usize> = Vec::new();
    let mut at = 0;
    call.run.budget().take(call.text.len() as u64)?;
    while let Some(rest) = call.text.get(at..)
        && let Some(first) = rest.chars().next()
    {
        let (kind, length) = match first {
            '"' => match string_length(rest) {
                Some(length) => {
                    waiting.push(out.len());
                    (Kind::LITERAL_STRING_DOUBLE, length)
                }
                None => (Kind::ERROR, rest.len()),
            },
            ' ' | '\n' | '\r' | '\t' => (Kind::TEXT_WHITESPACE, run_of(rest, " \n\r\t")),
            '/' => comment(rest),
            ':' | '{' | '}' | '[' | ']' | ',' => (
                Kind::PUNCTUATION,
                1 + run_of(rest.get(1..).unwrap_or_default(), "{}[],"),
            ),
            'f' | 'n' | 't' => (Kind::KEYWORD_CONSTANT, run_of(rest, "truefalsenull")),
            '-' | '0'..='9' => number(rest),
            c => (Kind::ERROR, c.len_utf8()),
        };
        if first == ':' {
            for place in &waiting {
                if let Some(token) = out.get_mut(*place) {
                    token.kind = Kind::NAME_TAG;
                }
            }
        }
        let is_between = matches!(
            kind,
            Kind::TEXT_WHITESPACE | Kind::COMMENT_SINGLE | Kind::COMMENT_MULTILINE
        );
        if !is_between && kind != Kind::LITERAL_STRING_DOUBLE {
            waiting.clear();
        }
        call.push(kind, at, at + length, out);
        at += length;
    }
    Ok(())
}

fn run_of(text: &str, chars: &str) -> usize {
    text.find(|c| !chars.contains(c)).unwrap_or(text.len())
}

/// The length of a string, if it has an end. Whatever follows the digits of `\u` too early belongs to the string.
fn string_length(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    let mut digits = 0;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if digits > 0 => {
                digits = if c.is_ascii_hexdigit() { digits - 1 } else { 0 };
            }
            _ if is_escaped => {
                digits = if c == 'u' { 4 } else { 0 };
                is_escaped = false;
            }
            '\\' => is_escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn comment(rest: &str) -> (Kind, usize) {
    if rest.starts_with("//") {
        return (Kind::COMMENT_SINGLE, rest.find('\n').unwrap_or(rest.len()));
    }
    match rest.strip_prefix("/*") {
        Some(inside) => match inside.find("*/") {
            Some(end) => (Kind::COMMENT_MULTILINE, end + 4),
            None => (Kind::ERROR, rest.len()),
        },
        None => (Kind::ERROR, 1),
    }
}

fn number(rest: &str) -> (Kind, usize) {
    let length = run_of(rest, "-0123456789.eE+");
    let is_float = rest
        .get(..length)
        .unwrap_or_default()
        .contains(['.', 'e', 'E', '+']);
    let kind = if is_float {
        Kind::LITERAL_NUMBER_FLOAT
    } else {
        Kind::LITERAL_NUMBER_INTEGER
    };
    (kind, length)
}
