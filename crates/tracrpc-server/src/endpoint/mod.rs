//! What answers requests: the remote API, its pages, and whatever others add.

mod answer;
mod body;
mod request;

use axum::http::Method;
use tracrpc_env::Actor;

pub use self::answer::Answer;
pub(crate) use self::answer::{GoOn, Kind, Write};
pub use self::body::RequestBody;
pub(crate) use self::request::Login;
pub use self::request::{EndpointRequest, NoEnvironment};

/// An answer to some of the requests, those at a path most often.
///
/// Most endpoints belong to each environment: `A` is the [`Actor`] who asks there,
/// after the credentials were judged. Whatever may not be done by everybody an endpoint
/// has to [require](Actor::require) itself. What belongs to the server as a whole is an
/// `Endpoint<NoEnvironment>`.
///
/// It runs on one of a few threads, and may block. All endpoints stand in one table
/// (`routes/mod.rs`); the first that answers a request gets it, and those of the remote API
/// come before those that others [add](crate::ServerBuilder::endpoint).
///
/// ```no_run
/// use std::io::Write as _;
/// use tracrpc_server::{
///     Answer, BodyForm, Endpoint, EndpointRequest, RequestBody, Server, ServerConfig, http,
/// };
///
/// /// Sends what it gets, which may be large, to nowhere, and answers in many lines.
/// struct Sink;
///
/// impl Endpoint for Sink {
///     fn answers(&self, request: &EndpointRequest<'_>) -> bool {
///         request.path_info == "/sink"
///     }
///
///     fn body(&self) -> BodyForm {
///         BodyForm::Stream { most: 1_000_000_000 }
///     }
///
///     fn answer(&self, _: &EndpointRequest<'_>, body: &mut RequestBody) -> Answer {
///         // Where this fails, the server tells the client why.
///         let count = std::io::copy(body, &mut std::io::sink()).unwrap_or_default();
///         Answer::written(http::Response::new(()), move |_, out| {
///             (0..count).try_for_each(|number| writeln!(out, "{number}"))
///         })
///     }
/// }
///
/// let config = ServerConfig::single("/srv/trac/project");
/// let server = Server::builder(config).endpoint(Sink).start()?;
/// # Ok::<(), tracrpc_server::StartError>(())
/// ```
pub trait Endpoint<A = Actor>: Send + Sync {
    /// Whether it answers this request. It is asked about many requests, and more than
    /// once; it may look at the actor's environment, but not wait for anything.
    fn answers(&self, request: &EndpointRequest<'_, A>) -> bool;

    /// The HTTP methods that it takes; all, if there are none here. The server answers a
    /// request by another with 405, and `OPTIONS` with the list of them.
    fn methods(&self) -> &'static [Method] {
        &[]
    }

    /// How it wants the body of a request: as a whole, if it does not say.
    fn body(&self) -> BodyForm {
        BodyForm::Whole
    }

    /// Answers.
    ///
    /// If the body cannot be read because of what the client sends, or does not send, the
    /// server says so in place of what this returns (status 400, 408, 413 or 415). What of
    /// a body was not read when this returns is not read any more.
    fn answer(&self, request: &EndpointRequest<'_, A>, body: &mut RequestBody) -> Answer<A>;
}

/// How an [`Endpoint`] wants the bodies of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyForm {
    /// Not at all.
    Nothing,
    /// In memory, all of it, before a thread begins to answer. It has at most
    /// [`ServerLimits::body`](crate::ServerLimits::body) bytes, and all bodies together
    /// take up no more than [`ServerLimits::memory`](crate::ServerLimits::memory).
    Whole,
    /// As it comes, which takes little memory however large it is. The thread that
    /// answers waits for the client; there are threads of their own for that.
    Stream {
        /// How many bytes it may have, as it is sent and without the coding in which it
        /// is sent. More are refused with status 413.
        most: u64,
    },
}
