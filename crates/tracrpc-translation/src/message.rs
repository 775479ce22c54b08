//! What is to be said, before it is known in which language.

use std::borrow::Cow;
use std::fmt;

use crate::catalog::Catalog;
use crate::format::fill;

/// A text for a user: one of Trac's messages or of ours with its arguments, or words that are
/// the same in every language.
///
/// Its [`Display`](fmt::Display) is English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message(Repr);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Repr {
    Verbatim(Cow<'static, str>),
    Known {
        id: Cow<'static, str>,
        plural: Option<(&'static str, u64)>,
        arguments: Vec<(&'static str, Argument)>,
    },
    Joined(&'static str, Vec<Message>),
}

/// What fills a place of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Words that are the same in every language.
    Text(String),
    /// A message that is translated itself.
    Message(Message),
}

impl Message {
    /// Words that are not translated.
    #[must_use]
    pub fn verbatim(text: impl Into<Cow<'static, str>>) -> Self {
        Self(Repr::Verbatim(text.into()))
    }

    /// The message of which `id` is the English text; see [`message!`](crate::message).
    #[must_use]
    pub fn new(id: impl Into<Cow<'static, str>>) -> Self {
        Self(Repr::Known {
            id: id.into(),
            plural: None,
            arguments: Vec::new(),
        })
    }

    /// The message about `number` things. Its place `num` is filled with the number.
    #[must_use]
    pub fn plural(singular: &'static str, plural: &'static str, number: u64) -> Self {
        Self(Repr::Known {
            id: singular.into(),
            plural: Some((plural, number)),
            arguments: vec![("num", Argument::Text(number.to_string()))],
        })
    }

    /// Several messages, with a text between each two.
    #[must_use]
    pub fn joined(separator: &'static str, messages: Vec<Message>) -> Self {
        Self(Repr::Joined(separator, messages))
    }

    /// Fills the place `name`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        if let Repr::Known { arguments, .. } = &mut self.0 {
            arguments.push((name, value.into()));
        }
        self
    }

    /// The text in the language of `catalog`.
    #[must_use]
    pub fn in_language(&self, catalog: &Catalog) -> String {
        match &self.0 {
            Repr::Verbatim(text) => text.clone().into_owned(),
            Repr::Joined(separator, messages) => {
                let texts = messages.iter().map(|message| message.in_language(catalog));
                texts.collect::<Vec<_>>().join(separator)
            }
            Repr::Known {
                id,
                plural,
                arguments,
            } => {
                let template = match plural {
                    None => catalog.gettext(id),
                    Some((plural, number)) => catalog.ngettext(id, plural, *number),
                };
                if arguments.is_empty() {
                    return template.to_owned();
                }
                fill(template, |name| {
                    let (_, value) = arguments.iter().rfind(|(known, _)| *known == name)?;
                    Some(value.in_language(catalog))
                })
            }
        }
    }
}

impl Argument {
    fn in_language(&self, catalog: &Catalog) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Message(message) => message.in_language(catalog),
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(&Catalog::english()))
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::verbatim(text)
    }
}

impl From<&'static str> for Message {
    fn from(text: &'static str) -> Self {
        Self::verbatim(text)
    }
}

impl From<Message> for Argument {
    fn from(message: Message) -> Self {
        Self::Message(message)
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Argument {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Cow<'_, str>> for Argument {
    fn from(text: Cow<'_, str>) -> Self {
        Self::Text(text.into_owned())
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl From<$number> for Argument {
            fn from(number: $number) -> Self {
                Self::Text(number.to_string())
            }
        }
    )*};
}

numbers!(i32, i64, u32, u64, usize);

/// The name of an argument; `type` can only be written as `r#type`.
#[doc(hidden)]
#[must_use]
pub const fn argument_name(written: &'static str) -> &'static str {
    match written.as_bytes() {
        [b'r', b'#', ..] => written.split_at(2).1,
        _ => written,
    }
}

/// A [`Message`] of Trac by its English text and what fills its places.
///
/// The text is to the letter one that Trac's catalogues have; what Trac has no words for is an
/// [`own_message!`](crate::own_message).
///
/// ```
/// use tracrpc_translation::message;
///
/// let name = "1.0";
/// let text = message!("Version %(name)s does not exist.", name = name);
/// assert_eq!(text.to_string(), "Version 1.0 does not exist.");
/// ```
#[macro_export]
macro_rules! message {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::Message::new($id)$(.with($crate::argument_name(stringify!($name)), $value))*
    };
}

/// A [`Message`] that Trac has no words for, as [`message!`](crate::message).
///
/// Each of our own `.po` files translates it.
///
/// ```
/// use tracrpc_translation::own_message;
///
/// assert_eq!(own_message!("The database is damaged.").to_string(), "The database is damaged.");
/// ```
#[macro_export]
macro_rules! own_message {
    ($($message:tt)*) => { $crate::message!($($message)*) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english() {
        let check = |message: Message, expected: &str| assert_eq!(message.to_string(), expected);
        check(Message::from("100% %(x)s"), "100% %(x)s");
        check(message!("100%"), "100%");
        check(
            message!("%(a)s and %(b)s", a = 1, b = "%(a)s"),
            "1 and %(a)s",
        );
        check(
            message!("<%(inner)s>", inner = message!("%(x)s!", x = "y")),
            "<y!>",
        );
        let days = |number| Message::plural("%(num)d day", "%(num)d days", number);
        check(days(1), "1 day");
        check(days(3), "3 days");
        check(Message::joined("; ", vec![days(1), "x".into()]), "1 day; x");
    }
}
