//! What is shown of a long text.

/// The length of an excerpt, and how much of that may come before the term.
const EXCERPT: usize = 240;
const BEFORE: usize = 60;

/// The length of a line in a title.
const LINE: usize = 75;

/// A part of `text` around the first place at which any of `terms` occurs, as
/// Trac's `shorten_result` cuts it.
pub(super) fn excerpt(text: &str, terms: &[String]) -> String {
    let chars: Vec<char> = text.chars().collect();
    let found = first_place(text, terms);
    let begins_later = found.is_some_and(|place| place > BEFORE);
    let begin = match found {
        Some(place) if begins_later => beginning(&chars, place),
        _ => 0,
    };
    // Where nothing occurs, Trac counts from one before the beginning.
    let end = found.map_or(EXCERPT - 1, |place| place + EXCERPT);
    let shown: String = chars.iter().take(end).skip(begin).collect();
    let is_cut = match found {
        Some(place) => place + EXCERPT < chars.len(),
        None => EXCERPT < chars.len() + 1,
    };
    format!(
        "{}{shown}{}",
        if begins_later { "... " } else { "" },
        if is_cut { " ..." } else { "" }
    )
}

/// The first character at which any of the terms occurs, whatever its case.
fn first_place(text: &str, terms: &[String]) -> Option<usize> {
    let lower = text.to_lowercase();
    let byte = terms
        .iter()
        .filter_map(|term| lower.find(&term.to_lowercase()))
        .min()?;
    Some(lower[..byte].chars().count())
}

/// Where the excerpt begins: after the end of a sentence, or something like it,
/// shortly before `place`, else as early as may be.
fn beginning(chars: &[char], place: usize) -> usize {
    let from = place - BEFORE;
    let window = chars
        .get(from..(place - 1).min(chars.len()))
        .unwrap_or_default();
    ['.', ':', ';', '=']
        .iter()
        .find_map(|separator| window.iter().position(|c| c == separator))
        .map_or(from, |offset| from + offset + 1)
}

/// At most one line's length of `text`, cut between words, as Trac's
/// `shorten_line` does.
pub(super) fn line(text: &str) -> String {
    const SUFFIX: &str = " ...";
    if text.chars().nth(LINE).is_none() {
        return text.to_owned();
    }
    let end = text
        .char_indices()
        .nth(LINE - SUFFIX.len())
        .map_or(text.len(), |(at, _)| at);
    let cut = text[..end].rfind([' ', '\n']).unwrap_or(end);
    format!("{}{SUFFIX}", &text[..cut])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts() {
        let check = |text: &str, term: &str, expected: &str| {
            assert_eq!(excerpt(text, &[term.to_owned()]), expected);
        };
        let x = |count| "x".repeat(count);
        check("", "a", "");
        check("short", "none", "short");
        check(&x(239), "none", &x(239));
        check(&x(240), "none", &format!("{} ...", x(239)));
        check(&format!("{}É", x(60)), "é", &format!("{}É", x(60)));
        check(&format!("{}A", x(61)), "a", &format!("... {}A", x(60)));
        check(
            &format!("{}. {}a", x(30), x(40)),
            "A",
            &format!("...  {}a", x(40)),
        );
        check(&format!("a{}", x(239)), "a", &format!("a{}", x(239)));
        check(&format!("a{}", x(240)), "a", &format!("a{} ...", x(239)));
    }

    #[test]
    fn the_first_of_several_terms_counts() {
        let text = format!("{}b{}a", "x".repeat(100), "x".repeat(100));
        let terms = ["a".to_owned(), "none".to_owned(), "b".to_owned()];
        assert_eq!(excerpt(&text, &terms), format!("... {}", &text[40..]));
    }

    #[test]
    fn lines() {
        let check = |text: &str, expected: &str| assert_eq!(line(text), expected);
        check("short", "short");
        check(&"é".repeat(75), &"é".repeat(75));
        check(&"é".repeat(76), &format!("{} ...", "é".repeat(71)));
        check(
            &"word ".repeat(16),
            &format!("{} ...", "word ".repeat(14).trim_end()),
        );
        check(&format!("a\n{}", "b".repeat(75)), "a ...");
    }
}
