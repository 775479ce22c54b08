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

use std::borrow::Cow;
use std::sync::Arc;

use tracrpc_env::actor::split_path;
use tracrpc_env::time::Timestamp;
use tracrpc_env::{Actor, Extensions, Result};
use tracrpc_wiki::Href;

use self::excerpt::Excerpts;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// By which it is chosen.
    pub name: Cow<'static, str>,
    /// For people, in English: a message of Trac's catalogues.
    pub label: Cow<'static, str>,
}

/// What a source needs to know.
pub struct Search<'a> {
    actor: &'a Actor,
    href: Href,
    terms: &'a [String],
    excerpts: Excerpts,
}

impl Search<'_> {
    /// Who searches: what they may not see is not found.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        self.actor
    }

    /// What is looked for: all of the terms, in any case of their letters.
    #[must_use]
    pub fn terms(&self) -> &[String] {
        self.terms
    }

    /// What the addresses of hits begin with, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.href.base()
    }

    /// The part of a text around the terms.
    #[must_use]
    pub fn excerpt(&self, text: &str) -> String {
        self.excerpts.of(text)
    }
}

/// Who gets the hits.
pub type Each<'a> = &'a mut dyn FnMut(Hit);

/// An extension: something that can be searched, `trac/search/api.py: ISearchSource`.
pub trait SearchSource: Send + Sync {
    /// By which it is chosen.
    fn filter(&self) -> Filter;

    /// Whether the filter is offered to the actor.
    ///
    /// # Errors
    /// A policy that cannot answer.
    fn is_offered(&self, actor: &Actor) -> Result<bool>;

    /// Hands each hit that the actor may see to `each`, which must not ask the
    /// environment anything.
    ///
    /// # Errors
    /// What keeps it from searching.
    fn search(&self, search: &Search<'_>, each: Each<'_>) -> Result<()>;
}

/// An extension: sources that depend on who searches.
pub trait SearchProvider: Send + Sync {
    /// What the actor may search.
    ///
    /// # Errors
    /// What keeps it from telling.
    fn sources(&self, actor: &Actor) -> Result<Vec<Arc<dyn SearchSource>>>;
}

/// A source of Trac's own.
struct Source {
    name: &'static str,
    label: &'static str,
    /// The component of Trac whose search this is.
    component: &'static str,
    /// Without it, the filter is not offered.
    action: &'static str,
    search: fn(&Search<'_>, Each<'_>) -> Result<()>,
}

impl SearchSource for Source {
    fn filter(&self) -> Filter {
        Filter {
            name: self.name.into(),
            label: self.label.into(),
        }
    }

    fn is_offered(&self, actor: &Actor) -> Result<bool> {
        Ok(actor.env().config().is_on(self.component) && actor.can_anywhere(self.action)?)
    }

    fn search(&self, search: &Search<'_>, each: Each<'_>) -> Result<()> {
        (self.search)(search, each)
    }
}

/// Adds what Trac searches.
pub fn register(extensions: &mut Extensions) {
    for source in SOURCES {
        extensions.add::<dyn SearchSource>(Arc::new(source));
    }
}

/// In the order in which Trac asks them.
const SOURCES: [Source; 4] = [
    Source {
        name: "milestone",
        label: "Milestones",
        component: "trac.ticket.roadmap.MilestoneModule",
        action: "MILESTONE_VIEW",
        search: milestones::search,
    },
    Source {
        name: "ticket",
        label: "Tickets",
        component: "trac.ticket.web_ui.TicketModule",
        action: "TICKET_VIEW",
        search: tickets::search,
    },
    Source {
        name: "changeset",
        label: "Changesets",
        component: "trac.versioncontrol.web_ui.changeset.ChangesetModule",
        action: "CHANGESET_VIEW",
        search: changesets::search,
    },
    Source {
        name: "wiki",
        label: "Wiki",
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
        .iter()
        .map(|source| source.filter())
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
    let is_chosen = |source: &Arc<dyn SearchSource>| {
        let filter = source.filter();
        chosen.is_none_or(|names| names.iter().any(|name| *name == filter.name))
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
        source.search(&search, &mut each)?;
    }
    Ok(())
}

/// What the addresses of hits begin with: the plugin puts the path at which it
/// is reached behind the scheme and host of absolute links.
fn address(actor: &Actor) -> Result<String> {
    let url = actor.absolute_url()?;
    Ok(format!("{}{}", split_path(&url).0, actor.path()))
}

fn sources(actor: &Actor) -> Result<Vec<Arc<dyn SearchSource>>> {
    let mut sources = Vec::new();
    for source in actor.env().extensions().of::<dyn SearchSource>() {
        if source.is_offered(actor)? {
            sources.push(Arc::clone(source));
        }
    }
    for provider in actor.env().extensions().of::<dyn SearchProvider>() {
        sources.extend(provider.sources(actor)?);
    }
    Ok(sources)
}
