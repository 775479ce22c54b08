//! Differences that are no unified diff, as Pygments' lexer for them sees them: line by line.

use super::scan::{Scan, Tokens, run};

pub(super) fn tokens(text: &str) -> Tokens<'_> {
    let mut scan = Scan::new(text);
    while !scan.rest().is_empty() {
        let line = scan.rest().split('\n').next().unwrap_or_default();
        if line.starts_with(' ') {
            scan.push("w", 1);
            scan.push("", line.len() - 1);
        } else {
            scan.push(class_of(line), line.len());
        }
        scan.push("w", 1);
    }
    scan.tokens
}

fn class_of(line: &str) -> &'static str {
    let starts = |marks: &[&str]| marks.iter().any(|mark| line.starts_with(mark));
    match () {
        () if line == "---" || starts(&["!"]) => "gs",
        () if starts(&["< ", "-"]) => "gd",
        () if starts(&["> ", "+"]) => "gi",
        () if starts(&["@"]) || is_command(line) => "gu",
        () if starts(&["Index", "index", "diff", "="]) => "gh",
        () => "",
    }
}

/// `1,2c3,4`, as `diff` without options writes it. Only the first number may have one digit.
fn is_command(line: &str) -> bool {
    let digits = |text: &str| run(text, crate::chars::is_digit);
    let range = |text: &str| match text.strip_prefix(',') {
        Some(end) if digits(end) > 0 => 1 + digits(end),
        _ => 0,
    };
    let Some(first) = line.chars().next().filter(|&c| crate::chars::is_digit(c)) else {
        return false;
    };
    let rest = &line[first.len_utf8()..];
    let rest = &rest[range(rest)..];
    let Some(rest) = rest.strip_prefix(['a', 'c', 'd']) else {
        return false;
    };
    let start = digits(rest);
    start > 0 && range(&rest[start..]) == rest.len() - start
}
