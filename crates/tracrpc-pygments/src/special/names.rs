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
