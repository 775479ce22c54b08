//! What ways to log in see of a request.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue, Method, header};

/// A request without its body, for those who find out who it is from.
#[derive(Clone, Debug)]
pub struct AuthRequest {
    /// The HTTP method.
    pub method: Method,
    /// The path and the query, as they were sent.
    pub uri: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The address of the client; where a trusted proxy passed the request on, of
    /// the proxy's client.
    pub peer: IpAddr,
    /// Who the client's certificate is for, if the connection has one.
    pub tls: Option<TlsIdentity>,
}

/// The subject of a client's certificate that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsIdentity {
    /// The distinguished name (RFC 4514).
    pub subject: String,
}

impl AuthRequest {
    /// The value of the header `Authorization`.
    #[must_use]
    pub fn authorization(&self) -> Option<&HeaderValue> {
        self.headers.get(header::AUTHORIZATION)
    }
}
