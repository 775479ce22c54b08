//! From values to JSON and blobs.

use std::io::Write;

use base64::engine::general_purpose::STANDARD;
use tracrpc_wire::{Struct, Timestamp, Value};

use crate::{BLOB, Limits, ValueError};

/// Writes the values of one message.
pub(crate) struct Encoder {
    text: Vec<u8>,
    /// None where binaries stay in the JSON.
    blobs: Option<Vec<Vec<u8>>>,
    values: usize,
}

impl Encoder {
    /// An encoder after `text`.
    pub(crate) fn new(text: Vec<u8>, with_blobs: bool, limits: &Limits) -> Self {
        Self {
            text,
            blobs: with_blobs.then(Vec::new),
            values: limits.values,
        }
    }

    /// Writes `text` as it is.
    pub(crate) fn raw(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
    }

    /// What was written, and the blobs.
    pub(crate) fn finish(self) -> (Vec<u8>, Vec<Vec<u8>>) {
        (self.text, self.blobs.unwrap_or_default())
    }

    /// Writes a value within `depth` arrays and objects.
    pub(crate) fn value(&mut self, value: Value, depth: usize) -> Result<(), ValueError> {
        let left = self.values.checked_sub(1);
        self.values = left.ok_or_else(|| ValueError("too many values".to_owned()))?;
        match value {
            Value::Nil => self.raw("null"),
            Value::Bool(truth) => self.raw(if truth { "true" } else { "false" }),
            Value::Int(number) => self.raw(&number.to_string()),
            Value::Double(number) => self.double(number),
            Value::String(text) => self.string(&text),
            Value::DateTime(moment) => self.raw(&format!("{{\"$date\":\"{}\"}}", written(moment))),
            Value::Binary(bytes) => self.binary(bytes),
            Value::Array(items) => return self.array(items, nested(depth)?),
            Value::Struct(members) => return self.members(members, nested(depth)?),
        }
        Ok(())
    }

    /// Writes a text.
    pub(crate) fn string(&mut self, text: &str) {
        // A vector takes everything, and a text is always JSON.
        let _ = serde_json::to_writer(&mut self.text, text);
    }

    fn double(&mut self, number: f64) {
        match number {
            _ if number.is_nan() => self.raw("{\"$float\":\"nan\"}"),
            f64::INFINITY => self.raw("{\"$float\":\"inf\"}"),
            f64::NEG_INFINITY => self.raw("{\"$float\":\"-inf\"}"),
            // This form always has a fraction or an exponent.
            _ => self.raw(&format!("{number:?}")),
        }
    }

    fn binary(&mut self, bytes: Vec<u8>) {
        match &mut self.blobs {
            Some(blobs) if bytes.len() >= BLOB => {
                let number = blobs.len();
                blobs.push(bytes);
                self.raw(&format!("{{\"$bin\":{number}}}"));
            }
            _ => {
                self.raw("{\"$bin\":\"");
                let text = base64::display::Base64Display::new(&bytes, &STANDARD);
                let _ = write!(self.text, "{text}");
                self.raw("\"}");
            }
        }
    }

    fn array(&mut self, items: Vec<Value>, depth: usize) -> Result<(), ValueError> {
        let mut separator = "[";
        for item in items {
            self.raw(separator);
            separator = ",";
            self.value(item, depth)?;
        }
        self.raw(if separator == "[" { "[]" } else { "]" });
        Ok(())
    }

    fn members(&mut self, members: Struct, depth: usize) -> Result<(), ValueError> {
        let only = members.iter().next().filter(|_| members.len() == 1);
        if !only.is_some_and(|(name, _)| name.starts_with('$')) {
            return self.object(members, depth);
        }
        self.raw("{\"$struct\":");
        self.object(members, nested(depth)?)?;
        self.raw("}");
        Ok(())
    }

    fn object(&mut self, members: Struct, depth: usize) -> Result<(), ValueError> {
        let mut separator = "{";
        for (name, value) in members {
            self.raw(separator);
            separator = ",";
            self.string(&name);
            self.raw(":");
            self.value(value, depth)?;
        }
        self.raw(if separator == "{" { "{}" } else { "}" });
        Ok(())
    }
}

/// The depth of what is within something at `depth`.
fn nested(depth: usize) -> Result<usize, ValueError> {
    match depth < Limits::DEPTH {
        true => Ok(depth + 1),
        false => Err(ValueError(format!(
            "values nest deeper than {}",
            Limits::DEPTH
        ))),
    }
}

/// A moment in UTC, with the digits of its microseconds if there are any.
fn written(moment: Timestamp) -> String {
    let whole = moment.utc().strftime("%Y-%m-%dT%H:%M:%S").to_string();
    match moment.as_microsecond().rem_euclid(1_000_000) {
        0 => format!("{whole:0>19}Z"),
        micros => format!("{whole:0>19}.{micros:06}Z"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: impl Into<Value>, expected: &str) {
        let mut encoder = Encoder::new(Vec::new(), false, &Limits::default());
        encoder.value(value.into(), 0).unwrap();
        let (text, blobs) = encoder.finish();
        assert_eq!(String::from_utf8(text).unwrap(), expected);
        assert!(blobs.is_empty());
    }

    #[test]
    fn values_are_written_as_the_page_says() {
        check(Value::Nil, "null");
        check(i64::MIN, "-9223372036854775808");
        check(1.0, "1.0");
        check(1e300, "1e300");
        check(-0.0, "-0.0");
        check(f64::NAN, r#"{"$float":"nan"}"#);
        check(f64::NEG_INFINITY, r#"{"$float":"-inf"}"#);
        check(Value::Binary(b"hello".to_vec()), r#"{"$bin":"aGVsbG8="}"#);
        let moment = Timestamp::from_microsecond(1_769_860_800_250_000).unwrap();
        check(moment, r#"{"$date":"2026-01-31T12:00:00.250000Z"}"#);
        check(Timestamp::MIN, r#"{"$date":"0001-01-01T00:00:00Z"}"#);
        let members: Struct = [("$date", "just a text")].into_iter().collect();
        check(members, r#"{"$struct":{"$date":"just a text"}}"#);
        let members: Struct = [("$a", 1), ("b", 2)].into_iter().collect();
        check(members, r#"{"$a":1,"b":2}"#);
        check(Struct::new(), "{}");
        check(Vec::new(), "[]");
    }
}
