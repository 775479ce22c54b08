//! What lexers are made of.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::chars::is_word;

/// Pieces of source code, each with its class (nothing for plain text).
pub(super) type Tokens<'t> = Vec<(&'static str, &'t str)>;

/// A set of words, written as one text.
pub(super) struct Words(pub(super) LazyLock<HashSet<&'static str>>);

impl Words {
    pub(super) fn has(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

/// `words!("if else")`, as a `static` of type [`Words`].
macro_rules! words {
    ($($list:expr),+ $(,)?) => {
        $crate::highlight::scan::Words(std::sync::LazyLock::new(|| {
            [$($list),+].into_iter().flat_map(str::split_ascii_whitespace).collect()
        }))
    };
}
pub(super) use words;

/// How often a text may be read again by looking ahead, so that the time stays linear.
const LOOK_AHEADS: usize = 40;

/// Goes through source code.
pub(super) struct Scan<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) tokens: Tokens<'t>,
    /// How many bytes may still be looked at ahead.
    budget: usize,
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Scan {
            text,
            at: 0,
            tokens: Vec::new(),
            budget: LOOK_AHEADS * text.len() + 10_000,
        }
    }

    /// The character that is next.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character that was last.
    pub(super) fn before(&self) -> Option<char> {
        self.text.get(..self.at)?.chars().next_back()
    }

    pub(super) fn starts(&self, mark: &str) -> bool {
        self.rest().starts_with(mark)
    }

    pub(super) fn at_line_start(&self) -> bool {
        self.before().is_none_or(|c| c == '\n')
    }

    /// Whether a word may start or end here.
    pub(super) fn at_boundary(&self) -> bool {
        !self.before().is_some_and(is_word)
    }

    /// Where a mark stands behind the next so many bytes, seen from here. Once much was looked
    /// for, nothing is found any more: Pygments would look on, and take quadratic time.
    pub(super) fn find(&mut self, from: usize, mark: &str) -> Option<usize> {
        let text = self.rest().get(from..).filter(|_| self.budget > 0)?;
        let found = text.find(mark);
        self.charge(found.unwrap_or(text.len()));
        found.map(|at| from + at)
    }

    /// Whether it may be looked ahead; what was seen is to be charged.
    pub(super) fn can_look(&self) -> bool {
        self.budget > 0
    }

    /// Tells how many bytes were looked at ahead.
    pub(super) fn charge(&mut self, seen: usize) {
        self.budget = self.budget.saturating_sub(seen);
    }

    /// The length of what belongs together here, if it may be looked ahead.
    pub(super) fn look(&mut self, belongs: impl Fn(char) -> bool) -> Option<usize> {
        let length = self.can_look().then(|| self.run(belongs))?;
        self.charge(length);
        Some(length)
    }

    /// The length of a text in quotes, or what else a reader finds in what is left.
    pub(super) fn find_by(&mut self, read: impl Fn(&str) -> Option<usize>) -> Option<usize> {
        let rest = self.can_look().then(|| self.rest())?;
        let length = read(rest);
        self.charge(length.unwrap_or(rest.len()));
        length
    }

    /// Takes what belongs together, if there is something.
    pub(super) fn push_run(&mut self, class: &'static str, belongs: impl Fn(char) -> bool) -> bool {
        let length = self.run(belongs);
        self.push(class, length);
        length > 0
    }

    /// Takes a mark, if it stands here.
    pub(super) fn push_mark(&mut self, class: &'static str, mark: &str) -> bool {
        let is_here = self.starts(mark);
        if is_here {
            self.push(class, mark.len());
        }
        is_here
    }

    /// Takes one character as it is not expected: Pygments starts anew after a line's end.
    pub(super) fn push_error(&mut self) {
        match self.peek() {
            Some('\n') => self.push("w", 1),
            Some(c) => self.push("err", c.len_utf8()),
            None => {}
        }
    }

    /// The length of the word here: letters, digits, `_`.
    pub(super) fn word(&self) -> usize {
        self.run(is_word)
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Takes so many bytes as a token of a class.
    pub(super) fn push(&mut self, class: &'static str, length: usize) {
        let end = (self.at + length).min(self.text.len());
        if let Some(piece) = self
            .text
            .get(self.at..end)
            .filter(|piece| !piece.is_empty())
        {
            self.tokens.push((class, piece));
        }
        self.at = end;
    }

    /// The length of what belongs together at the start of what is left.
    pub(super) fn run(&self, belongs: impl Fn(char) -> bool) -> usize {
        run(self.rest(), belongs)
    }
}

/// The length of what belongs together at the start of a text.
pub(super) fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// The length of the name at the start of a text, or 0.
pub(super) fn name_length(text: &str) -> usize {
    if text.starts_with(|c: char| c == '_' || c.is_alphabetic()) {
        run(text, |c| c == '_' || c.is_alphanumeric())
    } else {
        0
    }
}
