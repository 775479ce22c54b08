//! What credentials claim before they are found to be right.

use super::basic::Credentials;
use super::{AuthRequest, digest};

/// Somebody who tried to log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The way, by the scheme of the credentials; `unknown` if they are in no header that
    /// has one.
    pub(crate) way: &'static str,
    /// The name that they gave, if they gave any.
    pub(crate) name: Option<String>,
}

impl Claim {
    /// The name, if it was given by the scheme with this name.
    pub(super) fn name_by(self, way: &str) -> Option<String> {
        self.name.filter(|_| self.way == way)
    }
}

/// Who a request claims to be from. Nothing of it is true before it was judged.
pub(crate) fn of(request: &AuthRequest) -> Claim {
    let Some(authorization) = request.authorization() else {
        return Claim {
            way: "unknown",
            name: None,
        };
    };
    let bytes = authorization.as_bytes();
    let scheme = bytes.split(|byte| *byte == b' ').next().unwrap_or_default();
    let is = |name: &str| scheme.eq_ignore_ascii_case(name.as_bytes());
    let (way, name) = match () {
        () if is("basic") => (
            "basic",
            Credentials::of(request).ok().map(|given| given.user),
        ),
        () if is("digest") => ("digest", digest::claimed_name(authorization)),
        () if is("bearer") => ("token", None),
        () => ("unknown", None),
    };
    Claim { way, name }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};

    use super::*;

    #[test]
    fn names_are_found_in_credentials() {
        let check = |value: &str, way: &str, name: Option<&str>| {
            let mut headers = HeaderMap::new();
            let value = HeaderValue::from_str(value).unwrap();
            headers.insert(header::AUTHORIZATION, value);
            let found = of(&AuthRequest {
                method: Method::GET,
                uri: Uri::from_static("/"),
                headers,
                peer: "127.0.0.1".parse().unwrap(),
                tls: None,
                is_proxied: false,
                root: String::new(),
            });
            assert_eq!((found.way, found.name.as_deref()), (way, name));
        };
        check("Basic dXNlcjp1c2Vy", "basic", Some("user"));
        check("basic nonsense", "basic", None);
        check(
            "Digest username=\"joe\", realm=\"x\"",
            "digest",
            Some("joe"),
        );
        check("Digest realm=\"x\"", "digest", None);
        check("Bearer abc", "token", None);
        check("Negotiate abc", "unknown", None);
    }
}
