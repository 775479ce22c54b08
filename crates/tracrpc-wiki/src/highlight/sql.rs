//! SQL, as Pygments' lexer for it sees it: standard SQL, with nested comments.

use super::scan::{Scan, Tokens, run};
use super::sql_words::{KEYWORDS, TYPES};
use crate::chars::{is_space, is_word};

pub(super) fn tokens(text: &str) -> Tokens<'_> {
    let mut scan = Scan::new(text);
    while let Some(first) = scan.peek() {
        token(&mut scan, first);
    }
    scan.tokens
}

fn token(scan: &mut Scan<'_>, first: char) {
    let rest = scan.rest();
    match first {
        c if is_space(c) => {
            scan.push_run("w", is_space);
        }
        '-' if rest.starts_with("--") => scan.push("c1", run(rest, |c| c != '\n') + 1),
        '/' if rest.starts_with("/*") => comment(scan),
        c if c == '_' || c.is_ascii_alphabetic() => word(scan),
        '0'..='9' => {
            scan.push_run("mi", |c| c.is_ascii_digit());
        }
        '\'' => quoted(scan, "s1", "'"),
        '"' => quoted(scan, "ss", "\""),
        c if "+*/<>=~!@#%^&|`?-".contains(c) => scan.push("o", 1),
        c if ";:()[],.".contains(c) => scan.push("p", 1),
        _ => scan.push_error(),
    }
}

/// A comment, with comments in it; what is left open goes up to the end.
fn comment(scan: &mut Scan<'_>) {
    let bytes = scan.rest().as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => depth += 1,
            Some(b"*/") => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            break;
        }
    }
    scan.push("cm", at);
}

fn word(scan: &mut Scan<'_>) {
    let length = scan.word();
    let word = scan.rest()[..length].to_ascii_lowercase();
    if KEYWORDS.has(&word) {
        scan.push("k", length);
    } else if TYPES.has(&word) {
        scan.push("nb", length);
    } else {
        scan.push_run("n", |c| is_word(c) || c == '$');
    }
}

/// A text in quotes; two quotes in it are one. Without an end, the quote alone is an error.
fn quoted(scan: &mut Scan<'_>, class: &'static str, quote: &str) {
    let mut end = 1;
    loop {
        match scan.find(end, quote) {
            Some(at) if scan.rest()[at + 1..].starts_with(quote) => end = at + 2,
            Some(at) => return scan.push(class, at + 1),
            None if end > 1 => return scan.push(class, end - 1),
            None => return scan.push_error(),
        }
    }
}
