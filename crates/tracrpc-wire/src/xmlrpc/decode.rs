//! From a document to a call or an answer.

use std::borrow::Cow;

use super::tokens::{Scalar, Tag, Token, Tokens};
use crate::budget::Budget;
use crate::{Error, Limits, RemoteFault, Reply, Struct, Value, binary, datetime, multicall};

/// Reads the `methodCall` in `text`: the name of the method, if there is one,
/// and the arguments. Line feeds in strings become CR LF, as Trac has them
/// from the forms of a browser.
pub(super) fn call(text: &str, limits: &Limits) -> Result<(Option<String>, Vec<Value>), Error> {
    let mut decoder = Decoder::new(text, limits, Newlines::Web)?;
    let call = decoder.call()?;
    decoder.finish()?;
    Ok(call)
}

/// Reads the `methodResponse` in `text`.
pub(super) fn response(text: &str, limits: &Limits) -> Result<Reply, Error> {
    let mut decoder = Decoder::new(text, limits, Newlines::Keep)?;
    let reply = decoder.response()?;
    decoder.finish()?;
    Ok(reply)
}

/// What becomes of a line feed in a string.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Newlines {
    Keep,
    Web,
}

struct Decoder<'a> {
    tokens: Tokens<'a>,
    budget: Budget,
    newlines: Newlines,
}

impl<'a> Decoder<'a> {
    fn new(text: &'a str, limits: &Limits, newlines: Newlines) -> Result<Self, Error> {
        Ok(Decoder {
            tokens: Tokens::new(text)?,
            budget: Budget::new(limits),
            newlines,
        })
    }

    fn call(&mut self) -> Result<(Option<String>, Vec<Value>), Error> {
        self.root(Tag::MethodCall)?;
        let (mut method, mut params) = (None, None);
        while let Some(tag) = self.child()? {
            match tag {
                Tag::MethodName => method = Some(self.text()?.into_owned()),
                Tag::Params => params = Some(self.params()?),
                _ => return Err(self.unexpected(tag)),
            }
        }
        if method.is_none() && params.is_none() {
            return Err(self.tokens.error("the call is empty"));
        }
        Ok((method, params.unwrap_or_default()))
    }

    fn response(&mut self) -> Result<Reply, Error> {
        self.root(Tag::MethodResponse)?;
        let reply = match self.child()? {
            Some(Tag::Params) => Ok(self.params()?.into_iter().next().unwrap_or(Value::Nil)),
            Some(Tag::Fault) => Err(self.fault()?),
            Some(tag) => return Err(self.unexpected(tag)),
            None => return Err(self.tokens.error("the response is empty")),
        };
        self.close()?;
        Ok(reply)
    }

    /// The inside of `fault`.
    fn fault(&mut self) -> Result<RemoteFault, Error> {
        let value = self.param()?.unwrap_or(Value::Nil);
        let fault = value
            .as_struct()
            .and_then(|fault| multicall::fault(fault, "faultCode", "faultString"));
        fault.ok_or_else(|| self.tokens.error("a fault without code or text"))
    }

    /// The inside of `params`. As for Python, each value counts, in a `param`
    /// or not.
    fn params(&mut self) -> Result<Vec<Value>, Error> {
        let mut params = Vec::new();
        while let Some(tag) = self.child()? {
            match tag {
                Tag::Param => params.extend(self.param()?),
                _ => params.push(self.value(tag, 1)?),
            }
        }
        Ok(params)
    }

    /// The inside of `param`, for which the plugin documents a type without
    /// the `value` around it.
    fn param(&mut self) -> Result<Option<Value>, Error> {
        let Some(tag) = self.child()? else {
            return Ok(None);
        };
        let value = self.value(tag, 1)?;
        self.close()?;
        Ok(Some(value))
    }

    /// The value that starts with `tag`, which is `value` or a type.
    fn value(&mut self, tag: Tag, depth: usize) -> Result<Value, Error> {
        match tag {
            Tag::Value => self.content(depth),
            _ => self.typed(tag, depth),
        }
    }

    /// The inside of `value`: a type, or the text of a string.
    fn content(&mut self, depth: usize) -> Result<Value, Error> {
        let mut text = Cow::Borrowed("");
        loop {
            match self.tokens.next()? {
                Token::Text(more) => self.append(&mut text, more),
                Token::Start(tag) => {
                    self.blank(&text)?;
                    let value = self.typed(tag, depth)?;
                    self.close()?;
                    return Ok(value);
                }
                Token::End | Token::Eof => {
                    self.spend(depth)?;
                    return Ok(self.string(text));
                }
            }
        }
    }

    fn typed(&mut self, tag: Tag, depth: usize) -> Result<Value, Error> {
        self.spend(depth)?;
        match tag {
            Tag::Scalar(scalar) => self.scalar(scalar),
            Tag::Array => self.array(depth).map(Value::Array),
            Tag::Struct => self.members(depth).map(Value::Struct),
            _ => Err(self.unexpected(tag)),
        }
    }

    fn spend(&mut self, depth: usize) -> Result<(), Error> {
        self.budget
            .take(depth)
            .map_err(|error| self.tokens.place(error))
    }

    /// The inside of `array`, with or without a `data` around the items.
    fn array(&mut self, depth: usize) -> Result<Vec<Value>, Error> {
        let mut items = Vec::new();
        while let Some(tag) = self.child()? {
            match tag {
                Tag::Data => self.items(&mut items, depth)?,
                _ => items.push(self.value(tag, depth + 1)?),
            }
        }
        Ok(items)
    }

    /// The inside of `data`.
    fn items(&mut self, items: &mut Vec<Value>, depth: usize) -> Result<(), Error> {
        while let Some(tag) = self.child()? {
            items.push(self.value(tag, depth + 1)?);
        }
        Ok(())
    }

    /// The inside of `struct`.
    fn members(&mut self, depth: usize) -> Result<Struct, Error> {
        let mut members = Vec::new();
        while let Some(tag) = self.child()? {
            match tag {
                Tag::Member => members.push(self.member(depth)?),
                _ => return Err(self.unexpected(tag)),
            }
        }
        Ok(Struct::from_members(members))
    }

    /// The inside of `member`.
    fn member(&mut self, depth: usize) -> Result<(String, Value), Error> {
        let (mut name, mut value) = (None, None);
        while let Some(tag) = self.child()? {
            match tag {
                Tag::Name => name = Some(self.text()?.into_owned()),
                _ => value = Some(self.value(tag, depth + 1)?),
            }
        }
        name.zip(value)
            .ok_or_else(|| self.tokens.error("a member without name or value"))
    }

    fn scalar(&mut self, scalar: Scalar) -> Result<Value, Error> {
        let text = self.text()?;
        match scalar {
            Scalar::Nil => Ok(Value::Nil),
            Scalar::String => Ok(self.string(text)),
            Scalar::Boolean => self.known(boolean(&text), "boolean", &text),
            Scalar::Int => self.known(int(&text), "int", &text),
            Scalar::Double => self.known(double(&text), "double", &text),
            Scalar::DateTime => self.known(datetime::parse_xml(&text), "dateTime.iso8601", &text),
            Scalar::Base64 => self.known(binary::decode(&text).map(Value::Binary), "base64", &text),
        }
    }

    /// What was understood, or the error that `text` is no `kind`.
    fn known(
        &self,
        value: Option<impl Into<Value>>,
        kind: &str,
        text: &str,
    ) -> Result<Value, Error> {
        value.map(Into::into).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            self.tokens.error(format!("`{shown}` is no {kind}"))
        })
    }

    fn string(&self, text: Cow<'_, str>) -> Value {
        match self.newlines {
            Newlines::Web if text.contains('\n') => Value::String(text.replace('\n', "\r\n")),
            _ => Value::String(text.into_owned()),
        }
    }

    /// The inside of an element that has only text.
    fn text(&mut self) -> Result<Cow<'a, str>, Error> {
        let mut text = Cow::Borrowed("");
        loop {
            match self.tokens.next()? {
                Token::Text(more) => self.append(&mut text, more),
                Token::Start(tag) => return Err(self.unexpected(tag)),
                Token::End | Token::Eof => return Ok(text),
            }
        }
    }

    /// Adds what comes next to a text. A line feed gets its CR later; one that a
    /// client has written before it as `&#13;` would be the second.
    fn append(&self, text: &mut Cow<'a, str>, more: Cow<'a, str>) {
        if text.is_empty() {
            *text = more;
            return;
        }
        let is_written = more.starts_with('\n') && !self.tokens.is_reference();
        if is_written && self.newlines == Newlines::Web && text.ends_with('\r') {
            text.to_mut().pop();
        }
        text.to_mut().push_str(&more);
    }

    /// The next element within the one that is open, where text has no meaning.
    fn child(&mut self) -> Result<Option<Tag>, Error> {
        loop {
            match self.tokens.next()? {
                Token::Text(text) => self.blank(&text)?,
                Token::Start(tag) => return Ok(Some(tag)),
                Token::End | Token::Eof => return Ok(None),
            }
        }
    }

    /// The end of an element whose content is complete.
    fn close(&mut self) -> Result<(), Error> {
        match self.child()? {
            Some(tag) => Err(self.unexpected(tag)),
            None => Ok(()),
        }
    }

    fn root(&mut self, expected: Tag) -> Result<(), Error> {
        match self.child()? {
            Some(tag) if tag == expected => Ok(()),
            Some(tag) => Err(self.unexpected(tag)),
            None => Err(self.tokens.error("the document is empty")),
        }
    }

    /// The end of the document.
    fn finish(&mut self) -> Result<(), Error> {
        self.close()
    }

    fn blank(&self, text: &str) -> Result<(), Error> {
        match text.trim_ascii().is_empty() {
            true => Ok(()),
            false => Err(self.tokens.error("text outside of a value")),
        }
    }

    fn unexpected(&self, tag: Tag) -> Error {
        self.tokens.error(format!("unexpected element {tag:?}"))
    }
}

fn boolean(text: &str) -> Option<Value> {
    match text.trim_ascii() {
        "0" | "false" => Some(Value::Bool(false)),
        "1" | "true" => Some(Value::Bool(true)),
        _ => None,
    }
}

/// Digits that make no 64-bit number stay text, see [`Value::Int`].
fn int(text: &str) -> Option<Value> {
    let text = text.trim_ascii();
    if let Ok(number) = text.parse() {
        return Some(Value::Int(number));
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    whole.then(|| Value::String(text.to_owned()))
}

fn double(text: &str) -> Option<Value> {
    text.trim_ascii().parse().ok().map(Value::Double)
}
