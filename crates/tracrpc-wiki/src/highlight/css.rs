//! Style sheets, as Pygments' lexer for CSS sees them.

use super::css_words::{COLORS, FUNCTIONS, OTHER_VALUES, PROPERTIES, UNITS, VALUES};
use super::javascript::quoted_length;
use super::scan::{Scan, Tokens, Words, run};
use crate::chars::{is_space, is_word};

const VENDORS: [&str; 15] = [
    "-ms-", "mso-", "-moz-", "-o-", "-xv-", "-atsc-", "-wap-", "-khtml-", "-webkit-", "prince-",
    "-ah-", "-hp-", "-ro-", "-rim-", "-tc-",
];

/// Longer than any word that is known.
const LONGEST_WORD: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    AtRule,
    AtContent,
    Content,
    Value,
    Function,
}

pub(super) fn tokens(text: &str) -> Tokens<'_> {
    let mut scan = Scan::new(text);
    let mut open = Vec::new();
    while let Some(first) = scan.peek() {
        token(&mut scan, first, &mut open);
    }
    scan.tokens
}

fn token(scan: &mut Scan<'_>, first: char, open: &mut Vec<State>) {
    if scan.push_run("w", is_space) || comment(scan) {
        return;
    }
    let done = match open.last() {
        Some(State::Content) => declaration(scan, first, open),
        Some(State::Value) => value(scan, first, open),
        Some(State::Function) => in_function(scan, first, open),
        Some(State::AtRule) => at_rule(scan, open) || selector(scan, first, open),
        Some(State::AtContent) => selector(scan, first, open) || pop_two(scan, open, "}"),
        None => selector(scan, first, open),
    };
    if !done {
        scan.push_error();
    }
}

fn comment(scan: &mut Scan<'_>) -> bool {
    let end = if scan.starts("/*") {
        scan.find(2, "*/")
    } else {
        None
    };
    end.inspect(|end| scan.push("c", end + 2)).is_some()
}

fn pop_two(scan: &mut Scan<'_>, open: &mut Vec<State>, mark: &str) -> bool {
    let is_here = scan.push_mark("p", mark);
    if is_here {
        open.truncate(open.len().saturating_sub(2));
    }
    is_here
}

fn pop(scan: &mut Scan<'_>, open: &mut Vec<State>, mark: &str) -> bool {
    let is_here = scan.push_mark("p", mark);
    if is_here {
        open.pop();
    }
    is_here
}

fn is_name(c: char) -> bool {
    is_word(c) || c == '-'
}

fn at_rule(scan: &mut Scan<'_>, open: &mut Vec<State>) -> bool {
    if scan.push_mark("p", "{") {
        open.push(State::AtContent);
        return true;
    }
    pop(scan, open, ";")
}

fn selector(scan: &mut Scan<'_>, first: char, open: &mut Vec<State>) -> bool {
    let rest = scan.rest();
    let colons = if rest.starts_with("::") { 2 } else { 1 };
    let (mark, class) = match first {
        '{' => {
            open.push(State::Content);
            scan.push("p", 1);
            return true;
        }
        ':' => (colons, "nd"),
        '.' => (1, "nc"),
        '#' => (1, "nn"),
        '@' => (1, "k"),
        '"' | '\'' => return string(scan, first),
        c if is_name(c) => return scan.push_run("nt", is_name),
        _ => (1, ""),
    };
    let name = run(rest.get(mark..).unwrap_or(""), is_name);
    if !class.is_empty() && name > 0 {
        scan.push("p", mark);
        scan.push(class, name);
        if first == '@' {
            open.push(State::AtRule);
        }
        return true;
    }
    let is_operator = "~^*!%&$[]()<>|+=@:;,./?-".contains(first);
    if is_operator {
        scan.push("o", 1);
    }
    is_operator
}

fn string(scan: &mut Scan<'_>, quote: char) -> bool {
    let length = scan.find_by(quoted_length);
    let class = if quote == '"' { "s2" } else { "s1" };
    length.inspect(|&length| scan.push(class, length)).is_some()
}

/// What stands in braces, before a colon.
fn declaration(scan: &mut Scan<'_>, first: char, open: &mut Vec<State>) -> bool {
    if pop(scan, open, "}") || scan.push_mark("p", ";") {
        return true;
    }
    if first == '@' && scan.at_line_start() {
        return scan.push_run("cp", |c| c != '\n');
    }
    if vendor(scan, "kp") {
        return true;
    }
    let rest = scan.rest();
    let length = run(rest, is_name);
    let name = &rest[..length];
    let spaces = run(&rest[length..], is_space);
    let start = name.trim_start_matches('-');
    let is_start = start.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic());
    if !is_start || !rest[length + spaces..].starts_with(':') {
        return false;
    }
    let class = match () {
        () if PROPERTIES.has(name) => "k",
        () if name.starts_with('-') => "nv",
        () => "n",
    };
    scan.push(class, length);
    scan.push("w", spaces);
    scan.push("p", 1);
    open.push(State::Value);
    true
}

fn vendor(scan: &mut Scan<'_>, class: &'static str) -> bool {
    VENDORS.iter().any(|vendor| scan.push_mark(class, vendor))
}

fn value(scan: &mut Scan<'_>, first: char, open: &mut Vec<State>) -> bool {
    vendor(scan, "bp")
        || url(scan)
        || function(scan, open)
        || known_value(scan, &[&VALUES, &OTHER_VALUES, &COLORS])
        || property(scan)
        || scan.push_mark("cp", "!important")
        || number(scan)
        || scan.push_run("o", |c| "~^*!%&<>|+=@:./?-".contains(c))
        || scan.push_run("p", |c| "[](),".contains(c))
        || string_in_value(scan, first)
        || name(scan, first)
        || pop(scan, open, ";")
        || pop_two(scan, open, "}")
}

fn string_in_value(scan: &mut Scan<'_>, first: char) -> bool {
    matches!(first, '"' | '\'') && string(scan, first)
}

fn name(scan: &mut Scan<'_>, first: char) -> bool {
    (first == '_' || first.is_ascii_alphabetic()) && scan.push_run("n", is_name)
}

fn in_function(scan: &mut Scan<'_>, first: char, open: &mut Vec<State>) -> bool {
    variable(scan)
        || url(scan)
        || vendor(scan, "kp")
        || known_value(scan, &[&VALUES, &OTHER_VALUES, &COLORS])
        || function(scan, open)
        || number(scan)
        || scan.push_mark("o", "*")
        || scan.push_mark("o", "+")
        || scan.push_mark("o", "/")
        || (first == '-' && scan.push_mark("o", "-"))
        || scan.push_mark("p", ",")
        || string_in_value(scan, first)
        || ((first == '_' || first.is_ascii_alphabetic()) && scan.push_run("n", is_word))
        || pop(scan, open, ")")
}

/// `--name`, in a function.
fn variable(scan: &mut Scan<'_>) -> bool {
    let rest = scan.rest();
    let mut end = run(rest, |c| c == '-');
    let start = end;
    while end > 0 && rest[end..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        end += run(&rest[end..], |c| is_word(c) || c == '+');
        end += run(&rest[end..], |c| c == '-');
    }
    let is_variable = end > start;
    if is_variable {
        scan.push("nv", end);
    }
    is_variable
}

fn url(scan: &mut Scan<'_>) -> bool {
    let rest = scan.rest();
    let Some(inside) = rest.strip_prefix("url(").filter(|_| scan.can_look()) else {
        return false;
    };
    let line = &inside[..run(inside, |c| c != '\n')];
    let quoted = |quote: char, end: &str| line.strip_prefix(quote)?.find(end);
    let (class, length) = match (quoted('"', "\")"), quoted('\'', "')"), line.find(')')) {
        (Some(end), _, _) => ("s2", end + 2),
        (_, Some(end), _) => ("s1", end + 2),
        (_, _, Some(end)) => ("sx", end),
        _ => return false,
    };
    scan.charge(line.len());
    scan.push("nb", 3);
    scan.push("p", 1);
    scan.push(class, length);
    scan.push("p", 1);
    true
}

fn function(scan: &mut Scan<'_>, open: &mut Vec<State>) -> bool {
    let rest = scan.rest();
    let length = run(rest, is_name);
    let name = &rest[..length];
    let starts = name.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic());
    if !rest[length..].starts_with('(') {
        return false;
    }
    let class = match () {
        () if FUNCTIONS.has(name) => "nb",
        () if starts && length > 1 => "nf",
        () => return false,
    };
    scan.push(class, length);
    scan.push("p", 1);
    open.push(State::Function);
    true
}

/// The longest known word at the start of what is left: it may end before a hyphen.
fn known_length(text: &str, words: &Words) -> Option<usize> {
    let length = run(text, is_name).min(LONGEST_WORD);
    let run = text.get(..length).unwrap_or("");
    let mut ends = run.rmatch_indices('-').map(|(at, _)| at);
    let whole = Some(run.len()).filter(|_| words.has(run));
    whole.or_else(|| ends.find(|&end| words.has(&run[..end])))
}

fn known_value(scan: &mut Scan<'_>, lists: &[&Words]) -> bool {
    let length = lists
        .iter()
        .find_map(|words| known_length(scan.rest(), words));
    length.inspect(|&length| scan.push("kc", length)).is_some()
}

fn property(scan: &mut Scan<'_>) -> bool {
    let length = known_length(scan.rest(), &PROPERTIES);
    length.inspect(|&length| scan.push("k", length)).is_some()
}

fn number(scan: &mut Scan<'_>) -> bool {
    let rest = scan.rest();
    if let Some(after) = rest.strip_prefix('#') {
        let length = run(after, |c| c.is_ascii_alphanumeric()).min(6);
        scan.push("mh", if length > 0 { length + 1 } else { 0 });
        return length > 0;
    }
    let digits = |from: usize| run(rest.get(from..).unwrap_or(""), |c| c.is_ascii_digit());
    let sign = usize::from(rest.starts_with(['+', '-']));
    let whole = sign + digits(sign);
    let fraction = if rest[whole..].starts_with('.') {
        digits(whole + 1)
    } else {
        0
    };
    match () {
        () if fraction > 0 => scan.push("mf", whole + 1 + fraction),
        () if whole > sign => scan.push("mi", whole),
        () => return false,
    }
    while unit(scan) {}
    true
}

fn unit(scan: &mut Scan<'_>) -> bool {
    let length = known_length(scan.rest(), &UNITS);
    let is_unit = length.inspect(|&length| scan.push("kt", length)).is_some();
    is_unit || scan.push_mark("kt", "%")
}
