//! The two passes over a text: one to learn what its links point to, one to write them.
//!
//! The first pass renders, and takes note of each target that a link asks for. If none did, its
//! result is final; else the resolver is asked once for all of them, and the text is rendered again.

use std::cell::{Cell, RefCell};

use crate::Resource;
use crate::resolver::{Answers, MilestoneAnswer, PageAnswer, Resolver, Targets, TicketAnswer};

/// What the links of one rendering know.
pub(crate) enum Session {
    /// First pass: takes note of what is asked.
    Collecting {
        targets: RefCell<Targets>,
        /// A macro, or anything else that is done in the second pass only, was met.
        postponed: Cell<bool>,
    },
    /// Second pass: knows.
    Answering(Answers),
}

impl Session {
    pub(crate) fn collecting() -> Self {
        Session::Collecting {
            targets: RefCell::default(),
            postponed: Cell::new(false),
        }
    }

    /// Renders once or twice with `render`.
    pub(crate) fn run(resolver: &dyn Resolver, render: impl Fn(&Session) -> String) -> String {
        let first = Session::collecting();
        let html = render(&first);
        match first.into_answering(resolver) {
            Some(second) => render(&second),
            None => html,
        }
    }

    /// The session of the second pass, if one is needed.
    fn into_answering(self, resolver: &dyn Resolver) -> Option<Session> {
        let Session::Collecting { targets, postponed } = self else {
            return None;
        };
        let targets = targets.into_inner();
        if !targets.is_empty() {
            return Some(Session::Answering(resolver.look_up(&targets)));
        }
        postponed
            .get()
            .then(|| Session::Answering(Answers::default()))
    }

    /// In the first pass: takes note that there must be a second, and says so.
    pub(crate) fn postpone(&self) -> bool {
        match self {
            Session::Collecting { postponed, .. } => {
                postponed.set(true);
                true
            }
            Session::Answering(_) => false,
        }
    }

    pub(crate) fn page(&self, name: &str) -> PageAnswer {
        match self {
            Session::Collecting { targets, .. } => {
                let pages = &mut targets.borrow_mut().pages;
                if !pages.contains(name) {
                    pages.insert(name.to_owned());
                }
                PageAnswer::MISSING
            }
            Session::Answering(answers) => answers
                .pages
                .get(name)
                .copied()
                .unwrap_or(PageAnswer::MISSING),
        }
    }

    pub(crate) fn ticket(&self, id: i64) -> Option<&TicketAnswer> {
        match self {
            Session::Collecting { targets, .. } => {
                targets.borrow_mut().tickets.insert(id);
                None
            }
            Session::Answering(answers) => answers.tickets.get(&id),
        }
    }

    pub(crate) fn has_comment(&self, ticket: i64, comment: &str) -> bool {
        let key = (ticket, comment.to_owned());
        match self {
            Session::Collecting { targets, .. } => {
                targets.borrow_mut().comments.insert(key);
                false
            }
            Session::Answering(answers) => answers.comments.contains(&key),
        }
    }

    pub(crate) fn milestone(&self, name: &str) -> MilestoneAnswer {
        match self {
            Session::Collecting { targets, .. } => {
                targets.borrow_mut().milestones.insert(name.to_owned());
                MilestoneAnswer::default()
            }
            Session::Answering(answers) => {
                answers.milestones.get(name).cloned().unwrap_or_default()
            }
        }
    }

    /// Whether there is such a report, and whether it may be seen.
    pub(crate) fn report(&self, id: &str) -> Option<bool> {
        match self {
            Session::Collecting { targets, .. } => {
                targets.borrow_mut().reports.insert(id.to_owned());
                None
            }
            Session::Answering(answers) => answers.reports.get(id).copied(),
        }
    }

    pub(crate) fn has_attachment(&self, parent: &Resource, filename: &str) -> bool {
        let key = (parent.clone(), filename.to_owned());
        match self {
            Session::Collecting { targets, .. } => {
                targets.borrow_mut().attachments.insert(key);
                false
            }
            Session::Answering(answers) => answers.attachments.contains(&key),
        }
    }
}
