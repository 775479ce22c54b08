//! What is shown of a long text.

use std::borrow::Cow;
use std::cell::RefCell;

use memchr::memmem::Finder;

/// The length of an excerpt, and how much of that may come before the term.
const EXCERPT: usize = 240;
const BEFORE: usize = 60;

/// The length of a line in a title.
const LINE: usize = 75;

/// What cuts excerpts around certain terms.
pub(super) struct Excerpts {
    /// In lower case.
    terms: Vec<Finder<'static>>,
    /// Room for a text in lower case.
    lower: RefCell<String>,
}

impl Excerpts {
    /// Cuts around `terms`, whatever their case.
    pub(super) fn around(terms: &[String]) -> Self {
        let finder = |term: &String| Finder::new(&term.to_lowercase()).into_owned();
        Self {
            terms: terms.iter().map(finder).collect(),
            lower: RefCell::default(),
        }
    }

    /// A part of `text` around the first place at which any of the terms
    /// occurs, as Trac's `shorten_result` cuts it.
    pub(super) fn of(&self, text: &str) -> String {
        let found = self.first_place(text);
        let late = found.filter(|place| *place > BEFORE);
        let begin = late.map_or(0, |place| beginning(text, place));
        // Where nothing occurs, Trac counts from one before the beginning.
        let end = offset(text, found.map_or(EXCERPT - 1, |place| place + EXCERPT));
        let mut excerpt = String::with_capacity(end - begin + 8);
        excerpt.push_str(if late.is_some() { "... " } else { "" });
        excerpt.push_str(&text[begin..end]);
        excerpt.push_str(if end < text.len() { " ..." } else { "" });
        excerpt
    }

    /// The first character at which any of the terms occurs.
    fn first_place(&self, text: &str) -> Option<usize> {
        if !text.is_ascii() {
            return self.first_place_in(&text.to_lowercase());
        }
        let mut lower = self.lower.borrow_mut();
        lower.clear();
        lower.push_str(text);
        lower.make_ascii_lowercase();
        self.first_place_in(&lower)
    }

    fn first_place_in(&self, lower: &str) -> Option<usize> {
        let places = self.terms.iter();
        let byte = places
            .filter_map(|term| term.find(lower.as_bytes()))
            .min()?;
        Some(lower[..byte].chars().count())
    }
}

/// The byte at which the excerpt begins: after the end of a sentence, or
/// something like it, shortly before the character `place`, else as early as
/// may be.
fn beginning(text: &str, place: usize) -> usize {
    let from = offset(text, place - BEFORE);
    let window = &text[from..offset(text, place - 1)];
    ['.', ':', ';', '=']
        .iter()
        .find_map(|separator| window.find(*separator))
        .map_or(from, |separator| from + separator + 1)
}

/// The byte at which a character begins; the end of the text if it is shorter.
fn offset(text: &str, character: usize) -> usize {
    if text.as_bytes()[..text.len().min(character)].is_ascii() {
        return character.min(text.len());
    }
    let mut places = text.char_indices().map(|(place, _)| place);
    places.nth(character).unwrap_or(text.len())
}

/// At most one line's length of `text`, cut between words, as Trac's
/// `shorten_line` does.
pub(super) fn line(text: &str) -> Cow<'_, str> {
    const SUFFIX: &str = " ...";
    if offset(text, LINE) == text.len() {
        return text.into();
    }
    let end = offset(text, LINE - SUFFIX.len());
    let cut = text[..end].rfind([' ', '\n']).unwrap_or(end);
    format!("{}{SUFFIX}", &text[..cut]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts() {
        let check = |text: &str, term: &str, expected: &str| {
            assert_eq!(Excerpts::around(&[term.to_owned()]).of(text), expected);
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
        assert_eq!(
            Excerpts::around(&terms).of(&text),
            format!("... {}", &text[40..])
        );
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
