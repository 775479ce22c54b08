//! What was typed and answered in a shell or in Python, as Pygments' lexers for these see it:
//! the code is lexed without the prompts, which are put in again.

use super::scan::{Tokens, run};
use super::{prompt, python, shell, traceback};
use crate::chars::is_space;

/// A piece of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'t> {
    Shown(&'static str, &'t str),
    Code(&'t str),
    Traceback(&'t str),
}

/// A session of a shell.
pub(super) fn shell(text: &str) -> Tokens<'_> {
    let mut tokens = Vec::new();
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut goes_on = false;
    for whole in text.split_inclusive('\n') {
        let line = virtual_environment(whole, &mut pieces);
        let (mark, code) = match prompt::length(line) {
            Some(length) => line.split_at(length),
            None if goes_on && line.starts_with("> ") => line.split_at(2),
            None if goes_on => ("", line),
            None => {
                tokens.extend(join(&pieces, shell::tokens));
                tokens.push(("go", line));
                pieces.clear();
                continue;
            }
        };
        if !mark.is_empty() {
            pieces.push(Piece::Shown("gp", mark));
        }
        pieces.push(Piece::Code(code));
        goes_on = code.ends_with("\\\n");
    }
    tokens.extend(join(&pieces, shell::tokens));
    tokens
}

/// Takes `(name)` from the start of a line.
fn virtual_environment<'t>(line: &'t str, pieces: &mut Vec<Piece<'t>>) -> &'t str {
    let inside = line.strip_prefix('(').unwrap_or_default();
    let Some(end) = inside.find(')') else {
        return line;
    };
    let (name, rest) = line.split_at(end + 2);
    let (spaces, rest) = rest.split_at(run(rest, is_space));
    pieces.push(Piece::Shown("gp gp-VirtualEnv", name));
    pieces.push(Piece::Shown("", spaces));
    rest
}

/// A session of Python, with tracebacks.
pub(super) fn python(text: &str) -> Tokens<'_> {
    let pieces = python_pieces(text);
    join(&pieces, python::tokens)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Continued,
    Traceback,
}

fn python_pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut state = State::Start;
    for line in text.split_inclusive('\n') {
        if state == State::Traceback && (line.starts_with(">>> ") || line == ">>>\n") {
            state = State::Start;
        }
        let file = if state == State::Traceback {
            0
        } else {
            traceback::file_length(line)
        };
        state = match state {
            State::Traceback => {
                in_traceback(line, &mut pieces);
                State::Traceback
            }
            State::Continued if typed("...", line, &mut pieces) => State::Continued,
            _ if line == ">>>\n" => {
                typed(">>>", line, &mut pieces);
                State::Start
            }
            _ if typed(">>>", line, &mut pieces) => State::Continued,
            _ if file > 0 || traceback::start_length(line) > 0 => {
                in_traceback(line, &mut pieces);
                State::Traceback
            }
            _ => {
                pieces.push(Piece::Shown("go", line));
                State::Start
            }
        };
    }
    pieces
}

/// Takes a line that starts with a prompt.
fn typed<'t>(mark: &str, line: &'t str, pieces: &mut Vec<Piece<'t>>) -> bool {
    let Some(rest) = line.strip_prefix(mark) else {
        return false;
    };
    let (spaces, code) = match rest {
        "\n" => (0, Piece::Shown("w", rest)),
        _ if rest.starts_with(' ') => (1, Piece::Code(&rest[1..])),
        _ => return false,
    };
    pieces.push(Piece::Shown("gp", &line[..mark.len() + spaces]));
    pieces.push(code);
    true
}

fn in_traceback<'t>(line: &'t str, pieces: &mut Vec<Piece<'t>>) {
    match line {
        "KeyboardInterrupt\n" => pieces.push(Piece::Shown("nc", line)),
        line => pieces.push(Piece::Traceback(line)),
    }
}

type Lexer = for<'c> fn(&'c str) -> Tokens<'c>;

/// Lexes all code as one text and all tracebacks as another, and puts the pieces together.
fn join<'t>(pieces: &[Piece<'t>], lexer: Lexer) -> Tokens<'t> {
    let code: String = pieces.iter().filter_map(code_of).collect();
    let traced: String = pieces.iter().filter_map(traceback_of).collect();
    let (code, traced) = (lexer(&code), traceback::tokens(&traced));
    let mut code = Classes::new(&code);
    let mut traced = Classes::new(&traced);
    let mut tokens = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Shown(class, text) => tokens.push((*class, *text)),
            Piece::Code(text) => code.take(text, &mut tokens),
            Piece::Traceback(text) => traced.take(text, &mut tokens),
        }
    }
    tokens
}

fn code_of<'t>(piece: &Piece<'t>) -> Option<&'t str> {
    match piece {
        Piece::Code(text) => Some(text),
        _ => None,
    }
}

fn traceback_of<'t>(piece: &Piece<'t>) -> Option<&'t str> {
    match piece {
        Piece::Traceback(text) => Some(text),
        _ => None,
    }
}

/// The classes of a text, taken piece by piece.
struct Classes<'c> {
    tokens: std::slice::Iter<'c, (&'static str, &'c str)>,
    class: &'static str,
    /// How many bytes of the token at hand are left.
    left: usize,
}

impl<'c> Classes<'c> {
    fn new(tokens: &'c Tokens<'c>) -> Self {
        Classes {
            tokens: tokens.iter(),
            class: "",
            left: 0,
        }
    }

    fn take<'t>(&mut self, text: &'t str, out: &mut Tokens<'t>) {
        let mut rest = text;
        while !rest.is_empty() {
            if self.left == 0 {
                let Some((class, token)) = self.tokens.next() else {
                    return out.push(("", rest));
                };
                (self.class, self.left) = (class, token.len());
            }
            let length = self.left.min(rest.len());
            let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            out.push((self.class, piece));
            self.left -= length;
            rest = after;
        }
    }
}
