//! `[[Name(arguments)]]`: a macro, a processor, an anchor or a link.

use super::{Flavor, Formatter};
use crate::chars::is_word;
use crate::html::{Element, escape_text};
use crate::macros::{Content, Expansion};
use crate::processor::ProcessorCall;

impl<'a> Formatter<'a> {
    pub(super) fn macro_or_link(&mut self, html: &mut String, content: &str, matched: &str) {
        if let Some((name, label)) = creole_anchor(content) {
            return self.anchor(html, name, label);
        }
        if let Some(call) = MacroSyntax::parse(content) {
            if call.name.eq_ignore_ascii_case("br") {
                return html.push_str(&self.line_break(call.arguments));
            }
            if let Some(processor) = self.find_macro(&call) {
                return html.push_str(&self.macro_call(processor, &call));
            }
        }
        html.push_str(&self.creole_link(content, matched));
    }

    /// What a call means: `Name?` and `?` ask for help.
    fn find_macro(&self, call: &MacroSyntax<'_>) -> Option<ProcessorCall<'a>> {
        let name = call.name.strip_suffix('?').unwrap_or(call.name);
        let is_known =
            name.is_empty() || !ProcessorCall::find(self.context, name, None).is_unknown();
        if !is_known {
            return None;
        }
        let asks_for_help = call.name.ends_with('?');
        Some(ProcessorCall::find(
            self.context,
            if asks_for_help { "MacroList" } else { name },
            None,
        ))
    }

    fn macro_call(&mut self, processor: ProcessorCall<'_>, call: &MacroSyntax<'_>) -> String {
        let is_allowed = self.flavor == Flavor::Html || processor.is_inline(call.arguments);
        if !is_allowed {
            return self.refused_call(call);
        }
        let arguments = match call.name.strip_suffix('?') {
            Some("") => Some("*"),
            Some(name) => Some(name),
            None => call.arguments,
        };
        let in_paragraph = self.flavor != Flavor::Oneliner
            && !(self.in_list_item || self.table.is_open || self.in_definition_list);
        match self.expand(processor, call.name, arguments) {
            Ok(expansion) => fit_into_line(expansion, in_paragraph),
            Err(failure) => failure.into_html(),
        }
    }

    /// A call of what is no inline macro, where only those may be.
    fn refused_call(&self, call: &MacroSyntax<'_>) -> String {
        let has_arguments = call
            .arguments
            .is_some_and(|arguments| !arguments.is_empty());
        match self.flavor {
            Flavor::Oneliner => escape_text(&format!(
                "[[{}{}]]",
                call.name,
                if has_arguments { "(...)" } else { "" }
            )),
            _ => String::new(),
        }
    }

    fn line_break(&self, arguments: Option<&str>) -> String {
        if self.flavor != Flavor::Html {
            return " ".to_owned();
        }
        let arguments = arguments.unwrap_or_default();
        let separator = if arguments.contains(':') { ':' } else { '=' };
        let (key, value) = arguments
            .split_once(separator)
            .unwrap_or((arguments, arguments));
        match (key, value) {
            ("clear", "left" | "right") => format!("<br style=\"clear: {value}\" />"),
            ("clear", _) => "<br style=\"clear: both\" />".to_owned(),
            _ => "<br />".to_owned(),
        }
    }

    fn creole_link(&self, content: &str, matched: &str) -> String {
        let link = CreoleLink::parse(content);
        match link.relative {
            Some(path) => crate::link::write_relative(self.scope(), path, link.label, matched),
            None => self.long_link(link.scheme, link.target, link.label, matched),
        }
    }
}

/// `Name(arguments)`, `Name?`, `?`.
struct MacroSyntax<'t> {
    name: &'t str,
    arguments: Option<&'t str>,
}

impl<'t> MacroSyntax<'t> {
    fn parse(content: &'t str) -> Option<Self> {
        let content = content.strip_suffix('\n').unwrap_or(content);
        let is_name = |c: char| matches!(c, '/' | '+' | '-') || is_word(c);
        let word_end = content.find(|c| !is_name(c)).unwrap_or(content.len());
        let name_end = if content[word_end..].starts_with('?') {
            word_end + 1
        } else {
            word_end
        };
        let (name, rest) = content.split_at(name_end);
        if name.is_empty() {
            return None;
        }
        if rest.is_empty() {
            return Some(MacroSyntax {
                name,
                arguments: None,
            });
        }
        let arguments = rest.strip_prefix('(')?.strip_suffix(')')?;
        (!arguments.contains('\n')).then_some(MacroSyntax {
            name,
            arguments: Some(arguments),
        })
    }
}

/// `=#name|label`: an anchor, by its name and label.
fn creole_anchor(content: &str) -> Option<(&str, Option<&str>)> {
    let rest = content.strip_prefix("=#")?;
    let end = crate::inline::anchor_name_end(rest)?;
    let (name, rest) = rest.split_at(end);
    if rest.is_empty() {
        return Some((name, None));
    }
    let label = rest
        .strip_prefix('|')?
        .trim_start_matches(crate::chars::is_space);
    (!label.contains(']')).then_some((name, Some(label)))
}

/// `scheme:target|label`, `target|label`, `../path|label`.
#[derive(Debug, Default)]
struct CreoleLink<'t> {
    relative: Option<&'t str>,
    scheme: Option<&'t str>,
    target: Option<&'t str>,
    label: Option<&'t str>,
}

impl<'t> CreoleLink<'t> {
    fn parse(content: &'t str) -> Self {
        CreoleLink::relative(content)
            .or_else(|| CreoleLink::scoped(content))
            .unwrap_or_else(|| CreoleLink::plain(content))
    }

    fn relative(content: &'t str) -> Option<Self> {
        let dots = content.find(|c| c != '.').unwrap_or(content.len());
        if dots > 2 || (dots == 0 && !content.starts_with(['/', '?', '#'])) {
            return None;
        }
        let end = match content.as_bytes().get(dots) {
            Some(b'/' | b'?' | b'#') => content.find(['|', ']']).unwrap_or(content.len()),
            _ => dots,
        };
        let label = label_at(&content[end..])?;
        Some(CreoleLink {
            relative: Some(&content[..end]),
            label,
            ..CreoleLink::default()
        })
    }

    fn scoped(content: &'t str) -> Option<Self> {
        let colon =
            crate::chars::scheme_end(content).filter(|&end| content[end..].starts_with(':'))?;
        let link = CreoleLink::plain(&content[colon + 1..]);
        Some(CreoleLink {
            scheme: Some(&content[..colon]),
            ..link
        })
    }

    /// A target in quotes, within which `|` is nothing special; else all before the first `|`.
    fn plain(content: &'t str) -> Self {
        if let Some(end) = quoted_target_end(content)
            && let Some(label) = label_at(&content[end..])
        {
            let target = Some(&content[..end]);
            return CreoleLink {
                target,
                label,
                ..CreoleLink::default()
            };
        }
        let (target, label) = match content.split_once('|') {
            Some((target, label)) => (target, Some(label.strip_suffix('\n').unwrap_or(label))),
            None => (content, None),
        };
        CreoleLink {
            target: Some(target).filter(|target| !target.is_empty()),
            label,
            ..CreoleLink::default()
        }
    }
}

/// The end of `"target"` or `scheme:"target"` at the start of a text.
fn quoted_target_end(text: &str) -> Option<usize> {
    let scheme = crate::chars::scheme_end(text).filter(|&end| text[end..].starts_with(':'));
    let start = scheme.map_or(0, |end| end + 1);
    let rest = &text[start..];
    let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let length = rest[1..].find(quote).filter(|length| *length > 0)?;
    Some(start + length + 2)
}

/// What may follow a target: white space, then nothing or `|label`.
fn label_at(rest: &str) -> Option<Option<&str>> {
    let rest = rest.trim_start_matches(crate::chars::is_space);
    if rest.is_empty() {
        Some(None)
    } else {
        rest.strip_prefix('|').map(Some)
    }
}

/// What a macro became, so that it can stand within a line: a code block becomes a `span`, other
/// blocks interrupt the paragraph.
fn fit_into_line(expansion: Expansion, in_paragraph: bool) -> String {
    let (is_block, code) = match &expansion.0 {
        Content::Element(element) => inspect_element(element),
        Content::Html(html) => inspect_html(html),
    };
    match code {
        Some(code) => Element::new("span")
            .attribute("class", "code-block")
            .html(&code)
            .to_html(),
        None if is_block && in_paragraph => format!("</p>{}<p>", expansion.into_html()),
        None => expansion.into_html(),
    }
}

/// Whether an element is a block, and what is in it if it is a code block.
fn inspect_element(element: &Element) -> (bool, Option<String>) {
    match element.name() {
        "div" if element.class().contains("code") => (
            false,
            Some(element.content().to_owned()).filter(|code| !code.is_empty()),
        ),
        "div" | "table" => (true, None),
        _ => (false, None),
    }
}

fn inspect_html(html: &str) -> (bool, Option<String>) {
    if let Some((class, content)) = single_div(html) {
        let code = Some(content).filter(|content| class.contains("code") && !content.is_empty());
        return (!class.contains("code"), code.map(escape_text));
    }
    (starts_with_block(html), None)
}

/// The class and the content of a `div` on one line.
fn single_div(html: &str) -> Option<(&str, &str)> {
    let html = html.strip_suffix('\n').unwrap_or(html);
    let rest = html.strip_prefix("<div")?.strip_suffix("</div>")?;
    let (class, content) = match rest.strip_prefix('>') {
        Some(content) => ("", content),
        None => rest
            .trim_start_matches(crate::chars::is_space)
            .strip_prefix("class=\"")?
            .split_once("\">")?,
    };
    (!class.contains('"') && !content.contains('\n')).then_some((class, content))
}

fn starts_with_block(html: &str) -> bool {
    let start = html.trim_start_matches(crate::chars::is_space);
    ["<div", "<table"].iter().any(|tag| {
        let (Some(head), Some(rest)) = (start.get(..tag.len()), start.get(tag.len()..)) else {
            return false;
        };
        head.eq_ignore_ascii_case(tag)
            && (rest.starts_with('>')
                || (rest.starts_with(crate::chars::is_space) && rest.contains('>')))
    })
}
