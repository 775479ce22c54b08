//! Elements with the attributes that a text gives them: `div`, `span`, `td`, …

use super::{Parameter, Parameters};
use crate::context::Context;
use crate::html::{Element, escape_attribute};
use crate::sanitize::Sanitizer;

/// Attributes that are there or not.
const BOOLEAN: [&str; 21] = [
    "async",
    "autofocus",
    "autoplay",
    "checked",
    "controls",
    "default",
    "defer",
    "disabled",
    "formnovalidate",
    "hidden",
    "ismap",
    "loop",
    "multiple",
    "muted",
    "novalidate",
    "open",
    "readonly",
    "required",
    "reversed",
    "scoped",
    "selected",
];
/// Attributes that have one word for no and one for yes.
const WORDS: [(&str, [&str; 2]); 5] = [
    ("contenteditable", ["false", "true"]),
    ("draggable", ["false", "true"]),
    ("spellcheck", ["false", "true"]),
    ("translate", ["no", "yes"]),
    ("autocomplete", ["off", "on"]),
];

/// An element with those of the parameters that are safe.
pub(crate) fn element(context: &Context<'_>, name: &str, parameters: &Parameters) -> Element {
    let attributes = safe_attributes(context, name, parameters);
    attributes
        .into_iter()
        .fold(Element::new(name.to_owned()), |element, (name, value)| {
            element.escaped_attribute(name, value)
        })
}

/// The attributes of such an element, as they stand in its tag.
pub(crate) fn attributes_html(
    context: &Context<'_>,
    name: &str,
    parameters: &Parameters,
) -> String {
    let mut attributes = safe_attributes(context, name, parameters);
    attributes.sort();
    attributes
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!(" {name}=\"{value}\""))
        .collect()
}

/// The attributes that are safe, with escaped values.
fn safe_attributes(
    context: &Context<'_>,
    element: &str,
    parameters: &Parameters,
) -> Vec<(String, String)> {
    let attributes: Vec<_> = parameters
        .iter()
        .filter_map(|(name, value)| attribute(name, value))
        .collect();
    let settings = context.settings;
    if settings.render_unsafe_content {
        return attributes;
    }
    let sanitizer = Sanitizer {
        safe_schemes: &settings.safe_schemes,
        safe_origins: &settings.safe_origins,
    };
    let safe = sanitizer.sanitize_attributes(element, attributes);
    // What the rules for styles decode could otherwise end the attribute.
    safe.into_iter()
        .map(|(name, value)| (name, close_quotes(&value)))
        .collect()
}

fn attribute(name: &str, value: &Parameter) -> Option<(String, String)> {
    let is_true = *value != Parameter::Flag(false) && !value.as_str().is_empty();
    let name = name.strip_suffix('_').unwrap_or(name);
    let text = if BOOLEAN.contains(&name) {
        is_true.then_some(name)?
    } else if let Some((_, words)) = WORDS.iter().find(|(known, _)| *known == name) {
        words[usize::from(is_true)]
    } else {
        value.as_str()
    };
    Some((name.to_owned(), escape_attribute(text)))
}

fn close_quotes(value: &str) -> String {
    value
        .replace('"', "&#34;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
