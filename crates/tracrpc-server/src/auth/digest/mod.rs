//! Digest authentication (RFC 7616) against a file that `htdigest` writes, as
//! `tracd --auth` has it.

mod file;
mod header;
mod nonce;

use std::io;
use std::path::Path;
use std::sync::Arc;

use axum::http::{HeaderValue, Uri};
use md5::{Digest as _, Md5};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use tracrpc_env::Identity;

use self::file::DigestFile;
pub(super) use self::file::is_digest_file;
use self::header::Response;
use self::nonce::{Age, Nonces};
use super::{AuthRequest, Authenticator, Verdict, quoted};

/// Digest authentication against `file`, of the users that are in it for `realm`.
///
/// # Errors
///
/// If the file cannot be read, or is one that `htpasswd` writes.
pub(super) fn open(file: &Path, realm: &str) -> io::Result<Arc<dyn Authenticator>> {
    Ok(Arc::new(Digest {
        file: DigestFile::open(file)?,
        nonces: Nonces::new()?,
        realm: realm.to_owned(),
    }))
}

/// The name in credentials, whether they are right or not.
pub(super) fn claimed_name(authorization: &HeaderValue) -> Option<String> {
    let response = Response::of(authorization)?;
    Some(response.user).filter(|name| !name.is_empty())
}

struct Digest {
    file: DigestFile,
    nonces: Nonces,
    realm: String,
}

/// The algorithms by their names, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    Sha256,
    Md5,
}

impl Algorithm {
    const ALL: [Self; 2] = [Self::Sha256, Self::Md5];

    fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Md5 => "MD5",
        }
    }

    /// The algorithm of that name, and whether it is its variant for sessions.
    fn named(name: &str) -> Option<(Self, bool)> {
        let (base, is_session) = match name
            .len()
            .checked_sub(5)
            .map(|at| name.split_at_checked(at))
        {
            Some(Some((base, end))) if end.eq_ignore_ascii_case("-sess") => (base, true),
            _ => (name, false),
        };
        let known = Self::ALL.into_iter();
        let mut known = known.filter(|known| known.name().eq_ignore_ascii_case(base));
        known.next().map(|algorithm| (algorithm, is_session))
    }

    /// The hash of texts with colons between them, in hexadecimal digits.
    fn hash(self, parts: &[&str]) -> String {
        let text = parts.join(":");
        match self {
            Self::Sha256 => hex(&Sha256::digest(text)),
            Self::Md5 => hex(&Md5::digest(text)),
        }
    }
}

impl Authenticator for Digest {
    fn challenges(&self, request: &AuthRequest) -> Vec<String> {
        let response = request.authorization().and_then(Response::of);
        let is_stale = response.is_some_and(|response| self.is_stale(&response));
        let stale = if is_stale { ", stale=true" } else { "" };
        let offered = Algorithm::ALL.into_iter();
        let offered = offered.filter(|algorithm| self.file.has(*algorithm, &self.realm));
        offered
            .map(|algorithm| {
                format!(
                    "Digest realm={}, qop=\"auth\", algorithm={}, nonce=\"{}\"{stale}",
                    quoted(&self.realm),
                    algorithm.name(),
                    self.nonces.issue(),
                )
            })
            .collect()
    }

    fn has_credentials(&self, request: &AuthRequest) -> bool {
        request.authorization().is_some()
    }

    /// A hash is quickly made.
    fn recall(&self, request: &AuthRequest) -> Option<Verdict> {
        Some(self.judge(request))
    }

    fn judge(&self, request: &AuthRequest) -> Verdict {
        let Some(authorization) = request.authorization() else {
            return Verdict::Absent;
        };
        let Some(response) = Response::of(authorization) else {
            return Verdict::Foreign;
        };
        match self.is_right(&response, request) && self.nonces.take(&response.nonce, response.count)
        {
            true => Verdict::User(Identity::new(response.user, "digest")),
            false if self.file.may_have(&self.realm, &response.user) => Verdict::Refused,
            false => Verdict::Stranger,
        }
    }

    fn has_judged(&self, _: &AuthRequest) -> bool {
        true
    }

    fn reread(&self) {
        self.file.reread();
    }
}

impl Digest {
    /// Whether the nonce was one of ours, but is too old by now.
    fn is_stale(&self, response: &Response) -> bool {
        self.nonces.age(&response.nonce) == Age::Old
    }

    /// Whether the response is made with the user's password. A name that is not in
    /// the file takes as long as one that is.
    fn is_right(&self, response: &Response, request: &AuthRequest) -> bool {
        let Some((algorithm, is_session)) = Algorithm::named(&response.algorithm) else {
            return false;
        };
        let known = self.file.hash(algorithm, &self.realm, &response.user);
        let decoy = algorithm.hash(&[&response.user, &self.realm, ""]);
        let mut secret = known.clone().unwrap_or(decoy);
        if is_session {
            secret = algorithm.hash(&[&secret, &response.nonce, &response.client_nonce]);
        }
        let action = algorithm.hash(&[request.method.as_str(), &response.uri]);
        let wanted = algorithm.hash(&[
            &secret,
            &response.nonce,
            &response.count_text,
            &response.client_nonce,
            &response.quality,
            &action,
        ]);
        let is_right = bool::from(wanted.as_bytes().ct_eq(response.response.as_bytes()));
        is_right
            && known.is_some()
            && response.realm == self.realm
            && response.quality == "auth"
            && is_of_request(&response.uri, request)
            && self.nonces.age(&response.nonce) == Age::Young
    }
}

/// Whether an address is that of the request: as it was sent, or with scheme and
/// host before it, or with the beginning that a proxy has cut off.
fn is_of_request(uri: &str, request: &AuthRequest) -> bool {
    let Ok(given) = uri.parse::<Uri>() else {
        return false;
    };
    let path = |uri: &Uri| uri.path_and_query().map(ToString::to_string);
    match (path(&given), path(&request.uri)) {
        (Some(given), Some(reached)) => given.ends_with(&reached),
        _ => false,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, Method, header};

    use super::*;

    /// The example of RFC 7616, section 3.9.1.
    #[test]
    fn the_example_of_the_specification() {
        for (algorithm, wanted) in [
            (
                Algorithm::Sha256,
                "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            ),
            (Algorithm::Md5, "8ca523f5e9506fed4657c9700eebdbec"),
        ] {
            let secret = algorithm.hash(&["Mufasa", "http-auth@example.org", "Circle of Life"]);
            let action = algorithm.hash(&["GET", "/dir/index.html"]);
            let nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
            let client_nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
            let response =
                algorithm.hash(&[&secret, nonce, "00000001", client_nonce, "auth", &action]);
            assert_eq!(response, wanted);
        }
    }

    struct Client {
        digest: Arc<dyn Authenticator>,
        request: AuthRequest,
        nonce: String,
        _file: tempfile::NamedTempFile,
    }

    impl Client {
        fn new() -> Self {
            let file = tempfile::NamedTempFile::new().unwrap();
            let sha = Algorithm::Sha256.hash(&["eve", "Trac", "secret"]);
            let secret = Algorithm::Md5.hash(&["joe", "Trac", "secret"]);
            std::fs::write(
                file.path(),
                format!("joe:Trac:{secret}\nann:Other:{secret}\neve:Trac:{sha}\n"),
            )
            .unwrap();
            let digest = open(file.path(), "Trac").unwrap();
            let request = AuthRequest {
                method: Method::POST,
                uri: Uri::from_static("/login/rpc?x=1"),
                headers: HeaderMap::new(),
                peer: [127, 0, 0, 1].into(),
                is_proxied: false,
                root: "http://127.0.0.1".to_owned(),
                tls: None,
            };
            let challenge = digest.challenges(&request).pop().unwrap();
            assert!(challenge.contains("algorithm=MD5"), "{challenge}");
            let nonce = challenge.split("nonce=\"").nth(1).unwrap();
            let nonce = nonce.split('"').next().unwrap().to_owned();
            Self {
                digest,
                request,
                nonce,
                _file: file,
            }
        }

        fn answer(&mut self, user: &str, password: &str, algorithm: &str, count: u32) -> Verdict {
            let count = format!("{count:08x}");
            let (kind, _) = Algorithm::named(algorithm).unwrap();
            let hash = |parts: &[&str]| kind.hash(parts);
            let mut secret = hash(&[user, "Trac", password]);
            if algorithm.ends_with("-sess") {
                secret = hash(&[&secret, &self.nonce, "c"]);
            }
            let action = hash(&["POST", "/login/rpc?x=1"]);
            let response = hash(&[&secret, &self.nonce, &count, "c", "auth", &action]);
            let header = format!(
                "Digest username=\"{user}\", realm=\"Trac\", nonce=\"{}\", uri=\"/login/rpc?x=1\", \
                 qop=auth, nc={count}, cnonce=\"c\", response=\"{response}\", algorithm={algorithm}",
                self.nonce
            );
            let header = HeaderValue::try_from(header).unwrap();
            self.request.headers.insert(header::AUTHORIZATION, header);
            self.digest.judge(&self.request)
        }
    }

    #[test]
    fn who_knows_the_password_gets_in_once_a_count() {
        let mut client = Client::new();
        let joe = Verdict::User(Identity::new("joe", "digest"));
        assert_eq!(client.digest.judge(&client.request), Verdict::Absent);
        assert_eq!(client.answer("joe", "secret", "MD5", 1), joe);
        assert_eq!(client.answer("joe", "secret", "MD5", 1), Verdict::Refused);
        assert_eq!(client.answer("joe", "secret", "MD5-sess", 3), joe);
        assert_eq!(client.answer("joe", "secret", "MD5", 2), joe);
        assert_eq!(client.answer("joe", "secret", "MD5", 2), Verdict::Refused);
        assert_eq!(client.answer("joe", "wrong", "MD5", 4), Verdict::Refused);
        assert_eq!(client.answer("ann", "secret", "MD5", 5), Verdict::Stranger);
        assert_eq!(
            client.answer("joe", "secret", "SHA-256", 6),
            Verdict::Refused
        );
        let eve = Verdict::User(Identity::new("eve", "digest"));
        assert_eq!(client.answer("eve", "secret", "sha-256", 10), eve);
        assert_eq!(client.answer("eve", "secret", "SHA-256-sess", 11), eve);
        assert_eq!(client.answer("eve", "secret", "MD5", 12), Verdict::Refused);
        // What a proxy has cut off the address the client still has in it.
        client.request.uri = Uri::from_static("/rpc?x=1");
        assert_eq!(client.answer("joe", "secret", "MD5", 13), joe);
        client.request.uri = Uri::from_static("/login/rpc");
        assert_eq!(client.answer("joe", "secret", "MD5", 17), Verdict::Refused);
        client.request.uri = Uri::from_static("/login/rpc?x=1");
        client.request.method = Method::GET;
        assert_eq!(client.answer("joe", "secret", "MD5", 18), Verdict::Refused);
        client.nonce = "made up".to_owned();
        client.request.method = Method::POST;
        assert_eq!(client.answer("joe", "secret", "MD5", 19), Verdict::Refused);
    }

    #[test]
    fn files_of_the_other_kind_are_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "joe:$apr1$x$y\n").unwrap();
        let error = open(file.path(), "Trac").err().unwrap();
        assert!(error.to_string().contains("--basic-auth"), "{error}");
        std::fs::write(file.path(), format!("joe:Trac:{}\n", "0".repeat(32))).unwrap();
        let error = super::super::basic::open(file.path(), "Trac")
            .err()
            .unwrap();
        assert!(error.to_string().contains("--auth"), "{error}");
    }
}
