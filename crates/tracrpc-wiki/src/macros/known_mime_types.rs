//! `[[KnownMimeTypes(prefix)]]`: the MIME types, and the names of their processors.

use super::{Arguments, Call, Expansion, ExpansionError, Macro};
use crate::{Element, highlight};

pub(super) struct KnownMimeTypes;

impl Macro for KnownMimeTypes {
    fn name(&self) -> &str {
        "KnownMimeTypes"
    }

    fn description(&self) -> Option<&str> {
        Some("List the MIME types that have a processor. The argument is the start of a MIME type.")
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let arguments = Arguments::parse(call.text.unwrap_or_default());
        let prefix = arguments.positional().first().map_or("", |prefix| {
            crate::text::strip(prefix).trim_end_matches('*')
        });
        let rows: String = highlight::mime::all()
            .filter(|(mimetype, _)| mimetype.starts_with(prefix))
            .filter_map(|(mimetype, names)| row(mimetype, names))
            .collect();
        let url = call.context.href.url(&["wiki", "WikiProcessors"], &[]);
        let link = Element::new("a")
            .attribute("href", &url)
            .text("WikiProcessors")
            .to_html();
        let heads = Element::new("th").text("MIME Types").to_html()
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

fn row(mimetype: &str, names: impl Iterator<Item = &'static str>) -> Option<String> {
    let names = names.collect::<Vec<_>>().join(" ");
    if names.is_empty() {
        return None;
    }
    let code = |text: &str| Element::new("code").text(text).to_html();
    let head = Element::new("th")
        .attribute("style", "text-align: left")
        .html(&code(mimetype))
        .to_html();
    let cell = Element::new("td").html(&code(&names)).to_html();
    Some(Element::new("tr").html(&head).html(&cell).to_html())
}
