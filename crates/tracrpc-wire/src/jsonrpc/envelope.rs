//! What a request has around its arguments.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::decode::{Key, KeySeed, ValueSeed, document};
use crate::budget::Budget;
use crate::{Error, Limits, Value};

/// A request. What is not there is nil.
#[derive(Default)]
pub(super) struct Envelope {
    pub(super) version: Value,
    pub(super) method: Value,
    pub(super) params: Value,
    /// As it came, so that it goes back the same.
    pub(super) id: Option<Box<RawValue>>,
    /// Whether there is a member of another name.
    pub(super) foreign: bool,
}

/// A body that may be a request.
pub(super) enum Document {
    One(Envelope),
    /// A batch. What is no object in it is `None`.
    Many(Vec<Option<Envelope>>),
    /// Another value.
    Other,
}

/// Reads a body.
///
/// # Errors
/// If it is no JSON, is beyond `limits`, or has a date or bytes that cannot be
/// read.
pub(super) fn parse(text: &str, limits: &Limits) -> Result<Document, Error> {
    let mut budget = Budget::new(limits);
    match text.trim_ascii_start().as_bytes().first() {
        Some(b'{') => document(text, EnvelopeSeed(&mut budget)).map(Document::One),
        Some(b'[') => batch(text, &mut budget).map(Document::Many),
        _ => document(text, PhantomData::<IgnoredAny>).map(|_| Document::Other),
    }
}

fn batch(text: &str, budget: &mut Budget) -> Result<Vec<Option<Envelope>>, Error> {
    let items = document(text, BatchSeed(budget))?;
    let read = |item: &RawValue| match item.get().starts_with('{') {
        true => document(item.get(), EnvelopeSeed(budget)).map(Some),
        false => Ok(None),
    };
    items.into_iter().map(read).collect()
}

/// Reads the items of an array, each still as text.
struct BatchSeed<'b>(&'b mut Budget);

impl<'de> DeserializeSeed<'de> for BatchSeed<'_> {
    type Value = Vec<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for BatchSeed<'_> {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut batch = Vec::new();
        while let Some(item) = items.next_element()? {
            self.0.take(0).map_err(A::Error::custom)?;
            batch.push(item);
        }
        Ok(batch)
    }
}

/// Reads one envelope.
struct EnvelopeSeed<'b>(&'b mut Budget);

impl<'de> DeserializeSeed<'de> for EnvelopeSeed<'_> {
    type Value = Envelope;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Envelope, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for EnvelopeSeed<'_> {
    type Value = Envelope;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Envelope, A::Error> {
        let mut envelope = Envelope::default();
        while let Some(key) = members.next_key_seed(KeySeed)? {
            let seed = ValueSeed {
                budget: &mut *self.0,
                depth: 0,
            };
            match key {
                Key::Name(name) if name == "jsonrpc" => {
                    envelope.version = members.next_value_seed(seed)?
                }
                Key::Name(name) if name == "method" => {
                    envelope.method = members.next_value_seed(seed)?
                }
                Key::Name(name) if name == "params" => {
                    envelope.params = members.next_value_seed(seed)?
                }
                Key::Name(name) if name == "id" => envelope.id = Some(members.next_value()?),
                _ => {
                    members.next_value::<IgnoredAny>()?;
                    envelope.foreign = true;
                }
            }
        }
        Ok(envelope)
    }
}
