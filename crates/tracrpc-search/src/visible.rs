//! Hits on their way to who may see them.

use tracrpc_env::{Reach, Resource, Result};

use super::{Each, Hit, Search};

/// Takes what is found in a realm and hands on what the actor may see.
pub(super) struct Visible<'a> {
    search: &'a Search<'a>,
    action: &'static str,
    reach: Reach,
    /// Those for which it has to be asked, which takes a connection that may
    /// still be busy with the search.
    undecided: Vec<(Resource, Hit)>,
    each: Each<'a>,
}

impl<'a> Visible<'a> {
    /// Hands on to `each` what the actor may do `action` on.
    pub(super) fn new(
        search: &'a Search<'a>,
        action: &'static str,
        realm: &str,
        each: Each<'a>,
    ) -> Result<Self> {
        Ok(Self {
            search,
            action,
            reach: search.actor.reach(action, realm)?,
            undecided: Vec::new(),
            each,
        })
    }

    /// The hit on a resource was found.
    pub(super) fn add(&mut self, hit: Hit, resource: impl FnOnce() -> Resource) {
        match self.reach {
            Reach::All => (self.each)(hit),
            Reach::Some => self.undecided.push((resource(), hit)),
            Reach::Nothing => {}
        }
    }

    /// Everything was found.
    pub(super) fn finish(self) -> Result<()> {
        let resource = |found: &(Resource, Hit)| found.0.clone();
        let visible = self
            .search
            .actor
            .filter(self.action, self.undecided, resource)?;
        visible.into_iter().for_each(|(_, hit)| (self.each)(hit));
        Ok(())
    }
}
