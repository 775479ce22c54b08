//! The words that a field with a list of words is searched for.

use tracrpc_env::text::{is_space, strip};

/// A word, and whether it must be missing.
pub(super) type Word = (String, bool);

/// The words of `text`: parted by white space unless in double quotes; one
/// that starts with `-` must be missing.
pub(super) fn split(text: &str) -> Vec<Word> {
    pieces(text)
        .into_iter()
        .flat_map(words)
        .filter_map(negation)
        .collect()
}

/// The quoted parts with their quotes, and what is between them. An empty
/// pair of quotes is no quoted part.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut from) = (0, 0);
    while let Some(open) = text[from..].find('"').map(|at| from + at) {
        let Some(length) = text[open + 1..].find('"') else {
            break;
        };
        from = open + 1;
        if length > 0 {
            from = open + length + 2;
            pieces.extend([&text[start..open], &text[open..from]]);
            start = from;
        }
    }
    pieces.push(&text[start..]);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

fn words(piece: &str) -> Vec<&str> {
    if piece.starts_with('"') && piece.ends_with('"') {
        return vec![strip(piece.get(1..piece.len() - 1).unwrap_or_default())];
    }
    piece
        .split(is_space)
        .filter(|word| !word.is_empty())
        .collect()
}

/// A lone `-` says nothing.
fn negation(word: &str) -> Option<Word> {
    match word.strip_prefix('-') {
        Some("") => None,
        Some(word) => Some((word.to_owned(), true)),
        None => Some((word.to_owned(), false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_parted_by_space_and_quotes() {
        let check = |text: &str, expected: &[(&str, bool)]| {
            let words = split(text);
            let words: Vec<_> = words
                .iter()
                .map(|(word, no)| (word.as_str(), *no))
                .collect();
            assert_eq!(words, expected, "{text}");
        };
        check("", &[]);
        check(" a\tb,  c ", &[("a", false), ("b,", false), ("c", false)]);
        check("a -b - --c", &[("a", false), ("b", true), ("-c", true)]);
        check("x\" a b \"y", &[("x", false), ("a b", false), ("y", false)]);
        check("\"-a b\"", &[("a b", true)]);
        check("\"", &[("", false)]);
        check("\"\"", &[("", false)]);
        check("\"\" a \"\"", &[("", false), ("a", false), ("", false)]);
        check("a\"b", &[("a\"b", false)]);
        check("ä\"ö ü\"", &[("ä", false), ("ö ü", false)]);
    }
}
