//! `[[InterTrac]]`: the other Tracs that are known.

use std::collections::BTreeMap;

use super::interwiki::{head, row};
use super::{Call, Expansion, ExpansionError, Macro};
use crate::Element;

pub(super) struct InterTrac;

impl Macro for InterTrac {
    fn name(&self) -> &str {
        "InterTrac"
    }

    fn component(&self) -> &str {
        "trac.wiki.intertrac.InterTracDispatcher"
    }

    fn description(&self) -> Option<&str> {
        Some("List the prefixes that stand for other Tracs.")
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let mut table = Element::new("table")
            .attribute("class", "wiki intertrac")
            .html(&head(call.say("Prefix"), call.say("Trac Site")));
        for (prefix, trac) in known_tracs(call) {
            table = table.html(&trac.row(call, prefix));
        }
        Ok(Expansion::element(table))
    }
}

/// What a prefix stands for.
#[derive(Default)]
struct Trac<'a> {
    alias_of: Option<&'a str>,
    url: Option<&'a str>,
    title: Option<&'a str>,
}

impl Trac<'_> {
    fn row(&self, call: &Call<'_>, prefix: &str) -> String {
        let strong = |text: &str| Element::new("strong").text(text);
        if let Some(name) = self.alias_of {
            let prefix = Element::new("td").html(&strong(prefix).to_html()).to_html();
            let alias = Element::new("td")
                .html(&call.say_html("Alias for %(name)s", &[("name", &strong(name).to_html())]))
                .to_html();
            return Element::new("tr").html(&prefix).html(&alias).to_html();
        }
        let Some(url) = self.url.filter(|url| !url.is_empty()) else {
            return String::new();
        };
        let timeline = Element::new("a").attribute("href", &format!("{url}/timeline"));
        let site = Element::new("a")
            .attribute("href", url)
            .text(self.title.unwrap_or(url));
        row(timeline.html(&strong(prefix).to_html()), site)
    }
}

fn known_tracs<'c>(call: &'c Call<'_>) -> BTreeMap<&'c str, Trac<'c>> {
    let map = &call.context.settings.intertrac;
    let mut tracs: BTreeMap<&str, Trac<'_>> = BTreeMap::new();
    for (option, value) in map.options() {
        match option
            .rsplit_once('.')
            .filter(|(prefix, _)| !prefix.is_empty())
        {
            Some((prefix, "url")) => tracs.entry(prefix).or_default().url = Some(value),
            Some((prefix, "title")) => tracs.entry(prefix).or_default().title = Some(value),
            Some((prefix, _)) => {
                tracs.entry(prefix).or_default();
            }
            None => tracs.entry(option).or_default().alias_of = Some(value),
        }
    }
    let trac = Trac {
        url: Some("https://trac.edgewall.org"),
        title: Some(call.say("The Trac Project")),
        alias_of: None,
    };
    tracs.entry("trac").or_insert(trac);
    tracs
}
