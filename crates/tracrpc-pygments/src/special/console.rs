//! Sessions with an interpreter: code behind prompts, and what it prints.

use super::Call;
use crate::budget::Exhausted;
use crate::delegate::Rest;
use crate::lines::{lines_from, python_lines};
use crate::run::{Run, Tokens};
use crate::token::Kind;

/// What an interpreter prints.
fn output(is_error: bool) -> Kind {
    match is_error {
        true => Kind::GENERIC_ERROR,
        false => Kind::GENERIC_OUTPUT,
    }
}

/// Code whose prompts were taken off, up to what it prints.
struct Code<'c, 'l, 't> {
    call: &'c Call<'c, 'l, 't>,
    lexer: Run<'l>,
    rest: Rest,
}

impl<'c, 'l, 't> Code<'c, 'l, 't> {
    fn new(call: &'c Call<'c, 'l, 't>) -> Result<Self, Exhausted> {
        let (lexer, rest) = (call.other(0)?, Rest::default());
        Ok(Code { call, lexer, rest })
    }

    /// A line at a place: so many bytes are its prompt.
    fn line(&mut self, line: &str, at: usize, prompt: usize) {
        self.line_of(Kind::GENERIC_PROMPT, line, at, prompt);
    }

    fn line_of(&mut self, kind: Kind, line: &str, at: usize, prompt: usize) {
        if prompt > 0 {
            self.rest.insert(self.call.token(kind, at, at + prompt));
        }
        let code = line.get(prompt..).unwrap_or_default();
        self.rest.leave(code, self.call.base + at + prompt);
    }

    fn is_empty(&self) -> bool {
        self.rest.text().is_empty()
    }

    /// The code so far.
    fn flush(&mut self, out: &mut Tokens) -> Result<(), Exhausted> {
        if self.is_empty() {
            return Ok(());
        }
        std::mem::take(&mut self.rest).lex(&self.lexer, out)
    }
}

/// Lines with their places.
fn placed<'t>(lines: impl Iterator<Item = &'t str>) -> impl Iterator<Item = (usize, &'t str)> {
    lines.scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    })
}

/// Dylan, Erlang, R, Ruby: a prompt starts a line of code.
pub(super) fn simple(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let is_erlang = call
        .named
        .texts
        .first()
        .is_some_and(|name| name == "ErlangShellLexer");
    let mut code = Code::new(call)?;
    for (at, line) in placed(lines_from(call.text, 0)) {
        match call.matches("@prompt", line)? {
            Some(found) => code.line(line, at, found.end()),
            None => {
                code.flush(out)?;
                let is_traceback = is_erlang && line.starts_with('*');
                let kind = if is_traceback {
                    Kind::GENERIC_TRACEBACK
                } else {
                    Kind::GENERIC_OUTPUT
                };
                call.push(kind, at, at + line.len(), out);
            }
        }
    }
    code.flush(out)
}

pub(super) fn elixir(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let mut code = Code::new(call)?;
    let mut is_error = false;
    for (at, line) in placed(lines_from(call.text, 0)) {
        if line.starts_with("** ") {
            is_error = true;
            code.line_of(Kind::GENERIC_ERROR, line, at, line.len() - 1);
        } else if let Some(found) = call.matches("@prompt", line)? {
            is_error = false;
            code.line(line, at, found.end());
        } else {
            code.flush(out)?;
            call.push(output(is_error), at, at + line.len(), out);
        }
    }
    code.flush(out)
}

pub(super) fn sqlite(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let mut code = Code::new(call)?;
    for (at, line) in placed(lines_from(call.text, 0)) {
        if call.matches("@prompt", line)?.is_some() && line.is_char_boundary(8) {
            code.rest
                .insert(call.token(Kind::GENERIC_PROMPT, at, at + 7));
            code.rest
                .insert(call.token(Kind::TEXT_WHITESPACE, at + 7, at + 8));
            code.rest
                .leave(line.get(8..).unwrap_or_default(), call.base + at + 8);
        } else {
            code.flush(out)?;
            let is_error = line.starts_with("SQL error: ");
            let kind = if is_error {
                Kind::GENERIC_TRACEBACK
            } else {
                Kind::GENERIC_OUTPUT
            };
            call.push(kind, at, at + line.len(), out);
        }
    }
    code.flush(out)
}

/// Node: what is printed is JavaScript, too.
pub(super) fn node(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let mut code = Code::new(call)?;
    for (at, line) in placed(lines_from(call.text, 0)) {
        if line.starts_with("> ") {
            code.rest
                .insert(call.token(Kind::GENERIC_PROMPT, at, at + 1));
            code.rest
                .insert(call.token(Kind::TEXT_WHITESPACE, at + 1, at + 2));
            code.rest
                .leave(line.get(2..).unwrap_or_default(), call.base + at + 2);
        } else if line.starts_with("...") {
            code.line(line, at, line.len() - line.trim_start_matches('.').len());
        } else {
            code.flush(out)?;
            code.lexer.tokens(line, call.base + at, out)?;
        }
    }
    code.flush(out)
}

pub(super) fn psysh(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let mut code = Code::new(call)?;
    code.lexer = call.run.other(
        code.lexer.lexer.number,
        &[("startinline".to_owned(), "true".to_owned())],
    )?;
    for (at, line) in placed(lines_from(call.text, 0)) {
        if line.starts_with(">>> ") || line.starts_with("... ") {
            code.line(line, at, 4);
        } else if line.trim_end() == "..." {
            code.line(line, at, 3);
        } else {
            code.flush(out)?;
            call.push(Kind::GENERIC_OUTPUT, at, at + line.len(), out);
        }
    }
    code.flush(out)
}

pub(super) fn julia(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let mut code = Code::new(call)?;
    let (mut is_output, mut is_error) = (false, false);
    for (at, line) in placed(python_lines(call.text)) {
        let end = at + line.len();
        if line.starts_with("julia>") {
            code.line(line, at, 6);
            (is_output, is_error) = (false, false);
        } else if line.starts_with("help?>") || line.starts_with("shell>") {
            call.push(Kind::GENERIC_PROMPT, at, at + 6, out);
            call.push(Kind::TEXT, at + 6, end, out);
            (is_output, is_error) = (false, false);
        } else if line.starts_with("      ") && !is_output {
            code.line_of(Kind::TEXT_WHITESPACE, line, at, 6);
        } else {
            code.flush(out)?;
            is_error = is_error || line.starts_with("ERROR: ");
            is_output = true;
            let kind = if is_error {
                Kind::GENERIC_ERROR
            } else {
                Kind::GENERIC_OUTPUT
            };
            call.push(kind, at, end, out);
        }
    }
    code.flush(out)
}

pub(super) fn gap(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let mut code = Code::new(call)?;
    let (mut is_output, mut is_error) = (false, false);
    for (at, line) in placed(python_lines(call.text)) {
        if line.starts_with("gap> ") || line.starts_with("brk> ") {
            code.line(line, at, 5);
            (is_output, is_error) = (false, false);
        } else if !is_output && line.starts_with("> ") {
            code.line(line, at, 2);
        } else {
            code.flush(out)?;
            is_error = is_error || line.starts_with("Error, ");
            is_output = true;
            call.push(output(is_error), at, at + line.len(), out);
        }
    }
    code.flush(out)
}

pub(super) fn matlab(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let mut code = Code::new(call)?;
    // The length of the last prompt, while a line goes on.
    let mut last = None;
    let mut goes_on = false;
    for (at, line) in placed(lines_from(call.text, 0)) {
        if line.starts_with(">>") {
            let prompt = if line.starts_with(">> ") { 3 } else { 2 };
            code.line(line, at, prompt);
            last = Some(prompt);
        } else if line.starts_with("???") {
            code.rest
                .insert(call.token(Kind::GENERIC_TRACEBACK, at, at + line.len()));
            last = Some(line.chars().count());
        } else if let Some(prompt) = last.filter(|_| goes_on) {
            let is_aligned = line.bytes().take_while(|byte| *byte == b' ').count() >= prompt;
            code.line(line, at, if is_aligned { prompt } else { 0 });
        } else {
            if !code.is_empty() {
                code.flush(out)?;
                last = None;
            }
            call.push(Kind::GENERIC_OUTPUT, at, at + line.len(), out);
        }
        goes_on = line.trim().ends_with("...");
    }
    code.flush(out)
}
