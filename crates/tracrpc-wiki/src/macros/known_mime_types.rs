//! `[[KnownMimeTypes(prefix)]]`: the MIME types, and the names of their processors.

use std::collections::{BTreeMap, BTreeSet};

use super::{Arguments, Call, Expansion, ExpansionError, Macro};
use crate::{Element, Settings, component, highlight};

pub(super) struct KnownMimeTypes;

impl Macro for KnownMimeTypes {
    fn name(&self) -> &str {
        "KnownMimeTypes"
    }

    fn component(&self) -> &str {
        "trac.wiki.macros.KnownMimeTypesMacro"
    }

    fn description(&self) -> Option<&str> {
        Some("List the MIME types that have a processor. The argument is the start of a MIME type.")
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let arguments = Arguments::parse(call.text.unwrap_or_default());
        let prefix = arguments.positional().first().map_or("", |prefix| {
            crate::text::strip(prefix).trim_end_matches('*')
        });
        let rows: String = known(call.context.settings)
            .iter()
            .filter(|(mimetype, _)| mimetype.starts_with(prefix))
            .map(|(mimetype, keywords)| row(mimetype, keywords))
            .collect();
        let url = call.context.href.url(&["wiki", "WikiProcessors"], &[]);
        let link = Element::new("a")
            .attribute("href", &url)
            .text("WikiProcessors")
            .to_html();
        let heads = Element::new("th").text(call.say("MIME Types")).to_html()
            + &Element::new("th").html(&link).to_html();
        let head = Element::new("thead")
            .html(&Element::new("tr").html(&heads).to_html())
            .to_html();
        let body = Element::new("tbody").html(&rows).to_html();
        let table = Element::new("table")
            .attribute("class", "wiki")
            .html(&head)
            .html(&body)
            .to_html();
        Ok(Expansion::element(
            Element::new("div")
                .attribute("class", "mimetypes")
                .html(&table),
        ))
    }
}

/// The keywords of each MIME type; what is configured comes before what everybody knows.
fn known(settings: &Settings) -> BTreeMap<&str, BTreeSet<&str>> {
    let configured = &settings.mime_map;
    let mut known: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let common = highlight::mime::all(settings.is_on(component::PYGMENTS))
        .flat_map(|(mimetype, keywords)| keywords.map(move |keyword| (keyword, mimetype)))
        .filter(|(keyword, _)| !configured.contains_key(*keyword));
    let configured = configured
        .iter()
        .map(|(keyword, mimetype)| (keyword.as_str(), mimetype.as_str()));
    for (keyword, mimetype) in common.chain(configured) {
        if keyword != mimetype {
            known.entry(mimetype).or_default().insert(keyword);
        }
    }
    known
}

fn row(mimetype: &str, keywords: &BTreeSet<&str>) -> String {
    let keywords = keywords.iter().copied().collect::<Vec<_>>().join(" ");
    let code = |text: &str| Element::new("code").text(text).to_html();
    let head = Element::new("th")
        .attribute("style", "text-align: left")
        .html(&code(mimetype))
        .to_html();
    let cell = Element::new("td").html(&code(&keywords)).to_html();
    Element::new("tr").html(&head).html(&cell).to_html()
}
