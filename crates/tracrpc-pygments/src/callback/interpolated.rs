//! Ruby's strings and regular expressions with any mark around them.

use super::Call;
use crate::budget::Exhausted;
use crate::callback::Memory;
use crate::run::{Context, Tokens};

/// The groups: the mark, its end, what is within, the mark.
pub(super) fn run(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    call.push_group(1, call.kind(0), context, out);
    if let Some((start, _)) = call.found.group(3) {
        let text = call.group(context, 3);
        let mut inner = Context {
            text,
            base: context.base + start,
            at: 0,
            end: text.len(),
            stack: call.states.state(call.text(0)).into_iter().collect(),
            memory: Memory::default(),
        };
        call.run.deeper()?.go(call.states, &mut inner, out)?;
    }
    call.push_group(4, call.kind(0), context, out);
    context.at = call.found.end();
    Ok(())
}
