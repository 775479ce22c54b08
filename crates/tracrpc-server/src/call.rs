//! One request in a protocol, from its calls to the body of the answer.

use std::cell::{Cell, RefCell};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::body::Body;
use tracrpc_env::{Actor, users};
use tracrpc_methods::{MANY_CALLS, Registry, Tell, is_read_only};
use tracrpc_translation::{Catalog, own_message};
use tracrpc_wire::{Call, Fault, FaultKind, Incomplete, Out, Outcome, Output, Request, Responder};

use crate::spool::Spool;
use crate::trail::{self, Ended, Note};

/// How much longer than allowed an answer may be that says so.
const EXCUSE: u64 = 4 * 1024 * 1024;

/// What came of a request.
pub(crate) struct Answered {
    /// The body of the answer; none if the request wants none, an error if
    /// there is no room for it.
    pub(crate) body: io::Result<Option<Body>>,
    /// The names of the methods that were called, for the log.
    pub(crate) methods: String,
    /// The HTTP status of the answer.
    pub(crate) status: u16,
    /// The content type of the answer; none for that of the request.
    pub(crate) content_type: Option<String>,
    /// Further headers of the answer.
    pub(crate) headers: Vec<(String, String)>,
}

/// Where requests in a protocol are answered.
pub(crate) struct CallRunner<'a> {
    pub(crate) registry: &'a Registry,
    /// The size of an answer in bytes.
    pub(crate) limit: u64,
    /// Makes the place for an answer.
    pub(crate) spool: &'a dyn Fn() -> Spool<'a>,
}

/// Whether a request is to be answered where heavy calls are made.
pub(crate) fn is_heavy(registry: &Registry, actor: &Actor, request: &Request) -> bool {
    let calls = request.calls.iter().flatten();
    let calls = calls.map(|call| (call.method.as_str(), call.params.as_slice()));
    request.calls.len() > MANY_CALLS || registry.is_heavy(actor, calls)
}

impl CallRunner<'_> {
    /// Makes the calls for `actor` and writes the answer.
    pub(crate) fn answer(&self, actor: &Actor, request: Request) -> Answered {
        let perform = |call, tell: &Tell<'_>| self.perform(actor, call, tell);
        let answered = self.each(request, actor.catalog(), perform);
        if !is_read_only(actor.env()) {
            users::remember(actor);
        }
        answered
    }

    /// Answers each call with `fault`.
    pub(crate) fn refuse(&self, actor: &Actor, request: Request, fault: &Fault) -> Answered {
        self.each(request, actor.catalog(), |call, _| {
            note_refused(actor, &call, fault);
            Err(fault.clone())
        })
    }

    /// Writes what `perform` makes of each call.
    fn each(
        &self,
        request: Request,
        catalog: &Catalog,
        perform: impl Fn(Result<Call, Fault>, &Tell<'_>) -> Result<Output, Fault>,
    ) -> Answered {
        let methods = names(&request.calls);
        let mut spool = (self.spool)();
        let mut writing = Writing {
            responder: &*request.responder,
            out: RefCell::new(Out::to(&mut spool, self.limit)),
            limit: self.limit,
            catalog,
            is_over: false,
        };
        for (number, call) in request.calls.into_iter().enumerate() {
            writing.write(number, |tell| perform(call, tell));
        }
        let responder = writing.responder;
        let finished = writing.finish();
        let status = responder.status();
        let content_type = responder.content_type().map(ToOwned::to_owned);
        let headers = responder.headers();
        let body = match finished {
            Ok(Some(rest)) => spool.finish(rest).map(Some),
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        Answered {
            body,
            methods,
            status,
            content_type,
            headers,
        }
    }

    /// A body that is no call at all is refused before permissions are looked at,
    /// a call that lacks something after that, as in Trac's plugin.
    fn perform(
        &self,
        actor: &Actor,
        call: Result<Call, Fault>,
        tell: &Tell<'_>,
    ) -> Result<Output, Fault> {
        match call {
            Ok(call) => self.guarded(actor, call, tell),
            Err(fault) => {
                note_refused(actor, &Err(fault.clone()), &fault);
                match fault.kind {
                    FaultKind::Parse => Err(fault),
                    _ => self.registry.admit(actor).and(Err(fault)),
                }
            }
        }
    }

    /// Makes a call. If its method panics, the caller learns that, and the
    /// process and the other calls of a batch live on.
    fn guarded(&self, actor: &Actor, call: Call, tell: &Tell<'_>) -> Result<Output, Fault> {
        let Call { method, params } = call;
        let made = || self.registry.call_telling(actor, &method, params, tell);
        catch_unwind(AssertUnwindSafe(made)).unwrap_or_else(|_| {
            tracing::error!(method, "a method panicked");
            let text = own_message!("internal error; the server's log says more");
            Err(Fault::application(text.in_language(actor.catalog())))
        })
    }
}

/// An answer that is being written.
struct Writing<'a, 'd> {
    responder: &'a dyn Responder,
    out: RefCell<Out<'d>>,
    limit: u64,
    /// The language of the one who called.
    catalog: &'a Catalog,
    /// Whether a call's answer was too large. No other is made then.
    is_over: bool,
}

impl Writing<'_, '_> {
    /// Writes how the call `number` ends, which `make` makes. What it tells in
    /// the meantime is written at once, and taken back if it fails in the end.
    fn write(&mut self, number: usize, make: impl FnOnce(&Tell<'_>) -> Result<Output, Fault>) {
        let start = self.out.borrow().len();
        let told = Cell::new(0);
        let tell = |outcome: Outcome| {
            let mut out = self.out.borrow_mut();
            if told.get() == 0 {
                self.responder.begin(number, &mut out);
            }
            self.responder.entry(number, told.get(), outcome, &mut out);
            told.set(told.get() + 1);
            match out.incomplete() {
                None => Ok(()),
                Some(_) => Err(self.too_large(told.get())),
            }
        };
        let ended = match self.is_over {
            false => make(&tell),
            true => Err(self.too_large(0)),
        };
        let mut out = self.out.borrow_mut();
        match ended {
            Ok(Output::Value(value)) => self.responder.answer(number, Ok(value), &mut out),
            Ok(Output::Outcomes(outcomes)) => {
                if told.get() == 0 {
                    self.responder.begin(number, &mut out);
                }
                for outcome in outcomes {
                    self.responder.entry(number, told.get(), outcome, &mut out);
                    told.set(told.get() + 1);
                }
                self.responder.end(number, &mut out);
            }
            Err(fault) => {
                if out.incomplete() == Some(Incomplete::TooLarge) {
                    self.is_over = true;
                    out.allow(EXCUSE);
                }
                out.rewind(start);
                self.responder.answer(number, Err(fault), &mut out);
            }
        }
        if out.incomplete() == Some(Incomplete::TooLarge) {
            self.is_over = true;
            out.allow(EXCUSE);
            out.rewind(start);
            let fault = self.too_large(told.get());
            self.responder.answer(number, Err(fault), &mut out);
        }
    }

    /// The fault in place of an answer that is too large. Of a multicall so many
    /// calls were made.
    fn too_large(&self, made: usize) -> Fault {
        let message = match made {
            0 => own_message!(
                "The answer is larger than the %(most)s bytes that this server sends.",
                most = self.limit,
            ),
            made => own_message!(
                "The answer is larger than the %(most)s bytes that this server sends. \
                 Of the calls in it %(made)s were made, the others were not.",
                most = self.limit,
                made = made,
            ),
        };
        Fault::application(message.in_language(self.catalog))
    }

    /// What is to be sent after what went to the spool already.
    fn finish(self) -> io::Result<Option<Vec<u8>>> {
        let mut out = self.out.into_inner();
        let is_wanted = self.responder.finish(&mut out);
        match out.incomplete() {
            Some(_) => Err(io::ErrorKind::StorageFull.into()),
            None => Ok(is_wanted.then(|| out.into_bytes())),
        }
    }
}

/// Has it noted that a call is refused before the registry of methods knows of it.
fn note_refused(actor: &Actor, call: &Result<Call, Fault>, fault: &Fault) {
    let Some(trail) = trail::of(actor) else {
        return;
    };
    let is_no_call =
        |fault: &Fault| matches!(fault.kind, FaultKind::Parse | FaultKind::InvalidRequest);
    if call.as_ref().is_err_and(is_no_call) {
        trail.malformed();
    }
    trail.call(&Note {
        method: call.as_ref().map_or("", |call| &call.method),
        is_known: false,
        resource: None,
        is_inner: false,
        ended: Ended::Failed(fault),
        time: None,
    });
}

fn names(calls: &[Result<Call, Fault>]) -> String {
    let first = calls
        .iter()
        .find_map(|call| call.as_ref().ok())
        .map(|call| call.method.as_str());
    let first: String = first.unwrap_or("-").chars().take(100).collect();
    match calls.len() {
        0 | 1 => first,
        count => format!("{first} and {} more", count - 1),
    }
}
