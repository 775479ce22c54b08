//! Ruby within templates (`pygments/lexers/templates.py: ErbLexer`).

use super::Call;
use crate::budget::Exhausted;
use crate::run::{Run, Tokens};
use crate::token::Kind;

/// What may come next.
#[derive(PartialEq)]
enum Next {
    Text,
    Start,
    End,
}

pub(super) fn run(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let ruby = call.other(0)?;
    let pieces = split(call)?;
    let mut pieces = pieces.into_iter();
    let mut next = Next::Text;
    while let Some((start, end)) = pieces.next() {
        let tag = call.text.get(start..end).unwrap_or_default();
        next = match next {
            Next::Text => {
                call.push(Kind::OTHER, start, end, out);
                Next::Start
            }
            Next::Start => start_of(call, &ruby, tag, (start, end), &mut pieces, out)?,
            Next::End => {
                let is_end = matches!(tag, "%>" | "-%>");
                let kind = if is_end {
                    Kind::COMMENT_PREPROC
                } else {
                    Kind::OTHER
                };
                call.push(kind, start, end, out);
                Next::Text
            }
        };
    }
    Ok(())
}

fn start_of(
    call: &Call<'_, '_, '_>,
    ruby: &Run<'_>,
    tag: &str,
    (start, end): (usize, usize),
    pieces: &mut impl Iterator<Item = (usize, usize)>,
    out: &mut Tokens,
) -> Result<Next, Exhausted> {
    let lex = |start: usize, end: usize, out: &mut Tokens| {
        ruby.tokens(
            call.text.get(start..end).unwrap_or_default(),
            call.base + start,
            out,
        )
    };
    match tag {
        "<%%" | "%%>" => call.push(Kind::OTHER, start, end, out),
        "<%#" | "<%" | "<%=" | "<%-" => {
            call.push(Kind::COMMENT_PREPROC, start, end, out);
            let Some((start, end)) = pieces.next() else {
                return Ok(Next::End);
            };
            match tag {
                "<%#" => call.push(Kind::COMMENT, start, end, out),
                _ => lex(start, end, out)?,
            }
            return Ok(Next::End);
        }
        "%>" | "-%>" => call.push(Kind::ERROR, start, end, out),
        _ => {
            call.push(Kind::COMMENT_PREPROC, start, start + 1, out);
            lex(start + 1, end, out)?;
        }
    }
    Ok(Next::Text)
}

/// The text between the marks, and the marks, in turn.
fn split(call: &Call<'_, '_, '_>) -> Result<Vec<(usize, usize)>, Exhausted> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(found) = call.search("@block", call.text, at)? {
        pieces.push((at, found.start()));
        pieces.push((found.start(), found.end()));
        at = found.end();
    }
    pieces.push((at, call.text.len()));
    Ok(pieces)
}
