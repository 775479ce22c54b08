//! `[[RecentChanges(prefix, limit, group=date|none)]]`: the pages that changed last.

use super::{Arguments, Call, Expansion, ExpansionError, Macro, PageChange};
use crate::Element;
use crate::link::{parse_int, wiki::split_name};

pub(super) struct RecentChanges;

impl Macro for RecentChanges {
    fn name(&self) -> &str {
        "RecentChanges"
    }

    fn component(&self) -> &str {
        "trac.wiki.macros.RecentChangesMacro"
    }

    fn description(&self) -> Option<&str> {
        Some(
            "List the pages that changed last.\n\n\
             The arguments are a prefix of page names, the greatest number of pages, and `group=none` \
             for one list instead of one a day.",
        )
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let arguments = Arguments::parse(call.text.unwrap_or_default());
        let positional = arguments.positional();
        let prefix = positional
            .first()
            .map_or("", |prefix| crate::text::strip(prefix));
        let limit = positional
            .get(1)
            .map(|limit| parse_limit(crate::text::strip(limit)))
            .transpose()?;
        let changes = call.context.library.recent_changes(prefix, limit);
        let by_day = arguments.get("group").is_none_or(|group| group == "date");
        let html = if by_day {
            days(call, &changes)
        } else {
            list(call, &changes)
        };
        Ok(Expansion::element(
            Element::new("div")
                .attribute("class", "wikipage")
                .html(&html),
        ))
    }
}

fn parse_limit(text: &str) -> Result<usize, ExpansionError> {
    let limit = parse_int(text).ok_or_else(|| ExpansionError::invalid_argument(None, text))?;
    Ok(usize::try_from(limit.max(1)).unwrap_or(usize::MAX))
}

fn days(call: &Call<'_>, changes: &[PageChange]) -> String {
    let mut html = String::new();
    for day in changes.chunk_by(|a, b| a.day == b.day) {
        let heading = Element::new("h3")
            .attribute("class", "section")
            .text(&day[0].day);
        html.push_str(&heading.to_html());
        html.push_str(&list(call, day));
    }
    html
}

fn list(call: &Call<'_>, changes: &[PageChange]) -> String {
    let items: String = changes.iter().map(|change| item(call, change)).collect();
    Element::new("ul").html(&items).to_html()
}

fn item(call: &Call<'_>, change: &PageChange) -> String {
    let href = &call.context.href;
    let name = if call.context.settings.split_page_names {
        split_name(&change.name)
    } else {
        change.name.clone()
    };
    let page = Element::new("a")
        .attribute("href", &href.url(&["wiki", &change.name], &[]))
        .text(&name)
        .to_html();
    let mut item = Element::new("li").html(&page);
    if change.version > 1 {
        let version = change.version.to_string();
        let url = href.url(
            &["wiki", &change.name],
            &[("action", "diff"), ("version", &version)],
        );
        let diff = Element::new("a")
            .attribute("href", &url)
            .text(call.say("diff"))
            .to_html();
        item = item.html(
            &Element::new("small")
                .text(" (")
                .html(&diff)
                .text(")")
                .to_html(),
        );
    }
    item.text("\n").to_html()
}
