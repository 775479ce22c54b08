//! What Python tells of an exception, as Pygments' lexer for tracebacks sees it.

use super::python;
use super::scan::{Scan, Tokens, run};
use crate::chars::{is_digit, is_word};

const START: &str = "Traceback (most recent call last):\n";
const BETWEEN: [&str; 2] = [
    "During handling of the above exception, another exception occurred:\n\n",
    "The above exception was the direct cause of the following exception:\n\n",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Outside,
    Inside,
    /// After a line of code: where in it something went wrong may be marked.
    Markers,
}

pub(super) fn tokens(text: &str) -> Tokens<'_> {
    let mut scan = Scan::new(text);
    let mut state = State::Outside;
    while scan.peek().is_some() {
        state = match state {
            State::Outside => outside(&mut scan),
            State::Inside => inside(&mut scan),
            State::Markers => {
                markers(&mut scan);
                State::Inside
            }
        };
    }
    scan.tokens
}

/// The length of the line that starts a traceback, or 0.
pub(super) fn start_length(text: &str) -> usize {
    let interrupt = if text.starts_with("^C") { 2 } else { 0 };
    if text[interrupt..].starts_with(START) {
        interrupt + START.len()
    } else {
        0
    }
}

/// The length of `  File "name", line 1`, or 0.
pub(super) fn file_length(text: &str) -> usize {
    file(text).map_or(0, |(name, digits)| 7 + name + 7 + digits)
}

/// The lengths of the name of a file and of the number of a line.
fn file(text: &str) -> Option<(usize, usize)> {
    let after = text.strip_prefix("  File \"")?;
    let line = &after[..run(after, |c| c != '\n')];
    let name = line.find('"').filter(|&length| length > 0)? + 2;
    let rest = after[name - 1..].strip_prefix(", line ")?;
    let digits = run(rest, is_digit);
    (digits > 0).then_some((name, digits))
}

fn outside(scan: &mut Scan<'_>) -> State {
    if scan.push_mark("w", "\n") {
        return State::Outside;
    }
    let start = start_length(scan.rest());
    if start > 0 {
        scan.push("gt", start);
        return State::Inside;
    }
    if BETWEEN.iter().any(|text| scan.push_mark("gt", text)) {
        return State::Outside;
    }
    if file_length(scan.rest()) > 0 {
        return State::Inside;
    }
    scan.push("x", scan.run(|c| c != '\n') + 1);
    State::Outside
}

fn inside(scan: &mut Scan<'_>) -> State {
    let rest = scan.rest();
    let line = run(rest, |c| c != '\n');
    if place(scan) {
        return State::Inside;
    }
    if let Some(code) = rest[..line]
        .strip_prefix("    ")
        .filter(|code| !code.is_empty())
    {
        scan.push("w", 4);
        scan.tokens.extend(python::tokens(code));
        scan.at += code.len();
        scan.push("w", 1);
        return State::Markers;
    }
    let indent = run(rest, |c| c == ' ' || c == '\t');
    if &rest[indent..line] == "..." {
        scan.push("w", indent);
        scan.push("c", 3);
        scan.push("w", 1);
        return State::Inside;
    }
    if !error(scan) {
        name_of_error(scan, line);
    }
    State::Outside
}

fn place(scan: &mut Scan<'_>) -> bool {
    let rest = scan.rest();
    let Some((name, digits)) = file(rest) else {
        return false;
    };
    let after = &rest[7 + name + 7 + digits..];
    let function = after
        .strip_prefix(", in ")
        .map_or(0, |name| run(name, |c| c != '\n'));
    if function == 0 && !after.starts_with('\n') {
        return false;
    }
    for (class, length) in [("", 7), ("nb", name), ("", 7), ("m", digits)] {
        scan.push(class, length);
    }
    if function > 0 {
        scan.push("", 5);
        scan.push("n", function);
    }
    scan.push("w", 1);
    true
}

/// `Error: message`.
fn error(scan: &mut Scan<'_>) -> bool {
    let Some(name) = scan.find(0, ":").filter(|&name| name > 0) else {
        return false;
    };
    let Some(message) = scan.rest()[name..].strip_prefix(": ") else {
        return false;
    };
    let length = run(message, |c| c != '\n');
    if length == 0 || !message[length..].starts_with('\n') {
        return false;
    }
    for (class, length) in [("gr", name), ("", 2), ("n", length), ("w", 1)] {
        scan.push(class, length);
    }
    true
}

/// `Error` alone.
fn name_of_error(scan: &mut Scan<'_>, line: usize) {
    let rest = scan.rest();
    let starts = rest.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic());
    let name = run(rest, |c| is_word(c) || c == '.');
    if starts && (name == line || &rest[name..line] == ":") {
        scan.push("gr", name);
        scan.push("w", line + 1 - name);
    }
}

fn markers(scan: &mut Scan<'_>) {
    let rest = scan.rest();
    let indent = run(rest, |c| c == ' ');
    let marks = run(&rest[indent..], |c| c == '~' || c == '^');
    if indent >= 4 && marks > 0 && rest[indent + marks..].starts_with('\n') {
        scan.push("w", indent);
        scan.push("pm", marks);
        scan.push("w", 1);
    }
}
