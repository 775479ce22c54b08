//! What a query found as a table or as progress, before it is written as HTML.

/// The tickets that a query found, with the columns and rows that are to be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueryTable {
    /// The columns; the first is the number.
    pub columns: Vec<TableColumn>,
    /// The field that the tickets are grouped by: its name and its label.
    pub group: Option<(String, String)>,
    /// The groups; one without value if there are none.
    pub groups: Vec<TableGroup>,
    /// Whether the query finds tickets, though the reader may see none of them.
    pub is_hidden: bool,
    /// Whether the last group goes on on the next page.
    pub goes_on: bool,
    /// The pages, if there is more than one.
    pub pages: Option<TablePages>,
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableColumn {
    /// The name of the field.
    pub name: String,
    /// Its label.
    pub label: String,
    /// The same query, ordered by this column, or the other way round.
    pub url: String,
    /// Whether the tickets are ordered by it, and descending if so.
    pub order: Option<bool>,
}

/// Tickets with the same value in the field that they are grouped by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableGroup {
    /// The value; none where Trac writes no heading.
    pub value: Option<TableCell>,
    /// The tickets.
    pub tickets: Vec<TableTicket>,
}

/// A ticket of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableTicket {
    /// The number.
    pub id: i64,
    /// Whether its status is `closed`.
    pub is_closed: bool,
    /// The rank of its priority, or nothing.
    pub priority: String,
    /// What stands in the columns.
    pub cells: Vec<TableCell>,
    /// What stands below, with labels.
    pub rows: Vec<(String, TableCell)>,
}

/// A value, by how it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableCell {
    /// Text.
    Text(String),
    /// Lines of text.
    Lines(String),
    /// Wiki text.
    Wiki(String),
    /// A line of wiki text.
    Oneliner(String),
    /// A link to the ticket itself.
    Summary(String),
    /// A user; whether that is who reads.
    Author(String, bool),
    /// Users or addresses.
    Addresses(String),
    /// A milestone.
    Milestone(String),
    /// A moment.
    Time {
        /// What is shown.
        label: String,
        /// What is shown besides.
        title: String,
    },
}

impl Default for TableCell {
    fn default() -> Self {
        TableCell::Text(String::new())
    }
}

/// The page that a table shows, and the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TablePages {
    /// The number of the first ticket on the page, from 1.
    pub first: usize,
    /// The number of the last ticket on the page.
    pub last: usize,
    /// How many tickets there are on all pages.
    pub total: usize,
    /// The page at hand, from 1.
    pub current: usize,
    /// The pages that are offered: number and URL.
    pub offered: Vec<(usize, String)>,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// How far the tickets of a query are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketProgress {
    /// The field that the tickets are grouped by.
    pub field: Option<String>,
    /// One bar, or one a group.
    pub bars: Vec<ProgressBar>,
}

/// How far some tickets are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProgressBar {
    /// The value of the field that the tickets are grouped by.
    pub name: String,
    /// Whether that is the user who reads.
    pub is_reader: bool,
    /// Where these tickets are.
    pub url: String,
    /// How many tickets there are.
    pub count: usize,
    /// How many of them are done.
    pub done_count: usize,
    /// How many that are in percent.
    pub done_percent: i64,
    /// The parts of the bar.
    pub intervals: Vec<ProgressInterval>,
}

/// Tickets whose status is one of some.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProgressInterval {
    /// What they are called.
    pub title: String,
    /// The class of their part of the bar.
    pub class: String,
    /// How many there are.
    pub count: usize,
    /// How many that are in percent.
    pub percent: i64,
    /// Where these tickets are.
    pub url: String,
}
