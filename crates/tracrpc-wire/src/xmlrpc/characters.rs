//! Which characters may stand in a document.

use crate::Out;

/// Written for each character that a document may not hold.
const REPLACEMENT: &str = "\u{fffd}";

/// The place of the first character that XML 1.0 does not allow.
pub(super) fn find_illegal(text: &str) -> Option<usize> {
    let suspect = |byte: &u8| *byte < b' ' && !b"\t\n\r".contains(byte) || *byte == 0xef;
    // The common text has nothing to look at twice.
    let first = text.as_bytes().iter().position(suspect)?;
    let rest = text.get(first..)?.char_indices();
    rest.filter(|(_, character)| !is_legal(*character))
        .map(|(place, _)| first + place)
        .next()
}

/// Whether XML 1.0 allows the character in a document, section 2.2.
pub(super) fn is_legal(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => false,
        _ => true,
    }
}

/// Writes `text` as character data. What the plugin replaces becomes U+FFFD,
/// which is more than XML demands.
pub(super) fn write_escaped(text: &str, out: &mut Out<'_>) {
    let mut written = 0;
    let bytes = text.as_bytes();
    while let Some(found) = find_care(&bytes[written..]) {
        let place = written + found;
        out.push(&bytes[written..place]);
        let Some(character) = text[place..].chars().next() else {
            return;
        };
        written = place + character.len_utf8();
        write_character(character, &bytes[place..written], out);
    }
    out.push(&bytes[written..]);
}

/// `text` as it comes back from a client that was sent it: with U+FFFD for what
/// a document cannot hold, and CR LF for every end of a line, which parsers read
/// as a line feed.
pub(super) fn there_and_back(text: &str) -> String {
    let mut back = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\r' | '\n' => back.push_str("\r\n"),
            _ if is_replaced(character) => back.push_str(REPLACEMENT),
            _ => back.push(character),
        }
    }
    back
}

/// The place of the first byte that [`needs_care`].
fn find_care(bytes: &[u8]) -> Option<usize> {
    let (chunks, _) = bytes.as_chunks::<16>();
    // The bytes of a chunk are looked at all at once.
    let any = |chunk: &[u8; 16]| {
        chunk
            .iter()
            .fold(false, |any, byte| any | needs_care(*byte))
    };
    let plain = chunks.iter().take_while(|chunk| !any(chunk)).count() * 16;
    let found = bytes[plain..].iter().position(|byte| needs_care(*byte))?;
    Some(plain + found)
}

/// Whether a character that starts with this byte may have to be replaced:
/// markup, controls, and the leads of U+0080, U+F000 and U+10000.
fn needs_care(byte: u8) -> bool {
    let is_space = (byte == b'\t') | (byte == b'\n') | (byte == b'\r');
    let is_markup = (byte == b'&') | (byte == b'<') | (byte == b'>');
    let is_lead = (byte == 0x7f) | (byte == 0xc2) | (byte >= 0xef);
    (byte < b' ') & !is_space | is_markup | is_lead
}

fn write_character(character: char, bytes: &[u8], out: &mut Out<'_>) {
    out.push(match character {
        '&' => b"&amp;",
        '<' => b"&lt;",
        '>' => b"&gt;",
        _ if is_replaced(character) => REPLACEMENT.as_bytes(),
        _ => bytes,
    });
}

/// The plugin's list: controls but for white space and U+0085, and what
/// Unicode keeps for no character (of U+FDD0 to U+FDEF only the first half).
fn is_replaced(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fdd0}'..='\u{fddf}' => true,
        _ => u32::from(character) & 0xfffe == 0xfffe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = Out::new();
        write_escaped(text, &mut out);
        String::from_utf8(out.into_bytes()).unwrap()
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(escaped(text), expected);
    }

    #[test]
    fn markup_is_escaped() {
        check("", "");
        check("plain", "plain");
        check("a<b>&c \"'", "a&lt;b&gt;&amp;c \"'");
        check("\tone\r\ntwo\r", "\tone\r\ntwo\r");
    }

    #[test]
    fn the_plugins_list_is_replaced() {
        check(
            "a\0b\u{8}c\u{b}\u{c}\u{e}\u{1f}",
            "a\u{fffd}b\u{fffd}c\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
        );
        check(
            "\u{7f}\u{80}\u{84}\u{85}\u{86}\u{9f}\u{a0}",
            "\u{fffd}\u{fffd}\u{fffd}\u{85}\u{fffd}\u{fffd}\u{a0}",
        );
        check(
            "\u{fdcf}\u{fdd0}\u{fddf}\u{fde0}",
            "\u{fdcf}\u{fffd}\u{fffd}\u{fde0}",
        );
        check("\u{fffd}\u{fffe}\u{ffff}", "\u{fffd}\u{fffd}\u{fffd}");
        check(
            "😀\u{1fffd}\u{1fffe}\u{1ffff}\u{20000}",
            "😀\u{1fffd}\u{fffd}\u{fffd}\u{20000}",
        );
        check(
            "\u{10fffd}\u{10fffe}\u{10ffff}",
            "\u{10fffd}\u{fffd}\u{fffd}",
        );
    }

    #[test]
    fn every_character_goes_out_legal() {
        for character in '\0'..=char::MAX {
            let text = escaped(character.encode_utf8(&mut [0; 4]));
            assert_eq!(find_illegal(&text), None, "{character:?}");
        }
    }

    #[test]
    fn illegal_input_is_found() {
        assert_eq!(find_illegal("ab\tc\r\n"), None);
        assert_eq!(find_illegal("ab\u{1}"), Some(2));
        assert_eq!(find_illegal("é\t\u{fffd}\u{ffff}"), Some(6));
    }
}
