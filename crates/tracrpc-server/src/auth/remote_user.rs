//! Whoever a trusted proxy says has logged in there, as a web server tells Trac in
//! `REMOTE_USER`.

use axum::http::HeaderName;
use tracrpc_env::Identity;

use super::{AuthRequest, Authenticator, Verdict};

/// The user whom a header of a trusted proxy names.
pub(super) struct RemoteUser(pub(super) HeaderName);

impl Authenticator for RemoteUser {
    fn challenges(&self, _: &AuthRequest) -> Vec<String> {
        Vec::new()
    }

    fn has_credentials(&self, request: &AuthRequest) -> bool {
        request.is_proxied && request.headers.contains_key(&self.0)
    }

    fn recall(&self, request: &AuthRequest) -> Option<Verdict> {
        Some(self.judge(request))
    }

    /// An empty name is none. What is said twice, or is no text, nobody has said.
    fn judge(&self, request: &AuthRequest) -> Verdict {
        if !request.is_proxied {
            return Verdict::Absent;
        }
        let mut values = request.headers.get_all(&self.0).into_iter();
        let Some(value) = values.next() else {
            return Verdict::Absent;
        };
        match (std::str::from_utf8(value.as_bytes()), values.next()) {
            (Ok(""), None) => Verdict::Absent,
            (Ok(user), None) => Verdict::User(Identity::new(user, "proxy")),
            _ => Verdict::Refused,
        }
    }
}
