//! Distinguished names as text (RFC 4514).

use std::fmt::{self, Write as _};
use std::str::FromStr;

use x509_parser::asn1_rs::{Any, FromDer as _};

use super::attribute::{self, Value};

/// A distinguished name (RFC 4514), such as that of a certificate's subject.
///
/// Two are equal if their parts are, in the same order: the types whatever they are
/// called, the values to the letter. As text it begins with the last part of the
/// certificate, as OpenSSL's `-nameopt RFC2253` shows it.
///
/// ```
/// use tracrpc_server::DistinguishedName;
///
/// let name: DistinguishedName = "cn=Doe\\, Joe, O=Example".parse()?;
/// assert_eq!(name.to_string(), "CN=Doe\\, Joe,O=Example");
/// assert_eq!(name, "2.5.4.3=Doe\\2c Joe,o=#0c074578616d706c65".parse()?);
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DistinguishedName {
    /// The most specific first. Each is a set, in order.
    parts: Vec<Vec<Attribute>>,
}

/// A type and its value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Attribute {
    /// The object identifier, with dots.
    pub(super) kind: String,
    pub(super) value: Value,
}

impl DistinguishedName {
    /// Of parts in the order of a certificate, the most specific last.
    pub(super) fn of_certificate(parts: impl DoubleEndedIterator<Item = Vec<Attribute>>) -> Self {
        Self {
            parts: parts.rev().map(sorted).collect(),
        }
    }

    /// Whether it has no parts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The texts of a type, the most specific first.
    pub(super) fn texts<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        let attributes = self.parts.iter().flatten();
        attributes.filter_map(move |attribute| match &attribute.value {
            Value::Text(text) if attribute.kind == kind => Some(text.as_str()),
            _ => None,
        })
    }
}

fn sorted(mut attributes: Vec<Attribute>) -> Vec<Attribute> {
    attributes.sort();
    attributes
}

impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts.iter().enumerate() {
            for (within, attribute) in part.iter().enumerate() {
                match (index, within) {
                    (0, 0) => {}
                    (_, 0) => f.write_char(',')?,
                    _ => f.write_char('+')?,
                }
                write!(f, "{attribute}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = attribute::short_name(&self.kind).unwrap_or(&self.kind);
        write!(f, "{kind}={}", self.value)
    }
}

impl FromStr for DistinguishedName {
    type Err = String;

    /// Reads what [`Display`](fmt::Display) and OpenSSL write. Spaces around parts do not
    /// count.
    ///
    /// # Errors
    ///
    /// A type that is not known, or a value whose special characters are not
    /// escaped; the error says so in a sentence.
    fn from_str(text: &str) -> Result<Self, String> {
        // Spaces at the end may be escaped.
        let mut rest = text.trim_ascii_start();
        let mut parts = vec![];
        if rest.is_empty() {
            return Ok(Self { parts });
        }
        let mut part = vec![];
        loop {
            let (attribute, separator, after) = read_attribute(rest)?;
            part.push(attribute);
            if separator != Some('+') {
                parts.push(sorted(std::mem::take(&mut part)));
            }
            if separator.is_none() {
                return Ok(Self { parts });
            }
            rest = after;
        }
    }
}

/// An attribute, what ended it and what follows that.
fn read_attribute(text: &str) -> Result<(Attribute, Option<char>, &str), String> {
    let (kind, value) = text
        .split_once('=')
        .ok_or_else(|| format!("`{}` has no `=`", text.trim_ascii()))?;
    let kind = attribute::identifier(kind.trim_ascii())?;
    let value = value.trim_ascii_start();
    let end = end_of_value(value);
    let (value, rest) = value.split_at(end);
    let mut rest = rest.chars();
    let separator = rest.next();
    let value = match value.strip_prefix('#') {
        Some(digits) => encoded(digits.trim_ascii_end())?,
        None => Value::Text(unescaped(value)?),
    };
    Ok((Attribute { kind, value }, separator, rest.as_str()))
}

/// Where a value ends: at a comma or plus that is not escaped.
fn end_of_value(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().position(|byte| {
        let is_end = !is_escaped && matches!(byte, b',' | b'+');
        is_escaped = !is_escaped && byte == b'\\';
        is_end
    });
    end.unwrap_or(text.len())
}

/// A value in hexadecimal digits, of its encoding in DER.
fn encoded(digits: &str) -> Result<Value, String> {
    let wrong = || format!("`#{digits}` is not the encoding of a value");
    let bytes = hex_bytes(digits).ok_or_else(wrong)?;
    match Any::from_der(&bytes) {
        Ok(([], any)) => Value::of(&any).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

fn hex_bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| hex_byte(pair.try_into().ok()?)).collect()
}

fn hex_byte([high, low]: [u8; 2]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// A value without its escapes, and without spaces at its end that are not escaped.
fn unescaped(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    // The length up to the last character that is no space, or an escaped one.
    let mut length = 0;
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = match (byte, after) {
            (b'\\', [special, after @ ..]) if is_special(*special) => {
                bytes.push(*special);
                after
            }
            (b'\\', [high, low, after @ ..]) => {
                let byte = hex_byte([*high, *low]);
                bytes.push(byte.ok_or_else(|| format!("`{text}` has an unknown escape"))?);
                after
            }
            (b'\\', _) => return Err(format!("`{text}` ends within an escape")),
            (b'"' | b';' | b'<' | b'>' | 0, _) => {
                return Err(format!(
                    "`{text}` has a special character without a backslash"
                ));
            }
            (byte, after) => {
                bytes.push(*byte);
                if *byte == b' ' {
                    rest = after;
                    continue;
                }
                after
            }
        };
        length = bytes.len();
    }
    bytes.truncate(length);
    String::from_utf8(bytes).map_err(|_| format!("`{text}` is not UTF-8"))
}

fn is_special(byte: u8) -> bool {
    b" \"#+,;<=>\\".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written() {
        let check = |text: &str, expected: &str| {
            let name: DistinguishedName = text.parse().unwrap();
            assert_eq!(name.to_string(), expected, "{text}");
            assert_eq!(expected.parse(), Ok(name), "{text}");
        };
        // The examples of RFC 4514, section 4.
        check(
            "UID=jsmith,DC=example,DC=net",
            "UID=jsmith,DC=example,DC=net",
        );
        check(
            "CN=J.  Smith + OU=Sales,DC=example,DC=net",
            "OU=Sales+CN=J.  Smith,DC=example,DC=net",
        );
        check(
            "CN=James \\\"Jim\\\" Smith\\, III,DC=example,DC=net",
            "CN=James \\\"Jim\\\" Smith\\, III,DC=example,DC=net",
        );
        check("CN=Before\\0dAfter,DC=net", "CN=Before\\0DAfter,DC=net");
        check(
            "1.3.6.1.4.1.1466.0=#04024869",
            "1.3.6.1.4.1.1466.0=#04024869",
        );
        check("CN=Lu\\C4\\8Di\\C4\\87", "CN=Lučić");
        // What OpenSSL and people write.
        check(
            " emailAddress = joe@example.org , cn = Joe ,  O=Example\\ ",
            "emailAddress=joe@example.org,CN=Joe,O=Example\\ ",
        );
        check("E=a,OID.2.5.4.3=b", "emailAddress=a,CN=b");
        check("2.5.4.3=#0C034A6F65", "CN=Joe");
        check("CN=\\#1\\=\\ ", "CN=\\#1=\\ ");
        check("CN=", "CN=");
        check("", "");
        check("CN=\\20a\\00", "CN=\\ a\\00");
    }

    #[test]
    fn what_is_no_name_is_said_to_be_none() {
        for text in [
            "Joe",
            "CN",
            "XY=1",
            "=1",
            "CN=a,",
            "CN=a,,O=b",
            "CN=a+",
            "CN=\"a\"",
            "CN=a;O=b",
            "CN=a\\",
            "CN=a\\4",
            "CN=\\zz",
            "CN=\\ff",
            "CN=#",
            "CN=#1",
            "CN=#zz",
            "CN=#0c05",
            "CN=#0c0141ff",
            "1..2=a",
            "é=a",
            "CN=#éé",
        ] {
            assert!(text.parse::<DistinguishedName>().is_err(), "{text}");
        }
    }

    #[test]
    fn names_differ_in_order_and_to_the_letter() {
        let name = |text: &str| text.parse::<DistinguishedName>().unwrap();
        assert_ne!(name("CN=a,O=b"), name("O=b,CN=a"));
        assert_ne!(name("CN=a"), name("CN=A"));
        assert_ne!(name("CN=a,O=b"), name("CN=a+O=b"));
        assert_eq!(name("O=b+CN=a"), name("cn=a+o=b"));
    }
}
