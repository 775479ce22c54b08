//! The inside of the table that a `tr` or `table` processor was given.

use tracrpc_translation::{Message, message};

/// What of the table is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// All rows.
    Rows,
    /// The cells of the only row.
    Cells,
}

/// Takes the rows or cells out of HTML that must be one table and nothing else.
///
/// # Errors
/// Trac's text for what it is instead.
pub(crate) fn inner_table(name: &str, html: &str, part: Part) -> Result<String, Message> {
    let second = html
        .find("</table>")
        .and_then(|first| html[first..].find("<table"));
    if second.is_some() {
        return Err(message!(
            "!#%(name)s must contain at most one table",
            name = name
        ));
    }
    let content = content_of_table(html).ok_or_else(|| {
        message!(
            "!#%(name)s must contain at least one table cell (and table cells only)",
            name = name
        )
    })?;
    Ok(match part {
        Part::Rows => content.to_owned(),
        Part::Cells => without_row(content).to_owned(),
    })
}

fn content_of_table(html: &str) -> Option<&str> {
    let rest = html.trim_start().strip_prefix("<table")?;
    let content = rest[rest.find('>')? + 1..].trim_start();
    let end = closing_tag(content)?;
    Some(content[..end].trim_end())
}

/// The first `</table>` that ends a line.
fn closing_tag(html: &str) -> Option<usize> {
    const TAG: &str = "</table>";
    html.match_indices(TAG).map(|(at, _)| at).find(|at| {
        let after = &html[at + TAG.len()..];
        let spaces = &after[..after.len() - after.trim_start().len()];
        spaces.len() == after.len() || spaces.contains('\n')
    })
}

fn without_row(content: &str) -> &str {
    let cells = content
        .strip_prefix("<tr")
        .and_then(|rest| rest.split_once('>'))
        .map_or(content, |(_, cells)| cells);
    cells.strip_suffix("</tr>").unwrap_or(cells)
}
