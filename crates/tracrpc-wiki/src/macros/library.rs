//! What the built-in macros ask of an environment.

use super::query_table::{QueryTable, TicketProgress};
use crate::{ExpansionError, Href, Resource};

/// Answers the built-in macros. Every method has a default that knows nothing.
///
/// What the reader may not see is left out of the answers.
pub trait Library {
    /// The names of all wiki pages, in any order.
    fn page_names(&self) -> Vec<String> {
        Vec::new()
    }

    /// The last change of each page whose name starts with `prefix`, newest first; not more than
    /// `limit`.
    fn recent_changes(&self, prefix: &str, limit: Option<usize>) -> Vec<PageChange> {
        let _ = (prefix, limit);
        Vec::new()
    }

    /// An attachment, if it exists.
    fn attachment(&self, parent: &Resource, filename: &str) -> Option<AttachmentAnswer> {
        let _ = (parent, filename);
        None
    }

    /// The tickets that a query finds, in its order. The query is in Trac's query language, with
    /// `order`, `max`, `col` and the like in it.
    ///
    /// # Errors
    /// What is wrong with the query: with its syntax (an error of usage), or its numbers of pages.
    fn tickets(&self, query: &str) -> Result<Vec<QueriedTicket>, ExpansionError> {
        let _ = query;
        Ok(Vec::new())
    }

    /// The same tickets by the values of a field, for a query that has a `group`. `None` if it
    /// has none.
    ///
    /// # Errors
    /// What is wrong with the query: with its syntax (an error of usage), or its numbers of pages.
    fn ticket_groups(
        &self,
        query: &str,
        href: &Href,
    ) -> Result<Option<Vec<TicketGroup>>, ExpansionError> {
        let _ = (query, href);
        Ok(None)
    }

    /// How many tickets a query finds.
    ///
    /// # Errors
    /// What is wrong with the query: with its syntax (an error of usage), or its numbers of pages.
    fn count_tickets(&self, query: &str) -> Result<usize, ExpansionError> {
        self.tickets(query).map(|tickets| tickets.len())
    }

    /// The tickets that a query finds, as a table.
    ///
    /// # Errors
    /// What is wrong with the query: with its syntax (an error of usage), or its numbers of pages.
    fn ticket_table(&self, query: &str, href: &Href) -> Result<QueryTable, ExpansionError> {
        let _ = (query, href);
        Ok(QueryTable::default())
    }

    /// How far the tickets are that a query finds.
    ///
    /// # Errors
    /// What is wrong with the query (an error of usage), or with `[milestone-groups]`.
    fn ticket_progress(&self, query: &str, href: &Href) -> Result<TicketProgress, ExpansionError> {
        let _ = (query, href);
        Ok(TicketProgress::default())
    }

    /// The sections of `trac.ini` and all options that Trac knows of, sorted.
    fn config_sections(&self) -> Vec<ConfigSection> {
        Vec::new()
    }

    /// The repositories that have a name and are not hidden, sorted by it.
    fn repositories(&self) -> Vec<RepositoryEntry> {
        Vec::new()
    }

    /// The help for the commands of `trac-admin` that begin with `words`, or for all of them, as
    /// plain text; nothing if there are none.
    fn admin_help(&self, words: &[&str]) -> Option<String> {
        words.is_empty().then(String::new)
    }

    /// Reads a workflow, written as in `trac.ini`.
    ///
    /// # Errors
    /// What is wrong with it: its syntax (an error of usage), or what it says.
    fn check_workflow(&self, ini: &str) -> Result<(), ExpansionError> {
        let _ = ini;
        Ok(())
    }
}

/// A [`Library`] of an empty environment.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLibrary;

impl Library for NoLibrary {}

/// The last change of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageChange {
    /// The page.
    pub name: String,
    /// Its newest version.
    pub version: i64,
    /// The day of the change, as the reader is shown days.
    pub day: String,
}

/// What is to be known of an attachment to show it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AttachmentAnswer {
    /// Its description.
    pub description: String,
    /// `ATTACHMENT_VIEW` on it.
    pub viewable: bool,
}

/// A ticket that a query found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueriedTicket {
    /// Its number.
    pub id: i64,
    /// Its status.
    pub status: String,
    /// Its summary.
    pub summary: String,
}

/// Tickets that have the same value in the field that a query is grouped by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketGroup {
    /// The name of the field.
    pub field: String,
    /// The value.
    pub value: String,
    /// The query for this group alone, as it is told.
    pub query: String,
    /// Where the query for this group alone is.
    pub url: String,
    /// The tickets.
    pub tickets: Vec<QueriedTicket>,
}

/// A repository. None is ever open: its entry says why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepositoryEntry {
    /// The name.
    pub name: String,
    /// Whether it is another name of the default repository.
    pub is_alias_of_default: bool,
    /// What it is for, in wiki markup.
    pub description: String,
    /// Why there is nothing to tell of its changesets.
    pub error: String,
}

/// A section of `trac.ini`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigSection {
    /// The name.
    pub name: String,
    /// What it is for, in wiki markup; empty if its options say that.
    pub doc: String,
    /// Its options.
    pub options: Vec<ConfigOption>,
}

/// An option of `trac.ini`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigOption {
    /// The name.
    pub name: String,
    /// The default, as `trac.ini` writes it.
    pub default: String,
    /// What it is for, in wiki markup.
    pub doc: String,
}
