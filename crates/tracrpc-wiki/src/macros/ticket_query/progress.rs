//! `format=progress`: how far the tickets of a query are, as bars in the shape of Trac's template.

use tracrpc_translation::message;

use super::super::query_table::{ProgressBar, TicketProgress};
use super::super::{Call, Expansion};
use super::escape;
use super::table::{author, author_text};
use crate::Element;
use crate::html::escape_attribute;

/// Writes one bar with a legend, or one a group; their white space is that of Trac.
pub(super) fn expand(call: &Call<'_>, progress: &TicketProgress) -> Expansion {
    let (class, html) = match &progress.field {
        Some(field) => ("trac-groupprogress", grouped(call, progress, field)),
        None => (
            "trac-progress",
            progress.bars.iter().map(|bar| single(call, bar)).collect(),
        ),
    };
    let div = Element::new("div").attribute("class", class);
    Expansion::element(div.html("\n").html(&html))
}

fn single(call: &Call<'_>, bar: &ProgressBar) -> String {
    let percent = format!("{}%", bar.done_percent);
    bar_html(call, bar, "", &percent, true) + &legend(call, bar)
}

fn legend(call: &Call<'_>, bar: &ProgressBar) -> String {
    let total = message!(
        "Total number of %(unit)s: %(count)s",
        unit = message!("tickets"),
        count = bar.count
    );
    let mut html = format!(
        "\n  <p class=\"legend\">\n    <span class=\"first interval\">\n      \
         <a href=\"{}\">{}</a>\n    </span>\n",
        escape(&bar.url),
        escape(&total.in_language(call.context.catalog))
    );
    for interval in &bar.intervals {
        html.push_str(&format!(
            "    <span class=\"interval\">\n      - <a href=\"{}\">{}: {}</a>\n    </span>\n",
            escape_attribute(&interval.url),
            escape(&interval.title),
            interval.count
        ));
    }
    html + "  </p>\n"
}

fn grouped(call: &Call<'_>, progress: &TicketProgress, field: &str) -> String {
    let greatest = progress.bars.iter().map(|bar| bar.count).max();
    let mut html = String::from("  <table>\n");
    for bar in &progress.bars {
        let width = match greatest {
            Some(greatest) if greatest > 0 => bar.count * 80 / greatest,
            _ => 0,
        };
        let style = format!(" style=\"width: {width}%\"");
        let percent = format!("{} / {}", bar.done_count, bar.count);
        let (name, is_linked) = group_name(call, bar, field);
        html.push_str(&format!(
            "    <tr>\n      <th scope=\"row\">\n        {name}\n      </th>\n      <td>\n\n{}\n      </td>\n    </tr>\n",
            bar_html(call, bar, &style, &percent, is_linked)
        ));
    }
    html + "  </table>"
}

/// The name of a group, and whether its intervals are links: a user of whom only a part may be
/// seen must not be told by an address.
fn group_name(call: &Call<'_>, bar: &ProgressBar, field: &str) -> (String, bool) {
    let link = |html: &str| format!("<a href=\"{}\">{html}</a>", escape(&bar.url));
    if bar.name.is_empty() {
        return (format!("<i>{}</i>", link("(none)")), true);
    }
    if !matches!(field, "owner" | "reporter") {
        return (link(&escape(&bar.name)), true);
    }
    let shown = author(call.context, &bar.name, bar.is_reader);
    match author_text(call.context, &bar.name).contains("@\u{2026}") {
        true => (shown, false),
        false => (link(&shown), true),
    }
}

fn bar_html(
    call: &Call<'_>,
    bar: &ProgressBar,
    style: &str,
    percent: &str,
    is_linked: bool,
) -> String {
    let mut cells = String::new();
    for interval in &bar.intervals {
        let width = match interval.percent > 0 {
            true => format!("width: {}%", interval.percent),
            false => "display: none".to_owned(),
        };
        let href = match is_linked {
            true => format!(" href=\"{}\"", escape_attribute(&interval.url)),
            false => String::new(),
        };
        let title = message!(
            "%(count)s/%(total)s %(title)s",
            count = interval.count,
            total = bar.count,
            title = &interval.title
        );
        cells.push_str(&format!(
            "      <td class=\"{}\" style=\"{width}\">\n        <a{href} title=\"{}\"></a>\n      </td>\n",
            escape_attribute(&interval.class),
            escape_attribute(&title.in_language(call.context.catalog))
        ));
    }
    format!(
        "  <table class=\"progress\"{style}>\n    <tr>\n{cells}    </tr>\n  </table>\n\n  \
         <p class=\"percent\">{percent}</p>\n"
    )
}
