//! Telling of what happened.
//!
//! Whoever changes something tells of it after the commit, as an event of a type
//! of its own ([`ticket::TicketEvent`](crate::ticket::TicketEvent), …). Who
//! wants to know is a [`Listener`] of that type, and an
//! [extension](crate::Extensions): mail is one.

use crate::environment::Environment;

/// Wants to know of events of type `E`.
pub trait Listener<E>: Send + Sync {
    /// `event` has happened and is committed. What goes wrong here is logged by the
    /// listener: it undoes nothing, and the one who caused the event does not wait
    /// for anything slow.
    fn after(&self, env: &Environment, event: &E);

    /// `event` is about to happen: what will be gone then can still be read. What
    /// is returned is run after the commit, in place of [`Listener::after`], and
    /// dropped if there is none.
    fn before(&self, _env: &Environment, _event: &E) -> Option<After> {
        None
    }
}

/// What a listener does after the commit of what it has seen coming.
pub type After = Box<dyn FnOnce(&Environment)>;

/// An event that listeners have seen coming. Dropped, it did not happen.
#[must_use]
pub struct Expected<E> {
    event: E,
    /// For each listener, what it does afterwards in place of hearing of it.
    after: Vec<Option<After>>,
}

impl Environment {
    /// Tells all who want to know that `event` has happened.
    pub fn tell<E: 'static>(&self, event: &E) {
        for listener in self.extensions().of::<dyn Listener<E>>() {
            listener.after(self, event);
        }
    }

    /// Tells all who want to know that `event` is about to happen, after which
    /// not everything about it can be read any more.
    pub fn expect<E: 'static>(&self, event: E) -> Expected<E> {
        let extensions = self.extensions();
        let listeners = extensions.of::<dyn Listener<E>>();
        let after = listeners
            .iter()
            .map(|listener| listener.before(self, &event));
        Expected {
            after: after.collect(),
            event,
        }
    }

    /// Tells of an event that was expected.
    pub fn tell_expected<E: 'static>(&self, expected: Expected<E>) {
        let extensions = self.extensions();
        let listeners = extensions.of::<dyn Listener<E>>();
        for (listener, after) in listeners.iter().zip(expected.after) {
            match after {
                Some(after) => after(self),
                None => listener.after(self, &expected.event),
            }
        }
    }
}
