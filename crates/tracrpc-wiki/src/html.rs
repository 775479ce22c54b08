//! Writing HTML as Trac writes it: escaping and elements with sorted attributes.

use std::borrow::Cow;
use std::ops::Range;

/// Appends `text` with `&`, `<` and `>` escaped, as it stands between tags.
pub(crate) fn escape_text_into(out: &mut String, text: &str) {
    escape_into(out, text, false);
}

/// `text` with `&`, `<` and `>` escaped, as it stands between tags.
pub fn escape_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape_into(&mut out, text, false);
    out
}

/// `text` with `&`, `<`, `>` and `"` escaped, as it stands in a quoted attribute.
pub fn escape_attribute(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape_into(&mut out, text, true);
    out
}

fn escape_into(out: &mut String, text: &str, quotes: bool) {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let entity = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' if quotes => "&#34;",
            _ => continue,
        };
        out.push_str(&text[done..at]);
        out.push_str(entity);
        done = at + 1;
    }
    out.push_str(&text[done..]);
}

/// A link: its attributes in the order of their names (those without value are left out), HTML
/// before the label, and the label. What most links of a page are written with.
pub(crate) fn anchor(attributes: &[(&str, &str)], before: &str, label: &str) -> String {
    let attributes_length: usize = attributes
        .iter()
        .map(|(name, value)| name.len() + value.len() + 4)
        .sum();
    let mut out = String::with_capacity(attributes_length + before.len() + label.len() + 24);
    out.push_str("<a");
    for (name, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
        out.extend([" ", name, "=\""]);
        escape_into(&mut out, value, true);
        out.push('"');
    }
    out.extend([">", before]);
    escape_into(&mut out, label, false);
    out.push_str("</a>");
    out
}

/// An HTML element under construction.
///
/// Attributes are written sorted by name, those without value are left out: that is what
/// Trac's `tag` builder does.
///
/// ```
/// use tracrpc_wiki::Element;
/// let link = Element::new("a").attribute("href", "/x?a&b").attribute("class", "wiki").text("A <b>");
/// assert_eq!(link.to_html(), r#"<a class="wiki" href="/x?a&amp;b">A &lt;b&gt;</a>"#);
/// ```
#[derive(Debug, Clone)]
pub struct Element {
    name: Cow<'static, str>,
    /// Names, and where their escaped values stand in `values`.
    attributes: Vec<(Cow<'static, str>, Range<usize>)>,
    values: String,
    content: String,
}

impl Element {
    /// An element without attributes and content.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Element {
            name: name.into(),
            attributes: Vec::new(),
            values: String::new(),
            content: String::new(),
        }
    }

    /// Adds an attribute; an empty value adds nothing.
    pub fn attribute(self, name: impl Into<Cow<'static, str>>, value: &str) -> Self {
        self.written_attribute(name, |values| escape_into(values, value, true))
    }

    /// Adds an attribute if there is a value.
    pub fn maybe_attribute(self, name: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.attribute(name, value),
            None => self,
        }
    }

    /// Adds an attribute whose value is escaped already; an empty value adds nothing.
    pub(crate) fn escaped_attribute(
        self,
        name: impl Into<Cow<'static, str>>,
        value: String,
    ) -> Self {
        self.written_attribute(name, |values| values.push_str(&value))
    }

    fn written_attribute(
        mut self,
        name: impl Into<Cow<'static, str>>,
        write: impl FnOnce(&mut String),
    ) -> Self {
        let start = self.values.len();
        write(&mut self.values);
        if self.values.len() > start {
            self.attributes
                .push((name.into(), start..self.values.len()));
        }
        self
    }

    /// Appends text, which is escaped.
    pub fn text(mut self, text: &str) -> Self {
        escape_text_into(&mut self.content, text);
        self
    }

    /// Appends HTML, which is taken as it is.
    pub fn html(mut self, html: &str) -> Self {
        self.content.push_str(html);
        self
    }

    /// The name of the element.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The value of its `class`, escaped, or nothing.
    pub(crate) fn class(&self) -> &str {
        self.attributes
            .iter()
            .find(|(name, _)| name == "class")
            .map_or("", |(_, range)| &self.values[range.clone()])
    }

    /// What is inside of it.
    pub(crate) fn content(&self) -> &str {
        &self.content
    }

    /// The element as HTML; a void element such as `img` ends in ` />`.
    pub fn to_html(mut self) -> String {
        // An attribute that is there twice is written twice, by its value.
        let value = |range: &Range<usize>| &self.values[range.clone()];
        self.attributes
            .sort_by(|(one, a), (other, b)| (one, value(a)).cmp(&(other, value(b))));
        let names: usize = self.attributes.iter().map(|(name, _)| name.len() + 4).sum();
        let attributes = names + self.values.len();
        let mut out =
            String::with_capacity(self.content.len() + attributes + 2 * self.name.len() + 5);
        out.extend(["<", &self.name]);
        for (name, range) in &self.attributes {
            out.extend([" ", name, "=\"", value(range), "\""]);
        }
        if self.content.is_empty() && is_void(&self.name) {
            out.push_str(" />");
            return out;
        }
        out.extend([">", &self.content, "</", &self.name, ">"]);
        out
    }
}

/// Elements without content and end tag.
pub(crate) fn is_void(name: &str) -> bool {
    const VOID: [&str; 16] = [
        "area", "base", "br", "col", "command", "embed", "hr", "img", "input", "keygen", "link",
        "meta", "param", "source", "track", "wbr",
    ];
    VOID.contains(&name)
}

/// Trac's red box: a message, and details in a `pre`; both are HTML already.
pub(crate) fn system_message(message_html: &str, details_html: Option<&str>) -> Element {
    let details = details_html
        .map(|html| Element::new("pre").html(html).to_html())
        .unwrap_or_default();
    let strong = Element::new("strong").html(message_html).to_html();
    Element::new("div")
        .attribute("class", "system-message")
        .html(&strong)
        .html(&details)
}
