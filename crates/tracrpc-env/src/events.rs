//! Telling of what happened.
//!
//! Whoever changes something tells of it after the commit, as an event of a type
//! of its own (`TicketEvent` of `tracrpc-tickets`, …). Who
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
pub type After = Box<dyn FnOnce(&Environment) + Send>;

/// An event that listeners have seen coming. Dropped, it did not happen.
#[must_use]
pub struct Expected<E> {
    event: E,
    /// For each listener, what it does afterwards in place of hearing of it.
    after: Vec<Option<After>>,
}

impl Environment {
    /// Tells all who want to know that `event` has happened: at once, or, within a
    /// transaction, when that is committed.
    pub fn tell<E: Send + 'static>(&self, event: E) {
        self.when_committed(move |env| {
            for listener in env.extensions().of::<dyn Listener<E>>() {
                listener.after(env, &event);
            }
        });
    }

    /// Runs `f`, or has it run after the commit on a way of its own to the environment.
    fn when_committed(&self, f: impl FnOnce(&Self) + Send + 'static) {
        if !self.db().is_writing() {
            return f(self);
        }
        let env = self.clone();
        self.db().after_commit(move || f(&env));
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

    /// Tells of an event that was expected, as [`Environment::tell`].
    pub fn tell_expected<E: Send + 'static>(&self, expected: Expected<E>) {
        self.when_committed(move |env| {
            let extensions = env.extensions();
            let listeners = extensions.of::<dyn Listener<E>>();
            for (listener, after) in listeners.iter().zip(expected.after) {
                match after {
                    Some(after) => after(env),
                    None => listener.after(env, &expected.event),
                }
            }
        });
    }
}
