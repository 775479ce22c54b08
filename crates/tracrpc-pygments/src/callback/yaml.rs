//! YAML: what belongs together is told by its indentation, in characters.

use super::Call;
use crate::budget::Exhausted;
use crate::run::{Context, Tokens};

/// The indentation at hand, and those around it (`pygments/lexers/data.py: YamlLexerContext`).
#[derive(Debug)]
pub(super) struct Indents {
    stack: Vec<i64>,
    current: i64,
    next: i64,
    block_scalar: Option<i64>,
}

impl Default for Indents {
    fn default() -> Self {
        Indents {
            stack: Vec::new(),
            current: -1,
            next: 0,
            block_scalar: None,
        }
    }
}

fn length(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// The place behind so many characters of a text.
fn cut(text: &str, count: i64) -> usize {
    let count = usize::try_from(count).unwrap_or(0);
    text.char_indices()
        .nth(count)
        .map_or(text.len(), |(index, _)| index)
}

/// Nothing is taken if nothing was matched.
pub(super) fn something(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    if call.found.end() > call.found.start() {
        call.take(call.kind(0), context, out);
    }
    Ok(())
}

pub(super) fn reset_indent(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    context.memory.yaml = Indents::default();
    call.take(call.kind(0), context, out);
    Ok(())
}

/// The second kind is that of what is indented as nothing around it is.
pub(super) fn save_indent(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let text = call.group(context, 0);
    let mut kept = text.len();
    let indents = &mut context.memory.yaml;
    if call.text(0) == "start" {
        indents.next = length(text);
        while indents.next < indents.current
            && let Some(outer) = indents.stack.pop()
        {
            indents.current = outer;
            if indents.next > indents.current {
                kept = cut(text, indents.current);
            }
        }
    } else {
        indents.next += length(text);
    }
    let (start, end) = (call.found.start(), call.found.end());
    if kept > 0 {
        context.push(call.kind(0), start, start + kept, out);
    }
    if kept < text.len() {
        context.push(call.kind(1), start + kept, end, out);
    }
    context.at = end;
    Ok(())
}

pub(super) fn set_indent(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let text = call.group(context, 0);
    let indents = &mut context.memory.yaml;
    if indents.current < indents.next {
        indents.stack.push(indents.current);
        indents.current = indents.next;
    }
    if call.text(0) != "implicit" {
        indents.next += length(text);
    }
    call.take(call.kind(0), context, out);
    Ok(())
}

pub(super) fn set_block_scalar_indent(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let indents = &mut context.memory.yaml;
    indents.block_scalar = None;
    if call.found.end() == call.found.start() {
        return Ok(());
    }
    let current = indents.current.max(0);
    let increment: Option<i64> = call.group(context, 1).parse().ok();
    context.memory.yaml.block_scalar = increment.map(|increment| current + increment);
    call.take(call.kind(0), context, out);
    Ok(())
}

/// The kinds are those of the indentation and of what stands behind it.
pub(super) fn parse_block_scalar_empty_line(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let text = call.group(context, 0);
    let (start, end) = (call.found.start(), call.found.end());
    match context.memory.yaml.block_scalar {
        Some(indent) if length(text) > indent => {
            let middle = start + cut(text, indent);
            context.push(call.kind(0), start, middle, out);
            context.push(call.kind(1), middle, end, out);
        }
        _ => {
            if end > start {
                context.push(call.kind(0), start, end, out);
            }
        }
    }
    context.at = end;
    Ok(())
}

pub(super) fn parse_block_scalar_indent(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let length = length(call.group(context, 0));
    let indents = &mut context.memory.yaml;
    let is_over = match indents.block_scalar {
        None => length <= indents.current.max(0),
        Some(indent) => length < indent,
    };
    if is_over {
        leave(context);
        return Ok(());
    }
    indents.block_scalar.get_or_insert(length);
    something(call, context, out)
}

pub(super) fn parse_plain_scalar_indent(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    if length(call.group(context, 0)) <= context.memory.yaml.current {
        leave(context);
        return Ok(());
    }
    something(call, context, out)
}

/// The scalar is over: its two states are.
fn leave(context: &mut Context<'_>) {
    let left = context.stack.len().saturating_sub(2);
    context.stack.truncate(left);
}
