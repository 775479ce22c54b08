//! Configuration files in INI style, as Pygments' lexer for them sees them.

use super::scan::{Scan, Tokens, run};
use crate::chars::is_space;

/// How many signs of a line may be the one before a value that goes on.
const SIGNS: usize = 100;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Quoted,
    Continued,
}

pub(super) fn tokens(text: &str) -> Tokens<'_> {
    let mut scan = Scan::new(text);
    let mut state = State::Start;
    while let Some(first) = scan.peek() {
        state = match state {
            State::Quoted => quoted(&mut scan, first),
            _ if is_space(first) => {
                scan.push_run("w", is_space);
                state
            }
            State::Continued => continued(&mut scan),
            State::Start => start(&mut scan, first),
        };
    }
    scan.tokens
}

fn line<'t>(scan: &Scan<'t>) -> &'t str {
    let rest = scan.rest();
    &rest[..run(rest, |c| c != '\n')]
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

fn start(scan: &mut Scan<'_>, first: char) -> State {
    let line = line(scan);
    if first == ';' || first == '#' {
        scan.push("c1", line.len());
        return State::Start;
    }
    if first == '[' && section(scan, line) {
        return State::Start;
    }
    if !scan.can_look() {
        scan.push("", line.len());
        return State::Start;
    }
    scan.charge(line.len());
    let signs = || line.match_indices(['=', ':']).map(|(at, _)| at);
    let after = |at: usize| line[at + 1..].trim_start_matches(is_blank);
    let last_quote = signs().find(|&at| after(at).starts_with(['"', '\'']));
    let mut last_escape = None;
    if last_quote.is_none() {
        last_escape = signs()
            .take(SIGNS)
            .find_map(|at| Some((at, escape(scan.rest(), line, at)?)));
    }
    if let Some(at) = last_quote {
        option(scan, line, at);
        scan.push("s", 1);
        return State::Quoted;
    }
    if let Some((at, backslash)) = last_escape {
        option(scan, line, at);
        let done = line.len() - self::line(scan).len();
        scan.push("s", backslash - done);
        scan.push("", 1);
        scan.push_run("w", is_space);
        return State::Continued;
    }
    match signs().next() {
        Some(at) => {
            option(scan, line, at);
            let length = value_length(self::line(scan));
            scan.push("s", length);
        }
        None => scan.push("na", line.len()),
    }
    State::Start
}

fn section(scan: &mut Scan<'_>, line: &str) -> bool {
    let end = line.trim_end_matches(is_blank).len();
    let is_section = line[..end].ends_with(']');
    if is_section {
        scan.push("k", end);
        scan.push("w", line.len() - end);
    }
    is_section
}

/// The name, the sign and the blanks around it.
fn option(scan: &mut Scan<'_>, line: &str, sign: usize) {
    let name = line[..sign].trim_end_matches(is_blank).len();
    scan.push("na", name);
    scan.push("w", sign - name);
    scan.push("o", 1);
    scan.push_run("w", is_blank);
}

/// Where the backslash stands after which the value of the sign at hand goes on.
fn escape(rest: &str, line: &str, sign: usize) -> Option<usize> {
    let value = &line[sign + 1..];
    let value = &value[..run(value, |c| c != ';' && c != '#')];
    let mut marks = value.rmatch_indices('\\').map(|(at, _)| sign + 1 + at);
    marks.find(|&at| rest[at + 1..].starts_with(is_space))
}

/// A value ends before `;`, `#` and blanks that stand before these.
fn value_length(line: &str) -> usize {
    let value = &line[..run(line, |c| c != ';' && c != '#')];
    value.trim_end_matches(' ').len()
}

fn quoted(scan: &mut Scan<'_>, first: char) -> State {
    let text = scan.look(|c| !matches!(c, '"' | '\'' | '\n'));
    let text = text.filter(|&text| scan.rest()[text..].starts_with(['"', '\'']));
    if let Some(text) = text {
        scan.push("s", text + 1);
        scan.push_run("w", is_space);
        return State::Start;
    }
    match first {
        '\n' => return State::Start,
        ';' | '#' => scan.push("c1", line(scan).len()),
        _ => scan.push_error(),
    }
    State::Quoted
}

/// A line that goes on from one that ended in a backslash.
fn continued(scan: &mut Scan<'_>) -> State {
    let line = line(scan);
    let Some(backslash) = line.rfind('\\') else {
        scan.push("s", line.len());
        return State::Start;
    };
    scan.push("s", backslash);
    scan.push("", 1);
    scan.push_run("w", is_blank);
    State::Continued
}
