//! Maple: what stands in quotes is evaluated later.

use super::Call;
use crate::budget::Exhausted;
use crate::run::{Context, Tokens};
use crate::token::Kind;

pub(super) fn delayed(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    call.push_group(1, Kind::PUNCTUATION, context, out);
    if let Some((start, end)) = call.found.group(2) {
        let whole = context.end;
        (context.at, context.end) = (start, end);
        call.run.deeper()?.go(call.states, context, out)?;
        context.end = whole;
    }
    let (quoted, end) = (call.found.group(2), call.found.end());
    context.push(
        Kind::PUNCTUATION,
        quoted.map_or(end, |(_, quoted)| quoted),
        end,
        out,
    );
    context.at = end;
    Ok(())
}
