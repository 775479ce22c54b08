//! Functions of one lexer each that need no memory, or little.

use std::collections::HashSet;

use super::Call;
use crate::budget::Exhausted;
use crate::run::{Context, Tokens};
use crate::token::{Kind, Token};

/// Arturo: code of another language in a string. The groups: a quote, a mark, the language, white space, code, a quote.
pub(super) fn arturo(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    call.push_group(1, Kind::LITERAL_STRING_DOUBLE, context, out);
    call.push_group(2, Kind::LITERAL_STRING_INTERPOL, context, out);
    call.push_group(3, Kind::LITERAL_STRING_INTERPOL, context, out);
    call.push_group(4, Kind::TEXT_WHITESPACE, context, out);
    let lexer = match call.run.flag("handle_annotateds", true) {
        true => call.run.by_name(call.group(context, 3).trim())?,
        false => None,
    };
    match (lexer, call.found.group(5)) {
        (Some(lexer), Some((start, _))) => {
            lexer
                .deeper()?
                .tokens(call.group(context, 5), context.base + start, out)?;
        }
        _ => call.push_group(5, Kind::LITERAL_STRING, context, out),
    }
    call.push_group(6, Kind::LITERAL_STRING_DOUBLE, context, out);
    context.at = call.found.end();
    Ok(())
}

/// Csound: a name that is an opcode from here on.
pub(super) fn csound_opcode(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let name = call.group(context, 0).to_owned();
    context.memory.opcodes.insert(name);
    call.take(Kind::NAME_FUNCTION, context, out);
    Ok(())
}

/// Csound: a name; the groups: the name, a colon, a type. The state has a pattern of all built-in opcodes.
pub(super) fn csound_name(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let name = call.group(context, 1);
    let (start, end) = call.found.group(1).unwrap_or_default();
    let mut type_kind = Kind::KEYWORD_TYPE;
    if call
        .run
        .matches(call.states, "@opcodes", name, 0)?
        .is_some()
    {
        context.push(Kind::NAME_BUILTIN, start, end, out);
    } else if context.memory.opcodes.contains(name) {
        context.push(Kind::NAME_FUNCTION, start, end, out);
    } else {
        type_kind = Kind::NAME;
        let found = call.run.matches(call.states, "@typed-name", name, 0)?;
        let middle = found
            .and_then(|found| found.group(1))
            .map_or(0, |(_, middle)| middle);
        if middle > 0 {
            context.push(Kind::KEYWORD_TYPE, start, start + middle, out);
        }
        context.push(Kind::NAME, start + middle, end, out);
    }
    call.push_group(2, Kind::PUNCTUATION, context, out);
    call.push_group(3, type_kind, context, out);
    context.at = call.found.end();
    Ok(())
}

/// The opcodes that a text has defined.
pub(super) type Opcodes = HashSet<String>;

/// Fortran in fixed columns: a line is as in free form.
pub(super) fn fortran(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let number = call.named.lexers.first().copied().unwrap_or(u16::MAX);
    let line = format!("{}\n", call.group(context, 0));
    let mut tokens = Tokens::new();
    call.run
        .plain(number)?
        .deeper()?
        .tokens(&line, 0, &mut tokens)?;
    let (start, end) = (
        context.base + call.found.start(),
        context.base + call.found.end(),
    );
    for token in tokens {
        let (from, to) = (start + token.start, (start + token.end).min(end));
        if from < to {
            out.push(Token {
                kind: token.kind,
                start: from,
                end: to,
            });
        }
    }
    context.at = call.found.end();
    Ok(())
}

/// Snowball: strings whose marks the text chooses.
#[derive(Debug)]
pub(super) struct Marks {
    start: char,
    end: char,
}

impl Default for Marks {
    fn default() -> Self {
        Marks {
            start: '\'',
            end: '\'',
        }
    }
}

pub(super) fn snowball_escapes(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let mark = |number: usize| call.group(context, number).chars().next().unwrap_or('\'');
    context.memory.snowball = Marks {
        start: mark(3),
        end: mark(5),
    };
    let escape = Kind::LITERAL_STRING_ESCAPE;
    let kinds = [
        Kind::KEYWORD_RESERVED,
        Kind::TEXT_WHITESPACE,
        escape,
        Kind::TEXT_WHITESPACE,
        escape,
    ];
    for (index, kind) in kinds.into_iter().enumerate() {
        call.push_group(index + 1, kind, context, out);
    }
    context.at = call.found.end();
    Ok(())
}

/// A string, or what is left of it behind an escape that goes over lines (then the text is `escape`).
pub(super) fn snowball_string(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let text = call.group(context, 0);
    let base = call.found.start();
    let Marks { start, end } = context.memory.snowball;
    let mut at = 0;
    let mut is_string = call.text(0) != "escape";
    while at < text.len() {
        if is_string {
            let (middle, next, mark) = piece(text, at, start);
            if middle > at {
                context.push(Kind::LITERAL_STRING_SINGLE, base + at, base + middle, out);
            }
            let kind = if mark == '\'' {
                Kind::LITERAL_STRING_SINGLE
            } else {
                Kind::LITERAL_STRING_ESCAPE
            };
            context.push(kind, base + middle, base + next, out);
            at = next;
            if mark == '\'' {
                context.stack.pop();
                break;
            }
        }
        if at >= text.len() {
            break;
        }
        let (_, next, mark) = piece(text, at, end);
        context.push(Kind::LITERAL_STRING_ESCAPE, base + at, base + next, out);
        at = next;
        if mark != end {
            context.stack.pop();
            call.push_state("escape", context);
            break;
        }
        is_string = true;
    }
    context.at = base + at;
    Ok(())
}

/// What stands before a mark (or before the last character of the text), where that ends, and which it is.
fn piece(text: &str, at: usize, mark: char) -> (usize, usize, char) {
    let rest = text.get(at..).unwrap_or_default();
    let found = rest.char_indices().find(|(_, c)| *c == mark);
    let (offset, c) = found
        .or_else(|| rest.char_indices().next_back())
        .unwrap_or((0, mark));
    (at + offset, at + offset + c.len_utf8(), c)
}
