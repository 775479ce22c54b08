//! Literate programs: code within text.

use super::Call;
use crate::budget::Exhausted;
use crate::delegate::Rest;
use crate::lines::lines_from;
use crate::run::{Run, Tokens};
use crate::token::Kind;

/// The text is the style, if there is but one.
pub(super) fn run(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let own = call.named.texts.first().map_or("", String::as_str);
    let option = call.run.options.iter().find(|(name, _)| name == "litstyle");
    let style = match (own, option) {
        ("", Some((_, style))) => style.as_str(),
        ("", None) => match call.text.trim_start().starts_with(['%', '\\']) {
            true => "latex",
            false => "bird",
        },
        (own, _) => own,
    };
    let rest = if style == "bird" {
        bird(call)?
    } else {
        latex(call)?
    };
    rest.lex(&call.other(0)?, out)
}

/// Code starts with `>`.
fn bird(call: &Call<'_, '_, '_>) -> Result<Rest, Exhausted> {
    let mut rest = Rest::default();
    let mut at = 0;
    for line in lines_from(call.text, 0) {
        let (start, end) = (at, at + line.len());
        at = end;
        match call
            .matches("@bird", line)?
            .and_then(|found| found.group(1))
        {
            Some((_, mark)) => {
                rest.insert(call.token(Kind::COMMENT_SPECIAL, start, start + mark));
                rest.leave(
                    line.get(mark..).unwrap_or_default(),
                    call.base + start + mark,
                );
            }
            None => rest.insert(call.token(Kind::TEXT, start, end)),
        }
    }
    Ok(rest)
}

/// Code stands in an environment `code`.
fn latex(call: &Call<'_, '_, '_>) -> Result<Rest, Exhausted> {
    let tex = call.other(1)?;
    let mut rest = Rest::default();
    let mut is_code = false;
    let mut from = 0;
    let mut at = 0;
    for line in lines_from(call.text, 0) {
        let (start, end) = (at, at + line.len());
        at = end;
        let command = line.trim_start();
        if is_code {
            if command.starts_with("\\end{code}") {
                is_code = false;
                from = start;
            } else {
                rest.leave(line, call.base + start);
            }
        } else if command.starts_with("\\begin{code}") {
            is_code = true;
            insert(call, &tex, from, end, &mut rest)?;
            from = end;
        }
    }
    if !is_code {
        insert(call, &tex, from, at, &mut rest)?;
    }
    Ok(rest)
}

fn insert(
    call: &Call<'_, '_, '_>,
    tex: &Run<'_>,
    from: usize,
    to: usize,
    rest: &mut Rest,
) -> Result<(), Exhausted> {
    let mut tokens = Tokens::new();
    tex.tokens(
        call.text.get(from..to).unwrap_or_default(),
        call.base + from,
        &mut tokens,
    )?;
    for token in tokens {
        rest.insert(token);
    }
    Ok(())
}
