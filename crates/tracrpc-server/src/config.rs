//! What a server is told when it starts.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderName;
use tracrpc_wire::Limits;

use crate::auth::AuthRule;
use crate::operations::Operations;
use crate::origin::TrustedProxies;
use crate::tls::TlsConfig;

/// What to serve, where, to whom, and within which bounds.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// The addresses to listen on. Port 0 takes any free port.
    pub addresses: Vec<SocketAddr>,
    /// The environments.
    pub environments: EnvironmentSource,
    /// The first part of the path of every address, such as `/trac`.
    pub base_path: String,
    /// Who may log in, and how. Without a rule for an environment everybody
    /// is anonymous there.
    pub auth: Vec<AuthRule>,
    /// What connections are secured by; without it they are not.
    pub tls: Option<TlsConfig>,
    /// The proxies whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: TrustedProxies,
    /// The header in which a trusted proxy names the user who has logged in there. From
    /// anybody else it is no more than a header.
    pub remote_user_header: Option<HeaderName>,
    /// Bounds on what clients can use up.
    pub limits: ServerLimits,
    /// How those who run the server watch it, and what it does without.
    pub operations: Operations,
}

impl ServerConfig {
    /// Serves one environment at `/` of a free port of 127.0.0.1, to anonymous
    /// callers only.
    pub fn single(environment: impl Into<PathBuf>) -> Self {
        Self::new(EnvironmentSource::Single(environment.into()))
    }

    /// Serves `environments` on a free port of 127.0.0.1, to anonymous callers only.
    pub fn new(environments: EnvironmentSource) -> Self {
        Self {
            addresses: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
            environments,
            base_path: String::new(),
            auth: Vec::new(),
            tls: None,
            trusted_proxies: TrustedProxies::default(),
            remote_user_header: None,
            limits: ServerLimits::default(),
            operations: Operations::default(),
        }
    }
}

/// Where the environments are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvironmentSource {
    /// One environment, at `/`.
    Single(PathBuf),
    /// Several environments, each at `/` and the name of its folder.
    Several(Vec<PathBuf>),
    /// All environments in a folder, now and later.
    Parent(PathBuf),
}

/// Bounds on what clients can use up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerLimits {
    /// The size of a request's body in bytes. Endpoints that read it while it comes have
    /// bounds of their own.
    pub body: usize,
    /// How many values a request may hold.
    pub values: usize,
    /// How deep they may be nested; 100 at most.
    pub depth: usize,
    /// How long a client may take to send the head of a request, and a
    /// connection may be idle between two requests.
    pub head_time: Duration,
    /// How long a client may take to send the body of a request; for each megabyte of one
    /// that streams, in either direction.
    pub body_time: Duration,
    /// How many bytes of a body a client has to send each second.
    pub body_rate: u32,
    /// How long it may take before it is looked how fast it is.
    pub body_grace: Duration,
    /// How long an answer may take, from the end of the request on.
    pub request_time: Duration,
    /// How long running calls may take to finish once the server stops.
    pub stop_time: Duration,
    /// How many connections there may be at a time.
    pub connections: usize,
    /// How many of them from one address that is not that of a trusted proxy; of IPv6 from one
    /// network of 64 bits.
    pub connections_of_one: usize,
    /// How many calls are worked on at a time.
    pub workers: usize,
    /// How many heavy calls of one user, or of all strangers at one address, may wait to be
    /// worked on.
    pub waiting: usize,
    /// How long an environment stays open that nobody asks.
    pub environment_idle: Duration,
    /// The size of an answer in bytes.
    pub answer: u64,
    /// How many bytes of memory all large requests together may take up: their
    /// bodies, what is read of them, and answers that wait for their clients.
    pub memory: usize,
    /// How many bytes of memory may be taken by what is kept of all environments, to
    /// answer faster.
    pub kept: usize,
    /// How many bytes of temporary files all large answers may take up.
    pub files: usize,
}

impl ServerLimits {
    /// What the values of a request may be.
    pub(crate) fn of_values(&self) -> Limits {
        let mut limits = Limits::default();
        limits.depth = self.depth;
        limits.values = self.values;
        limits
    }

    /// How many passwords are verified at a time.
    pub(crate) fn checkers(&self) -> usize {
        (self.workers / 4).max(2)
    }

    /// How long a body may take to come or go that is never in memory as a whole.
    pub(crate) fn stream_time(&self) -> Duration {
        self.body_time.saturating_mul(30)
    }

    /// How many bodies that stream are read or written at a time, besides those that wait
    /// for their clients.
    pub(crate) fn streamers(&self) -> usize {
        (self.workers / 2).max(2)
    }

    /// How many heavy calls of one client are worked on at a time.
    pub(crate) fn heavy_workers(&self) -> usize {
        (self.workers / 2).max(1)
    }
}

impl Default for ServerLimits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            body: 64 * 1024 * 1024,
            values: Limits::default().values,
            depth: Limits::MAX_DEPTH,
            head_time: Duration::from_secs(30),
            body_time: Duration::from_secs(120),
            body_rate: 500,
            body_grace: Duration::from_secs(10),
            request_time: Duration::from_secs(120),
            stop_time: Duration::from_secs(30),
            connections: 1024,
            connections_of_one: 256,
            workers: (cores * 2).clamp(4, 64),
            waiting: 50,
            environment_idle: Duration::from_secs(900),
            answer: 256 * 1024 * 1024,
            memory: 64 * 1024 * 1024,
            kept: 512 * 1024 * 1024,
            files: 1024 * 1024 * 1024,
        }
    }
}
