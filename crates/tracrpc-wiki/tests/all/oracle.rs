//! What must hold of any HTML that the engine writes, whatever the text was.
//!
//! Trac writes what a block opens or closes before the line that it stands in, so a style that is
//! open across a cell or an item may be closed before it is opened. Tags are therefore counted,
//! not nested: each element is closed as often as it is opened.

use std::collections::HashMap;

/// The elements that markup and macros make, without the `html` processor.
const ELEMENTS: [&str; 35] = [
    "a",
    "blockquote",
    "br",
    "caption",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "noscript",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];
const VOID: [&str; 3] = ["br", "hr", "img"];

/// Checks the HTML of a text: only known elements, closed as often as opened, with quoted
/// attributes, and nothing unescaped. A text that can write elements of its own is not looked at.
///
/// # Errors
/// What is wrong.
pub(crate) fn check_text(text: &str, html: &str) -> Result<(), String> {
    if text.contains("html") {
        return Ok(());
    }
    // These cut the inside out of a table that was written already: what is before it is lost.
    let cuts_tables = text.contains("#!tr") || text.contains("#!table");
    check(html, !cuts_tables)
}

/// Checks HTML; with `counts`, also that elements are closed as often as opened.
///
/// # Errors
/// What is wrong.
pub(crate) fn check(html: &str, counts: bool) -> Result<(), String> {
    let mut open: HashMap<&str, i64> = HashMap::new();
    let mut parts = html.split('<');
    check_escaped(parts.next().unwrap_or_default())?;
    for part in parts {
        let (name, is_end, rest) = read_tag(part)
            .ok_or_else(|| format!("no tag: <{}", part.chars().take(60).collect::<String>()))?;
        if !VOID.contains(&name) {
            *open.entry(name).or_default() += if is_end { -1 } else { 1 };
        }
        check_escaped(rest)?;
    }
    match open.into_iter().find(|(_, count)| counts && *count != 0) {
        Some((name, count)) => Err(format!("{count} more <{name}> than </{name}>")),
        None => Ok(()),
    }
}

/// Reads a tag without its `<`: the name, whether it is an end tag, and what follows.
fn read_tag(part: &str) -> Option<(&str, bool, &str)> {
    let (is_end, tag) = part
        .strip_prefix('/')
        .map_or((false, part), |tag| (true, tag));
    let length = tag.find(|c: char| !c.is_ascii_alphanumeric())?;
    let (name, mut rest) = tag.split_at(length);
    if !ELEMENTS.contains(&name) {
        return None;
    }
    while let Some(attribute) = next_attribute(rest) {
        let (key, value) = attribute.split_once("=\"")?;
        let is_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        let (value, after) = value.split_once('"')?;
        if !is_key || is_end || key.starts_with("on") || has_script(key, value) {
            return None;
        }
        rest = after;
    }
    // Trac's templates leave a space where an attribute may stand.
    let rest = rest
        .strip_prefix(' ')
        .filter(|rest| rest.starts_with('>'))
        .unwrap_or(rest);
    let rest = if VOID.contains(&name) {
        rest.strip_prefix(" />")?
    } else {
        rest.strip_prefix('>')?
    };
    Some((name, is_end, rest))
}

/// What follows the white space before an attribute, if there is one.
fn next_attribute(rest: &str) -> Option<&str> {
    let attribute = rest.trim_start_matches([' ', '\n']);
    let is_attribute = attribute.len() < rest.len() && !attribute.starts_with(['/', '>']);
    is_attribute.then_some(attribute)
}

fn has_script(key: &str, value: &str) -> bool {
    let value: String = value
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    key == "href"
        && (value.starts_with("javascript:")
            || value.starts_with("vbscript:")
            || value.starts_with("data:"))
}

fn check_escaped(text: &str) -> Result<(), String> {
    if text.contains('>') {
        return Err(format!(
            "unescaped text: {}",
            text.chars().take(60).collect::<String>()
        ));
    }
    Ok(())
}
