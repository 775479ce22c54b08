//! Reads compiled message catalogues, the `.mo` files of GNU gettext.
//!
//! The format is that of the manual of gettext, "The Format of GNU MO Files". Everything is
//! checked on the way in; the strings of a file take no more memory than the file is long.

use std::collections::HashMap;
use std::fmt;

use crate::plural::PluralRule;

/// The first number of a file, in its own order of bytes.
const MAGIC: u32 = 0x9504_12de;

/// A compiled catalogue.
#[derive(Clone, Debug)]
pub struct Mo {
    pub(crate) texts: Texts,
}

/// Translations by message.
#[derive(Clone, Debug)]
pub(crate) struct Texts {
    /// The forms of each message, by its singular.
    pub(crate) forms: HashMap<Box<str>, Box<[Box<str>]>>,
    pub(crate) plural: PluralRule,
}

impl Texts {
    pub(crate) fn get(&self, id: &str) -> Option<&str> {
        let forms = self.forms.get(id)?;
        // Python's `GNUTranslations.gettext` takes a message with forms for one thing.
        let index = if forms.len() == 1 {
            0
        } else {
            self.plural.index(1)
        };
        forms.get(index).map(AsRef::as_ref)
    }

    pub(crate) fn get_plural(&self, id: &str, n: u64) -> Option<&str> {
        let form = self.forms.get(id)?.get(self.plural.index(n))?;
        Some(form)
    }
}

/// Why a file is no catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MoError {
    /// It does not begin as a catalogue does.
    Magic,
    /// It is of a later version of the format.
    Version,
    /// Something of it lies outside of it.
    Truncated,
    /// Its strings overlap.
    Overlapping,
    /// A text is not UTF-8.
    Encoding,
}

impl fmt::Display for MoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Magic => "this is no compiled message catalogue",
            Self::Version => "this version of the format is not known",
            Self::Truncated => "the file is incomplete",
            Self::Overlapping => "strings of the file overlap",
            Self::Encoding => "a text is not UTF-8",
        })
    }
}

impl std::error::Error for MoError {}

impl Mo {
    /// Reads a catalogue.
    ///
    /// # Errors
    /// The bytes are no catalogue, or one in another encoding than UTF-8.
    pub fn parse(bytes: &[u8]) -> Result<Self, MoError> {
        let reader = Reader::new(bytes)?;
        if reader.number(4)? >> 16 > 1 {
            return Err(MoError::Version);
        }
        let (count, ids, texts) = (reader.number(8)?, reader.number(12)?, reader.number(16)?);
        // Two rows of eight bytes a message: a count beyond that is refused before the loop.
        if u64::from(count) * 16 > bytes.len() as u64 {
            return Err(MoError::Truncated);
        }
        let mut forms = HashMap::new();
        let mut plural = PluralRule::germanic();
        let mut room = bytes.len();
        for row in 0..count {
            let id = reader.text(ids, row, &mut room)?;
            let text = reader.text(texts, row, &mut room)?;
            if id.is_empty() {
                plural = plural_rule(text).unwrap_or(plural);
                continue;
            }
            let singular = id.split('\0').next().unwrap_or_default();
            forms.insert(singular.into(), text.split('\0').map(Box::from).collect());
        }
        let texts = Texts { forms, plural };
        Ok(Self { texts })
    }

    /// How many messages it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.forms.len()
    }

    /// Whether it has no messages.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.forms.is_empty()
    }

    /// The messages that it translates, in no particular order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.texts.forms.keys().map(AsRef::as_ref)
    }
}

/// The rule in the header, the translation of the empty message.
pub(crate) fn plural_rule(header: &str) -> Option<PluralRule> {
    let value = header.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("plural-forms").then_some(value)
    })?;
    PluralRule::parse(value)
}

struct Reader<'a> {
    bytes: &'a [u8],
    is_little_endian: bool,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self, MoError> {
        let magic = bytes.first_chunk().ok_or(MoError::Magic)?;
        let is_little_endian = match (u32::from_le_bytes(*magic), u32::from_be_bytes(*magic)) {
            (MAGIC, _) => true,
            (_, MAGIC) => false,
            _ => return Err(MoError::Magic),
        };
        Ok(Self {
            bytes,
            is_little_endian,
        })
    }

    fn number(&self, offset: usize) -> Result<u32, MoError> {
        let rest = self.bytes.get(offset..).ok_or(MoError::Truncated)?;
        let chunk = rest.first_chunk().ok_or(MoError::Truncated)?;
        Ok(match self.is_little_endian {
            true => u32::from_le_bytes(*chunk),
            false => u32::from_be_bytes(*chunk),
        })
    }

    /// The text that a row of a table points at. `room` is what texts may still take.
    fn text(&self, table: u32, row: u32, room: &mut usize) -> Result<&'a str, MoError> {
        let place = (table as usize).saturating_add((row as usize).saturating_mul(8));
        let length = self.number(place)? as usize;
        let offset = self.number(place.saturating_add(4))? as usize;
        *room = room.checked_sub(length).ok_or(MoError::Overlapping)?;
        let end = offset.checked_add(length).ok_or(MoError::Truncated)?;
        let text = self.bytes.get(offset..end);
        std::str::from_utf8(text.ok_or(MoError::Truncated)?).map_err(|_| MoError::Encoding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A catalogue of these messages, as `msgfmt` lays it out.
    fn compile(messages: &[(&str, &str)], number: fn(u32) -> [u8; 4]) -> Vec<u8> {
        let count = messages.len() as u32;
        let (ids, texts) = (28, 28 + 8 * count);
        let mut numbers = vec![MAGIC, 0, count, ids, texts, 0, 28 + 16 * count];
        let mut strings = Vec::new();
        for part in [0, 1] {
            for (id, text) in messages {
                let string = if part == 0 { id } else { text };
                numbers.push(string.len() as u32);
                numbers.push(28 + 16 * count + strings.len() as u32);
                strings.extend(string.bytes().chain([0]));
            }
        }
        let mut bytes: Vec<u8> = numbers.into_iter().flat_map(number).collect();
        bytes.extend(strings);
        bytes
    }

    const MESSAGES: &[(&str, &str)] = &[
        (
            "",
            "Content-Type: text/plain; charset=utf-8\nPlural-Forms: nplurals=3; plural=n>2?2:n>1?1:0;\n",
        ),
        (
            "%(num)d day\0%(num)d days",
            "ein Tag\0zwei Tage\0%(num)d Tage",
        ),
        ("Summary", "Zusammenfassung"),
        ("menu\u{4}Open", "Öffnen"),
    ];

    #[test]
    fn both_orders_of_bytes() {
        for number in [u32::to_le_bytes, u32::to_be_bytes] {
            let mo = Mo::parse(&compile(MESSAGES, number)).unwrap();
            assert_eq!(mo.len(), 3);
            assert_eq!(mo.texts.get("Summary"), Some("Zusammenfassung"));
            assert_eq!(mo.texts.get("menu\u{4}Open"), Some("Öffnen"));
            assert_eq!(mo.texts.get("Open"), None);
            let days = |n| mo.texts.get_plural("%(num)d day", n);
            assert_eq!(days(1), Some("ein Tag"));
            assert_eq!(days(2), Some("zwei Tage"));
            assert_eq!(days(5), Some("%(num)d Tage"));
            assert_eq!(mo.texts.get("%(num)d day"), Some("ein Tag"));
        }
    }

    #[test]
    fn what_is_no_catalogue() {
        let good = compile(MESSAGES, u32::to_le_bytes);
        let check = |bytes: &[u8], expected| assert_eq!(Mo::parse(bytes).unwrap_err(), expected);
        let with = |place: usize, value: u32| {
            let mut bytes = good.clone();
            bytes[place..place + 4].copy_from_slice(&value.to_le_bytes());
            bytes
        };
        check(b"", MoError::Magic);
        check(b"Not a catalogue", MoError::Magic);
        check(&good[..20], MoError::Truncated);
        check(&with(4, 2 << 16), MoError::Version);
        check(&with(8, u32::MAX), MoError::Truncated);
        check(&with(12, u32::MAX), MoError::Truncated);
        check(&with(28, u32::MAX), MoError::Overlapping);
        check(&with(32, u32::MAX), MoError::Truncated);
        let overlapping: Vec<(&str, &str)> = vec![("a", "b"); 1000];
        let mut overlapping = compile(&overlapping, u32::to_le_bytes);
        for row in 0..1000 {
            let place = 28 + row * 8;
            overlapping[place..place + 8].copy_from_slice(&[0xe8, 3, 0, 0, 0x9c, 0x3e, 0, 0]);
        }
        check(&overlapping, MoError::Overlapping);
        let mut latin = good.clone();
        *latin.last_mut().unwrap() = 0;
        let last = latin.len() - 2;
        latin[last] = 0xff;
        check(&latin, MoError::Encoding);
    }

    #[test]
    fn every_cut_is_refused_or_read() {
        let good = compile(MESSAGES, u32::to_le_bytes);
        for length in 0..good.len() {
            let _ = Mo::parse(&good[..length]);
        }
    }
}
