//! The two passes over a text: one to learn what its links point to, one to write them.
//!
//! The first pass renders, and takes note of each target that a link asks for. If none did, its
//! result is final; else the resolver is asked once for all of them, and the text is rendered again.

use std::cell::{Cell, RefCell};

use crate::Resource;
use crate::highlight::Patience;
use crate::resolver::{Answers, MilestoneAnswer, PageAnswer, Resolver, Targets, TicketAnswer};

/// How many bytes may stand on a page for what its text only names: macros, and prefixes of other
/// sites. A name of ten bytes may stand for a megabyte, and a page may hold it ten thousand times.
pub(crate) const ROOM: usize = 32 << 20;

/// After how many lines and pieces of markup it is asked whether the text is still wanted.
const STEPS: u32 = 64;

/// What the links of one rendering know, and how much room there is for what they stand for.
pub(crate) struct Session {
    pass: Pass,
    room: Cell<usize>,
    steps: Cell<u32>,
    is_given_up: Cell<bool>,
}

/// The pass at hand.
enum Pass {
    /// First pass: takes note of what is asked.
    Collecting {
        targets: RefCell<Targets>,
        /// Something was asked, or a macro was met, or anything else that is done in the second
        /// pass only: what is written now is written in vain.
        is_in_vain: Cell<bool>,
    },
    /// Second pass: knows, and has so much patience with source code.
    Answering(Answers, Patience),
}

impl Session {
    fn new(pass: Pass) -> Self {
        Session {
            pass,
            room: Cell::new(ROOM),
            steps: Cell::new(0),
            is_given_up: Cell::new(false),
        }
    }

    /// Whether the text is still wanted. Asked with each line and each piece of markup.
    pub(crate) fn goes_on(&self, resolver: &dyn Resolver) -> bool {
        let steps = self.steps.get().wrapping_add(1);
        self.steps.set(steps);
        if steps.is_multiple_of(STEPS) && resolver.is_given_up() {
            self.is_given_up.set(true);
        }
        !self.is_given_up.get()
    }

    /// Whether there is room left. What exceeds it may still be written, and nothing after that.
    pub(crate) fn has_room(&self) -> bool {
        self.room.get() > 0
    }

    /// Takes note of what was written.
    pub(crate) fn fill(&self, bytes: usize) {
        self.room.set(self.room.get().saturating_sub(bytes));
    }

    pub(crate) fn collecting() -> Self {
        Session::new(Pass::Collecting {
            targets: RefCell::default(),
            is_in_vain: Cell::new(false),
        })
    }

    /// Renders once or twice with `render`.
    pub(crate) fn run(resolver: &dyn Resolver, render: impl Fn(&Session) -> String) -> String {
        let first = Session::collecting();
        let html = render(&first);
        if first.is_given_up.get() {
            return html;
        }
        match first.into_answering(resolver) {
            Some(second) => render(&second),
            None => html,
        }
    }

    /// The session of the second pass, if one is needed.
    fn into_answering(self, resolver: &dyn Resolver) -> Option<Session> {
        let Pass::Collecting {
            targets,
            is_in_vain,
        } = self.pass
        else {
            return None;
        };
        let targets = targets.into_inner();
        let ask = || match targets.is_empty() {
            true => Answers::default(),
            false => resolver.look_up(&targets),
        };
        is_in_vain
            .get()
            .then(|| Session::new(Pass::Answering(ask(), Patience::default())))
    }

    /// In the first pass: takes note that there must be a second, and says so.
    pub(crate) fn postpone(&self) -> bool {
        match &self.pass {
            Pass::Collecting { is_in_vain, .. } => {
                is_in_vain.set(true);
                true
            }
            Pass::Answering(..) => false,
        }
    }

    /// How much work all source code of the text together may be; none in the first
    /// pass, which colours nothing.
    pub(crate) fn patience(&self) -> Option<&Patience> {
        match &self.pass {
            Pass::Collecting { .. } => None,
            Pass::Answering(_, patience) => Some(patience),
        }
    }

    /// In the first pass, once there must be a second: nothing needs to be written.
    pub(crate) fn is_in_vain(&self) -> bool {
        match &self.pass {
            Pass::Collecting { is_in_vain, .. } => is_in_vain.get(),
            Pass::Answering(..) => false,
        }
    }

    /// The answers; or nothing in the first pass, which takes note of what is asked.
    fn answers(&self, note: impl FnOnce(&mut Targets)) -> Option<&Answers> {
        match &self.pass {
            Pass::Collecting {
                targets,
                is_in_vain,
            } => {
                is_in_vain.set(true);
                note(&mut targets.borrow_mut());
                None
            }
            Pass::Answering(answers, _) => Some(answers),
        }
    }

    pub(crate) fn page(&self, name: &str) -> PageAnswer {
        let answers = self.answers(|targets| {
            if !targets.pages.contains(name) {
                targets.pages.insert(name.to_owned());
            }
        });
        let page = answers.and_then(|answers| answers.pages.get(name));
        page.copied().unwrap_or(PageAnswer::MISSING)
    }

    pub(crate) fn ticket(&self, id: i64) -> Option<&TicketAnswer> {
        let answers = self.answers(|targets| {
            targets.tickets.insert(id);
        });
        answers?.tickets.get(&id)
    }

    pub(crate) fn has_comment(&self, ticket: i64, comment: &str) -> bool {
        let key = (ticket, comment.to_owned());
        let answers = self.answers(|targets| {
            targets.comments.insert(key.clone());
        });
        answers.is_some_and(|answers| answers.comments.contains(&key))
    }

    pub(crate) fn milestone(&self, name: &str) -> MilestoneAnswer {
        let answers = self.answers(|targets| {
            targets.milestones.insert(name.to_owned());
        });
        let milestone = answers.and_then(|answers| answers.milestones.get(name));
        milestone.cloned().unwrap_or_default()
    }

    /// Whether there is such a report, and whether it may be seen.
    pub(crate) fn report(&self, id: &str) -> Option<bool> {
        let answers = self.answers(|targets| {
            targets.reports.insert(id.to_owned());
        });
        answers?.reports.get(id).copied()
    }

    pub(crate) fn has_attachment(&self, parent: &Resource, filename: &str) -> bool {
        let key = (parent.clone(), filename.to_owned());
        let answers = self.answers(|targets| {
            targets.attachments.insert(key.clone());
        });
        answers.is_some_and(|answers| answers.attachments.contains(&key))
    }
}
