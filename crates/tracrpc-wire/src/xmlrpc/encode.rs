//! From a call or an answer to a document, laid out as Python's
//! `xmlrpc.client` does it: some clients search for lines of it.

use std::io::Write;

use tracrpc_python::write_repr;

use super::characters::write_escaped;
use crate::{Out, Value, binary};

const PROLOGUE: &[u8] = b"<?xml version='1.0'?>\n";

/// How [`Value::Nil`] is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Nil {
    /// As an element, in a call.
    Element,
    /// As an empty string, in an answer: not every client knows the element.
    EmptyString,
}

/// A `methodCall`.
pub(super) fn call(method: &str, params: &[Value]) -> Vec<u8> {
    let mut out = Out::new();
    let mut writer = Writer::new(&mut out, Nil::Element);
    writer.raw(PROLOGUE);
    writer.raw(b"<methodCall>\n<methodName>");
    writer.text(method);
    writer.raw(b"</methodName>\n<params>\n");
    params.iter().for_each(|param| writer.param(param));
    writer.raw(b"</params>\n</methodCall>\n");
    out.into_bytes()
}

/// A `methodResponse` with a result.
pub(super) fn result(value: &Value, out: &mut Out<'_>) {
    out.reserve(size(value) + 128);
    let mut writer = Writer::new(out, Nil::EmptyString);
    writer.raw(PROLOGUE);
    writer.raw(b"<methodResponse>\n<params>\n");
    writer.param(value);
    writer.raw(b"</params>\n</methodResponse>\n");
}

/// What comes before the [items](item) of a result that is an array.
pub(super) fn begin_array(out: &mut Out<'_>) {
    out.push(PROLOGUE);
    out.push(b"<methodResponse>\n<params>\n<param>\n<value><array><data>\n");
}

/// An item of a result that is an array.
pub(super) fn item(value: &Value, out: &mut Out<'_>) {
    Writer::new(out, Nil::EmptyString).value(value);
}

/// What comes after the items.
pub(super) fn end_array(out: &mut Out<'_>) {
    out.push(b"</data></array></value>\n</param>\n</params>\n</methodResponse>\n");
}

/// A `methodResponse` with a fault, where `fault` is its struct.
pub(super) fn fault(fault: &Value, out: &mut Out<'_>) {
    let mut writer = Writer::new(out, Nil::EmptyString);
    writer.raw(PROLOGUE);
    writer.raw(b"<methodResponse>\n<fault>\n");
    writer.value(fault);
    writer.raw(b"</fault>\n</methodResponse>\n");
}

/// About how many bytes a value takes, so that a large answer need not move
/// while it grows.
fn size(value: &Value) -> usize {
    64 + match value {
        Value::String(text) => text.len(),
        Value::Binary(bytes) => bytes.len() / 2 * 3,
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Struct(members) => {
            let members = members.iter();
            members.map(|(name, value)| name.len() + size(value)).sum()
        }
        _ => 0,
    }
}

struct Writer<'o, 'd> {
    out: &'o mut Out<'d>,
    nil: Nil,
}

impl<'o, 'd> Writer<'o, 'd> {
    fn new(out: &'o mut Out<'d>, nil: Nil) -> Self {
        Writer { out, nil }
    }

    fn param(&mut self, value: &Value) {
        self.raw(b"<param>\n");
        self.value(value);
        self.raw(b"</param>\n");
    }

    fn value(&mut self, value: &Value) {
        self.raw(b"<value>");
        self.typed(value);
        self.raw(b"</value>\n");
    }

    fn typed(&mut self, value: &Value) {
        match value {
            Value::Nil => self.nil(),
            Value::Bool(truth) => self.raw(if *truth {
                b"<boolean>1</boolean>"
            } else {
                b"<boolean>0</boolean>"
            }),
            Value::Int(number) => self.int(*number),
            Value::Double(number) => self.double(*number),
            Value::String(text) => self.string(text),
            Value::DateTime(moment) => self.datetime(moment.utc()),
            Value::Binary(bytes) => self.binary(bytes),
            Value::Array(items) => self.array(items),
            Value::Struct(members) => self.members(members.iter()),
        }
    }

    fn nil(&mut self) {
        match self.nil {
            Nil::Element => self.raw(b"<nil/>"),
            Nil::EmptyString => self.string(""),
        }
    }

    /// XML-RPC knows 32 bits. Python refuses to write more, but reads, like
    /// most clients, the common extension for 64.
    fn int(&mut self, number: i64) {
        match i32::try_from(number) {
            Ok(number) => self.formatted(format_args!("<int>{number}</int>")),
            Err(_) => self.formatted(format_args!("<i8>{number}</i8>")),
        }
    }

    fn double(&mut self, number: f64) {
        self.raw(b"<double>");
        let mut digits = Vec::with_capacity(24);
        write_repr(number, &mut digits);
        self.raw(&digits);
        self.raw(b"</double>");
    }

    fn string(&mut self, text: &str) {
        self.raw(b"<string>");
        self.text(text);
        self.raw(b"</string>");
    }

    /// The fraction of the second is lost, XML-RPC has none.
    fn datetime(&mut self, civil: jiff::civil::DateTime) {
        self.raw(b"<dateTime.iso8601>");
        match u16::try_from(civil.year()) {
            Ok(year) => [year / 100, year % 100].map(|two| self.two(two as i8)),
            Err(_) => [self.formatted(format_args!("{:04}", civil.year())), ()],
        };
        self.two(civil.month());
        self.two(civil.day());
        self.raw(b"T");
        self.two(civil.hour());
        self.raw(b":");
        self.two(civil.minute());
        self.raw(b":");
        self.two(civil.second());
        self.raw(b"</dateTime.iso8601>");
    }

    /// The two digits of a number below 100.
    fn two(&mut self, number: i8) {
        let number = number.unsigned_abs();
        self.raw(&[b'0' + number / 10, b'0' + number % 10]);
    }

    fn binary(&mut self, bytes: &[u8]) {
        self.raw(b"<base64>\n");
        binary::write_lines(bytes, self.out);
        self.raw(b"</base64>");
    }

    fn array(&mut self, items: &[Value]) {
        self.raw(b"<array><data>\n");
        items.iter().for_each(|item| self.value(item));
        self.raw(b"</data></array>");
    }

    fn members<'a>(&mut self, members: impl Iterator<Item = (&'a str, &'a Value)>) {
        self.raw(b"<struct>\n");
        for (name, value) in members {
            self.raw(b"<member>\n<name>");
            self.text(name);
            self.raw(b"</name>\n");
            self.value(value);
            self.raw(b"</member>\n");
        }
        self.raw(b"</struct>");
    }

    fn text(&mut self, text: &str) {
        write_escaped(text, self.out);
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.out.push(bytes);
    }

    fn formatted(&mut self, arguments: std::fmt::Arguments<'_>) {
        // An answer takes whatever is written.
        let _ = self.out.write_fmt(arguments);
    }
}
