//! What the engine asks of an environment: what links point to.
//!
//! A text is first scanned for its links; [`Resolver::look_up`] is then asked once for all of
//! them, so that an environment needs one query a realm, not one a link.

use std::collections::{BTreeSet, HashMap};

use crate::{Href, Resource};

/// Knows what the targets of links are.
///
/// Every method has a default that knows nothing: no page, no ticket, no repository.
pub trait Resolver {
    /// Whether nobody waits for the text any more: then the rest of it need not be rendered.
    fn is_given_up(&self) -> bool {
        false
    }

    /// Looks up all targets of a text at once. What the answers leave out does not exist.
    fn look_up(&self, targets: &Targets) -> Answers {
        let _ = targets;
        Answers::default()
    }

    /// Where a `query:` link in the query language goes (a target that starts with `?` is not asked
    /// for). An error is the reason, shown as `[Error: reason]`.
    ///
    /// # Errors
    /// The text of the syntax error.
    fn query_url(&self, query: &str, href: &Href) -> Result<String, String> {
        let _ = query;
        Ok(href.url(&["query"], &[]))
    }

    /// What a link into a repository (`changeset:`, `log:`, `source:`, `export:`) shows.
    ///
    /// # Errors
    /// Why the link is missing: the title of `changeset:` and `log:` links.
    fn repository_link(
        &self,
        link: &RepositoryLink<'_>,
        href: &Href,
    ) -> Result<RepositoryTarget, String> {
        let _ = (link, href);
        Err("No default repository defined".to_owned())
    }

    /// Reads the date of a `timeline:` link; gives it in ISO 8601, UTC, such as
    /// `2008-01-29T15:48:00Z`. By default ISO 8601 dates are known, relative ones are not.
    ///
    /// # Errors
    /// The text that tells that it is no date.
    fn timeline_date(&self, text: &str) -> Result<String, String> {
        crate::iso_date::parse_iso_date(text)
    }

    /// The full name of the user whose name is `user`, for mail addresses that are user names.
    fn full_name(&self, user: &str) -> Option<String> {
        let _ = user;
        None
    }
}

/// A [`Resolver`] of an empty environment.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoResolver;

impl Resolver for NoResolver {}

/// All that the links of a text point to, and that exists or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Targets {
    /// Names of wiki pages (candidates among them: a relative name may mean one of several).
    pub pages: BTreeSet<String>,
    /// Ticket numbers, 1 to 2³¹.
    pub tickets: BTreeSet<i64>,
    /// Comments of tickets; the tickets are in `tickets` too.
    pub comments: BTreeSet<(i64, String)>,
    /// Names of milestones.
    pub milestones: BTreeSet<String>,
    /// Report identifiers as they were written.
    pub reports: BTreeSet<String>,
    /// Attachments: the parent, and the name of the file.
    pub attachments: BTreeSet<(Resource, String)>,
}

impl Targets {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Targets::default()
    }
}

/// What was found of [`Targets`].
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// Pages by name. A page that is left out is missing, viewable and may be created.
    pub pages: HashMap<String, PageAnswer>,
    /// Tickets that exist.
    pub tickets: HashMap<i64, TicketAnswer>,
    /// Comments that exist.
    pub comments: BTreeSet<(i64, String)>,
    /// Milestones by name. A milestone that is left out is missing, and may not be created.
    pub milestones: HashMap<String, MilestoneAnswer>,
    /// Reports that exist, with whether they may be seen.
    pub reports: HashMap<String, bool>,
    /// Attachments that exist and may be seen.
    pub attachments: BTreeSet<(Resource, String)>,
}

/// What is to be known of a wiki page to link to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageAnswer {
    /// There is such a page.
    pub exists: bool,
    /// `WIKI_VIEW` on it, whether or not it exists.
    pub viewable: bool,
    /// `WIKI_CREATE` on it; only asked for if it does not exist.
    pub creatable: bool,
}

impl PageAnswer {
    /// A page that exists and may be seen.
    pub const EXISTS: PageAnswer = PageAnswer {
        exists: true,
        viewable: true,
        creatable: true,
    };
    /// A page that does not exist, may be seen and may be created.
    pub const MISSING: PageAnswer = PageAnswer {
        exists: false,
        viewable: true,
        creatable: true,
    };
}

/// What is to be known of a ticket to link to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketAnswer {
    /// `TICKET_VIEW` on it.
    pub viewable: bool,
    /// Its summary.
    pub summary: String,
    /// Its status; none where the database has none, as in an environment without a workflow.
    pub status: Option<String>,
    /// Its resolution, or nothing.
    pub resolution: String,
    /// Its type, or nothing.
    pub kind: String,
}

/// What is to be known of a milestone to link to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MilestoneAnswer {
    /// There is such a milestone.
    pub exists: bool,
    /// `MILESTONE_VIEW` on it.
    pub viewable: bool,
    /// `MILESTONE_CREATE`; only asked for if it does not exist.
    pub creatable: bool,
    /// It is completed.
    pub completed: bool,
    /// The title of the link: `No date set`, `Due in 3 days (…)`, …
    pub title: String,
}

/// A link into a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepositoryLink<'a> {
    /// `changeset:rev/path`.
    Changeset {
        /// The revision.
        revision: &'a str,
        /// The path within it, `/` if none was given.
        path: &'a str,
    },
    /// `log:path@revisions`.
    Log {
        /// The path.
        path: &'a str,
        /// The revisions, perhaps ranges, perhaps empty.
        revisions: &'a str,
    },
    /// `source:path@revision:lines` and `export:`.
    Source {
        /// The path.
        path: &'a str,
        /// The revision, if given.
        revision: Option<&'a str>,
        /// The lines to mark, if given.
        lines: Option<&'a str>,
    },
}

/// Where a link into a repository goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepositoryTarget {
    /// The URL of the page.
    pub url: String,
    /// The title, if any: the message of a changeset.
    pub title: Option<String>,
    /// For files and directories: where to download it.
    pub download_url: Option<String>,
    /// Whether it is a file (else a directory).
    pub is_file: bool,
}
