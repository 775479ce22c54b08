//! Unified diffs as Trac's patch renderer shows them: a list of files, each with a table of its
//! lines, and what changed within a line marked.

use crate::highlight::tab_width::TabWidth;
use tracrpc_translation::Catalog;

mod extent;
mod html;
mod parse;
mod paths;

/// A diff as HTML, or nothing if it is none that Trac's renderer understands.
pub(super) fn render(text: &str, catalog: &Catalog, tabs: TabWidth) -> Option<String> {
    let changes = parse::changes(text, catalog)?;
    let is_shown = changes.iter().any(|change| !change.hunks.is_empty());
    let is_complete = changes.iter().all(Change::can_be_shown);
    (is_shown && is_complete).then(|| html::page(&changes, tabs))
}

/// What happened to a file.
struct Change<'t> {
    path: String,
    old: Side<'t>,
    new: Side<'t>,
    /// The lines before it that belong to no file.
    comments: Vec<&'t str>,
    hunks: Vec<Hunk<'t>>,
}

/// What is told of a file before or after the change.
struct Side<'t> {
    /// The path and the revision, as they stand in the diff.
    info: Vec<&'t str>,
    label: String,
}

struct Hunk<'t> {
    title: String,
    blocks: Vec<Block<'t>>,
}

/// Lines that stayed, or lines that changed.
struct Block<'t> {
    is_changed: bool,
    base: Part<'t>,
    changed: Part<'t>,
}

struct Part<'t> {
    /// The number of the line before the first.
    offset: i64,
    lines: Vec<Line<'t>>,
}

#[derive(Clone, Copy)]
struct Line<'t> {
    text: &'t str,
    /// Whether it tells that the file ends without a line break.
    is_note: bool,
}

impl Change<'_> {
    /// Trac's template fails where a hunk other than the first is empty.
    fn can_be_shown(&self) -> bool {
        let mut hunks = self.hunks.iter().map(|hunk| hunk.blocks.is_empty());
        hunks.next().is_none_or(|first_is_empty| first_is_empty) || !hunks.any(|is_empty| is_empty)
    }
}
