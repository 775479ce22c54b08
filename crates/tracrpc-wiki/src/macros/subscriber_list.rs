//! `[[SubscriberList(name)]]`: who can be told of changes, by the rules that Trac has for that.

use super::{Call, Expansion, ExpansionError, Macro};
use crate::Element;
use crate::text::strip;

/// The names of Trac's subscribers, and when each of them is told.
const SUBSCRIBERS: [(&str, &str); 7] = [
    ("AlwaysEmailSubscriber", ""),
    (
        "CarbonCopySubscriber",
        "Ticket that I'm listed in the CC field is modified",
    ),
    ("NewTicketSubscriber", "Any ticket is created"),
    (
        "TicketOwnerSubscriber",
        "Ticket that I own is created or modified",
    ),
    (
        "TicketPreviousUpdatersSubscriber",
        "Ticket that I previously updated is modified",
    ),
    (
        "TicketReporterSubscriber",
        "Ticket that I reported is modified",
    ),
    ("TicketUpdaterSubscriber", "I update a ticket"),
];

pub(super) struct SubscriberList;

impl Macro for SubscriberList {
    fn name(&self) -> &str {
        "SubscriberList"
    }

    fn component(&self) -> &str {
        "trac.notification.prefs.SubscriberListMacro"
    }

    fn description(&self) -> Option<&str> {
        Some(
            "List the rules by which users are told of changes. The argument is the start of a name.",
        )
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let start = strip(call.text.unwrap_or_default()).trim_matches('*');
        let shown = SUBSCRIBERS
            .iter()
            .filter(|(name, _)| name.starts_with(start));
        let rows: String = shown
            .enumerate()
            .map(|(index, item)| row(call, index, item))
            .collect();
        let head = Element::new("tr")
            .html(&cell("th", call.say("Subscriber")))
            .html(&cell("th", call.say("Description")));
        let table = Element::new("table")
            .attribute("class", "wiki")
            .html(&Element::new("thead").html(&head.to_html()).to_html())
            .html(&Element::new("tbody").html(&rows).to_html());
        let list = Element::new("div").attribute("class", "trac-subscriberlist");
        Ok(Expansion::element(list.html(&table.to_html())))
    }
}

fn row(call: &Call<'_>, index: usize, (name, description): &(&str, &str)) -> String {
    let class = if index.is_multiple_of(2) {
        "even"
    } else {
        "odd"
    };
    let name = Element::new("code").text(name).to_html();
    Element::new("tr")
        .attribute("class", class)
        .html(&Element::new("td").html(&name).to_html())
        .html(&cell("td", said(call, description)))
        .to_html()
}

fn said<'m>(call: &'m Call<'_>, description: &'m str) -> &'m str {
    match description {
        "" => "",
        id => call.say(id),
    }
}

fn cell(tag: &'static str, text: &str) -> String {
    Element::new(tag).text(text).to_html()
}
