//! HTML made harmless, by the rules of Trac's sanitiser.
//!
//! The HTML is read as Python's `html.parser` reads it, and written again from what was understood:
//! elements and attributes that are safe, text, end tags. What stands between an unsafe start tag
//! and its end tag is left out.

mod css;
mod entities;
mod origin;
mod parser;
mod safe;
mod tag;
mod unescape;

use crate::html::escape_attribute;
use parser::{Event, Parser};

/// Knows which elements, attributes, URLs and styles are safe.
#[derive(Debug, Clone, Copy)]
pub struct Sanitizer<'a> {
    /// `[wiki] safe_schemes`.
    pub safe_schemes: &'a [String],
    /// `[wiki] safe_origins`.
    pub safe_origins: &'a [String],
}

impl Sanitizer<'_> {
    /// HTML without what is not safe.
    ///
    /// ```
    /// use tracrpc_wiki::{Settings, sanitize::Sanitizer};
    /// let settings = Settings::default();
    /// let sanitizer = Sanitizer { safe_schemes: &settings.safe_schemes, safe_origins: &settings.safe_origins };
    /// assert_eq!(sanitizer.sanitize("<b onclick=x()>a<script>b</script></b>"), "<b>a</b>");
    /// ```
    pub fn sanitize(&self, html: &str) -> String {
        let mut out = String::with_capacity(html.len());
        let mut waiting_for = None;
        for event in Parser::new(html) {
            match (&waiting_for, event) {
                (Some(name), Event::End(ended)) if *name == ended => waiting_for = None,
                (Some(_), _) | (None, Event::Comment) => {}
                (
                    None,
                    Event::Start {
                        name,
                        attributes,
                        is_closed,
                    },
                ) => {
                    if is_safe_element(&name, &attributes) {
                        self.write_start(&mut out, &name, attributes, is_closed);
                    } else {
                        waiting_for = Some(name);
                    }
                }
                (None, Event::End(name)) => out.extend(["</", &name, ">"]),
                (None, Event::Text(text)) => out.push_str(&escape_attribute(&text)),
                (None, Event::Declaration(text)) => out.extend(["<!", text, ">"]),
                (None, Event::Instruction(text)) => out.extend(["<?", text, "?>"]),
            }
        }
        out
    }

    /// The attributes of an `element` that are safe. Names are in lower case; values are taken as
    /// they are, escaped or not.
    pub fn sanitize_attributes(
        &self,
        element: &str,
        attributes: Vec<(String, String)>,
    ) -> Vec<(String, String)> {
        let mut safe: Vec<_> = attributes
            .into_iter()
            .filter_map(|(name, value)| self.safe_attribute(name, value))
            .collect();
        let source = safe
            .iter()
            .find(|(name, _)| name == "src")
            .filter(|_| element == "img");
        if source.is_some_and(|(_, source)| !self.is_safe_source(source)) {
            safe.retain(|(name, _)| name != "crossorigin");
            safe.push(("crossorigin".to_owned(), "anonymous".to_owned()));
        }
        safe
    }

    fn safe_attribute(&self, name: String, value: String) -> Option<(String, String)> {
        if safe::ATTRIBUTES.binary_search(&name.as_str()).is_err() {
            return None;
        }
        if safe::URL_ATTRIBUTES.contains(&name.as_str()) {
            return self.is_safe_url(&value).then_some((name, value));
        }
        if name != "style" {
            return Some((name, value));
        }
        let declarations = self.safe_declarations(&value);
        (!declarations.is_empty()).then(|| (name, declarations.join("; ")))
    }

    /// Whether the scheme of a URL is safe; without a scheme it is.
    pub(crate) fn is_safe_url(&self, url: &str) -> bool {
        let url = url.split('#').next().unwrap_or_default();
        let Some((scheme, _)) = url.split_once(':') else {
            return true;
        };
        let scheme: String = scheme
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        self.safe_schemes.contains(&scheme)
    }

    /// Whether something may be loaded from a URL.
    fn is_safe_source(&self, url: &str) -> bool {
        self.is_safe_url(url) && origin::is_safe_origin(self.safe_origins, url)
    }

    fn write_start(
        &self,
        out: &mut String,
        name: &str,
        attributes: Vec<(String, Option<String>)>,
        is_closed: bool,
    ) {
        let attributes = last_of_each(attributes);
        let mut attributes = self.sanitize_attributes(name, attributes);
        attributes.sort();
        out.extend(["<", name]);
        for (name, value) in attributes {
            out.extend([" ", &name, "=\"", &escape_attribute(&value), "\""]);
        }
        out.push_str(if is_closed { "/>" } else { ">" });
    }
}

pub use origin::is_safe_origin;

fn is_safe_element(name: &str, attributes: &[(String, Option<String>)]) -> bool {
    let asks_for_password = name == "input"
        && attributes
            .iter()
            .any(|(name, value)| name == "type" && value.as_deref() == Some("password"));
    safe::ELEMENTS.binary_search(&name).is_ok() && !asks_for_password
}

/// Of attributes with the same name, the last; one without value has its name as value.
fn last_of_each(attributes: Vec<(String, Option<String>)>) -> Vec<(String, String)> {
    let mut last: Vec<(String, String)> = attributes
        .into_iter()
        .rev()
        .map(|(name, value)| (name.clone(), value.unwrap_or(name)))
        .collect();
    // The sort is stable: the last one given comes first.
    last.sort_by(|(a, _), (b, _)| a.cmp(b));
    last.dedup_by(|(a, _), (b, _)| a == b);
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    #[test]
    fn html() {
        let settings = Settings::default();
        let sanitizer = Sanitizer {
            safe_schemes: &settings.safe_schemes,
            safe_origins: &settings.safe_origins,
        };
        let check = |html: &str, want: &str| assert_eq!(sanitizer.sanitize(html), want, "{html}");
        check(
            "<p class=x onclick=y>a &lt; b & c \"d\"</p>",
            "<p class=\"x\">a &lt; b &amp; c &#34;d&#34;</p>",
        );
        check(
            "<a href=\"javascript:x\">a</a> <a href='http://x'>b</a>",
            "<a>a</a> <a href=\"http://x\">b</a>",
        );
        check("<a href=\"java&#10;script:x\">a</a>", "<a>a</a>");
        check("<script>a</b></script>b", "b");
        check(
            "<img src=http://x/y /><br/>",
            "<img crossorigin=\"anonymous\" src=\"http://x/y\"/><br/>",
        );
        check("<img src=data:image/png;base64,AA>", "<img>");
        check(
            "<!-- a --><!doctype html><?php x ?>",
            "<!doctype html><?php x ??>",
        );
        check("<input type=password><b>a</b>", "");
        check("<b", "&lt;b");
        check("a < b <", "a &lt; b &lt;");
        check("<iframe src=x>a</iframe>b", "b");
        check(
            "<b title=a title=b checked>",
            "<b checked=\"checked\" title=\"b\">",
        );
        check("</b x>", "</b>");
        check(
            "<p style=\"color: red; position: fixed; background: url(javascript:x)\">",
            "<p style=\"color: red\">",
        );
    }
}
