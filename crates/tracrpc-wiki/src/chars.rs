//! Classes of characters as Python's regular expressions see them.

use unicode_general_category::{GeneralCategory, get_general_category};

/// Python's `\w`: letters, numbers and the underscore.
pub(crate) fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    use GeneralCategory as G;
    matches!(
        get_general_category(c),
        G::UppercaseLetter
            | G::LowercaseLetter
            | G::TitlecaseLetter
            | G::ModifierLetter
            | G::OtherLetter
            | G::DecimalNumber
            | G::LetterNumber
            | G::OtherNumber
    )
}

/// Python's `\s` for text: white space, and the four ASCII separators.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

/// Python's `\d`: decimal digits of any script.
pub(crate) fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
        || (!c.is_ascii() && get_general_category(c) == GeneralCategory::DecimalNumber)
}

/// Capital letters of wiki page names: the upper case of Unicode's first plane.
pub(crate) fn is_upper(c: char) -> bool {
    c.is_ascii_uppercase() || (!c.is_ascii() && c <= '\u{ffff}' && c.is_uppercase())
}

/// Small letters of wiki page names: the lower case of Unicode's first plane.
pub(crate) fn is_lower(c: char) -> bool {
    c.is_ascii_lowercase() || (!c.is_ascii() && c <= '\u{ffff}' && c.is_lowercase())
}

/// A byte of a link scheme, after its first letter.
pub(crate) fn is_scheme_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_')
}

/// The end of the link scheme that `text` starts with, if it does.
pub(crate) fn scheme_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if !bytes.first()?.is_ascii_alphabetic() {
        return None;
    }
    Some(
        bytes
            .iter()
            .position(|&b| !is_scheme_byte(b))
            .unwrap_or(bytes.len()),
    )
}
