//! What answers below an environment besides the remote API.

use axum::http::{HeaderMap, Method};
use axum::response::Response;
use tracrpc_env::Actor;

/// An answer to requests at some paths of each environment.
///
/// It runs on a worker thread, after the credentials were judged; whatever may not
/// be done by everybody it has to [require](Actor::require) itself.
pub trait Endpoint: Send + Sync {
    /// Whether it answers at `path_info`: the path below the environment, decoded,
    /// with a slash at the start and none at the end. Those of the remote API cannot be
    /// taken from it.
    fn answers(&self, path_info: &str) -> bool;

    /// Answers. The body of the response may be a stream.
    fn answer(&self, request: &EndpointRequest<'_>) -> Response;
}

/// A request at an [`Endpoint`].
#[derive(Debug)]
#[non_exhaustive]
pub struct EndpointRequest<'a> {
    /// Who asks.
    pub actor: &'a Actor,
    /// The HTTP method.
    pub method: &'a Method,
    /// The headers; nobody gets to see `Authorization` and `Cookie`.
    pub headers: &'a HeaderMap,
    /// The path below the environment, decoded.
    pub path_info: &'a str,
    /// The query, as it was sent.
    pub query: Option<&'a str>,
    /// The body, without the coding in which it was sent.
    pub body: &'a [u8],
}
