//! What is counted for Prometheus, in its text format 0.0.4.
//!
//! Labels are bounded: methods by those that there are, everything else by lists of this
//! program and by the environments that are open.

mod page;
mod state;

use prometheus::core::Collector;
use prometheus::{
    HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder, histogram_opts,
};

pub(crate) use self::page::{Ready, router};
use self::state::State;
use crate::app::App;
use crate::trail::{Note, Sent};

/// The upper bounds of the times that are told apart, in seconds.
const SECONDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 20.0, 60.0,
];

/// The groups of methods whose times are told apart.
const GROUPS: [&str; 5] = ["ticket", "wiki", "search", "system", "plugin"];

/// The ways to log in, and words for those that are none, that are told apart.
const WAYS: [&str; 8] = [
    "basic",
    "digest",
    "form",
    "session",
    "token",
    "jwt",
    "certificate",
    "unknown",
];

/// What is counted while requests are answered.
pub(crate) struct Metrics {
    registry: Registry,
    calls: IntCounterVec,
    call_seconds: HistogramVec,
    requests: IntCounterVec,
    request_seconds: HistogramVec,
    bytes: IntCounterVec,
    logins: IntCounterVec,
    state: State,
}

impl Metrics {
    /// Metrics of which nothing is counted yet.
    ///
    /// # Errors
    /// Two have the same name, or one is misspelt; the tests hold that this is not so.
    pub(crate) fn new() -> prometheus::Result<Self> {
        let registry = Registry::new_custom(Some("tracrpc".to_owned()), None)?;
        let counter = |name: &str, help: &str, labels: &[&str]| {
            let counter = IntCounterVec::new(Opts::new(name, help), labels)?;
            registered(&registry, counter)
        };
        let histogram = |name: &str, help: &str, labels: &[&str]| {
            let options: HistogramOpts = histogram_opts!(name, help, SECONDS.to_vec());
            registered(&registry, HistogramVec::new(options, labels)?)
        };
        Ok(Self {
            calls: counter(
                "calls_total",
                "Calls, those within a system.multicall included, by method (unknown if there \
                 is none of that name), protocol and outcome (ok or the kind of the fault).",
                &["method", "protocol", "outcome"],
            )?,
            call_seconds: histogram(
                "call_duration_seconds",
                "How long calls took, by the first part of the method's name.",
                &["group"],
            )?,
            requests: counter(
                "http_requests_total",
                "HTTP requests that were answered, by the class of the status.",
                &["status"],
            )?,
            request_seconds: histogram(
                "http_request_duration_seconds",
                "How long it took until the answer to an HTTP request began.",
                &[],
            )?,
            bytes: counter(
                "http_body_bytes_total",
                "Bytes in the bodies of requests and answers whose length was known.",
                &["direction"],
            )?,
            logins: counter(
                "logins_total",
                "Requests with credentials, by the way to log in and whether they were right.",
                &["way", "outcome"],
            )?,
            state: State::new(&registry)?,
            registry,
        })
    }

    /// Counts a call.
    pub(crate) fn call(&self, note: &Note<'_>, protocol: Option<&str>) {
        let method = match note.is_known {
            true => note.method,
            false => "unknown",
        };
        let outcome = note.ended.name();
        let labels = [method, protocol.unwrap_or("none"), outcome];
        self.calls.with_label_values(&labels).inc();
        if let Some(time) = note.time {
            let group = method.split('.').next().unwrap_or_default();
            let group = one_of(&GROUPS, group, "other");
            let seconds = self.call_seconds.with_label_values(&[group]);
            seconds.observe(time.as_secs_f64());
        }
    }

    /// Counts an HTTP request.
    pub(crate) fn request(&self, sent: Sent) {
        let class = match sent.status {
            100..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        self.requests.with_label_values(&[class]).inc();
        let seconds = self.request_seconds.with_label_values::<&str>(&[]);
        seconds.observe(sent.time.as_secs_f64());
        for (direction, bytes) in [("in", sent.received), ("out", sent.sent)] {
            let counter = self.bytes.with_label_values(&[direction]);
            counter.inc_by(bytes.unwrap_or_default());
        }
    }

    /// Counts credentials.
    pub(crate) fn login(&self, way: &str, is_right: bool) {
        let outcome = if is_right { "ok" } else { "failed" };
        let way = one_of(&WAYS, way, "other");
        self.logins.with_label_values(&[way, outcome]).inc();
    }

    /// All metrics as text.
    ///
    /// # Errors
    /// What is counted cannot be written as text.
    pub(crate) fn text(&self, app: &App) -> prometheus::Result<String> {
        let _reading = self.state.read(app);
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

/// `word` if it is one of `known`.
fn one_of<'a>(known: &[&'a str], word: &str, otherwise: &'a str) -> &'a str {
    let known = known.iter().find(|known| **known == word);
    known.copied().unwrap_or(otherwise)
}

/// The same metrics, which `registry` shows from now on.
fn registered<M: Collector + Clone + 'static>(
    registry: &Registry,
    metrics: M,
) -> prometheus::Result<M> {
    registry.register(Box::new(metrics.clone()))?;
    Ok(metrics)
}
