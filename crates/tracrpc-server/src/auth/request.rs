//! What ways to log in see of a request.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use tracrpc_env::RequestInfo;

use crate::tls::TlsIdentity;

/// A request without its body, for those who find out who it is from.
#[derive(Clone, Debug)]
pub struct AuthRequest {
    /// The HTTP method.
    pub method: Method,
    /// The path and the query, as they were sent.
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
    /// The address of the client; where a trusted proxy passed the request on, of
    /// the proxy's client.
    pub peer: IpAddr,
    /// Whether a trusted proxy passed the request on, so that its headers are believed.
    pub is_proxied: bool,
    /// The address of the server by which it was reached, such as `https://example.org`,
    /// with whatever a trusted proxy cut off the path.
    pub root: String,
    /// Who the client's certificate is for, if the connection has one.
    pub tls: Option<TlsIdentity>,
}

/// Headers whose values only those see who find out who asks.
pub(crate) const SECRETS: [HeaderName; 3] = [
    header::AUTHORIZATION,
    header::COOKIE,
    header::PROXY_AUTHORIZATION,
];

impl RequestInfo for AuthRequest {
    fn peer(&self) -> IpAddr {
        self.peer
    }

    fn header(&self, name: &str) -> Option<&str> {
        let name = HeaderName::try_from(name).ok()?;
        match SECRETS.contains(&name) {
            true => None,
            false => self.headers.get(name)?.to_str().ok(),
        }
    }

    fn headers(&self) -> Vec<(String, String)> {
        let open = self
            .headers
            .iter()
            .filter(|(name, _)| !SECRETS.contains(name));
        let texts = open.filter_map(|(name, value)| Some((name, value.to_str().ok()?)));
        texts
            .map(|(name, value)| (name.to_string(), value.to_owned()))
            .collect()
    }

    fn method(&self) -> &str {
        self.method.as_str()
    }

    fn path(&self) -> &str {
        self.uri.path()
    }

    fn query(&self) -> &str {
        self.uri.query().unwrap_or_default()
    }
}

/// Whether an address is one of the server with this origin.
fn is_origin_of(origin: &str, root: &str) -> bool {
    let rest = root.strip_prefix(origin);
    !origin.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl AuthRequest {
    /// Whether a page of another site has a browser send this, which then sends the cookies of
    /// this one along: by `Sec-Fetch-Site` (W3C, Fetch Metadata Request Headers) or else by
    /// `Origin` (RFC 6454). What leads to a page changes nothing, and does not count.
    #[must_use]
    pub fn is_of_another_site(&self) -> bool {
        let text = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        if self.method.is_safe() && text("sec-fetch-mode") == Some("navigate") {
            return false;
        }
        match (text("sec-fetch-site"), text("origin")) {
            (Some("same-origin" | "none"), _) | (None, None) => false,
            (None, Some(origin)) => !is_origin_of(origin, &self.root),
            (Some(_), _) => true,
        }
    }

    /// The value of the header `Authorization`.
    #[must_use]
    pub fn authorization(&self) -> Option<&HeaderValue> {
        self.headers.get(header::AUTHORIZATION)
    }
}
