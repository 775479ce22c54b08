//! What a request has around its arguments.

use std::fmt;

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

/// A body that is JSON.
pub(super) enum Document {
    /// An object, or `None` for a scalar.
    One(Option<Envelope>),
    /// An array of them.
    Many(Vec<Option<Envelope>>),
}

/// Reads a body.
///
/// # Errors
/// If it is not JSON, is beyond `limits`, or has a date or bytes that cannot
/// be read.
pub(super) fn parse(body: &[u8], limits: &Limits) -> Result<Document, Error> {
    let mut budget = Budget::new(limits);
    document(body, DocumentSeed(&mut budget))
}

struct DocumentSeed<'b>(&'b mut Budget);

impl<'de> DeserializeSeed<'de> for DocumentSeed<'_> {
    type Value = Document;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Document, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for DocumentSeed<'_> {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a request")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Document, A::Error> {
        let mut envelopes = Vec::new();
        while let Some(envelope) = items.next_element_seed(EnvelopeSeed(self.0))? {
            envelopes.push(envelope);
        }
        Ok(Document::Many(envelopes))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Document, A::Error> {
        EnvelopeSeed(self.0).visit_map(members).map(Document::One)
    }

    fn visit_unit<E>(self) -> Result<Document, E> {
        Ok(Document::One(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Document, E> {
        Ok(Document::One(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Document, E> {
        Ok(Document::One(None))
    }
}

/// Reads one envelope. Anything but an object is `None`.
struct EnvelopeSeed<'b>(&'b mut Budget);

impl<'de> DeserializeSeed<'de> for EnvelopeSeed<'_> {
    type Value = Option<Envelope>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.0.take(0).map_err(D::Error::custom)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for EnvelopeSeed<'_> {
    type Value = Option<Envelope>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a request")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut envelope = Envelope::default();
        while let Some(key) = members.next_key_seed(KeySeed)? {
            let Key::Name(name) = key else {
                return members.next_value::<IgnoredAny>().map(|_| None);
            };
            let seed = ValueSeed {
                budget: &mut *self.0,
                depth: 0,
            };
            match name.as_str() {
                "jsonrpc" => envelope.version = members.next_value_seed(seed)?,
                "method" => envelope.method = members.next_value_seed(seed)?,
                "params" => envelope.params = members.next_value_seed(seed)?,
                "id" => envelope.id = Some(members.next_value()?),
                _ => {
                    members.next_value::<IgnoredAny>()?;
                    envelope.foreign = true;
                }
            }
        }
        Ok(Some(envelope))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }
}
