//! Sessions with `psql`: commands, and what they print, in turn.

use super::Call;
use crate::budget::Exhausted;
use crate::delegate::Rest;
use crate::lines::lines_from;
use crate::run::Tokens;
use crate::token::Kind;

pub(super) fn run(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let sql = call.other(0)?;
    let mut lines = Vec::new();
    let mut at = 0;
    for line in lines_from(call.text, 0) {
        lines.push((at, line));
        at += line.len();
    }
    let mut lines = lines.into_iter().peekable();
    loop {
        let mut rest = Rest::default();
        let mut command_end = 0;
        for (at, line) in lines.by_ref() {
            if line.starts_with('$') && rest.text().is_empty() {
                call.other(1)?.tokens(line, call.base + at, out)?;
                break;
            }
            let prompt = call
                .matches("@prompt", line)?
                .map_or(0, |found| found.end());
            if prompt > 0 {
                rest.insert(call.token(Kind::GENERIC_PROMPT, at, at + prompt));
            }
            let before = rest.text().len();
            rest.leave(
                line.get(prompt..).unwrap_or_default(),
                call.base + at + prompt,
            );
            // What ends the command is looked for in what is new, and a line before it.
            let from = rest
                .text()
                .get(..before.saturating_sub(1))
                .and_then(|text| text.rfind('\n'));
            let from = from.map_or(0, |at| at + 1).max(command_end);
            let is_command = call.matches("@command", rest.text())?.is_some();
            if is_command || call.search("@end", rest.text(), from)?.is_some() {
                break;
            }
            command_end = from;
        }
        rest.lex(&sql, out)?;
        let mut kind = Kind::GENERIC_OUTPUT;
        loop {
            let Some((at, line)) = lines.peek().copied() else {
                return Ok(());
            };
            if call.matches("@prompt", line)?.is_some() {
                break;
            }
            lines.next();
            let parts = call.matches("@message", line)?;
            let parts = parts.and_then(|found| Some((found.group(1)?, found.group(2)?)));
            match parts {
                Some(((_, middle), (_, end))) => {
                    if line.starts_with("ERROR") || line.starts_with("FATAL") {
                        kind = Kind::GENERIC_ERROR;
                    }
                    call.push(Kind::GENERIC_STRONG, at, at + middle, out);
                    call.push(kind, at + middle, at + end, out);
                }
                None => call.push(kind, at, at + line.len(), out),
            }
        }
    }
}
