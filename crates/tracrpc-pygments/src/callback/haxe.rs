//! Haxe: the branches of `#if` start in the same state.

use super::Call;
use crate::budget::Exhausted;
use crate::run::{Context, Tokens};
use crate::token::Kind;

/// More nested `#if`s are not remembered.
const MAX_STACKS: usize = 100;
/// Nor are longer stacks.
const LONGEST_STACK: usize = 1000;

pub(super) fn preprocessor(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let word = call.group(context, 2);
    let known = &mut context.memory.haxe;
    call.run.budget().take(context.stack.len() as u64)?;
    match word {
        "if" if known.len() < MAX_STACKS && context.stack.len() <= LONGEST_STACK => {
            known.push(context.stack.clone())
        }
        "else" | "elseif" => {
            if let Some(stack) = known.last() {
                context.stack.clone_from(stack);
            }
        }
        "end" => {
            known.pop();
        }
        _ => {}
    }
    match word {
        "if" | "elseif" => call.push_state("preproc-expr", context),
        "error" => call.push_state("preproc-error", context),
        _ => {}
    }
    call.take(Kind::COMMENT_PREPROC, context, out);
    Ok(())
}
