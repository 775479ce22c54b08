//! From values to JSON, in the layout of Python's `json`.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::{CompactFormatter, Formatter};

use tracrpc_python::write_repr;

use crate::{Out, Value, binary};

/// Writes whatever can be serialized.
pub(super) fn write(value: &(impl Serialize + ?Sized), out: &mut Out<'_>) {
    let mut serializer = serde_json::Serializer::with_formatter(out, PythonFormatter);
    // Values have no keys but text, and an answer takes whatever is written.
    let _ = value.serialize(&mut serializer);
}

/// A value as JSON text.
pub(super) fn to_text(value: &Value) -> String {
    let mut out = Out::new();
    write(&Json(value), &mut out);
    String::from_utf8_lossy(&out.into_bytes()).into_owned()
}

/// A value that can be serialized.
pub(super) struct Json<'a>(pub(super) &'a Value);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Nil => serializer.serialize_unit(),
            Value::Bool(truth) => serializer.serialize_bool(*truth),
            Value::Int(number) => serializer.serialize_i64(*number),
            Value::Double(number) => serializer.serialize_f64(*number),
            Value::String(text) => serializer.serialize_str(text),
            Value::DateTime(moment) => class("datetime", &date(moment.utc()), serializer),
            Value::Binary(bytes) => class("binary", &Shown(binary::line(bytes)), serializer),
            Value::Array(items) => serializer.collect_seq(items.iter().map(Json)),
            Value::Struct(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, Json(value))))
            }
        }
    }
}

fn class<S: Serializer>(
    kind: &str,
    text: &(impl Serialize + ?Sized),
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry("__jsonclass__", &(kind, text))?;
    map.end()
}

/// What can be shown, as text that is never in memory as a whole.
struct Shown<T>(T);

impl<T: std::fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Without a fraction where there is none, else with microseconds.
fn date(civil: jiff::civil::DateTime) -> String {
    let (date, time) = (civil.date(), civil.time());
    let text = format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second(),
    );
    match time.subsec_nanosecond() / 1000 {
        0 => text,
        microseconds => format!("{text}.{microseconds:06}"),
    }
}

/// A space after each comma and colon, and nothing but ASCII.
struct PythonFormatter;

impl Formatter for PythonFormatter {
    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        separate(out, first)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        separate(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn write_f64<W: ?Sized + Write>(&mut self, out: &mut W, number: f64) -> io::Result<()> {
        let mut text = Vec::with_capacity(24);
        write_repr(number, &mut text);
        out.write_all(&text)
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        text: &str,
    ) -> io::Result<()> {
        if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return CompactFormatter.write_string_fragment(out, text);
        }
        text.chars()
            .try_for_each(|character| write_character(out, character))
    }
}

fn separate<W: ?Sized + Write>(out: &mut W, first: bool) -> io::Result<()> {
    match first {
        true => Ok(()),
        false => out.write_all(b", "),
    }
}

fn write_character<W: ?Sized + Write>(out: &mut W, character: char) -> io::Result<()> {
    match character {
        ' '..='~' => out.write_all(&[character as u8]),
        _ => character
            .encode_utf16(&mut [0; 2])
            .iter()
            .try_for_each(|unit| write!(out, "\\u{unit:04x}")),
    }
}
