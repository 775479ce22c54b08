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

/// Python's `str.isdigit()` beyond [`is_digit`]: digits that are written above, below or within
/// something (Unicode's `Numeric_Type=Digit`).
const STYLED_DIGITS: [(char, char); 20] = [
    ('\u{b2}', '\u{b3}'),
    ('\u{b9}', '\u{b9}'),
    ('\u{1369}', '\u{1371}'),
    ('\u{19da}', '\u{19da}'),
    ('\u{2070}', '\u{2070}'),
    ('\u{2074}', '\u{2079}'),
    ('\u{2080}', '\u{2089}'),
    ('\u{2460}', '\u{2468}'),
    ('\u{2474}', '\u{247c}'),
    ('\u{2488}', '\u{2490}'),
    ('\u{24ea}', '\u{24ea}'),
    ('\u{24f5}', '\u{24fd}'),
    ('\u{24ff}', '\u{24ff}'),
    ('\u{2776}', '\u{277e}'),
    ('\u{2780}', '\u{2788}'),
    ('\u{278a}', '\u{2792}'),
    ('\u{10a40}', '\u{10a43}'),
    ('\u{10e60}', '\u{10e68}'),
    ('\u{11052}', '\u{1105a}'),
    ('\u{1f100}', '\u{1f10a}'),
];

/// Python's `str.isdigit()` for a character: decimal digits, and styled ones such as `²` and `①`.
pub(crate) fn is_digit_of_any_style(c: char) -> bool {
    let is_styled = |(first, last): &(char, char)| (*first..=*last).contains(&c);
    is_digit(c) || (!c.is_ascii() && STYLED_DIGITS.iter().any(is_styled))
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
