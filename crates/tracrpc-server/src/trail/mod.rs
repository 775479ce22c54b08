//! What is told of a request to those who run the server: one line in the audit log, and
//! what is counted.
//!
//! A request's trail goes with it from thread to thread. When the last of them is done it is
//! written, so that nothing is missing that was called after the client had gone, or after
//! the server had answered that it took too long.

mod layer;
mod note;
mod resource;

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use axum::http::Method;
use jiff::Timestamp;
use tracrpc_env::Actor;

pub(crate) use self::layer::Footsteps;
pub(crate) use self::note::{Ended, Note};
use crate::app::App;
use crate::audit::{self, AuditLog, Line};
use crate::metrics::Metrics;
use crate::operations::Operations;
use crate::request_id::RequestId;
use crate::start_error::StartError;

/// How many calls stand in a line. The others of a request have further lines before it.
const CALLS: usize = 100;

/// How many characters of a name, of whatever kind, are written.
const NAME: usize = 100;

/// How many characters of a path are written.
const PATH: usize = 300;

/// Where it is told what happens.
#[derive(Default)]
pub(crate) struct Watch {
    pub(crate) audit: Option<AuditLog>,
    pub(crate) metrics: Option<Metrics>,
}

impl Watch {
    /// What is to be told where the operations say so.
    ///
    /// # Errors
    /// The audit log cannot be opened.
    pub(crate) fn open(operations: &Operations) -> Result<Self, StartError> {
        let audit = operations.audit_log.clone().map(AuditLog::open);
        let metrics = operations.metrics_address.map(|_| Metrics::new());
        let metrics = metrics.transpose().map_err(io::Error::other);
        Ok(Self {
            audit: audit.transpose().map_err(StartError::Audit)?,
            metrics: metrics.map_err(StartError::Runtime)?,
        })
    }
}

/// What is known of a request.
pub(crate) struct Trail {
    watch: Arc<Watch>,
    pub(crate) id: RequestId,
    begun: Timestamp,
    client: IpAddr,
    method: Method,
    path: String,
    facts: Mutex<Facts>,
}

/// What becomes known of it in the course of time.
#[derive(Default)]
struct Facts {
    environment: Option<String>,
    login: Option<Login>,
    protocol: Option<String>,
    is_malformed: bool,
    /// The calls that are not written yet, as JSON.
    calls: Vec<String>,
    answer: Option<Sent>,
}

/// What came of a request's credentials.
enum Login {
    User { name: String, way: String },
    Failed { name: Option<String>, way: String },
}

/// What was answered to a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    /// The HTTP status.
    pub(crate) status: u16,
    /// How long it took until the answer began.
    pub(crate) time: Duration,
    /// The bytes of the request's body, if it has said how many there are.
    pub(crate) received: Option<u64>,
    /// The bytes of the answer's body, if it is known how many there will be.
    pub(crate) sent: Option<u64>,
}

impl Trail {
    /// That of a request whose head has just arrived.
    pub(crate) fn new(
        watch: &Arc<Watch>,
        id: RequestId,
        client: IpAddr,
        method: &Method,
        path: &str,
    ) -> Self {
        Self {
            watch: Arc::clone(watch),
            id,
            begun: Timestamp::now(),
            client,
            method: method.clone(),
            path: path.to_owned(),
            facts: Mutex::default(),
        }
    }

    /// Whether anybody is told of it.
    fn is_followed(&self) -> bool {
        self.watch.audit.is_some() || self.watch.metrics.is_some()
    }

    /// The environment that the request names, whether there is one or not.
    pub(crate) fn environment(&self, name: &str) {
        self.facts().environment = Some(name.to_owned());
    }

    /// The credentials are those of this user, who came this way.
    pub(crate) fn logged_in(&self, name: &str, way: &str) {
        self.login(Login::User {
            name: name.to_owned(),
            way: way.to_owned(),
        });
    }

    /// The credentials, which came this way, are wrong. They were given for this name, if
    /// they have one.
    pub(crate) fn login_failed(&self, name: Option<String>, way: &str) {
        let way = way.to_owned();
        self.login(Login::Failed { name, way });
    }

    /// Credentials are looked at again on each thread, and counted once.
    fn login(&self, login: Login) {
        let mut facts = self.facts();
        if facts.login.is_none() {
            if let Some(metrics) = &self.watch.metrics {
                let (Login::User { way, .. } | Login::Failed { way, .. }) = &login;
                metrics.login(way, matches!(login, Login::User { .. }));
            }
            facts.login = Some(login);
        }
    }

    /// The protocol of its calls.
    pub(crate) fn protocol(&self, name: &str) {
        self.facts().protocol = Some(name.to_owned());
    }

    /// It is no request that makes sense.
    pub(crate) fn malformed(&self) {
        self.facts().is_malformed = true;
    }

    /// A call was made, or was not.
    pub(crate) fn call(&self, note: &Note<'_>) {
        let mut facts = self.facts();
        if let Some(metrics) = &self.watch.metrics {
            metrics.call(note, facts.protocol.as_deref());
        }
        if let Some(audit) = &self.watch.audit {
            facts.calls.push(note.json(NAME));
            if facts.calls.len() >= CALLS {
                audit.write(self.line("calls", &mut facts).0);
            }
        }
    }

    /// It is answered. Its threads may still be at work.
    pub(crate) fn answered(&self, sent: Sent) {
        if let Some(metrics) = &self.watch.metrics {
            metrics.request(sent);
        }
        self.facts().answer = Some(sent);
    }

    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The members that every line has, with the calls that are not written yet.
    fn line(&self, event: &str, facts: &mut Facts) -> (Line, Option<Sent>) {
        let mut line = Line::new();
        // Programs that ban addresses look for these three, in this order.
        line.text("time", &audit::text_of(self.begun), NAME);
        line.text("event", event, NAME);
        line.text("client", &self.client.to_string(), NAME);
        line.text("id", self.id.as_str(), 200);
        let (user, way, failed) = match &facts.login {
            Some(Login::User { name, way }) => (Some(name), Some(way), None),
            Some(Login::Failed { name, way }) => (None, Some(way), name.as_deref()),
            None => (None, None, None),
        };
        line.maybe("user", user.map(String::as_str), NAME);
        line.maybe("login", way.map(String::as_str), NAME);
        if matches!(facts.login, Some(Login::Failed { .. })) {
            line.maybe("name", failed, NAME);
        }
        line.maybe("environment", facts.environment.as_deref(), NAME);
        line.text("http", self.method.as_str(), NAME);
        line.text("path", &self.path, PATH);
        line.maybe("protocol", facts.protocol.as_deref(), NAME);
        let calls = std::mem::take(&mut facts.calls);
        line.raw("calls", &format!("[{}]", calls.join(",")));
        (line, facts.answer)
    }

    fn event(facts: &Facts) -> &'static str {
        match &facts.login {
            Some(Login::Failed { .. }) => "login_failed",
            _ if facts.is_malformed => "malformed",
            _ => "request",
        }
    }
}

impl Drop for Trail {
    /// Writes the last line, without an answer if the client went away before there was one.
    fn drop(&mut self) {
        let Some(audit) = &self.watch.audit else {
            return;
        };
        let mut facts = std::mem::take(&mut *self.facts());
        let (mut line, sent) = self.line(Self::event(&facts), &mut facts);
        let number = |value: Option<u64>| value.and_then(|value| i64::try_from(value).ok());
        line.number("status", sent.map(|sent| sent.status.into()));
        match sent {
            Some(sent) => line.milliseconds("ms", sent.time),
            None => line.number("ms", None),
        }
        line.number("in", number(sent.and_then(|sent| sent.received)));
        line.number("out", number(sent.and_then(|sent| sent.sent)));
        audit.write(line);
    }
}

/// Where an environment's way that belongs to a request has the request's trail.
#[derive(Default)]
struct Place(OnceLock<Arc<Trail>>);

/// Has what an actor calls noted in a trail, if anybody is told of it.
pub(crate) fn follow(actor: &Actor, trail: &Arc<Trail>) {
    if !trail.is_followed() {
        return;
    }
    // One that is there already is that of the same request.
    let _ = actor.env().request_slot::<Place>().0.set(Arc::clone(trail));
}

/// The trail of the request that an actor belongs to.
pub(crate) fn of(actor: &Actor) -> Option<&Arc<Trail>> {
    actor.env().request_slot::<Place>().0.get()
}

/// What notes that something came from an address that is no HTTP. That of a proxy says
/// nothing about who sent it.
pub(crate) fn no_http(app: &Arc<App>) -> Arc<dyn Fn(IpAddr) + Send + Sync> {
    let app = Arc::clone(app);
    Arc::new(move |peer| {
        if let Some(audit) = &app.watch.audit
            && !app.config.trusted_proxies.trusts(peer)
        {
            let mut line = Line::new();
            line.text("time", &audit::text_of(Timestamp::now()), NAME);
            line.text("event", "malformed", NAME);
            line.text("client", &peer.to_canonical().to_string(), NAME);
            audit.write(line);
        }
    })
}
