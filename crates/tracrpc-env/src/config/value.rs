//! Trac's rules for turning the text of an option into a value.

use std::path::{Path, PathBuf};

use tracrpc_translation::message;

use super::files::normalized;
use super::lines::{is_python_space, python_strip};
use crate::error::{Error, Result};
use crate::text::python_repr;

/// Where a value stands, for messages and for relative paths.
#[derive(Clone, Copy)]
pub(super) struct Origin<'a> {
    /// The section.
    pub(super) section: &'a str,
    /// The option.
    pub(super) option: &'a str,
    /// The folder that relative paths start from: that of `trac.ini`.
    pub(super) folder: &'a Path,
}

/// A type that an option can have.
pub(super) trait OptionValue: Sized {
    /// The value that `text` stands for.
    fn read(text: &str, origin: Origin<'_>) -> Result<Self>;
}

/// A value that not every text stands for. Whoever needs it asks for it, so
/// that one which nobody needs does no harm.
#[derive(Clone, Debug)]
pub struct Checked<T>(Result<T>);

impl<T: Copy> Checked<T> {
    /// The value.
    ///
    /// # Errors
    /// The text stands for none, in Trac's words.
    pub fn get(&self) -> Result<T> {
        self.0.clone()
    }
}

/// What a section keeps of an option: a value that every text stands for, or one
/// that is [`Checked`].
pub(super) trait Kept: Sized {
    /// What is kept of what was read.
    fn keep(text: &str, origin: Origin<'_>) -> Self;
}

impl<T: OptionValue> Kept for Checked<T> {
    fn keep(text: &str, origin: Origin<'_>) -> Self {
        Self(T::read(text, origin))
    }
}

/// For types that every text stands for.
macro_rules! kept_as_they_are {
    ($($kind:ty),*) => {
        $(impl Kept for $kind {
            fn keep(text: &str, origin: Origin<'_>) -> Self {
                Self::read(text, origin).unwrap_or_default()
            }
        })*
    };
}

kept_as_they_are!(String, bool, Vec<String>, SpacedList, Option<PathBuf>);

impl OptionValue for String {
    fn read(text: &str, _: Origin<'_>) -> Result<Self> {
        Ok(text.to_owned())
    }
}

impl OptionValue for bool {
    fn read(text: &str, _: Origin<'_>) -> Result<Self> {
        Ok(as_bool(text))
    }
}

impl OptionValue for i64 {
    fn read(text: &str, origin: Origin<'_>) -> Result<Self> {
        as_int(text).ok_or_else(|| origin.no_integer(text))
    }
}

impl OptionValue for f64 {
    fn read(text: &str, origin: Origin<'_>) -> Result<Self> {
        as_float(text).ok_or_else(|| origin.no_float(text))
    }
}

impl OptionValue for Vec<String> {
    fn read(text: &str, _: Origin<'_>) -> Result<Self> {
        Ok(as_list(text, &[',']))
    }
}

/// A list whose items are separated by commas or spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpacedList(pub Vec<String>);

impl OptionValue for SpacedList {
    fn read(text: &str, _: Origin<'_>) -> Result<Self> {
        Ok(Self(as_list(text, &[',', ' '])))
    }
}

impl OptionValue for Option<PathBuf> {
    fn read(text: &str, origin: Origin<'_>) -> Result<Self> {
        Ok((!text.is_empty()).then(|| normalized(&origin.folder.join(text))))
    }
}

/// An option that takes one of a few words.
pub(super) trait Choice: Copy + 'static {
    /// The words and what they stand for.
    const CHOICES: &'static [(&'static str, Self)];
}

impl<T: Choice> OptionValue for T {
    fn read(text: &str, origin: Origin<'_>) -> Result<Self> {
        let found = T::CHOICES.iter().find(|(word, _)| *word == text);
        found.map(|&(_, value)| value).ok_or_else(|| {
            let mut words: Vec<_> = T::CHOICES
                .iter()
                .map(|(word, _)| format!("\"{word}\""))
                .collect();
            words.sort();
            origin.no_choice(&words.join(", "), text)
        })
    }
}

impl Origin<'_> {
    fn no_integer(self, text: &str) -> Error {
        Error::setting(message!(
            "[%(section)s] %(entry)s: expected integer, got %(value)s",
            section = self.section,
            entry = self.option,
            value = python_repr(text),
        ))
    }

    fn no_float(self, text: &str) -> Error {
        Error::setting(message!(
            "[%(section)s] %(entry)s: expected float, got %(value)s",
            section = self.section,
            entry = self.option,
            value = python_repr(text),
        ))
    }

    fn no_choice(self, choices: &str, text: &str) -> Error {
        Error::setting(message!(
            "[%(section)s] %(entry)s: expected one of (%(choices)s), got %(value)s",
            section = self.section,
            entry = self.option,
            choices = choices,
            value = python_repr(text),
        ))
    }
}

/// Trac's truth: the words `yes`, `true`, `enabled`, `on` in any case, and
/// numbers other than 0. All else is false.
pub fn as_bool(text: &str) -> bool {
    if let Some(number) = python_float(text) {
        return number != 0.0;
    }
    matches!(
        python_strip(text).to_lowercase().as_str(),
        "yes" | "true" | "enabled" | "on"
    )
}

/// A whole number as Python's `int` reads it; nothing is 0.
pub(super) fn as_int(text: &str) -> Option<i64> {
    if text.is_empty() {
        Some(0)
    } else {
        without_underscores(text)?.parse().ok()
    }
}

/// A number as Python's `float` reads it; nothing is 0.
pub(super) fn as_float(text: &str) -> Option<f64> {
    if text.is_empty() {
        Some(0.0)
    } else {
        python_float(text)
    }
}

/// The items between any of the separators, without white space around them
/// and without empty ones.
pub(super) fn as_list(text: &str, separators: &[char]) -> Vec<String> {
    let items = text
        .split(separators)
        .map(|item| item.trim_matches(is_python_space));
    items
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

fn python_float(text: &str) -> Option<f64> {
    without_underscores(text)?.parse().ok()
}

/// Python allows one `_` between any two digits.
fn without_underscores(text: &str) -> Option<String> {
    let text = python_strip(text);
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let misplaced = text
        .match_indices('_')
        .any(|(at, _)| !digit(at.checked_sub(1)) || !digit(Some(at + 1)));
    (!misplaced).then(|| text.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin<'static> {
        Origin {
            section: "s",
            option: "o",
            folder: Path::new("/e/conf"),
        }
    }

    #[test]
    fn truth() {
        let check = |text: &str, expected: bool| assert_eq!(as_bool(text), expected, "{text:?}");
        for text in [
            "yes",
            "True",
            " ENABLED ",
            "on",
            "1",
            "-1",
            "0.5",
            "1e3",
            "nan",
            "1_0",
        ] {
            check(text, true);
        }
        for text in [
            "no", "", "0", "0.0", "off", "y", "t", "enabled!", "1_", "_1", "0x1", "1 2",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn values() {
        fn check<T: OptionValue + PartialEq + std::fmt::Debug>(text: &str, expected: T) {
            let value = T::read(text, origin());
            assert_eq!(
                value.map_err(|error| error.to_string()),
                Ok(expected),
                "{text:?}"
            );
        }
        check("", 0);
        check(" 42 ", 42);
        check("-1_000", -1000);
        check("+7", 7);
        check("", 0.0);
        check("2.5e1", 25.0);
        check(
            " a , ,b,, c d ",
            ["a", "b", "c d"].map(str::to_owned).to_vec(),
        );
        check(
            "a@x b@x,c@x",
            SpacedList(["a@x", "b@x", "c@x"].map(str::to_owned).to_vec()),
        );
        check("", None::<PathBuf>);
        check("../x/./y", Some(PathBuf::from("/e/x/y")));
        check("/abs", Some(PathBuf::from("/abs")));
    }

    #[test]
    fn refusals() {
        fn check<T: OptionValue + std::fmt::Debug>(text: &str, expected: &str) {
            let value = T::read(text, origin()).map_err(|error| error.to_string());
            assert_eq!(value.expect_err(text), expected);
        }
        check::<i64>("ten", "[s] o: expected integer, got 'ten'");
        check::<i64>("1.5", "[s] o: expected integer, got '1.5'");
        check::<i64>(" ", "[s] o: expected integer, got ' '");
        check::<i64>(
            "99999999999999999999",
            "[s] o: expected integer, got '99999999999999999999'",
        );
        check::<f64>("it's", "[s] o: expected float, got \"it's\"");
    }
}
