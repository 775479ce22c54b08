//! `[[SubscriberList(name)]]`: who can be told of changes, by the rules that Trac has for that.

use super::{Call, Expansion, ExpansionError, Macro};
use crate::Element;
use crate::text::strip;

/// The components that are Trac's subscribers, in the order of their names, and when each is told.
const SUBSCRIBERS: [(&str, &str); 7] = [
    ("trac.notification.mail.AlwaysEmailSubscriber", ""),
    (
        "trac.ticket.notification.CarbonCopySubscriber",
        "Ticket that I'm listed in the CC field is modified",
    ),
    (
        "trac.ticket.notification.NewTicketSubscriber",
        "Any ticket is created",
    ),
    (
        "trac.ticket.notification.TicketOwnerSubscriber",
        "Ticket that I own is created or modified",
    ),
    (
        "trac.ticket.notification.TicketPreviousUpdatersSubscriber",
        "Ticket that I previously updated is modified",
    ),
    (
        "trac.ticket.notification.TicketReporterSubscriber",
        "Ticket that I reported is modified",
    ),
    (
        "trac.ticket.notification.TicketUpdaterSubscriber",
        "I update a ticket",
    ),
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
        let settings = call.context.settings;
        let shown = SUBSCRIBERS.iter().filter(|(component, _)| {
            name(component).starts_with(start) && settings.is_on(component)
        });
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

/// The last part of a component's name.
fn name(component: &str) -> &str {
    component.rsplit('.').next().unwrap_or(component)
}

fn row(call: &Call<'_>, index: usize, (component, description): &(&str, &str)) -> String {
    let class = if index.is_multiple_of(2) {
        "even"
    } else {
        "odd"
    };
    let name = Element::new("code").text(name(component)).to_html();
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
