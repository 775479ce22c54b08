//! PostgreSQL: what stands between dollars is in the language that is named near it.

use super::Call;
use crate::budget::Exhausted;
use crate::run::{Context, Run, Tokens};
use crate::token::Kind;

/// How near a language is named, in characters: after the text and before it, and how near `DO` is.
const NEAR: usize = 100;
const NEAR_DO: usize = 25;

/// The groups: `$`, a name, `$`, the text, `$`, the name, `$`.
pub(super) fn language(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let lexer = lexer(call, context)?;
    for number in 1..=7 {
        match number {
            2 | 6 => call.push_group(number, Kind::LITERAL_STRING_DELIMITER, context, out),
            4 => match (&lexer, call.found.group(4)) {
                (Some(lexer), Some((start, _))) => {
                    lexer
                        .deeper()?
                        .tokens(call.group(context, 4), context.base + start, out)?;
                }
                _ => call.push_group(4, Kind::LITERAL_STRING, context, out),
            },
            _ => call.push_group(number, Kind::LITERAL_STRING, context, out),
        }
    }
    context.at = call.found.end();
    Ok(())
}

fn lexer<'l>(call: &Call<'_, 'l>, context: &Context<'_>) -> Result<Option<Run<'l>>, Exhausted> {
    let (run, states, text) = (call.run, call.states, context.text);
    let after = chars_from(text, call.found.end(), NEAR);
    if let Some(found) = run.matches(states, "@language", after, 0)? {
        return by_language(
            call,
            found
                .group(1)
                .and_then(|(start, end)| after.get(start..end)),
        );
    }
    let before = chars_to(text, call.found.start(), NEAR);
    let mut last = None;
    let mut at = 0;
    while let Some(found) = run.search(states, "@language", before, at)? {
        last = found.group(1);
        at = found.end();
    }
    if let Some((start, end)) = last {
        return by_language(call, before.get(start..end));
    }
    let before = chars_to(text, call.found.start(), NEAR_DO);
    match run.search(states, "@do", before, 0)? {
        Some(_) => by_language(call, Some("plpgsql")),
        None => Ok(None),
    }
}

fn by_language<'l>(
    call: &Call<'_, 'l>,
    language: Option<&str>,
) -> Result<Option<Run<'l>>, Exhausted> {
    let Some(language) = language else {
        return Ok(None);
    };
    if language.eq_ignore_ascii_case("sql") {
        return call.run.by_name("postgresql");
    }
    let without_pl = language.strip_prefix("pl");
    let tries = [
        Some(language),
        without_pl,
        language.strip_suffix('u'),
        without_pl.and_then(|rest| rest.strip_suffix('u')),
    ];
    for name in tries.into_iter().flatten() {
        if let Some(lexer) = call.run.by_name(name)? {
            return Ok(Some(lexer));
        }
    }
    Ok(None)
}

fn chars_from(text: &str, from: usize, count: usize) -> &str {
    let rest = text.get(from..).unwrap_or_default();
    let end = rest
        .char_indices()
        .nth(count)
        .map_or(rest.len(), |(index, _)| index);
    rest.get(..end).unwrap_or_default()
}

fn chars_to(text: &str, to: usize, count: usize) -> &str {
    let before = text.get(..to).unwrap_or_default();
    let start = before
        .char_indices()
        .rev()
        .nth(count - 1)
        .map_or(0, |(index, _)| index);
    before.get(start..).unwrap_or_default()
}
