//! The requests that a process has not answered.

use std::collections::HashMap;
use std::sync::mpsc::Sender;
use std::time::Instant;

use tracrpc_plugin_protocol::RpcError;
use tracrpc_plugin_protocol::messages::HostCall;
use tracrpc_wire::Value;

/// What comes in for a request. That the process has gone is the end of the channel.
pub(crate) enum Arrival {
    /// Its answer.
    Answer(Result<Value, RpcError>),
    /// A request of the plugin within it.
    Host {
        /// The number of the plugin's request.
        id: i64,
        /// What is called.
        call: HostCall,
    },
}

/// Who gets the answer to a request.
pub(crate) enum Sink {
    /// A thread that waits for it.
    Waiting(Sender<Arrival>),
    /// A function of the supervisor.
    Tell(Box<dyn FnOnce(Result<Value, RpcError>) + Send>),
    /// Nobody any more, since then.
    Late(Instant),
}

/// What is held until it is dropped.
pub(crate) type Place = Box<dyn Send>;

/// A request that is not answered.
pub(crate) struct Pending {
    pub(crate) sink: Sink,
    /// How many bytes the answer may have.
    pub(crate) most: usize,
    /// The place among the requests that are answered at a time. It is held until the
    /// answer comes, whether or not somebody waits for it.
    pub(crate) slot: Option<Place>,
}

/// The requests of one process by their numbers.
#[derive(Default)]
pub(crate) struct Table {
    last: i64,
    rows: HashMap<i64, Pending>,
}

impl Table {
    /// A number that was not used.
    pub(crate) fn add(&mut self, pending: Pending) -> i64 {
        self.last += 1;
        self.rows.insert(self.last, pending);
        self.last
    }

    pub(crate) fn get(&self, id: i64) -> Option<&Pending> {
        self.rows.get(&id)
    }

    pub(crate) fn remove(&mut self, id: i64) -> Option<Pending> {
        self.rows.remove(&id)
    }

    /// Nobody waits for the answer any more.
    pub(crate) fn give_up(&mut self, id: i64) {
        if let Some(pending) = self.rows.get_mut(&id) {
            pending.sink = Sink::Late(Instant::now());
        }
    }

    /// Since when the longest of the late answers is late.
    pub(crate) fn late_since(&self) -> Option<Instant> {
        let late = self.rows.values().filter_map(|pending| match pending.sink {
            Sink::Late(since) => Some(since),
            _ => None,
        });
        late.min()
    }

    /// Whether somebody waits for an answer.
    pub(crate) fn is_waited_for(&self) -> bool {
        let mut rows = self.rows.values();
        rows.any(|pending| !matches!(pending.sink, Sink::Late(_)))
    }

    /// How many have a place among the requests that are answered at a time.
    pub(crate) fn with_a_place(&self) -> usize {
        let rows = self.rows.values();
        rows.filter(|pending| pending.slot.is_some()).count()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Takes all out.
    pub(crate) fn take_all(&mut self) -> Vec<Pending> {
        self.rows.drain().map(|(_, pending)| pending).collect()
    }
}
