//! Sessions with a shell (`pygments/lexers/shell.py: ShellSessionBaseLexer`).

use super::Call;
use crate::budget::Exhausted;
use crate::delegate::Rest;
use crate::lines::lines_from;
use crate::run::Tokens;
use crate::token::Kind;

/// The texts are the second prompt, and whether it needs no mark in the line before; the kind is that of the name of
/// a virtual environment.
pub(super) fn run(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let lexer = call.other(0)?;
    let second = call.named.texts.first().map_or("", String::as_str);
    let is_bare = call.named.texts.get(1).is_some_and(|text| text == "bare");
    let mut rest = Rest::default();
    let mut goes_on = false;
    let mut at = 0;
    for whole in lines_from(call.text, 0) {
        let (start, end) = (at, at + whole.len());
        at = end;
        let mut line_start = start;
        if let Some(found) = call.matches("@venv", whole)? {
            let named = call.named.kinds.first().copied();
            for (number, kind) in [(1, named.unwrap_or(Kind::TEXT)), (2, Kind::TEXT)] {
                if let Some((from, to)) = found.group(number).filter(|(from, to)| to > from) {
                    rest.insert(call.token(kind, start + from, start + to));
                }
            }
            line_start = start + found.end();
        }
        let line = call.text.get(line_start..end).unwrap_or_default();
        if let Some(found) = call.matches("@prompt", line)? {
            let prompt = found.group(1).map_or(0, |(_, end)| end);
            rest.insert(call.token(Kind::GENERIC_PROMPT, line_start, line_start + prompt));
            rest.leave(
                line.get(prompt..).unwrap_or_default(),
                call.base + line_start + prompt,
            );
            goes_on = rest.text().ends_with("\\\n");
        } else if goes_on || is_bare && line.starts_with(second) {
            let prompt = if line.starts_with(second) {
                second.len()
            } else {
                0
            };
            if prompt > 0 {
                rest.insert(call.token(Kind::GENERIC_PROMPT, line_start, line_start + prompt));
            }
            rest.leave(
                line.get(prompt..).unwrap_or_default(),
                call.base + line_start + prompt,
            );
            if goes_on {
                goes_on = rest.text().ends_with("\\\n");
            }
        } else {
            let code = std::mem::take(&mut rest);
            if code.has_insertions() {
                code.lex(&lexer, out)?;
            }
            call.push(Kind::GENERIC_OUTPUT, line_start, end, out);
        }
    }
    if rest.has_insertions() {
        rest.lex(&lexer, out)?;
    }
    Ok(())
}
