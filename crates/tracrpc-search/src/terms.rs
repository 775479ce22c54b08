//! Search queries, parted into terms.

use tracrpc_env::{Error, Result};
use tracrpc_translation::own_message;

/// The most terms and the longest one (in bytes) that databases can take:
/// SQLite bounds the depth of a condition and the length of a pattern.
const MAX_TERMS: usize = 500;
const MAX_TERM: usize = 20_000;

/// The terms of a query: words, and phrases in single or double quotes.
///
/// A phrase ends with its line; a quote that is not closed is part of a word.
///
/// # Errors
/// *Invalid* if there is no term, or more or longer ones than databases take.
pub(super) fn parse(query: &str) -> Result<Vec<String>> {
    let mut terms = Vec::new();
    let mut rest = query;
    while let Some(part) = next_part(&mut rest) {
        if !part.chars().all(is_space) {
            terms.push(unquoted(part).to_owned());
        }
    }
    let problem = match terms.iter().map(String::len).max() {
        None => own_message!("the search query is empty"),
        Some(_) if terms.len() > MAX_TERMS => own_message!("the search query has too many terms"),
        Some(longest) if longest > MAX_TERM => {
            own_message!("the search query has a term that is too long")
        }
        Some(_) => return Ok(terms),
    };
    Err(Error::invalid(problem))
}

/// Takes a phrase with its quotes, a run of blanks, or all before either.
fn next_part<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let length = match separator(rest) {
        0 => rest
            .char_indices()
            .map(|(at, _)| at)
            .skip(1)
            .find(|at| separator(&rest[*at..]) > 0),
        length => Some(length),
    };
    let (part, tail) = rest.split_at(length.unwrap_or(rest.len()));
    *rest = tail;
    (!part.is_empty()).then_some(part)
}

/// How long the phrase or the run of blanks is with which `text` begins; 0 if
/// it begins with neither.
fn separator(text: &str) -> usize {
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let inner = &text[1..];
            match inner.find([quote, '\n']) {
                Some(end) if inner[end..].starts_with(quote) => end + 2,
                _ => 0,
            }
        }
        Some(c) if is_space(c) => text.find(|c| !is_space(c)).unwrap_or(text.len()),
        _ => 0,
    }
}

/// The term without a quote that it both begins and ends with, even if that is
/// one and the same.
fn unquoted(term: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = term.strip_prefix(quote).filter(|_| term.ends_with(quote)) {
            return inner.strip_suffix(quote).unwrap_or("");
        }
    }
    term
}

/// What Python takes for white space.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms() {
        let check = |query: &str, expected: &[&str]| {
            assert_eq!(parse(query).unwrap(), expected, "{query:?}");
        };
        check("a", &["a"]);
        check("stir  well\n", &["stir", "well"]);
        check("\"garlic and\" serving", &["garlic and", "serving"]);
        check("'it is' so", &["it is", "so"]);
        check("a\"b c\"d", &["a", "b c", "d"]);
        check("don't stop", &["don't", "stop"]);
        check("don't won't", &["don", "t won", "t"]);
        check("garlic \"", &["garlic", ""]);
        check("\"\"", &[""]);
        check("''", &[""]);
        check("\"'\"", &["'"]);
        check("\"a\nb\"", &["\"a", "b\""]);
        check("\"  \"", &["  "]);
        check("\u{1c}x\u{a0}é", &["x", "é"]);
    }

    #[test]
    fn refused() {
        let check = |query: &str, reason: &str| {
            assert_eq!(
                parse(query).unwrap_err().message(),
                format!("the search query {reason}")
            );
        };
        check("", "is empty");
        check(" \n", "is empty");
        check(&"a ".repeat(501), "has too many terms");
        check(&"a".repeat(20_001), "has a term that is too long");
    }

    #[test]
    fn many_quotes_take_linear_time() {
        let query = "'\n".repeat(200_000);
        assert!(parse(&query).is_err());
    }
}
