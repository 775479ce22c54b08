//! MediaWiki: code in a tag whose attributes name its language.

use super::Call;
use crate::budget::Exhausted;
use crate::run::{Context, Tokens};
use crate::token::Kind;

/// Attributes and content. The text is the language if none is named; then there may be but that one.
pub(super) fn code(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let text = call.group(context, 0);
    let base = context.base + call.found.start();
    let run = call.run.deeper()?;
    context.at = call.found.end();
    // An arrow of a comment ends no tag.
    let is_end = |at: &usize| !text.get(..*at).is_some_and(|before| before.ends_with("--"));
    let end = text.match_indices('>').map(|(at, _)| at).find(is_end);
    let Some(end) = end else {
        return run.tokens_from(text, base, &["root", "attr"], out);
    };
    let attributes = text.get(..end).unwrap_or_default();
    run.tokens_from(attributes, base, &["root", "attr"], out)?;
    let start = call.found.start();
    context.push(Kind::PUNCTUATION, start + end, start + end + 1, out);
    let mut language = None;
    let mut at = 0;
    while let Some(found) = call.run.search(call.states, "@language", attributes, at)? {
        language = found
            .group(2)
            .and_then(|(from, to)| attributes.get(from..to));
        at = found.end();
    }
    let lexer = match (call.text(0), language) {
        ("", Some(language)) => call.run.by_name(language)?,
        ("", None) => None,
        (own, language) => match language.is_none_or(|language| language == own) {
            true => call.run.by_name(own)?,
            false => None,
        },
    };
    let content = text.get(end + 1..).unwrap_or_default();
    match lexer {
        Some(lexer) => lexer.deeper()?.tokens(content, base + end + 1, out),
        None => {
            if !content.is_empty() {
                context.push(Kind::TEXT, start + end + 1, call.found.end(), out);
            }
            Ok(())
        }
    }
}
