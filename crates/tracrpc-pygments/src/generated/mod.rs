//! The tables of Pygments' lexers, as `scripts/write-lexers` writes them, and how to find one.

mod index;
mod unicode;

use std::io::Read;

use crate::token::Kind;

pub(crate) use index::{KINDS, LEXERS};
pub(crate) use unicode::{DIGIT, SPACE, WORD};

/// A lexer in the index.
pub(crate) struct Entry {
    /// What Pygments calls its class.
    pub(crate) class: &'static str,
    /// The names that it can be asked for by, separated by spaces.
    pub(crate) aliases: &'static str,
    place: Place,
}

/// Where some data starts, how long it is as it is stored, and how long without compression.
pub(crate) struct Place(u32, u32, u32);

impl Place {
    /// The data; nothing where there is none.
    fn data(&self) -> Option<Vec<u8>> {
        let [start, packed, length] = [self.0, self.1, self.2].map(|n| usize::try_from(n).ok());
        let bytes = index::DATA.get(start?..)?.get(..packed?)?;
        let mut data = Vec::with_capacity(length?);
        let mut decoder = flate2::read::ZlibDecoder::new(bytes);
        decoder.read_to_end(&mut data).ok()?;
        (!data.is_empty()).then_some(data)
    }

    fn is_empty(&self) -> bool {
        self.1 == 0
    }
}

impl Entry {
    /// Its tables.
    pub(crate) fn data(&self) -> Option<Vec<u8>> {
        self.place.data()
    }
}

impl Kind {
    /// The class in HTML.
    pub(crate) fn class(self) -> &'static str {
        KINDS
            .get(usize::from(self.0))
            .map_or("", |(_, class)| class)
    }
}

/// Whether a lexer can be had.
pub(crate) fn has_data(number: u16) -> bool {
    LEXERS
        .get(usize::from(number))
        .is_some_and(|entry| !entry.place.is_empty())
}

/// The ranges of a large set of characters.
pub(crate) fn set(number: usize) -> Option<Vec<u8>> {
    index::SETS.get(number)?.data()
}

/// The number of the lexer that Pygments has for a MIME type.
pub(crate) fn by_mimetype(mimetype: &str) -> Option<u16> {
    find(&index::MIMETYPES, mimetype)
}

/// The number of the first lexer that Pygments has for a MIME type; Trac takes the last.
pub(crate) fn by_first_mimetype(mimetype: &str) -> Option<u16> {
    find(&index::FIRST_MIMETYPES, mimetype).or_else(|| by_mimetype(mimetype))
}

/// The number of the lexer that Pygments has for a name, without its case.
pub(crate) fn by_alias(alias: &str) -> Option<u16> {
    find(&index::ALIASES, &alias.to_lowercase())
}

fn find(table: &[(&str, u16)], name: &str) -> Option<u16> {
    let at = table
        .binary_search_by(|(known, _)| (*known).cmp(name))
        .ok()?;
    table.get(at).map(|(_, number)| *number)
}
