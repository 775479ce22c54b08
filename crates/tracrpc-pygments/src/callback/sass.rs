//! Sass and its kin: what is indented deeper belongs to a block.

use super::Call;
use crate::budget::Exhausted;
use crate::run::{Context, Tokens};
use crate::token::Kind;

/// The block at hand: its state, and its indentation.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    last_indentation: Option<String>,
    block: Option<(usize, String)>,
}

pub(super) fn indentation(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let indentation = call.group(context, 0);
    call.take(Kind::TEXT_WHITESPACE, context, out);
    context.memory.sass.last_indentation = Some(indentation.to_owned());
    let deeper = |(_, block): &&(usize, String)| {
        indentation != block && indentation.starts_with(block.as_str())
    };
    match context.memory.sass.block.as_ref().filter(deeper) {
        Some((state, _)) => context.stack.push(*state),
        None => {
            context.memory.sass.block = None;
            call.push_state("content", context);
        }
    }
    Ok(())
}

pub(super) fn block(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    call.take(call.kind(0), context, out);
    let blocks = &mut context.memory.sass;
    let indentation = blocks.last_indentation.clone().unwrap_or_default();
    blocks.block = call
        .states
        .state(call.text(0))
        .map(|state| (state, indentation));
    Ok(())
}
