//! How a picture is to be shown.

use std::collections::BTreeMap;
use std::collections::VecDeque;

use super::source::Picture;
use crate::Element;
use crate::link::parse_int;
use crate::macros::{Call, ExpansionError};
use crate::render::link_url;

const ATTRIBUTES: [&str; 15] = [
    "align",
    "valign",
    "border",
    "width",
    "height",
    "alt",
    "margin-left",
    "margin-right",
    "margin-top",
    "margin-bottom",
    "margin",
    "title",
    "longdesc",
    "class",
    "id",
];
const UNITS: [&str; 19] = [
    "%", "ch", "em", "ex", "ic", "rem", "vh", "vw", "vmax", "vmin", "vb", "vi", "px", "cm", "mm",
    "Q", "in", "pc", "pt",
];

/// What the arguments behind the file say.
pub(super) struct ImageArguments {
    attributes: BTreeMap<String, String>,
    style: BTreeMap<&'static str, String>,
    /// Where the picture leads: nothing for the file itself, `None` for nowhere.
    pub(super) link: Option<String>,
}

impl ImageArguments {
    pub(super) fn parse(call: &Call<'_>, arguments: &[&str]) -> Result<Self, ExpansionError> {
        let mut parsed = ImageArguments {
            attributes: BTreeMap::new(),
            style: BTreeMap::new(),
            link: Some(String::new()),
        };
        let mut waiting: VecDeque<&str> = arguments.iter().copied().collect();
        while let Some(argument) = waiting.pop_front() {
            if let Some(alignment) = parsed.read(call, argument)? {
                waiting.push_back(alignment);
            }
        }
        Ok(parsed)
    }

    /// Reads an argument; gives an alignment that is to be read as one of its own.
    fn read<'t>(
        &mut self,
        call: &Call<'_>,
        argument: &'t str,
    ) -> Result<Option<&'t str>, ExpansionError> {
        match argument {
            "nolink" => self.link = None,
            "left" | "right" => drop(self.style.insert("float", argument.to_owned())),
            "top" | "bottom" | "middle" => {
                drop(self.style.insert("vertical-align", argument.to_owned()))
            }
            "center" => self.centre(),
            size if is_size(size) => {
                drop(self.attributes.insert("width".to_owned(), size.to_owned()))
            }
            _ => {
                if let Some(target) = argument.strip_prefix("link=") {
                    self.link = link_url(crate::text::strip(target), &call.context.deeper());
                } else if let Some((key, value)) = named(argument) {
                    return self.read_named(key, value);
                }
            }
        }
        Ok(None)
    }

    fn centre(&mut self) {
        self.style.insert("margin-left", "auto".to_owned());
        self.style.insert("margin-right", "auto".to_owned());
        self.style.insert("display", "block".to_owned());
        self.style.remove("margin");
    }

    fn read_named<'t>(
        &mut self,
        key: &'static str,
        value: &'t str,
    ) -> Result<Option<&'t str>, ExpansionError> {
        let is_centred = self.style.contains_key("display");
        match (key, value) {
            ("align", "left" | "right" | "center") | ("valign", "top" | "middle" | "bottom") => {
                return Ok(Some(value));
            }
            ("margin-top" | "margin-bottom", _) => {
                drop(self.style.insert(key, length(key, value)?))
            }
            ("margin" | "margin-left" | "margin-right", _) if !is_centred => {
                drop(self.style.insert(key, length(key, value)?));
            }
            ("border", _) => drop(
                self.style
                    .insert("border", format!("{} solid", length(key, value)?)),
            ),
            _ => drop(
                self.attributes
                    .insert(key.to_owned(), unquoted(value).to_owned()),
            ),
        }
        Ok(None)
    }

    /// The element.
    pub(super) fn image(&self, picture: &Picture, is_safe: bool) -> Element {
        let mut attributes = self.attributes.clone();
        let mut style = self.style.clone();
        if let Some(description) = picture
            .description
            .as_deref()
            .filter(|text| !text.is_empty())
        {
            for key in ["title", "alt"] {
                attributes
                    .entry(key.to_owned())
                    .or_insert_with(|| description.to_owned());
            }
        }
        for key in ["width", "height"] {
            let Some(value) = attributes.get(key).cloned() else {
                continue;
            };
            let is_plain = value.ends_with('%') || value.bytes().all(|b| b.is_ascii_digit());
            if !is_size(&value) || !is_plain {
                attributes.remove(key);
            }
            if is_size(&value) && !is_plain {
                style.insert(key, value);
            }
        }
        let style: Vec<String> = style
            .iter()
            .map(|(key, value)| format!("{key}:{value}"))
            .collect();
        let image =
            Element::new("img").attribute("src", picture.raw_url.as_deref().unwrap_or_default());
        let image = image.attribute("style", &style.join("; "));
        let image = image.attribute("crossorigin", if is_safe { "" } else { "anonymous" });
        attributes.iter().fold(image, |image, (key, value)| {
            image.attribute(key.clone(), value)
        })
    }
}

/// Splits at `separator`, but not within quotes. A quote that does not end separates too.
pub(super) fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let close = if c == '"' || c == '\'' {
            text[at + 1..].find(c)
        } else {
            None
        };
        if let Some(length) = close {
            at += length + 2;
            continue;
        }
        if c == separator || c == '"' || c == '\'' {
            parts.push(&text[start..at]);
            start = at + 1;
        }
        at += c.len_utf8();
    }
    parts.push(&text[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

/// Splits at commas, but not within quotes; white space around the parts does not count.
pub(super) fn split_arguments(text: &str) -> Vec<&str> {
    split(text, ',').into_iter().map(strip_wide).collect()
}

/// Without white space and zero-width spaces at both ends.
pub(super) fn strip_wide(text: &str) -> &str {
    text.trim_matches(|c| c == '\u{200b}' || crate::chars::is_space(c))
}

/// `name=value` with a name that is known; a value is on one line.
fn named(argument: &str) -> Option<(&'static str, &str)> {
    let (key, value) = argument.split_once('=')?;
    let value = value.split('\n').next().unwrap_or_default();
    let key = ATTRIBUTES
        .iter()
        .chain(&["usemap"])
        .find(|known| **known == key)?;
    (!value.is_empty()).then_some((*key, value))
}

/// A number, perhaps with a unit of CSS; with a point only if there is a unit.
fn is_size(text: &str) -> bool {
    let number = text.trim_end_matches(|c: char| c == '%' || c.is_ascii_alphabetic());
    let unit = &text[number.len()..];
    let is_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if unit.is_empty() {
        return is_digits(number);
    }
    let is_number = match number.split_once('.') {
        Some((whole, fraction)) => (whole.is_empty() || is_digits(whole)) && is_digits(fraction),
        None => is_digits(number),
    };
    is_number && UNITS.contains(&unit)
}

fn length(key: &str, value: &str) -> Result<String, ExpansionError> {
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(format!("{value}px"));
    }
    if is_size(value) {
        return Ok(value.to_owned());
    }
    let number =
        parse_int(value).ok_or_else(|| ExpansionError::invalid_argument(Some(key), value))?;
    Ok(format!("{}px", number.max(1)))
}

fn unquoted(value: &str) -> &str {
    let inner = value
        .strip_prefix(['"', '\''])
        .and_then(|value| value.strip_suffix(['"', '\'']));
    inner.unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for size in ["1", "12px", "1.5em", ".5em", "10%"] {
            assert!(is_size(size), "{size}");
        }
        for size in ["", "1.5", "px", "1.em", "1furlong", "-1", "1 px"] {
            assert!(!is_size(size), "{size}");
        }
    }

    #[test]
    fn parts() {
        let check = |text: &str, want: &[&str]| assert_eq!(split_arguments(text), want, "{text}");
        check("a, b ,c", &["a", "b", "c"]);
        check("a,title=\"b, c\",,d", &["a", "title=\"b, c\"", "d"]);
        check("it's", &["it", "s"]);
        check("", &[]);
    }
}
