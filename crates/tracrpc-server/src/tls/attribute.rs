//! The types and values that distinguished names are made of.

use std::fmt::{self, Write as _};

use x509_parser::asn1_rs::{Any, Class, Tag, ToDer as _};

/// The type of common names.
pub(super) const COMMON_NAME: &str = "2.5.4.3";

/// The type of e-mail addresses (RFC 2985).
pub(super) const EMAIL_ADDRESS: &str = "1.2.840.113549.1.9.1";

/// Names of types (RFC 4514, section 3, and those of OpenSSL). The first of a type is the one
/// that is written.
const NAMES: [(&str, &str); 20] = [
    ("CN", COMMON_NAME),
    ("SN", "2.5.4.4"),
    ("serialNumber", "2.5.4.5"),
    ("C", "2.5.4.6"),
    ("L", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("S", "2.5.4.8"),
    ("STREET", "2.5.4.9"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("title", "2.5.4.12"),
    ("GN", "2.5.4.42"),
    ("initials", "2.5.4.43"),
    ("dnQualifier", "2.5.4.46"),
    ("pseudonym", "2.5.4.65"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("emailAddress", EMAIL_ADDRESS),
    ("E", EMAIL_ADDRESS),
    ("email", EMAIL_ADDRESS),
];

/// What a type is called, if it has a name.
pub(super) fn short_name(kind: &str) -> Option<&'static str> {
    let found = NAMES.iter().find(|(_, identifier)| *identifier == kind);
    found.map(|(name, _)| *name)
}

/// The object identifier of a type that is called so, or is one itself.
///
/// # Errors
///
/// It is neither; the error says so in a sentence.
pub(super) fn identifier(name: &str) -> Result<String, String> {
    let known = NAMES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    if let Some((_, identifier)) = known {
        return Ok((*identifier).to_owned());
    }
    let prefix = name.get(..4);
    let dotted = match prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case("OID.")) {
        true => &name[4..],
        false => name,
    };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match dotted.contains('.') && dotted.split('.').all(is_number) {
        true => Ok(dotted.to_owned()),
        false => Err(format!("`{name}` is not a type of names that is known")),
    }
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Value {
    /// Text, however a certificate has encoded it.
    Text(String),
    /// Something else, in DER.
    Encoded(Vec<u8>),
}

impl Value {
    /// Of what a certificate has; nothing if that is malformed.
    pub(super) fn of(any: &Any<'_>) -> Option<Self> {
        let text = text(any).map(Self::Text);
        text.or_else(|| any.to_der_vec().ok().map(Self::Encoded))
    }
}

/// The text of a string, if it is one and can be read in one way only.
fn text(any: &Any<'_>) -> Option<String> {
    if any.class() != Class::Universal || any.header.is_constructed() {
        return None;
    }
    match any.tag() {
        Tag::Utf8String => Some(std::str::from_utf8(any.data).ok()?.to_owned()),
        Tag::PrintableString
        | Tag::Ia5String
        | Tag::NumericString
        | Tag::VisibleString
        | Tag::T61String => {
            let ascii = any.data.is_ascii().then_some(any.data)?;
            Some(std::str::from_utf8(ascii).ok()?.to_owned())
        }
        Tag::BmpString => {
            let pairs = any
                .data
                .chunks(2)
                .map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?)));
            String::from_utf16(&pairs.collect::<Option<Vec<u16>>>()?).ok()
        }
        _ => None,
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write_escaped(f, text),
            Self::Encoded(bytes) => {
                f.write_char('#')?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
            }
        }
    }
}

/// RFC 4514, section 2.4. Control characters are escaped as well.
fn write_escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for (place, character) in text.char_indices() {
        let is_last = place + character.len_utf8() == text.len();
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => write!(f, "\\{character}")?,
            '#' if place == 0 => f.write_str("\\#")?,
            ' ' if place == 0 || is_last => f.write_str("\\ ")?,
            _ if character.is_control() => {
                let mut bytes = [0; 4];
                let bytes = character.encode_utf8(&mut bytes).bytes();
                bytes
                    .into_iter()
                    .try_for_each(|byte| write!(f, "\\{byte:02X}"))?;
            }
            _ => f.write_char(character)?,
        }
    }
    Ok(())
}
