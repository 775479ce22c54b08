//! Shell scripts, as Pygments' lexer for Bash sees them.

use super::scan::{Scan, Tokens, Words, run, words};
use crate::chars::{is_digit, is_space, is_word};

static KEYWORDS: Words = words!(
    "if fi else while in do done for then return function case select break continue until esac elif"
);
static BUILTINS: Words = words!(
    "alias bg bind builtin caller cd command compgen complete declare dirs disown echo enable eval exec exit",
    "export false fc fg getopts hash help history jobs kill let local logout popd printf pushd pwd read readonly",
    "set shift shopt source suspend test time times trap true type typeset ulimit umask unalias unset wait"
);
/// What a word may not end before, if it is to be a keyword.
const SPECIAL: &str = "#$?!*@-";
const MATH: [&str; 4] = ["**", "||", "<<", ">>"];

/// What is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Parenthesis,
    Math,
    Brace,
    Text,
    Backticks,
}

pub(super) fn tokens(text: &str) -> Tokens<'_> {
    let mut scan = Scan::new(text);
    let mut open = Vec::new();
    while scan.peek().is_some() {
        token(&mut scan, &mut open);
    }
    scan.tokens
}

fn token(scan: &mut Scan<'_>, open: &mut Vec<State>) {
    let done = match open.last() {
        Some(State::Text) => return in_text(scan, open),
        Some(State::Parenthesis) => close(scan, open, "k", ")"),
        Some(State::Backticks) => close(scan, open, "sb", "`"),
        Some(State::Brace) => in_brace(scan, open),
        Some(State::Math) => in_math(scan, open),
        None => false,
    };
    if done || basic(scan) {
        return;
    }
    if scan.push_mark("sb", "`") {
        open.push(State::Backticks);
    } else if !data(scan, open) && !expansion(scan, open) {
        scan.push_error();
    }
}

fn close(scan: &mut Scan<'_>, open: &mut Vec<State>, class: &'static str, mark: &str) -> bool {
    let closes = scan.push_mark(class, mark);
    if closes {
        open.pop();
    }
    closes
}

/// Words, comments, assignments and operators.
fn basic(scan: &mut Scan<'_>) -> bool {
    let rest = scan.rest();
    let Some(first) = scan.peek() else {
        return false;
    };
    match first {
        '#' => comment(scan),
        '\\' => scan.push("se", 1 + rest[1..].chars().next().map_or(0, char::len_utf8)),
        '[' | ']' | '{' | '}' | '(' | ')' | '=' => scan.push("o", 1),
        '<' if rest.starts_with("<<<") => scan.push("o", 3),
        '<' if rest.starts_with("<<") => return here_document(scan),
        '&' if rest.starts_with("&&") => scan.push("o", 2),
        '|' if rest.starts_with("||") => scan.push("o", 2),
        c if is_word(c) && scan.at_boundary() => return word(scan),
        _ => return false,
    }
    true
}

fn comment(scan: &mut Scan<'_>) {
    let length = scan.run(|c| c != '\n');
    let is_interpreter = scan.at == 0 && scan.starts("#!") && length > 2;
    scan.push(if is_interpreter { "ch" } else { "c1" }, length + 1);
}

fn word(scan: &mut Scan<'_>) -> bool {
    let rest = scan.rest();
    let length = scan.word();
    let (word, after) = rest.split_at(length);
    let next = after.chars().next();
    if KEYWORDS.has(word) && !next.is_some_and(|c| SPECIAL.contains(c)) {
        scan.push("k", length);
        scan.push_run("w", is_space);
        return true;
    }
    if BUILTINS.has(word) && next.is_some_and(|c| is_space(c) || c == ')' || c == '`') {
        scan.push("nb", length);
        return true;
    }
    let spaces = run(after, is_space);
    let operator = &after[spaces..];
    let is_assignment = operator.starts_with('=') || operator.starts_with("+=");
    if is_assignment {
        scan.push("nv", length);
        scan.push("w", spaces);
        scan.push("o", if operator.starts_with('=') { 1 } else { 2 });
    }
    is_assignment
}

/// `<<END`, up to the next `END`, or at least to the next text that starts like it.
fn here_document(scan: &mut Scan<'_>) -> bool {
    let rest = scan.rest();
    let mut start = if rest.starts_with("<<-") { 3 } else { 2 };
    start += run(&rest[start..], is_space);
    for mark in ['\'', '\\'] {
        start += usize::from(rest[start..].starts_with(mark));
    }
    let word = &rest[start..start + run(&rest[start..], is_word)];
    let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
    for end in ends.rev() {
        let skipped = rest[start + end..].chars().next().map_or(0, char::len_utf8);
        if skipped > 0
            && let Some(found) = scan.find(start + end + skipped, &word[..end])
        {
            scan.push("s", found + end);
            return true;
        }
    }
    false
}

/// Strings, blanks, numbers and plain text.
fn data(scan: &mut Scan<'_>, open: &mut Vec<State>) -> bool {
    let rest = scan.rest();
    let Some(first) = scan.peek() else {
        return false;
    };
    match first {
        '"' => {
            scan.push("s2", 1);
            open.push(State::Text);
        }
        '$' if rest.starts_with("$\"") => return plain_string(scan),
        '$' if rest.starts_with("$'") => return escaped_string(scan),
        '\'' => match scan.find(1, "'") {
            Some(end) => scan.push("s1", end + 1),
            None => return false,
        },
        ';' | '&' | '|' => scan.push("p", 1),
        '<' => scan.push("", 1),
        '$' | '`' | '\\' | '[' | ']' | '{' | '}' | '(' | ')' | '=' => return false,
        c if is_space(c) => {
            scan.push_run("w", is_space);
        }
        c if is_digit(c) && !rest[run(rest, is_digit)..].starts_with(is_word) => {
            scan.push_run("m", is_digit);
        }
        _ => {
            scan.push_run("", |c| !is_space(c) && !"=[]{}()$\"'`\\<&|;".contains(c));
        }
    }
    true
}

/// `$"text"`, if nothing is expanded in it.
fn plain_string(scan: &mut Scan<'_>) -> bool {
    let length = scan.find_by(|text| quoted_length(&text[2..], '"', '$'));
    length
        .inspect(|length| scan.push("s2", length + 2))
        .is_some()
}

fn escaped_string(scan: &mut Scan<'_>) -> bool {
    let length = scan.find_by(|text| quoted_length(&text[2..], '\'', '\''));
    length
        .inspect(|length| scan.push("s1", length + 2))
        .is_some()
}

/// The length up to and with the quote that ends a text, unless something else is in it.
fn quoted_length(text: &str, quote: char, stop: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + 1),
            c if c == stop => return None,
            _ => {}
        }
    }
    None
}

/// What stands for something else: `$name`, `${name}`, `$(command)`, `$((sum))`.
fn expansion(scan: &mut Scan<'_>, open: &mut Vec<State>) -> bool {
    let Some(after) = scan.rest().strip_prefix('$') else {
        return false;
    };
    let next = after.chars().next().unwrap_or('\n');
    if scan.push_mark("k", "$((") {
        open.push(State::Math);
    } else if scan.push_mark("k", "$(") {
        open.push(State::Parenthesis);
    } else if scan.push_mark("si", "${#") || scan.push_mark("si", "${") {
        open.push(State::Brace);
    } else if next.is_ascii_alphabetic() || next == '_' {
        scan.push("nv", 1 + run(after, is_word));
    } else if is_digit(next) {
        scan.push("nv", 1 + run(after, is_digit));
    } else {
        let is_special = "#$?!_*@-".contains(next);
        scan.push(
            if is_special { "nv" } else { "" },
            1 + usize::from(is_special),
        );
    }
    true
}

fn in_text(scan: &mut Scan<'_>, open: &mut Vec<State>) {
    if close(scan, open, "s2", "\"") {
        return;
    }
    if scan.starts("$") {
        expansion(scan, open);
        return;
    }
    let mut escaped = false;
    let mut length = 0;
    for c in scan.rest().chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' | '$' => break,
            _ => {}
        }
        length += c.len_utf8();
    }
    scan.push("s2", length);
}

fn in_brace(scan: &mut Scan<'_>, open: &mut Vec<State>) -> bool {
    close(scan, open, "si", "}")
        || scan.push_mark("k", ":-")
        || scan.push_run("nv", is_word)
        || scan.push_run("p", |c| !"}:\"'`$\\".contains(c))
        || scan.push_mark("p", ":")
}

fn in_math(scan: &mut Scan<'_>, open: &mut Vec<State>) -> bool {
    if close(scan, open, "k", "))") || MATH.iter().any(|mark| scan.push_mark("o", mark)) {
        return true;
    }
    match scan.peek() {
        Some(c) if "-+*/%^|&<>".contains(c) => scan.push("o", 1),
        Some(c) if is_digit(c) => math_number(scan),
        Some(c) if c == '_' || c.is_ascii_alphabetic() => scan.push("nv", scan.word()),
        _ => return false,
    }
    true
}

fn math_number(scan: &mut Scan<'_>) {
    let rest = scan.rest();
    let digits = run(rest, is_digit);
    if let Some(after) = rest[digits..].strip_prefix('#') {
        let length = run(after, |c| c.is_ascii_alphanumeric());
        if length > 0 || !after.starts_with(' ') {
            return scan.push("m", digits + 1 + length);
        }
    }
    let hex = run(rest.get(2..).unwrap_or(""), |c| c.is_ascii_hexdigit());
    let is_hex = hex > 0 && (rest.starts_with("0x") || rest.starts_with("0X"));
    scan.push("m", if is_hex { hex + 2 } else { digits });
}
