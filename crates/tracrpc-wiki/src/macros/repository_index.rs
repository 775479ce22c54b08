//! `[[RepositoryIndex(format=…)]]`: the repositories, of which none is ever open.

use tracrpc_translation::message;

use super::ticket_query::escape;
use super::{Arguments, Call, Expansion, ExpansionError, Macro, RepositoryEntry, glob};
use crate::{Context, Element, Resource};

pub(super) struct RepositoryIndex;

impl Macro for RepositoryIndex {
    fn name(&self) -> &str {
        "RepositoryIndex"
    }

    fn component(&self) -> &str {
        "trac.versioncontrol.web_ui.browser.BrowserModule"
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

/// The table, written with the white space of Trac's template.
fn table(call: &Call<'_>, arguments: &Arguments) -> String {
    let sort = Sort {
        call,
        order: arguments.get("order").unwrap_or_default(),
        is_descending: crate::text::is_true(arguments.get("desc").unwrap_or_default()),
    };
    let pattern = arguments.get("glob").unwrap_or("*");
    let mut entries = call.context.library.repositories();
    entries.retain(|entry| glob::matches(pattern, &entry.name));
    if sort.is_descending {
        entries.reverse();
    }
    let mut parity = ["odd", "even"].into_iter().cycle();
    let rows: String = entries
        .iter()
        .zip(&mut parity)
        .map(|(entry, parity)| sort.row(entry, parity))
        .collect();
    format!(
        "\n\n\n<table class=\"listing dirlist\" >\n\n\n\n<thead>\n  <tr>\n\n\n{}\n\n{}\n    \
         <th class=\"rev\">{}</th>\n\n{}\n\n{}\n    <th class=\"change\">{}</th>\n  </tr>\n\
         </thead>\n  <tbody>\n{rows}  </tbody>\n</table>",
        sort.head("name", "Name"),
        sort.head("size", "Size"),
        escape(call.say("Rev")),
        sort.head("date", "Age"),
        sort.head("author", "Author"),
        escape(call.say("Last Change")),
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
        let direction = self.call.say(match turns {
            true => "(descending)",
            false => "(ascending)",
        });
        let title = message!(
            "Sort by %(col)s %(direction)s",
            col = column,
            direction = direction
        );
        let title = escape(&title.in_language(self.call.context.catalog));
        let label = escape(self.call.say(label));
        let mut parameters = Vec::new();
        parameters.extend(turns.then_some(("desc", "1")));
        parameters.extend((column != "name").then_some(("order", column)));
        let base = format!("{}/", self.call.context.path_href.url(&["browser"], &[]));
        let query = crate::Href::default().url(&[], &parameters);
        let query = query.trim_start_matches('/');
        let url = escape(&(base + query));
        format!("<th {class}>\n  <a title=\"{title}\"\n     href=\"{url}\">{label}</a>\n</th>")
    }

    /// A repository that is not open, and its description.
    fn row(&self, entry: &RepositoryEntry, parity: &str) -> String {
        let link = format!("        <em>{}\n</em>\n", self.link(entry));
        let name = match entry.is_alias_of_default {
            true => format!("        <strong>{link}</strong>\n"),
            false => format!("        {link}\n"),
        };
        let mut html = format!(
            "    <tr class=\"{parity}\">\n      <td class=\"name\">\n{name}      </td>\n      \
             <td class=\"size\">\n      </td>\n      <td class=\"rev\">\n      </td>\n      \
             <td class=\"age\"\n          >\n        &ndash;\n      </td>\n      \
             <td class=\"author\">&ndash;</td>\n      <td class=\"change\">\n        <em>{}</em>\n      \
             </td>\n    </tr>\n\n",
            escape(&entry.error)
        );
        if !entry.description.is_empty() {
            let description = self.description(entry);
            html.push_str(&format!(
                "    <tr class=\"{parity}\" >\n      <td class=\"description\" colspan=\"6\">{description}</td>\n    </tr>\n"
            ));
        }
        html
    }

    /// The description, which belongs to the root of the repository. Its links are not absolute.
    fn description(&self, entry: &RepositoryEntry) -> String {
        let context = Context {
            href: self.call.context.path_href.clone(),
            resource: Some(Resource::new("source", "/")),
            ..self.call.context.deeper()
        };
        crate::render_html(&entry.description, &context)
    }

    fn link(&self, entry: &RepositoryEntry) -> String {
        let mut parameters = Vec::new();
        parameters.extend(self.is_descending.then_some(("desc", "1")));
        let order = Some(self.order).filter(|order| !matches!(*order, "" | "name"));
        parameters.extend(order.map(|order| ("order", order)));
        let href = &self.call.context.path_href;
        let url = href.url(&["browser", &entry.name], &parameters);
        format!(
            "        <a class=\"dir\" title=\"{}\"\n           href=\"{}\">{}</a>",
            escape(self.call.say("View Root Directory")),
            escape(&url),
            escape(&entry.name)
        )
    }
}
