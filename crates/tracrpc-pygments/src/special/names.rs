//! Names that are more than one token.

use super::Call;
use crate::budget::Exhausted;
use crate::run::Tokens;
use crate::token::{Kind, Token};

/// Lua: a function that is not of a known module is a name, and each part of it is one.
pub(super) fn lua(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let functions = &call.named.texts;
    let is_on = call.run.flag("func_name_highlighting", true);
    each(call, out, |token, name, out| {
        let is_known = is_on
            && functions
                .binary_search_by(|known| known.as_str().cmp(name))
                .is_ok();
        if token.kind != Kind::NAME_BUILTIN || is_known {
            out.push(token);
            return;
        }
        let dot = name.find('.').unwrap_or(name.len());
        let (first, last) = (token.start + dot, (token.start + dot + 1).min(token.end));
        out.push(Token {
            kind: Kind::NAME,
            end: first,
            ..token
        });
        if first < last {
            out.push(Token {
                kind: Kind::PUNCTUATION,
                start: first,
                end: last,
            });
            out.push(Token {
                kind: Kind::NAME,
                start: last,
                ..token
            });
        }
    })
}

/// `AspectJ`: some labels are words with a colon.
pub(super) fn aspectj(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let words = &call.named.texts;
    each(call, out, |token, name, out| {
        if token.kind == Kind::NAME_LABEL && words.iter().any(|word| word == name) {
            let end = token.end.saturating_sub(1);
            out.push(Token {
                kind: Kind::KEYWORD,
                end,
                ..token
            });
            out.push(Token {
                kind: Kind::OPERATOR,
                start: end,
                ..token
            });
        } else {
            out.push(token);
        }
    })
}

/// Slurm: some comments are for the scheduler.
pub(super) fn slurm(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    each(call, out, |token, name, out| {
        let is_for_slurm = token.kind == Kind::COMMENT_SINGLE && name.contains("SBATCH");
        let kind = if is_for_slurm {
            Kind::KEYWORD_PSEUDO
        } else {
            token.kind
        };
        out.push(Token { kind, ..token });
    })
}

/// Does something with each token of the tables.
fn each(
    call: &Call<'_, '_, '_>,
    out: &mut Tokens,
    mut push: impl FnMut(Token, &str, &mut Tokens),
) -> Result<(), Exhausted> {
    let mut tokens = Tokens::new();
    call.run
        .own_tokens(call.text, call.base, &["root"], &mut tokens)?;
    for token in tokens {
        let range = token.start - call.base..token.end - call.base;
        push(token, call.text.get(range).unwrap_or_default(), out);
    }
    Ok(())
}

/// Luau: the first parts of a name may be a known one, and what is left are variables and, if it is called, a function.
pub(super) fn luau(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let words = &call.named.texts;
    let is_on = call.run.flag("include_luau_builtins", true);
    each(call, out, |token, name, out| {
        if !matches!(token.kind, Kind::NAME | Kind::NAME_OTHER) {
            out.push(token);
            return;
        }
        let is_known = |name: &str| {
            is_on
                && words
                    .binary_search_by(|word| word.as_str().cmp(name))
                    .is_ok()
        };
        let mut ends = name
            .match_indices('.')
            .map(|(at, _)| at)
            .chain([name.len()]);
        let known = ends.rfind(|end| name.get(..*end).is_some_and(is_known));
        let mut at = token.start;
        let mut push = |kind: Kind, length: usize| {
            out.push(Token {
                kind,
                start: at,
                end: at + length,
            });
            at += length;
        };
        let rest = match known {
            Some(end) => {
                push(Kind::NAME_BUILTIN, end);
                if end == name.len() {
                    return;
                }
                push(Kind::PUNCTUATION, 1);
                name.get(end + 1..).unwrap_or_default()
            }
            None => name,
        };
        let mut parts = rest.split('.').peekable();
        while let Some(part) = parts.next() {
            let is_last = parts.peek().is_none();
            let is_called = is_last && token.kind == Kind::NAME_OTHER;
            push(
                if is_called {
                    Kind::NAME_FUNCTION
                } else {
                    Kind::NAME_VARIABLE
                },
                part.len(),
            );
            if !is_last {
                push(Kind::PUNCTUATION, 1);
            }
        }
    })
}

/// Inform 6: `in` is a keyword in a loop over objects, which the second token behind it tells.
pub(super) fn inform6(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let counts = |kind: Kind| !kind.class().starts_with('c') && !matches!(kind.class(), "" | "w");
    let mut keyword: Option<usize> = None;
    let mut left = -1;
    let mut last = "";
    let mut before = None;
    let from = out.len();
    let mut words = Vec::new();
    each(call, out, |token, name, out| {
        words.push(name.to_owned());
        out.push(token);
    })?;
    for index in from..out.len() {
        let Some(token) = out.get(index).copied() else {
            break;
        };
        let word = words.get(index - from).map_or("", String::as_str);
        if before == Some(Kind::NAME_VARIABLE) && word == "in" {
            keyword = Some(index);
            left = 2;
            last = word;
        } else if left > 0 {
            if counts(token.kind) {
                left -= 1;
            }
            last = word;
        } else {
            if left == 0 {
                if last == ")"
                    && let Some(token) = keyword.and_then(|index| out.get_mut(index))
                {
                    token.kind = Kind::KEYWORD;
                }
                left = -1;
            }
        }
        if counts(token.kind) {
            before = Some(token.kind);
        }
    }
    Ok(())
}

/// TADS 3: what stands within `#if 0` is a comment.
pub(super) fn tads3(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let mut level = 0;
    let from = out.len();
    each(call, out, |token, _, out| out.push(token))?;
    for token in out.iter_mut().skip(from) {
        let text = call
            .text
            .get(token.start - call.base..token.end - call.base)
            .unwrap_or_default();
        let is_directive = token.kind == Kind::COMMENT_PREPROC;
        if level == 0 {
            if is_directive && call.matches("@if-false", text)?.is_some() {
                level = 1;
            }
        } else if !is_directive {
            token.kind = Kind::COMMENT;
        } else if level == 1 && call.matches("@else", text)?.is_some() {
            level = 0;
        } else if call.matches("@if", text)?.is_some() {
            level += 1;
        } else if call.matches("@endif", text)?.is_some() {
            level -= 1;
        }
    }
    Ok(())
}
