//! The HTML of a diff, with the blanks between its tags that Trac's template has.

use super::extent::extent;
use super::{Block, Change, Hunk, Line, Part, Side};
use crate::highlight::tab_width::TabWidth;
use crate::html::escape_text_into;

const NUMBER_NONE: &str = "&nbsp;";

/// All changes.
pub(super) fn page(changes: &[Change<'_>], tabs: TabWidth) -> String {
    let entries: String = changes.iter().map(|change| entry(change, tabs)).collect();
    format!("\n<div class=\"diff\">\n\n  <ul class=\"entries\">\n{entries}  </ul>\n</div>")
}

fn entry(change: &Change<'_>, tabs: TabWidth) -> String {
    let heading = match change.path.as_str() {
        "" => "&nbsp;".to_owned(),
        path => format!("<a>{}</a>", escape(path)),
    };
    let comments = escape(&change.comments.join("\n"));
    let comments = match comments.as_str() {
        "" => comments,
        _ => format!("      <pre>{comments}</pre>\n"),
    };
    let table = table(change, tabs);
    format!(
        "    <li class=\"entry\">\n      <h2>\n        {heading}\n      </h2>\n{comments}{table}    </li>\n"
    )
}

fn table(change: &Change<'_>, tabs: TabWidth) -> String {
    let Some(first) = change.hunks.first().filter(|hunk| !hunk.blocks.is_empty()) else {
        return String::new();
    };
    let mut table = String::from(
        "      <table class=\"trac-diff inline\" cellspacing=\"0\">\n        <colgroup>\n          \
         <col class=\"lineno\"/><col class=\"lineno\"/><col class=\"content\"/>\n        </colgroup>\n        \
         <thead>\n          <tr>\n",
    );
    for side in [&change.old, &change.new] {
        table.push_str(&side_cell(side));
    }
    table.push_str(&title_cell(first));
    table.push_str("          </tr>\n        </thead>\n");
    for (index, hunk) in change.hunks.iter().enumerate() {
        if index > 0 {
            table.push_str(&skipped(hunk));
        }
        for block in &hunk.blocks {
            write_block(&mut table, block, tabs);
        }
    }
    table.push_str("      </table>\n\n");
    table
}

fn side_cell(side: &Side<'_>) -> String {
    let title = escape(&format!("File {}", side.info.join(" ")));
    let label = escape(&side.label);
    format!("            <th title=\"{title}\">\n              {label}\n            </th>\n")
}

fn title_cell(hunk: &Hunk<'_>) -> String {
    let title = escape(&hunk.title);
    format!(
        "            <td>\n              <em>{title}</em>\n              &nbsp;\n            </td>\n"
    )
}

/// The row between two hunks.
fn skipped(hunk: &Hunk<'_>) -> String {
    let mut row = String::from("        <tbody class=\"skipped\">\n          <tr>\n");
    if let Some(block) = hunk.blocks.first() {
        for part in [&block.base, &block.changed] {
            let line = part.offset + 1;
            row.push_str(&format!(
                "            <th><a href=\"#L{line}\">&hellip;</a></th>\n"
            ));
        }
    }
    row.push_str(&title_cell(hunk));
    row.push_str("          </tr>\n        </tbody>\n");
    row
}

fn write_block(out: &mut String, block: &Block<'_>, tabs: TabWidth) {
    let (base, changed) = (&block.base, &block.changed);
    let class = match (base.lines.is_empty(), changed.lines.is_empty()) {
        _ if !block.is_changed => "unmod",
        (true, _) => "add",
        (_, true) => "rem",
        _ => "mod",
    };
    out.push_str(&format!("        <tbody class=\"{class}\">\n\n"));
    match class {
        "unmod" => write_kept(out, block, tabs),
        "add" => write_added(out, changed, "ins", tabs),
        "rem" => write_added(out, base, "del", tabs),
        _ => write_modified(out, block, tabs),
    }
    out.push_str("        </tbody>\n");
}

fn write_kept(out: &mut String, block: &Block<'_>, tabs: TabWidth) {
    for (number, line) in (1..).zip(&block.base.lines) {
        let (old, new) = (block.base.offset + number, block.changed.offset + number);
        let text = marked(*line, None, "del", tabs);
        out.push_str(&format!(
            "          <tr>\n            <th>{old}</th><th>{new}</th><td class=\"l\"><span>{text}</span></td>\n          </tr>\n"
        ));
    }
}

/// Lines that are on one side only.
fn write_added(out: &mut String, part: &Part<'_>, tag: &str, tabs: TabWidth) {
    let lines = part.lines.iter();
    let texts = lines.map(|line| marked(*line, None, tag, tabs));
    write_rows(out, part, tag, tag == "del", ["first", "last"], texts);
}

/// The classes are those of the first and of the last row.
fn write_rows(
    out: &mut String,
    part: &Part<'_>,
    tag: &str,
    is_base: bool,
    classes: [&str; 2],
    texts: impl Iterator<Item = String>,
) {
    let count = part.lines.len();
    for (index, text) in texts.enumerate() {
        let is = [index == 0, index + 1 == count];
        let class = row_class(classes, is);
        let number = part.offset + 1 + i64::try_from(index).unwrap_or(0);
        let numbers = if is_base {
            format!("<th>{number}</th><th>{NUMBER_NONE}</th><td class=\"l\">")
        } else {
            format!("<th>{NUMBER_NONE}</th><th>{number}</th><td class=\"r\">")
        };
        out.push_str(&format!(
            "          <tr{class}>\n            {numbers}<{tag}>{text}</{tag}></td>\n          </tr>\n"
        ));
    }
}

/// The class of a row: rows that were added or removed have one even if it is empty.
fn row_class(classes: [&str; 2], is: [bool; 2]) -> String {
    let named = classes.into_iter().zip(is);
    let named: Vec<&str> = named
        .filter_map(|(class, is)| (is && !class.is_empty()).then_some(class))
        .collect();
    if named.is_empty() && classes.contains(&"") {
        return String::new();
    }
    format!(" class=\"{}\"", named.join(" "))
}

/// Lines that became others: if they are as many as before, it is marked what changed in each.
fn write_modified(out: &mut String, block: &Block<'_>, tabs: TabWidth) {
    let (base, changed) = (&block.base, &block.changed);
    let are_pairs = base.lines.len() == changed.lines.len();
    let texts = |part: &Part<'_>, tag: &str| -> Vec<String> {
        let pairs = base.lines.iter().zip(&changed.lines);
        let mut extents = pairs.map(|(old, new)| extent(old.text, new.text));
        let texts = part.lines.iter().map(|line| {
            let extent = extents.next().flatten().filter(|_| are_pairs);
            let extent = extent.map(|extent| (extent.start, extent.end));
            marked(*line, extent, tag, tabs)
        });
        texts.collect()
    };
    out.push('\n');
    let old = texts(base, "del");
    write_rows(out, base, "span", true, ["first", ""], old.into_iter());
    out.push('\n');
    let new = texts(changed, "ins");
    write_rows(out, changed, "span", false, ["", "last"], new.into_iter());
}

/// A line as HTML: tabs and runs of blanks are kept, and what stands between the equal parts at
/// the start and at the end is in a tag.
fn marked(line: Line<'_>, equal: Option<(usize, usize)>, tag: &str, tabs: TabWidth) -> String {
    let mut column = 0;
    let html = match equal {
        None => blanks(&expand(line.text, &mut column, tabs), true),
        Some((start, end)) => {
            let last = line.text.len() - end;
            let mut piece = |range| expand(line.text.get(range).unwrap_or(""), &mut column, tabs);
            let (before, inside) = (piece(0..start), piece(start..last));
            let after = piece(last..line.text.len());
            let parts = [
                blanks(&before, true),
                blanks(&inside, true),
                blanks(&after, false),
            ];
            format!("{}<{tag}>{}</{tag}>{}", parts[0], parts[1], parts[2])
        }
    };
    if line.is_note {
        format!("<em>{html}</em>")
    } else {
        html
    }
}

/// Tabs become spaces.
fn expand(text: &str, column: &mut usize, tabs: TabWidth) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\t' {
            let width = tabs.blanks_at(*column);
            out.extend(std::iter::repeat_n(' ', width));
            *column += width;
        } else {
            out.push(c);
            *column += 1;
        }
    }
    out
}

/// Escapes a text and keeps its runs of blanks, and a blank at its start.
fn blanks(text: &str, at_start: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(at) = rest.find(' ') {
        let (before, run) = rest.split_at(at);
        escape_text_into(&mut out, before);
        let length = run.len() - run.trim_start_matches(' ').len();
        if length > 1 || (at_start && at == 0 && rest.len() == text.len()) {
            out.push_str(&"&nbsp; ".repeat(length / 2));
            out.push_str(if length % 2 == 1 { "&nbsp;" } else { "" });
        } else {
            out.push(' ');
        }
        rest = &run[length..];
    }
    escape_text_into(&mut out, rest);
    out
}

/// Escapes as Jinja does.
fn escape(text: &str) -> String {
    crate::html::escape_attribute(text).replace('\'', "&#39;")
}
