//! Code of other languages within reStructuredText, Markdown and TiddlyWiki.

use super::Call;
use crate::budget::Exhausted;
use crate::delegate::Rest;
use crate::lines::python_lines;
use crate::run::{Context, Run, Tokens};
use crate::token::{Kind, Token};

/// The lexer of a name, unless the option `handlecodeblocks` is off.
fn lexer<'l>(call: &Call<'_, 'l>, name: &str) -> Result<Option<Run<'l>>, Exhausted> {
    match call.run.flag("handlecodeblocks", true) {
        true => call.run.by_name(name.trim()),
        false => Ok(None),
    }
}

fn code(
    call: &Call<'_, '_>,
    lexer: Option<Run<'_>>,
    group: usize,
    context: &Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    match (lexer, call.found.group(group)) {
        (Some(lexer), Some((start, _))) => {
            lexer
                .deeper()?
                .tokens(call.group(context, group), context.base + start, out)
        }
        _ => {
            call.push_group(group, Kind::LITERAL_STRING, context, out);
            Ok(())
        }
    }
}

/// The groups: the parts of the directive; from the eighth on the code with its indentation.
pub(super) fn rst(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let kinds = [
        Kind::PUNCTUATION,
        Kind::TEXT,
        Kind::OPERATOR_WORD,
        Kind::PUNCTUATION,
        Kind::TEXT,
        Kind::KEYWORD,
        Kind::TEXT,
    ];
    for (index, kind) in kinds.into_iter().enumerate() {
        call.push_group(index + 1, kind, context, out);
    }
    let (start, indented) = call.found.group(8).unwrap_or_default();
    let end = call
        .found
        .group(11)
        .map_or(call.found.end(), |(_, end)| end);
    context.at = call.found.end();
    let Some(lexer) = lexer(call, call.group(context, 6))? else {
        context.push(Kind::LITERAL_STRING, start, end, out);
        return Ok(());
    };
    let indentation = call.group(context, 8).chars().count();
    let mut rest = Rest::default();
    let mut at = context.base + start;
    debug_assert!(indented >= start);
    for line in python_lines(context.text.get(start..end).unwrap_or_default()) {
        let cut = match line.char_indices().nth(indentation) {
            Some((cut, _)) => cut,
            None => 0,
        };
        if cut > 0 {
            rest.insert(Token {
                kind: Kind::TEXT,
                start: at,
                end: at + cut,
            });
        }
        rest.leave(line.get(cut..).unwrap_or_default(), at + cut);
        at += line.len();
    }
    rest.lex(&lexer.deeper()?, out)
}

/// The texts are the numbers of the groups.
pub(super) fn markdown(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let group = |index: usize| call.text(index).parse().unwrap_or(0);
    call.push_group(group(0), Kind::LITERAL_STRING_BACKTICK, context, out);
    call.push_group(group(1), Kind::LITERAL_STRING_BACKTICK, context, out);
    if call.found.group(group(2)).is_some() {
        call.push_group(group(3), Kind::TEXT_WHITESPACE, context, out);
        call.push_group(group(4), Kind::TEXT, context, out);
    }
    call.push_group(group(5), Kind::TEXT_WHITESPACE, context, out);
    let lexer = lexer(call, call.group(context, group(1)))?;
    code(call, lexer, group(6), context, out)?;
    call.push_group(group(7), Kind::LITERAL_STRING_BACKTICK, context, out);
    context.at = call.found.end();
    Ok(())
}

/// The groups: the mark, perhaps a language, a line break, the code, the mark.
pub(super) fn tiddly(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    call.push_group(1, Kind::LITERAL_STRING, context, out);
    call.push_group(2, Kind::LITERAL_STRING, context, out);
    let (language, number) = match call.text(0) {
        "" => {
            call.push_group(3, Kind::TEXT, context, out);
            (call.group(context, 2), 4)
        }
        language => (language, 3),
    };
    let lexer = lexer(call, language)?;
    let is_known = lexer.is_some();
    code(call, lexer, number, context, out)?;
    // Of code in no known language the last mark is not shown.
    if is_known {
        call.push_group(number + 1, Kind::LITERAL_STRING, context, out);
    }
    context.at = call.found.end();
    Ok(())
}
