//! XQuery keeps a stack of states of its own.

use super::Call;
use crate::budget::Exhausted;
use crate::run::{Context, Tokens};
use crate::token::Kind;

/// The kinds are those of the groups, and the texts are what is done then.
pub(super) fn run(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    for index in 0..call.named.kinds.len() {
        call.push_group(index + 1, call.kind(index), context, out);
    }
    context.at = call.found.end();
    for step in &call.named.texts {
        let (verb, state) = step.split_once(' ').unwrap_or((step, ""));
        match verb {
            "root" => call.reset(context),
            "push" => call.push_state(state, context),
            "save" => context.memory.xquery.extend(call.states.state(state)),
            "save-current" => context.memory.xquery.extend(context.stack.pop()),
            "pop" => context.stack.extend(context.memory.xquery.pop()),
            "pop-or-leave" => leave(call, context),
            "pop-kindtest" => leave_kind_test(call, context, out),
            _ => {}
        }
    }
    Ok(())
}

fn leave(call: &Call<'_, '_>, context: &mut Context<'_>) {
    if context.memory.xquery.is_empty() {
        context.stack.pop();
        if context.stack.is_empty() {
            call.reset(context);
        }
    } else if context.stack.len() > 1 {
        context.stack.extend(context.memory.xquery.pop());
    } else {
        call.reset(context);
    }
}

/// What may follow a test of kinds is the second group.
fn leave_kind_test(call: &Call<'_, '_>, context: &mut Context<'_>, out: &mut Tokens) {
    let next = context.memory.xquery.pop();
    let first_end = call.found.group(1).map_or(call.found.end(), |(_, end)| end);
    if next == call.states.state("occurrenceindicator") {
        if call.group(context, 2).starts_with(['?', '*', '+']) {
            call.push_group(2, Kind::PUNCTUATION, context, out);
        } else {
            context.at = first_end;
        }
        call.push_state("operator", context);
    } else {
        context.stack.extend(next);
        context.at = first_end;
    }
}
