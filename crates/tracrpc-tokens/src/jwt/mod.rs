//! JSON Web Tokens (RFC 7519, RFC 8725) of one issuer.

mod cache;
mod claims;
mod fetch;
mod keys;
mod rules;
mod signature;
mod source;

use std::fmt;

use jsonwebtoken::{Header, decode_header};
use serde_json::{Map, Value};
use tracrpc_env::Scopes;
use tracrpc_env::time::now;

pub use self::rules::{JwtRules, KeySource};

use self::cache::Found;
use self::keys::KeySet;
use self::source::Source;

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 16 * 1024;

/// Judges JSON Web Tokens by rules, with the keys that they name.
pub struct Jwt {
    rules: JwtRules,
    source: Source,
}

/// Who gets in with a JSON Web Token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JwtUser {
    /// The name of the user.
    pub user: String,
    /// What the login may be used for; none for all that the user may do.
    pub scopes: Option<Scopes>,
}

/// What a JSON Web Token is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// It is that of this user.
    User(JwtUser),
    /// It lets nobody in.
    Refused,
    /// The keys are not at hand, so that nobody can tell.
    Unknown,
}

/// Why a token lets nobody in, for the log: nothing of the token itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Refusal(&'static str);

impl Jwt {
    /// Judges by `rules`. Nothing is read or asked for yet.
    #[must_use]
    pub fn new(rules: JwtRules) -> Self {
        let source = Source::of(&rules);
        Self { rules, source }
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &JwtRules {
        &self.rules
    }

    /// The judgement, if no keys have to be fetched for it. This may read a file.
    #[must_use]
    pub fn recall(&self, token: &str) -> Option<Judged> {
        self.with_header(token, |header| self.source.recall(header))
    }

    /// Judges a token, for which keys may have to be fetched over a network: some seconds at
    /// most.
    #[must_use]
    pub fn judge(&self, token: &str) -> Judged {
        self.with_header(token, |header| Some(self.source.find(header)))
            .unwrap_or(Judged::Unknown)
    }

    /// Has the keys read or fetched again with the next token.
    pub fn reread(&self) {
        self.source.reread();
    }

    fn with_header(
        &self,
        token: &str,
        find: impl FnOnce(&Header) -> Option<Found>,
    ) -> Option<Judged> {
        let header = match header(token) {
            Ok(header) => header,
            Err(refusal) => return Some(refusal.judged()),
        };
        Some(match find(&header)? {
            Found::Keys(keys) => self.judge_with(token, &header, &keys),
            Found::None => Refusal("no key that is known has signed it").judged(),
            Found::Unknown => Judged::Unknown,
        })
    }

    fn judge_with(&self, token: &str, header: &Header, keys: &KeySet) -> Judged {
        let judged = keys
            .verified(token, header)
            .and_then(|claims| self.rules.user_of(&claims, now().as_second()));
        judged.map_or_else(Refusal::judged, Judged::User)
    }
}

/// The claims of a token whose signature is right.
type Claims = Map<String, Value>;

/// What stands before the claims: with which key, and how, it was signed.
fn header(token: &str) -> Result<Header, Refusal> {
    if token.len() > LONGEST {
        return Err(Refusal("it is longer than 16384 bytes"));
    }
    let header =
        decode_header(token).map_err(|_| Refusal("it is no token, or signed in no known way"))?;
    match header.crit {
        // Nothing is understood that could stand there (RFC 7515, section 4.1.11).
        Some(_) => Err(Refusal("it has `crit`")),
        None => Ok(header),
    }
}

impl Refusal {
    fn judged(self) -> Judged {
        tracing::debug!(reason = self.0, "a JSON Web Token is refused");
        Judged::Refused
    }
}

impl fmt::Debug for Jwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwt")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}
