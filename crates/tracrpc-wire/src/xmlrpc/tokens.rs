//! A document as elements and text.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::characters;
use crate::Error;

/// What comes next in a document.
pub(super) enum Token<'a> {
    Start(Tag),
    End,
    Text(Cow<'a, str>),
    Eof,
}

/// The elements that have a meaning. Their prefixes have none: Apache's
/// `<ex:i8>` is an `<i8>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    MethodCall,
    MethodResponse,
    MethodName,
    Params,
    Param,
    Fault,
    Value,
    Array,
    Data,
    Struct,
    Member,
    Name,
    Scalar(Scalar),
}

/// The elements that hold a value as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    Nil,
    Boolean,
    Int,
    Double,
    String,
    DateTime,
    Base64,
}

impl Tag {
    fn from_name(name: &str) -> Option<Tag> {
        Some(match name {
            "methodCall" => Tag::MethodCall,
            "methodResponse" => Tag::MethodResponse,
            "methodName" => Tag::MethodName,
            "params" => Tag::Params,
            "param" => Tag::Param,
            "fault" => Tag::Fault,
            "value" => Tag::Value,
            "array" => Tag::Array,
            "data" => Tag::Data,
            "struct" => Tag::Struct,
            "member" => Tag::Member,
            "name" => Tag::Name,
            _ => Tag::Scalar(Scalar::from_name(name)?),
        })
    }
}

impl Scalar {
    fn from_name(name: &str) -> Option<Scalar> {
        Some(match name {
            "nil" => Scalar::Nil,
            "boolean" => Scalar::Boolean,
            "int" | "i1" | "i2" | "i4" | "i8" | "biginteger" => Scalar::Int,
            "double" | "float" | "bigdecimal" => Scalar::Double,
            "string" => Scalar::String,
            "dateTime.iso8601" | "dateTime" => Scalar::DateTime,
            "base64" => Scalar::Base64,
            _ => return None,
        })
    }
}

/// Reads the tokens of a document. Comments and processing instructions are
/// passed over, a document type is refused.
pub(super) struct Tokens<'a> {
    reader: Reader<&'a [u8]>,
    open: usize,
    /// Whether the last event was a reference, such as `&#13;`.
    is_reference: bool,
}

impl<'a> Tokens<'a> {
    /// # Errors
    /// If the text has a character that XML does not allow.
    pub(super) fn new(text: &'a str) -> Result<Self, Error> {
        if let Some(place) = characters::find_illegal(text) {
            return Err(Error::new("illegal character").at(place as u64));
        }
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Ok(Tokens {
            reader,
            open: 0,
            is_reference: false,
        })
    }

    /// The next token. `Eof` comes only where all elements are closed.
    pub(super) fn next(&mut self) -> Result<Token<'a>, Error> {
        loop {
            let event = self
                .reader
                .read_event()
                .map_err(|error| self.error(error.to_string()))?;
            self.is_reference = matches!(event, Event::GeneralRef(_));
            if let Some(token) = self.token(event)? {
                return Ok(token);
            }
        }
    }

    /// Whether the last token was written as a reference to a character.
    pub(super) fn is_reference(&self) -> bool {
        self.is_reference
    }

    /// An error at the place that was read last.
    pub(super) fn error(&self, message: impl Into<String>) -> Error {
        self.place(Error::new(message))
    }

    /// The same error at the place that was read last.
    pub(super) fn place(&self, error: Error) -> Error {
        error.at(self.reader.buffer_position())
    }

    fn token(&mut self, event: Event<'a>) -> Result<Option<Token<'a>>, Error> {
        Ok(Some(match event {
            Event::Start(element) => Token::Start(self.start(&element)?),
            Event::End(_) => {
                self.open = self.open.saturating_sub(1);
                Token::End
            }
            Event::Text(text) => Token::Text(text.xml10_content()),
            Event::CData(text) => Token::Text(text.xml10_content()),
            Event::GeneralRef(reference) => Token::Text(self.resolve(&reference)?),
            Event::Eof if self.open == 0 => Token::Eof,
            Event::Eof => return Err(self.error("the document ends within an element")),
            Event::DocType(_) => return Err(self.error("a document type is not allowed")),
            Event::Empty(_) | Event::Comment(_) | Event::PI(_) | Event::Decl(_) => return Ok(None),
        }))
    }

    fn start(&mut self, element: &BytesStart<'_>) -> Result<Tag, Error> {
        self.open += 1;
        for attribute in element.attributes() {
            attribute.map_err(|error| self.error(error.to_string()))?;
        }
        let name = element.local_name();
        let name = name.as_ref();
        Tag::from_name(name).ok_or_else(|| self.error(format!("unknown element `{name}`")))
    }

    fn resolve(&self, reference: &BytesRef<'_>) -> Result<Cow<'a, str>, Error> {
        let character = reference
            .resolve_char_ref()
            .map_err(|error| self.error(error.to_string()))?;
        match character {
            Some(character) if characters::is_legal(character) => Ok(character.to_string().into()),
            Some(_) => Err(self.error("a reference to an illegal character")),
            None => resolve_predefined_entity(reference)
                .map(Cow::Borrowed)
                .ok_or_else(|| self.error(format!("undefined entity `{}`", &**reference))),
        }
    }
}
