//! The warnings that Trac shows above a ticket which was not saved.

/// Warnings as HTML, each once, in the order in which they came up.
#[derive(Debug, Default)]
pub(super) struct Warnings(Vec<String>);

impl Warnings {
    /// Adds a warning that is HTML.
    pub(super) fn add(&mut self, html: impl Into<String>) {
        let html = html.into();
        if !self.0.contains(&html) {
            self.0.push(html);
        }
    }

    /// All of them as the caller gets to see them.
    pub(super) fn join(&self) -> String {
        self.0.join(" ")
    }
}
