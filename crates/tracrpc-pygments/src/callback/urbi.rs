//! Urbiscript: `\B(size)(data)` in a string.

use super::Call;
use crate::budget::Exhausted;
use crate::run::{Context, Tokens};
use crate::token::Kind;

/// The groups: text before, `\B(size)(`, the size in characters.
pub(super) fn blob(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let end = call.found.end();
    let size: Option<usize> = call.group(context, 3).parse().ok();
    let rest = context.text.get(end..).unwrap_or_default();
    call.run
        .budget()
        .take(size.unwrap_or_default().min(rest.len()) as u64)?;
    let after = size.and_then(|size| rest.char_indices().nth(size));
    let start = call
        .found
        .group(1)
        .map_or(call.found.start(), |(_, end)| end);
    call.push_group(1, Kind::LITERAL_STRING, context, out);
    match after {
        Some((length, ')')) => {
            context.push(Kind::LITERAL_STRING_ESCAPE, start, end + length + 1, out);
            context.at = end + length + 1;
        }
        _ => {
            context.push(Kind::LITERAL_STRING, start, end, out);
            context.at = end;
        }
    }
    Ok(())
}
