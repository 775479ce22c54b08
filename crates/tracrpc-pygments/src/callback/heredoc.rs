//! Here documents, of Ruby, Crystal and Terraform.

use super::Call;
use crate::budget::Exhausted;
use crate::lines::lines_from;
use crate::run::{Context, Tokens};
use crate::token::Kind;

/// A document that is to come.
#[derive(Debug, Clone)]
pub(super) struct Heredoc {
    /// Its end may be indented.
    is_tolerant: bool,
    name: String,
}

/// More documents of a line are not told apart.
const MAX_HEREDOCS: usize = 30;

/// The groups: `<<-`, quote, name, quote, the rest of the line.
pub(super) fn ruby(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    call.push_group(1, Kind::OPERATOR, context, out);
    call.push_group(2, Kind::LITERAL_STRING_HEREDOC, context, out);
    call.push_group(3, Kind::LITERAL_STRING_DELIMITER, context, out);
    call.push_group(4, Kind::LITERAL_STRING_HEREDOC, context, out);
    let is_outermost = context.memory.heredocs.is_empty();
    let mark = call.group(context, 1);
    context.memory.heredocs.push(Heredoc {
        is_tolerant: call.named.texts.iter().any(|text| text == mark),
        name: call.group(context, 3).to_owned(),
    });
    if let Some((start, end)) = call.found.group(5) {
        (context.at, context.end) = (start, end);
        // The rest of the line may have other documents.
        if context.memory.heredocs.len() < MAX_HEREDOCS {
            call.run.deeper()?.go(call.states, context, out)?;
        } else {
            context.push(Kind::LITERAL_STRING_HEREDOC, start, end, out);
        }
    }
    context.at = call.found.end();
    if is_outermost {
        for heredoc in std::mem::take(&mut context.memory.heredocs) {
            body(&heredoc, context, out);
        }
        context.end = context.text.len();
    }
    Ok(())
}

/// The groups: `<<-`, name, the rest of the line.
pub(super) fn terraform(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    call.push_group(1, Kind::OPERATOR, context, out);
    call.push_group(2, Kind::LITERAL_STRING_DELIMITER, context, out);
    call.push_group(3, Kind::LITERAL_STRING_HEREDOC, context, out);
    context.at = call.found.end();
    let name = call.group(context, 2).to_owned();
    body(
        &Heredoc {
            is_tolerant: true,
            name,
        },
        context,
        out,
    );
    context.end = context.text.len();
    Ok(())
}

/// The lines up to the name, or all as an error if it does not come.
fn body(heredoc: &Heredoc, context: &mut Context<'_>, out: &mut Tokens) {
    let from = context.at;
    let is_end = |line: &str| match heredoc.is_tolerant {
        true => line.trim() == heredoc.name,
        false => line.trim_end() == heredoc.name,
    };
    let mut at = from;
    for line in lines_from(context.text, from) {
        let end = at + line.len();
        if is_end(line) {
            push_lines(Kind::LITERAL_STRING_HEREDOC, from, at, context, out);
            context.push(Kind::LITERAL_STRING_DELIMITER, at, end, out);
            context.at = end;
            return;
        }
        at = end;
    }
    push_lines(Kind::ERROR, from, at, context, out);
    context.at = at;
}

fn push_lines(kind: Kind, from: usize, to: usize, context: &Context<'_>, out: &mut Tokens) {
    if to > from {
        context.push(kind, from, to, out);
    }
}
