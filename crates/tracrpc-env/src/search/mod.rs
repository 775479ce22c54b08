//! Search over milestones, tickets, changesets and pages, and over what is
//! attached to them.

mod attachments;
mod changesets;
mod excerpt;
mod memory;
mod milestones;
mod statement;
mod terms;
mod texts;
mod tickets;
mod visible;
mod wiki;

use tracrpc_wiki::Href;

use self::excerpt::Excerpts;
use crate::Result;
use crate::actor::{Actor, split_path};
use crate::time::Timestamp;

/// A thing that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Its address, absolute.
    pub href: String,
    /// What it is called. Those of tickets are HTML.
    pub title: String,
    /// When it was made, or what counts for its realm.
    pub time: Timestamp,
    /// Who made it.
    pub author: Option<String>,
    /// A part of its text around the terms.
    pub excerpt: String,
}

/// A realm that can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter {
    /// By which it is chosen.
    pub name: &'static str,
    /// For people, in English: a message of Trac's catalogues.
    pub label: &'static str,
}

/// What a source needs to know.
struct Search<'a> {
    actor: &'a Actor,
    href: Href,
    terms: &'a [String],
    excerpts: Excerpts,
}

/// Who gets the hits.
type Each<'a> = &'a mut dyn FnMut(Hit);

struct Source {
    filter: Filter,
    /// The component of Trac whose search this is.
    component: &'static str,
    /// Without it, the filter is not offered.
    action: &'static str,
    search: fn(&Search<'_>, Each<'_>) -> Result<()>,
}

/// In the order in which Trac asks them.
const SOURCES: [Source; 4] = [
    Source {
        filter: Filter {
            name: "milestone",
            label: "Milestones",
        },
        component: "trac.ticket.roadmap.MilestoneModule",
        action: "MILESTONE_VIEW",
        search: milestones::search,
    },
    Source {
        filter: Filter {
            name: "ticket",
            label: "Tickets",
        },
        component: "trac.ticket.web_ui.TicketModule",
        action: "TICKET_VIEW",
        search: tickets::search,
    },
    Source {
        filter: Filter {
            name: "changeset",
            label: "Changesets",
        },
        component: "trac.versioncontrol.web_ui.changeset.ChangesetModule",
        action: "CHANGESET_VIEW",
        search: changesets::search,
    },
    Source {
        filter: Filter {
            name: "wiki",
            label: "Wiki",
        },
        component: "trac.wiki.web_ui.WikiModule",
        action: "WIKI_VIEW",
        search: wiki::search,
    },
];

/// What the actor may search.
///
/// # Errors
/// *Storage* if the database fails.
pub fn filters(actor: &Actor) -> Result<Vec<Filter>> {
    Ok(sources(actor)?
        .into_iter()
        .map(|source| source.filter)
        .collect())
}

/// What the actor may see of that in which all terms of `query` occur, source
/// by source. Of the filters that `chosen` names those count that the actor
/// may use; none stands for all of them. Each hit goes to `each`, which must
/// not ask the environment anything.
///
/// # Errors
/// *Invalid* if the query is empty or too long.
pub fn perform(
    actor: &Actor,
    query: &str,
    chosen: Option<&[String]>,
    mut each: impl FnMut(Hit),
) -> Result<()> {
    let is_chosen = |source: &&Source| {
        chosen.is_none_or(|names| names.iter().any(|name| name == source.filter.name))
    };
    let sources = sources(actor)?;
    let sources: Vec<_> = sources.into_iter().filter(is_chosen).collect();
    if sources.is_empty() {
        return Ok(());
    }
    let terms = terms::parse(query)?;
    let search = Search {
        actor,
        href: Href::new(&address(actor)?),
        terms: &terms,
        excerpts: Excerpts::around(&terms),
    };
    for source in sources {
        (source.search)(&search, &mut each)?;
    }
    Ok(())
}

/// What the addresses of hits begin with: the plugin puts the path at which it
/// is reached behind the scheme and host of absolute links.
fn address(actor: &Actor) -> Result<String> {
    let url = actor.absolute_url()?;
    Ok(format!("{}{}", split_path(&url).0, actor.path()))
}

fn sources(actor: &Actor) -> Result<Vec<&'static Source>> {
    let mut sources = Vec::new();
    let config = actor.env().config();
    for source in &SOURCES {
        if config.is_on(source.component) && actor.can_anywhere(source.action)? {
            sources.push(source);
        }
    }
    Ok(sources)
}
