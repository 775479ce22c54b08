//! Sets of characters, and what Python takes for letters, digits and spaces.

use crate::generated::{self, DIGIT, SPACE, WORD};
use crate::read::Reader;

const CATEGORY_TABLES: [&[(u32, u32)]; 3] = [&DIGIT, &SPACE, &WORD];

/// A set of characters, such as `[^\w-]`.
#[derive(Debug)]
pub(crate) struct Chars {
    ascii: u128,
    /// It is the characters that are not named.
    is_others: bool,
    /// Beyond ASCII, sorted.
    ranges: Vec<(u32, u32)>,
    /// Bits: digits, no digits, spaces, no spaces, word characters, none of those.
    categories: u8,
}

impl Chars {
    /// Reads a set of a lexer; a large one is kept elsewhere.
    pub(super) fn read(reader: &mut Reader<'_>) -> Chars {
        let number = reader.number();
        let head = reader.number();
        let ranges = match number % 2 {
            0 => read_ranges(reader),
            _ => {
                let data = generated::set(number / 2).unwrap_or_default();
                read_ranges(&mut Reader::new(&data))
            }
        };
        let categories = u8::try_from(head >> 1).unwrap_or_default();
        Chars::new(head & 1 == 1, &ranges, categories)
    }

    fn new(is_others: bool, ranges: &[(u32, u32)], categories: u8) -> Chars {
        let mut ascii = 0;
        for byte in 0..128 {
            let is_named = ranges
                .iter()
                .any(|(low, high)| (*low..=*high).contains(&byte))
                || is_in_categories(categories, byte);
            ascii |= u128::from(is_named != is_others) << byte;
        }
        let ranges = ranges.iter().filter(|(_, high)| *high > 127).copied();
        Chars {
            ascii,
            is_others,
            ranges: ranges.collect(),
            categories,
        }
    }

    pub(super) fn ascii(&self) -> u128 {
        self.ascii
    }

    /// Whether it may hold anything but ASCII.
    pub(super) fn is_beyond_ascii(&self) -> bool {
        self.is_others || self.categories != 0 || !self.ranges.is_empty()
    }

    /// Whether it holds a character beyond ASCII.
    fn has_other(&self, c: char) -> bool {
        let c = u32::from(c);
        let is_named = is_within(&self.ranges, c) || is_in_categories(self.categories, c);
        is_named != self.is_others
    }

    /// The length in bytes of the character at a place, if it is one of the set.
    #[inline]
    pub(super) fn length_at(&self, text: &str, at: usize) -> Option<usize> {
        let byte = *text.as_bytes().get(at)?;
        if byte < 128 {
            return (self.ascii >> byte & 1 == 1).then_some(1);
        }
        let c = text.get(at..)?.chars().next()?;
        self.has_other(c).then(|| c.len_utf8())
    }
}

fn read_ranges(reader: &mut Reader<'_>) -> Vec<(u32, u32)> {
    let mut at = 0;
    reader.list(|reader| {
        let low = at + reader.number();
        at = low + reader.number();
        [low, at]
            .map(|n| u32::try_from(n).unwrap_or(u32::MAX))
            .into()
    })
}

fn is_within(ranges: &[(u32, u32)], c: u32) -> bool {
    let after = ranges.partition_point(|(low, _)| *low <= c);
    after
        .checked_sub(1)
        .and_then(|at| ranges.get(at))
        .is_some_and(|(_, high)| c <= *high)
}

fn is_in_categories(categories: u8, c: u32) -> bool {
    categories != 0
        && (0..3).any(|index| {
            let bits = categories >> (2 * index) & 3;
            bits != 0
                && (bits & 1 == 1 && is_category(index, c)
                    || bits & 2 == 2 && !is_category(index, c))
        })
}

/// Whether a character is a digit (0), a space (1), or a word character (2).
fn is_category(index: usize, c: u32) -> bool {
    match u8::try_from(c).ok().filter(u8::is_ascii) {
        // Python's `str.isspace` has the four separators of ASCII, too.
        Some(byte) => match index {
            0 => byte.is_ascii_digit(),
            1 => matches!(byte, b'\t'..=b'\r' | 0x1c..=b' '),
            _ => byte.is_ascii_alphanumeric() || byte == b'_',
        },
        None => CATEGORY_TABLES
            .get(index)
            .is_some_and(|ranges| is_within(ranges, c)),
    }
}

/// Whether `\w` matches.
pub(super) fn is_word(c: char) -> bool {
    is_category(2, u32::from(c))
}
