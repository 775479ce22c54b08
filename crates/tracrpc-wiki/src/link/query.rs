//! `query:` links.

use tracrpc_translation::message;

use super::{Link, Scope};
use crate::href::quote_query_string;
use crate::html::Element;

pub(super) fn link(scope: Scope<'_>, link: &Link<'_>) -> String {
    let href = &scope.context.href;
    let url = if link.target.starts_with('?') {
        Ok(href.url(&["query"], &[]) + &quote_query_string(link.target))
    } else {
        scope.context.resolver.query_url(link.target, href)
    };
    match url {
        Ok(url) => link.anchor("query").attribute("href", &url).to_html(),
        Err(error) => {
            let said = message!("[Error: %(error)s]", error = error);
            Element::new("em")
                .attribute("class", "error")
                .text(&said.in_language(scope.context.catalog))
                .to_html()
        }
    }
}
