//! Tokens as HTML: lines of `span`s, with or without a column of numbers.

use super::{Options, Tokens};
use crate::html::{Element, escape_text_into};

/// The lines, without what ends them. Neighbours of the same class are one `span`.
pub(super) fn lines(tokens: &Tokens<'_>) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut open = "";
    for (class, text) in tokens {
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 {
                close(&mut lines, &mut open);
                lines.push(String::new());
            }
            if part.is_empty() {
                continue;
            }
            if *class != open {
                close(&mut lines, &mut open);
                open = class;
                if let Some(line) = lines.last_mut().filter(|_| !class.is_empty()) {
                    line.push_str(&format!("<span class=\"{class}\">"));
                }
            }
            if let Some(line) = lines.last_mut() {
                escape_text_into(line, part);
            }
        }
    }
    close(&mut lines, &mut open);
    // Mostly the text ends in a line break; nothing is behind it.
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

fn close(lines: &mut [String], open: &mut &str) {
    if let Some(line) = lines.last_mut().filter(|_| !open.is_empty()) {
        line.push_str("</span>");
    }
    *open = "";
}

/// All lines in one `pre`, the last of which may end as the others do.
pub(super) fn plain(lines: &[String], is_ended: bool) -> String {
    let mut code = lines.join("\n");
    code.push_str(if is_ended { "\n" } else { "" });
    let pre = Element::new("pre").html(&code).to_html();
    Element::new("div")
        .attribute("class", "code")
        .html(&pre)
        .to_html()
}

/// A table with a row for each line.
pub(super) fn numbered(lines: &[String], first: u64, options: &Options) -> String {
    let marks = options
        .marks
        .as_deref()
        .map(parse_marks)
        .unwrap_or_default();
    let number = match options.renderers.line_numbers {
        true => Element::new("th")
            .attribute("class", "lineno")
            .attribute("title", options.catalog.gettext("Line numbers"))
            .text(options.catalog.gettext("Line"))
            .to_html(),
        false => String::new(),
    };
    let head = format!("<thead><tr>{number}<th class=\"content\">\u{a0}</th></tr></thead>");
    let rows: String = (first..)
        .zip(lines)
        .map(|(number, line)| row(number, line, options, &marks))
        .collect();
    let body = Element::new("tbody").html(&rows).to_html();
    Element::new("table")
        .attribute("class", "code")
        .html(&head)
        .html(&body)
        .to_html()
}

fn row(number: u64, line: &str, options: &Options, marks: &[(u64, u64)]) -> String {
    let code = Element::new("td").html(line).text("\n").to_html();
    if !options.renderers.line_numbers {
        return Element::new("tr").html(&code).to_html();
    }
    let id = format!("{}L{number}", options.id_prefix);
    let anchor = Element::new("a")
        .attribute("href", &format!("#{id}"))
        .text(&number.to_string())
        .to_html();
    let is_marked = marks
        .iter()
        .any(|(low, high)| (*low..=*high).contains(&number));
    let row = Element::new("tr").attribute("class", if is_marked { "hilite" } else { "" });
    let row = row.html(
        &Element::new("th")
            .attribute("id", &id)
            .html(&anchor)
            .to_html(),
    );
    row.html(&code).to_html()
}

/// Reads `3,5-7`.
fn parse_marks(text: &str) -> Vec<(u64, u64)> {
    let parse = |number: &str| number.trim().parse::<u64>().ok();
    let ranges = text
        .split(',')
        .filter_map(|range| match range.split_once('-') {
            Some((low, high)) => Some((parse(low)?, parse(high)?)),
            None => parse(range).map(|number| (number, number)),
        });
    ranges.collect()
}
