//! JSON, as Pygments' lexer for it sees it: with comments, and unchecked.

use super::scan::{Scan, Tokens, run};

pub(super) fn tokens(text: &str) -> Tokens<'_> {
    let mut scan = Scan::new(text);
    // Strings whose class is not known yet: where they stand among the tokens.
    let mut waiting: Vec<usize> = Vec::new();
    while let Some(first) = scan.peek() {
        let rest = scan.rest();
        match first {
            '"' => {
                if let Some(length) = string_length(rest) {
                    waiting.push(scan.tokens.len());
                    scan.push("s2", length);
                    continue;
                }
                scan.push("err", rest.len());
            }
            ' ' | '\n' | '\r' | '\t' => {
                scan.push_run("w", |c| " \n\r\t".contains(c));
                continue;
            }
            '/' if rest.starts_with("//") || rest.starts_with("/*") => {
                comment(&mut scan);
                continue;
            }
            ':' => {
                for &at in &waiting {
                    scan.tokens[at].0 = "nt";
                }
                punctuation(&mut scan);
            }
            '{' | '}' | '[' | ']' | ',' => punctuation(&mut scan),
            'f' | 'n' | 't' => {
                scan.push_run("kc", |c| "truefalsenull".contains(c));
            }
            '-' | '0'..='9' => number(&mut scan),
            c => scan.push("err", c.len_utf8()),
        }
        waiting.clear();
    }
    scan.tokens
}

fn string_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn comment(scan: &mut Scan<'_>) {
    if scan.starts("//") {
        scan.push_run("c1", |c| c != '\n');
        return;
    }
    let rest = scan.rest();
    match rest[2..].find("*/") {
        Some(end) => scan.push("cm", end + 4),
        None => scan.push("err", rest.len()),
    }
}

fn punctuation(scan: &mut Scan<'_>) {
    let length = 1 + run(&scan.rest()[1..], |c| "{}[],".contains(c));
    scan.push("p", length);
}

fn number(scan: &mut Scan<'_>) {
    let length = scan.run(|c| "-0123456789.eE+".contains(c));
    let is_float = scan.rest()[..length].contains(['.', 'e', 'E', '+']);
    scan.push(if is_float { "mf" } else { "mi" }, length);
}
