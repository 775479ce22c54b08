//! `[[RepositoryIndex(format=…)]]`: the repositories, of which this project serves none.

use super::{Arguments, Call, Expansion, ExpansionError, Macro};
use crate::Element;

pub(super) struct RepositoryIndex;

impl Macro for RepositoryIndex {
    fn name(&self) -> &str {
        "RepositoryIndex"
    }

    fn description(&self) -> Option<&str> {
        Some(
            "List the repositories.\n\n\
             `format` is `compact`, `list` or `table`; `glob` is a pattern of names; `order` and `desc` \
             tell how the table is sorted.",
        )
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let arguments = Arguments::parse(call.text.unwrap_or_default());
        Ok(match arguments.get("format") {
            Some("table") => Expansion::html(table(call, &arguments)),
            Some("list") => Expansion::element(Element::new("dl")),
            _ => Expansion::html(""),
        })
    }
}

/// The head of the table, written with the white space of Trac's template.
fn table(call: &Call<'_>, arguments: &Arguments) -> String {
    let sort = Sort {
        call,
        order: arguments.get("order").unwrap_or_default(),
        is_descending: crate::text::is_true(arguments.get("desc").unwrap_or_default()),
    };
    format!(
        "\n\n\n<table class=\"listing dirlist\" >\n\n\n\n<thead>\n  <tr>\n\n\n{}\n\n{}\n    \
         <th class=\"rev\">Rev</th>\n\n{}\n\n{}\n    <th class=\"change\">Last Change</th>\n  </tr>\n\
         </thead>\n  <tbody>\n  </tbody>\n</table>",
        sort.head("name", "Name"),
        sort.head("size", "Size"),
        sort.head("date", "Age"),
        sort.head("author", "Author"),
    )
}

/// How the table is sorted.
struct Sort<'a> {
    call: &'a Call<'a>,
    order: &'a str,
    is_descending: bool,
}

impl Sort<'_> {
    /// The head of a column, whose link sorts by it, or the other way round.
    fn head(&self, column: &str, label: &str) -> String {
        let is_order = column == self.order;
        let class = match (is_order, self.is_descending) {
            (false, _) => "",
            (true, false) => " class=\"asc\"",
            (true, true) => " class=\"desc\"",
        };
        let turns = is_order && !self.is_descending;
        let direction = if turns { "descending" } else { "ascending" };
        let mut parameters = Vec::new();
        parameters.extend(turns.then_some(("desc", "1")));
        parameters.extend((column != "name").then_some(("order", column)));
        let base = format!("{}/", self.call.context.path_href.url(&["browser"], &[]));
        let query = crate::Href::default().url(&[], &parameters);
        let query = query.trim_start_matches('/');
        let url = crate::escape_attribute(&(base + query));
        format!(
            "<th {class}>\n  <a title=\"Sort by {column} ({direction})\"\n     href=\"{url}\">{label}</a>\n</th>"
        )
    }
}
