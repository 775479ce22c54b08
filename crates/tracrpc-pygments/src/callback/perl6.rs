//! Perl 6: any mark quotes, and braces of code stand within regular expressions.

use super::Call;
use crate::budget::{Budget, Exhausted};
use crate::run::{Context, Tokens};
use crate::token::Kind;

pub(super) fn brackets(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let group = |index: usize| call.text(index).parse().unwrap_or(0);
    let Some((start, opened)) = call.found.group(group(1)) else {
        return Ok(());
    };
    let text = context.text;
    call.run
        .budget()
        .take((text.len() - opened.min(text.len())) as u64 / 8)?;
    let opening = call.group(context, group(1));
    let pairs: Vec<char> = call.text(0).chars().collect();
    let first = opening.chars().next().unwrap_or(' ');
    let closer = pairs
        .chunks_exact(2)
        .find(|pair| pair.first() == Some(&first))
        .and_then(|pair| pair.get(1));
    let count = opening.chars().count();
    let mut end = match closer {
        None => find(text, opening, opened),
        Some(closer) => {
            let closing = closer.to_string().repeat(count);
            close_of(text, opening, &closing, start, call.run.budget())?
        }
    };
    let adverbs = group(2);
    if adverbs > 0 && has_to(call.group(context, adverbs)) {
        end = heredoc_end(text, opened, end);
    }
    let end = skip_chars(text, end, count);
    context.push(call.kind(0), call.found.start(), end, out);
    context.at = end;
    Ok(())
}

fn find(text: &str, wanted: &str, from: usize) -> usize {
    let found = text.get(from..).and_then(|rest| rest.find(wanted));
    found.map_or(text.len(), |at| from + at)
}

/// The end of what is nested in brackets.
fn close_of(
    text: &str,
    opening: &str,
    closing: &str,
    start: usize,
    budget: &Budget,
) -> Result<usize, Exhausted> {
    let count = opening.chars().count();
    let mut level = 1;
    let mut at = start;
    while level > 0 {
        let from = skip_chars(text, at, count);
        let close = find(text, closing, from);
        budget.take(1 + (close.saturating_sub(from)) as u64 / 8)?;
        if close == text.len() {
            return Ok(close);
        }
        let between = text.get(from..close).unwrap_or_default();
        match between.find(opening) {
            Some(open) => {
                level += 1;
                at = from + open;
            }
            None => {
                level -= 1;
                at = close;
            }
        }
    }
    Ok(at)
}

fn skip_chars(text: &str, at: usize, count: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest
        .char_indices()
        .nth(count)
        .map_or(rest.len(), |(index, _)| index)
}

/// Whether there is an adverb `:to`.
fn has_to(adverbs: &str) -> bool {
    adverbs.match_indices(":to").any(|(at, mark)| {
        let next = adverbs
            .get(at + mark.len()..)
            .and_then(|rest| rest.chars().next());
        !next.is_some_and(|c| c == '_' || c.is_alphanumeric())
    })
}

/// Where the document ends that a line with nothing but what was quoted ends.
fn heredoc_end(text: &str, opened: usize, end: usize) -> usize {
    let terminator = text.get(opened..end).unwrap_or_default().trim();
    let mut at = end;
    for line in text.get(end..).unwrap_or_default().split_inclusive('\n') {
        let is_first = at == end;
        at += line.len();
        if !is_first && line.trim() == terminator {
            return at - line.len() + line.trim_end_matches('\n').len();
        }
    }
    text.len()
}

pub(super) fn open(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    call.take(Kind::TEXT, context, out);
    if is_below_token(call, context) {
        context.memory.perl6_nesting += 1;
    }
    Ok(())
}

pub(super) fn close(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    call.take(Kind::TEXT, context, out);
    if is_below_token(call, context) {
        context.memory.perl6_nesting -= 1;
        if context.memory.perl6_nesting == 0 {
            context.stack.pop();
        }
    }
    Ok(())
}

pub(super) fn embedded(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    context.memory.perl6_nesting = 1;
    call.take(Kind::TEXT, context, out);
    call.push_state("root", context);
    Ok(())
}

fn is_below_token(call: &Call<'_, '_>, context: &Context<'_>) -> bool {
    let stack = &context.stack;
    stack.len() > 2 && stack.get(stack.len() - 2).copied() == call.states.state("token")
}
