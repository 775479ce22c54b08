//! From JSON and blobs to values.

use std::fmt;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use tracrpc_wire::{Struct, Value};

use crate::{Limits, ValueError};

/// Whether the text ends in `=` does not matter.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads the values of one message.
pub(crate) struct Decoder {
    /// What was taken out is none.
    blobs: Vec<Option<Vec<u8>>>,
    values: usize,
}

impl Decoder {
    /// A decoder of a message with `blobs`.
    pub(crate) fn new(blobs: Vec<Vec<u8>>, limits: &Limits) -> Self {
        Self {
            blobs: blobs.into_iter().map(Some).collect(),
            values: limits.values,
        }
    }

    /// Reads a value from its JSON.
    pub(crate) fn value(&mut self, text: &str) -> Result<Value, ValueError> {
        let seed = Seed {
            decoder: self,
            depth: 0,
            is_literal: false,
        };
        seed.document(text)
    }

    /// What an object with the only member `tag` stands for.
    fn tagged(&mut self, tag: &str, inner: Value) -> Result<Value, ValueError> {
        let error = |detail: &str| ValueError(format!("`{tag}` is not followed by {detail}"));
        match (tag, inner) {
            ("$bin", Value::Int(number)) => self.blob(number),
            ("$bin", Value::String(text)) => {
                let bytes = BASE64.decode(text);
                bytes.map(Value::Binary).map_err(|_| error("base64"))
            }
            ("$bin", _) => Err(error("base64 or the number of a blob")),
            ("$date", Value::String(text)) => date(&text).ok_or_else(|| error("a date in UTC")),
            ("$int", Value::String(text)) => integer(&text).ok_or_else(|| error("digits")),
            ("$float", Value::String(text)) => match text.as_str() {
                "nan" => Ok(Value::Double(f64::NAN)),
                "inf" => Ok(Value::Double(f64::INFINITY)),
                "-inf" => Ok(Value::Double(f64::NEG_INFINITY)),
                _ => Err(error("`nan`, `inf` or `-inf`")),
            },
            ("$date" | "$int" | "$float", _) => Err(error("a text")),
            _ => Err(ValueError(format!("`{tag}` stands for nothing"))),
        }
    }

    fn blob(&mut self, number: i64) -> Result<Value, ValueError> {
        let place = usize::try_from(number).ok();
        let blob = place.and_then(|place| self.blobs.get_mut(place));
        let bytes = blob.and_then(Option::take);
        let error = || ValueError(format!("there is no blob {number}, or it is used twice"));
        bytes.map(Value::Binary).ok_or_else(error)
    }
}

/// A moment, always with `Z`.
fn date(text: &str) -> Option<Value> {
    let is_whole = text.ends_with('Z') && text.as_bytes().get(10) == Some(&b'T');
    let moment = is_whole.then(|| text.parse().ok())?;
    moment.map(Value::DateTime)
}

/// An integer, as the text of its digits if it has more than 64 bits.
fn integer(text: &str) -> Option<Value> {
    if let Ok(number) = text.parse() {
        return Some(Value::Int(number));
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| Value::String(text.to_owned()))
}

/// Reads a value within `depth` arrays and objects.
struct Seed<'d> {
    decoder: &'d mut Decoder,
    depth: usize,
    /// Whether this is what `$struct` stands before: an object that stands for itself.
    is_literal: bool,
}

impl Seed<'_> {
    fn item(&mut self) -> Seed<'_> {
        Seed {
            decoder: self.decoder,
            depth: self.depth + 1,
            is_literal: false,
        }
    }

    fn document(self, text: &str) -> Result<Value, ValueError> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let value = self.deserialize(&mut reader);
        let value = value.and_then(|value| reader.end().map(|()| value));
        value.map_err(|error| ValueError(error.to_string()))
    }

    /// What stands behind `$struct`: an object that stands for itself, if that is the
    /// only member of the object around it.
    fn behind_struct(&mut self, text: &str, is_only: bool) -> Result<Value, ValueError> {
        let seed = Seed {
            is_literal: is_only,
            ..self.item()
        };
        match seed.document(text)? {
            Value::Struct(members) => Ok(Value::Struct(members)),
            other if !is_only => Ok(other),
            _ => Err(ValueError(format!(
                "`{STRUCT}` is not followed by an object"
            ))),
        }
    }

    fn check_depth<E: serde::de::Error>(&self) -> Result<(), E> {
        match self.depth < Limits::DEPTH {
            true => Ok(()),
            false => Err(E::custom(format!(
                "values nest deeper than {}",
                Limits::DEPTH
            ))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let left = self.decoder.values.checked_sub(1);
        self.decoder.values = left.ok_or_else(|| D::Error::custom("too many values"))?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Int(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(i64::try_from(number).map_or_else(|_| Value::String(number.to_string()), Value::Int))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Double(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        self.check_depth()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self.item())? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<Value, A::Error> {
        let mut members: Vec<(String, Value)> = Vec::new();
        while let Some(name) = entries.next_key::<String>()? {
            if name == NUMBER && members.is_empty() {
                let text = entries.next_value::<String>()?;
                return number(&text).map_err(A::Error::custom);
            }
            self.check_depth()?;
            if name == STRUCT && members.is_empty() && !self.is_literal {
                // Only the next name tells how this is to be read.
                let raw: &RawValue = entries.next_value()?;
                let next: Option<String> = entries.next_key()?;
                let value = self.behind_struct(raw.get(), next.is_none());
                let value = value.map_err(A::Error::custom)?;
                let Some(next) = next else {
                    return Ok(value);
                };
                members.push((name, value));
                members.push((next, entries.next_value_seed(self.item())?));
                continue;
            }
            members.push((name, entries.next_value_seed(self.item())?));
        }
        let is_tagged =
            !self.is_literal && matches!(members.as_slice(), [(name, _)] if name.starts_with('$'));
        match members.pop() {
            Some((tag, inner)) if is_tagged => {
                let value = self.decoder.tagged(&tag, inner);
                value.map_err(A::Error::custom)
            }
            last => Ok(members.into_iter().chain(last).collect::<Struct>().into()),
        }
    }
}

/// The name before an object that stands for itself.
const STRUCT: &str = "$struct";

/// With its feature `arbitrary_precision`, `serde_json` hands on a number that is no
/// 64-bit integer as an object from this name to the digits.
const NUMBER: &str = "$serde_json::private::Number";

/// The number that is spelled so: one without fraction or exponent is an integer.
fn number(text: &str) -> Result<Value, ValueError> {
    if let Some(number) = integer(text) {
        return Ok(number);
    }
    let number = text.parse().map(Value::Double);
    number.map_err(|_| ValueError(format!("`{text}` is no number")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Value, String> {
        let mut decoder = Decoder::new(vec![b"blob".to_vec()], &Limits::default());
        decoder.value(text).map_err(|error| error.to_string())
    }

    #[test]
    fn values_are_read_as_the_page_says() {
        for (text, expected) in [
            ("-0", Value::Int(0)),
            ("1.0", Value::Double(1.0)),
            ("1E2", Value::Double(100.0)),
            ("18446744073709551615", Value::from("18446744073709551615")),
            ("18446744073709551616", Value::from("18446744073709551616")),
            (
                r#"{"$int":"18446744073709551616"}"#,
                "18446744073709551616".into(),
            ),
            (r#"{"$int":"7"}"#, Value::Int(7)),
            (r#"{"$float":"inf"}"#, Value::Double(f64::INFINITY)),
            (r#"{"$bin":0}"#, Value::Binary(b"blob".to_vec())),
            (r#"{"$bin":"aGVsbG8"}"#, Value::Binary(b"hello".to_vec())),
            (r#"{"$struct":{}}"#, Struct::new().into()),
        ] {
            assert_eq!(read(text), Ok(expected), "{text}");
        }
        let moment = read(r#"{"$date":"2026-01-31T12:00:00.25Z"}"#).unwrap();
        let Value::DateTime(moment) = moment else {
            panic!("{moment:?}");
        };
        assert_eq!(moment.as_microsecond(), 1_769_860_800_250_000);
    }

    #[test]
    fn structs_that_look_like_something_else_are_wrapped() {
        let one = |name: &str, value: Value| -> Value {
            let members: Struct = [(name, value)].into_iter().collect();
            members.into()
        };
        let date = || one("$date", "x".into());
        for (text, expected) in [
            (r#"{"$struct":{"$date":"x"}}"#, date()),
            (
                r#"{"$struct":{"$struct":{"$struct":{"$date":"x"}}}}"#,
                one(STRUCT, date()),
            ),
            (r#"{"$struct":{"a":{"$int":"1"}}}"#, one("a", Value::Int(1))),
            (
                r#"{"$struct":{"$int":{"$int":"1"}}}"#,
                one("$int", Value::Int(1)),
            ),
        ] {
            assert_eq!(read(text), Ok(expected), "{text}");
        }
        let two = read(r#"{"$struct":{"$struct":{"$date":"x"}},"b":{"$int":"1"}}"#);
        let members: Struct = [(STRUCT, date()), ("b", Value::Int(1))]
            .into_iter()
            .collect();
        assert_eq!(two, Ok(members.into()));
    }

    #[test]
    fn what_stands_for_nothing_is_refused() {
        for text in [
            r#"{"$other":1}"#,
            r#"{"$int":"x"}"#,
            r#"{"$int":""}"#,
            r#"{"$int":7}"#,
            r#"{"$float":"nothing"}"#,
            r#"{"$date":"2026-01-31"}"#,
            r#"{"$date":"2026-01-31T12:00:00+01:00"}"#,
            r#"{"$date":"0000-01-31T12:00:00Z"}"#,
            r#"{"$bin":1}"#,
            r#"{"$bin":-1}"#,
            r#"{"$bin":"*"}"#,
            r#"[{"$bin":0},{"$bin":0}]"#,
            r#"{"$struct":1}"#,
            "",
            "1 2",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn depth_and_count_are_bounded() {
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&deep(Limits::DEPTH)).is_ok());
        assert!(read(&deep(Limits::DEPTH + 1)).is_err());
        assert!(read(&deep(100_000)).is_err());
        let many = |count: usize| format!("[{}0]", "0,".repeat(count - 2));
        assert!(read(&many(500_000)).is_ok());
        assert!(read(&many(500_001)).is_err());
    }
}
