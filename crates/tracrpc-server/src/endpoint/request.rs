//! What an endpoint sees of a request besides its body.

use std::fmt;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use tracrpc_env::{Actor, WaitBudget};

use crate::auth::SECRETS;
use crate::budget::Whom;

/// A request at an [`Endpoint`](crate::Endpoint), without its body.
#[non_exhaustive]
pub struct EndpointRequest<'a, A = Actor> {
    /// Who asks, and where.
    pub actor: &'a A,
    /// The HTTP method.
    pub method: &'a Method,
    /// The path below the environment, decoded, with a slash at the start; paths with one
    /// at the end have led elsewhere before others' endpoints are asked. Below the server as
    /// a whole: the path as it was sent.
    pub path_info: &'a str,
    /// The query, as it was sent.
    pub query: Option<&'a str>,
    /// The address of what `path_info` is below, absolute, without a slash at the end.
    /// (Empty where a server's endpoint is asked whether it answers.)
    pub base_url: &'a str,
    /// All headers.
    pub(crate) headers: &'a HeaderMap,
    pub(crate) login: Login<'a>,
}

/// What is known of who asks besides the name that the environment has for them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Login<'a> {
    /// The name with which they logged in, as they spelled it.
    pub(crate) user: Option<&'a str>,
    /// Whether anybody can log in here.
    pub(crate) is_possible: bool,
}

impl Login<'_> {
    /// That of somebody where nobody can log in.
    pub(crate) const NONE: Self = Self {
        user: None,
        is_possible: false,
    };

    /// Whose share of what all requests take up this is.
    pub(crate) fn whom(&self) -> Whom {
        match self.user {
            Some(_) => Whom::User,
            None => Whom::Stranger,
        }
    }
}

impl<'a, A> EndpointRequest<'a, A> {
    /// The value of a header, by its name without regard to case. Nobody gets to see
    /// `Authorization`, `Proxy-Authorization` and `Cookie`.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a HeaderValue> {
        let name = HeaderName::try_from(name).ok()?;
        match SECRETS.contains(&name) {
            true => None,
            false => self.headers.get(name),
        }
    }

    /// The names and values of all headers that [`header`](Self::header) knows, in no
    /// particular order.
    pub fn headers(&self) -> impl Iterator<Item = (&'a HeaderName, &'a HeaderValue)> + use<'a, A> {
        let headers = self.headers.iter();
        headers.filter(|(name, _)| !SECRETS.contains(name))
    }
}

impl<A> fmt::Debug for EndpointRequest<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointRequest")
            .field("method", &self.method)
            .field("path_info", &self.path_info)
            .finish_non_exhaustive()
    }
}

/// What an endpoint that belongs to no environment gets in place of an [`Actor`]. Nobody
/// has judged any credentials there.
#[derive(Debug)]
#[non_exhaustive]
pub struct NoEnvironment {
    /// What the request may wait for databases, to be handed on to
    /// [`Environment::for_request`](tracrpc_env::Environment::for_request).
    pub waits: WaitBudget,
}

impl NoEnvironment {
    pub(crate) fn new(waits: WaitBudget) -> Self {
        Self { waits }
    }
}
