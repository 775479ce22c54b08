//! What happens on a connection: whether something is asked on it, and, where it carries
//! several requests at a time (HTTP/2), whether the client takes the answers.
//!
//! Of HTTP/1 the connection itself knows when nothing comes any more, and the system when
//! nothing is read. Here a client could do neither and be lively: acknowledge pings, and
//! never let an answer go.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};

use tokio::sync::{Notify, OwnedSemaphorePermit};

use crate::config::ServerLimits;

/// How many requests a client may give up before they are answered. Work that was begun for
/// them may go on.
const MAX_GIVEN_UP: u32 = 100;

/// How many bytes the heads of all its requests may have together: as many as that of a
/// request of HTTP/1.
const MAX_HEADS: usize = 64 * 1024;

/// The requests of a connection that are not answered to their end.
pub(crate) struct Activity {
    state: Mutex<State>,
    restless: Notify,
}

struct State {
    next: u64,
    requests: HashMap<u64, Turn>,
    heads: usize,
    quiet_since: Instant,
    given_up: u32,
}

/// Who has to do something about a request.
#[derive(Clone, Copy)]
enum Turn {
    /// We, within the time for requests.
    Ours,
    /// The client, which has not taken more of the answer since then.
    Theirs(Instant),
}

/// Why a connection is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Idle {
    /// There are no requests.
    Quiet,
    /// The client takes no more of an answer.
    Stalled,
    /// It asks, and does not wait for answers, again and again.
    Restless,
}

impl Activity {
    pub(crate) fn new() -> Arc<Self> {
        let state = State {
            next: 0,
            requests: HashMap::new(),
            heads: 0,
            quiet_since: Instant::now(),
            given_up: 0,
        };
        Arc::new(Self {
            state: Mutex::new(state),
            restless: Notify::new(),
        })
    }

    /// A request that is to be answered, whose head has so many bytes; nothing if there are
    /// too many of them.
    pub(crate) fn begin(self: &Arc<Self>, head: usize) -> Option<Ongoing> {
        let mut state = self.lock();
        if !state.requests.is_empty() && state.heads + head > MAX_HEADS {
            return None;
        }
        state.heads += head;
        let number = state.next;
        state.next += 1;
        state.requests.insert(number, Turn::Ours);
        Some(Ongoing {
            activity: Arc::clone(self),
            number,
            head,
            is_answered: false,
            place: None,
        })
    }

    /// Since when there are no requests, if there are none.
    pub(crate) fn quiet_since(&self) -> Option<Instant> {
        let state = self.lock();
        state.requests.is_empty().then_some(state.quiet_since)
    }

    #[cfg(test)]
    pub(crate) fn set_quiet(&self, time: Duration) {
        let mut state = self.lock();
        state.quiet_since = Instant::now()
            .checked_sub(time)
            .unwrap_or(state.quiet_since);
    }

    /// Waits until there is a reason not to keep the connection.
    pub(crate) async fn idle(&self, limits: &ServerLimits) -> Idle {
        loop {
            match self.look(limits) {
                Ok(idle) => return idle,
                Err(left) => {
                    let restless = self.restless.notified();
                    let _ = tokio::time::timeout(left, restless).await;
                }
            }
        }
    }

    /// The reason, or how long there is none for sure.
    fn look(&self, limits: &ServerLimits) -> Result<Idle, Duration> {
        let state = self.lock();
        let left = |since: Instant, most: Duration| most.saturating_sub(since.elapsed());
        if state.given_up > MAX_GIVEN_UP {
            return Ok(Idle::Restless);
        }
        if state.requests.is_empty() {
            let left = left(state.quiet_since, limits.head_time);
            return if left.is_zero() {
                Ok(Idle::Quiet)
            } else {
                Err(left)
            };
        }
        let waits = state.requests.values().filter_map(|turn| match turn {
            Turn::Ours => None,
            Turn::Theirs(since) => Some(left(*since, limits.body_time)),
        });
        let least = waits.min().unwrap_or(limits.body_time);
        match least.is_zero() {
            true => Ok(Idle::Stalled),
            false => Err(least.min(limits.head_time)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request until its answer is gone.
pub(crate) struct Ongoing {
    activity: Arc<Activity>,
    number: u64,
    head: usize,
    is_answered: bool,
    /// Among the requests that are answered at a time, where a connection carries several.
    place: Option<OwnedSemaphorePermit>,
}

impl Ongoing {
    /// The body of its answer, which keeps the place of the request.
    pub(crate) fn watch(mut self, body: Body, place: Option<OwnedSemaphorePermit>) -> Body {
        self.is_answered = true;
        self.place = place;
        self.turn(Turn::Theirs(Instant::now()));
        Body::new(Watched {
            body,
            ongoing: self,
        })
    }

    fn turn(&self, turn: Turn) {
        self.activity.lock().requests.insert(self.number, turn);
    }
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        let mut state = self.activity.lock();
        state.requests.remove(&self.number);
        state.heads -= self.head;
        if !self.is_answered {
            state.given_up += 1;
            if state.given_up > MAX_GIVEN_UP {
                self.activity.restless.notify_waiters();
            }
        }
        if state.requests.is_empty() {
            state.quiet_since = Instant::now();
        }
    }
}

/// An answer's body that tells when it is asked for more.
struct Watched {
    body: Body,
    ongoing: Ongoing,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.ongoing.turn(match polled {
            Poll::Pending => Turn::Ours,
            Poll::Ready(_) => Turn::Theirs(Instant::now()),
        });
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
