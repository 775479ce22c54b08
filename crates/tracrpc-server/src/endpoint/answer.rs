//! What an endpoint answers.

use std::{fmt, io};

use axum::http;
use axum::response::Response;
use tracrpc_env::Actor;

use super::EndpointRequest;
use crate::stream::ResponseWriter;

/// What an [`Endpoint`](crate::Endpoint) answers: a response, as
/// `Response::new(Body::from(text)).into()`, or what makes one.
#[must_use]
pub struct Answer<A = Actor> {
    pub(crate) kind: Kind<A>,
    /// The names of the methods that were called, for the log.
    pub(crate) methods: Option<String>,
}

pub(crate) enum Kind<A> {
    Response(Response),
    Written(http::Response<()>, Write<A>),
    Later(GoOn<A>),
}

/// Writes a body.
pub(crate) type Write<A> = Box<dyn FnOnce(&A, &mut ResponseWriter) -> io::Result<()> + Send>;

/// Does the rest of the work, where heavy calls are made.
pub(crate) type GoOn<A> = Box<dyn FnOnce(&EndpointRequest<'_, A>) -> Answer<A> + Send>;

impl<A> Answer<A> {
    /// An answer that begins with `head`, and whose body `write` writes as fast as the
    /// client reads: what has been written is in memory until it is sent, some tens of
    /// thousands of bytes at the most.
    ///
    /// `write` runs on another thread than the endpoint, of those that may wait for clients,
    /// and gets the actor anew. It should hold neither a lock nor a connection of the
    /// database while it writes: what is to be sent is read part by part. Once the client
    /// is gone, or takes it in too slowly, writing fails, and `write` should return.
    ///
    /// If `write` returns an error the answer breaks off, so that the client can tell
    /// that something is missing. Nothing is written for a request `HEAD`.
    pub fn written(
        head: http::Response<()>,
        write: impl FnOnce(&A, &mut ResponseWriter) -> io::Result<()> + Send + 'static,
    ) -> Self {
        Kind::Written(head, Box::new(write)).into()
    }

    /// An answer that begins with `head`, and whose body is what `source` reads, as
    /// fast as the client takes it in.
    pub fn read_from(head: http::Response<()>, mut source: impl io::Read + Send + 'static) -> Self {
        Self::written(head, move |_, out| {
            io::copy(&mut source, out)?;
            Ok(())
        })
    }

    /// The answer of `go_on`, which takes long or much memory: it runs where calls of
    /// heavy methods are made, of which there are few at a time, so that others do not
    /// wait for it.
    pub fn later(go_on: impl FnOnce(&EndpointRequest<'_, A>) -> Self + Send + 'static) -> Self {
        Kind::Later(Box::new(go_on)).into()
    }
}

impl<A> From<Response> for Answer<A> {
    fn from(response: Response) -> Self {
        Kind::Response(response).into()
    }
}

impl<A> From<Kind<A>> for Answer<A> {
    fn from(kind: Kind<A>) -> Self {
        Self {
            kind,
            methods: None,
        }
    }
}

impl<A> fmt::Debug for Answer<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Response(response) => f.debug_tuple("Answer").field(&response.status()).finish(),
            Kind::Written(head, _) => f.debug_tuple("Answer").field(&head.status()).finish(),
            Kind::Later(_) => f.write_str("Answer(..)"),
        }
    }
}
