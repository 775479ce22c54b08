//! A line under scan, and what is known of it.

use crate::chars::is_space;

/// A line (or a whole text, for one-liners) and what the matchers found out about it.
pub(crate) struct Line<'t> {
    pub(crate) text: &'t str,
    /// The rules that may match somewhere in the line.
    pub(crate) possible_rules: u32,
    closing_braces: Finder,
    backtick: Finder,
    bracket: Finder,
    double_bracket: Finder,
    angle: Finder,
    single_quote: Finder,
    double_quote: Finder,
    /// Before these positions no mail address, link scheme, row separator or relative page name
    /// starts: what the last attempt found out about the run of characters that it stands in.
    pub(crate) no_email_before: usize,
    pub(crate) no_scheme_before: usize,
    pub(crate) no_row_separator_before: usize,
    pub(crate) no_relative_page_before: usize,
}

impl<'t> Line<'t> {
    /// A line in which the markup of `rules` counts.
    pub(crate) fn new(text: &'t str, rules: u32) -> Self {
        Line {
            text,
            possible_rules: super::possible_rules(text, rules),
            closing_braces: Finder::default(),
            backtick: Finder::default(),
            bracket: Finder::default(),
            double_bracket: Finder::default(),
            angle: Finder::default(),
            single_quote: Finder::default(),
            double_quote: Finder::default(),
            no_email_before: 0,
            no_scheme_before: 0,
            no_row_separator_before: 0,
            no_relative_page_before: 0,
        }
    }

    pub(crate) fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    pub(crate) fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..).and_then(|rest| rest.chars().next())
    }

    pub(crate) fn char_before(&self, at: usize) -> Option<char> {
        self.text
            .get(..at)
            .and_then(|rest| rest.chars().next_back())
    }

    pub(crate) fn starts_with(&self, at: usize, prefix: &str) -> bool {
        self.text.as_bytes()[at.min(self.text.len())..].starts_with(prefix.as_bytes())
    }

    /// The end of the run of characters at `at` that belong together.
    pub(crate) fn run_end(&self, at: usize, belongs: impl Fn(char) -> bool) -> usize {
        self.text[at..]
            .find(|c| !belongs(c))
            .map_or(self.text.len(), |length| at + length)
    }

    pub(crate) fn space_end(&self, at: usize) -> usize {
        self.run_end(at, is_space)
    }

    pub(crate) fn find_closing_braces(&mut self, from: usize) -> Option<usize> {
        self.closing_braces.find(self.text, "}}}", from)
    }

    pub(crate) fn find_backtick(&mut self, from: usize) -> Option<usize> {
        self.backtick.find(self.text, "`", from)
    }

    pub(crate) fn find_bracket(&mut self, from: usize) -> Option<usize> {
        self.bracket.find(self.text, "]", from)
    }

    pub(crate) fn find_double_bracket(&mut self, from: usize) -> Option<usize> {
        self.double_bracket.find(self.text, "]]", from)
    }

    pub(crate) fn find_angle(&mut self, from: usize) -> Option<usize> {
        self.angle.find(self.text, ">", from)
    }

    /// The end of the quoted string that starts at `at`: quotes around at least one character.
    pub(crate) fn quoted_end(&mut self, at: usize) -> Option<usize> {
        let close = match self.byte(at)? {
            b'\'' => self.single_quote.find(self.text, "'", at + 1)?,
            b'"' => self.double_quote.find(self.text, "\"", at + 1)?,
            _ => return None,
        };
        (close > at + 1).then_some(close + 1)
    }
}

/// Finds the next occurrence of a mark. All of them are found at the first question, so that any
/// number of questions, in any order, costs one scan and a binary search each.
#[derive(Default)]
struct Finder {
    positions: Option<Vec<usize>>,
}

impl Finder {
    fn find(&mut self, text: &str, mark: &str, from: usize) -> Option<usize> {
        let positions = self
            .positions
            .get_or_insert_with(|| all_positions(text, mark));
        let next = positions.partition_point(|&at| at < from);
        positions.get(next).copied()
    }
}

/// Where `mark` stands in `text`, overlapping ones among them.
fn all_positions(text: &str, mark: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let (Some(&first), length) = (mark.as_bytes().first(), mark.len()) else {
        return Vec::new();
    };
    let starts = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == first)
        .map(|(at, _)| at);
    starts
        .filter(|&at| length == 1 || bytes[at..].starts_with(mark.as_bytes()))
        .collect()
}
