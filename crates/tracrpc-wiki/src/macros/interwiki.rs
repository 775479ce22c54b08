//! `[[InterWiki]]`: the InterWiki prefixes that are known.

use super::{Call, Expansion, ExpansionError, Macro};
use crate::Element;

pub(super) struct InterWiki;

impl Macro for InterWiki {
    fn name(&self) -> &str {
        "InterWiki"
    }

    fn component(&self) -> &str {
        "trac.wiki.interwiki.InterWikiMap"
    }

    fn description(&self) -> Option<&str> {
        Some("List the prefixes that stand for other wikis.")
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let mut table = Element::new("table")
            .attribute("class", "wiki interwiki")
            .html(&head(call.say("Prefix"), call.say("Site")));
        for site in call.context.settings.interwiki.sites() {
            let recent_changes = crate::link::expand_or_append(&site.url, &["RecentChanges"]);
            let about = if site.title == site.prefix {
                &site.url
            } else {
                &site.title
            };
            let prefix = Element::new("a")
                .attribute("href", &recent_changes)
                .text(&site.prefix);
            let link = Element::new("a").attribute("href", &site.url).text(about);
            table = table.html(&row(prefix, link));
        }
        Ok(Expansion::element(table))
    }
}

/// The first row of a table of prefixes.
pub(super) fn head(prefix: &str, site: &str) -> String {
    let cell = |text: &str| {
        let text = Element::new("em").text(text).to_html();
        Element::new("th").html(&text).to_html()
    };
    Element::new("tr")
        .html(&cell(prefix))
        .html(&cell(site))
        .to_html()
}

/// A row of a table of prefixes.
pub(super) fn row(prefix: Element, site: Element) -> String {
    let cell = |content: Element| Element::new("td").html(&content.to_html()).to_html();
    Element::new("tr")
        .html(&cell(prefix))
        .html(&cell(site))
        .to_html()
}
