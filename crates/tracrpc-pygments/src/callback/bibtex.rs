//! BibTeX: the brace that closes an entry is that which opened it.

use super::Call;
use crate::budget::Exhausted;
use crate::run::{Context, Tokens};
use crate::token::Kind;

pub(super) fn open(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    context.memory.bibtex = call.group(context, 0).chars().next();
    call.take(Kind::PUNCTUATION, context, out);
    Ok(())
}

pub(super) fn close(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let brace = call.group(context, 0);
    let is_wrong = match context.memory.bibtex.take() {
        Some('{') => brace != "}",
        Some('(') => brace != ")",
        _ => false,
    };
    let kind = if is_wrong {
        Kind::ERROR
    } else {
        Kind::PUNCTUATION
    };
    call.take(kind, context, out);
    Ok(())
}
