//! Bearer tokens (RFC 6750): those of an environment itself, and JSON Web Tokens of the issuer
//! that its `trac.ini` names.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tracrpc_env::{Environment, Identity, TokenLogin};
use tracrpc_tokens::{Given, Judged, Jwt, JwtRules, Secret, Tokens};

use super::site::{self, Link};
use super::{AuthRequest, Verdict, quoted};

/// The tokens of all environments.
pub(super) struct Method;

impl site::Method for Method {
    /// There may be tokens at any time, so that there always is a way.
    fn link(&self, environment: &Environment) -> Option<Box<dyn Link>> {
        let kept = environment.slot::<Kept>();
        Some(Box::new(Bearer {
            realm: environment.name().to_owned(),
            tokens: kept.tokens(environment),
            issuer: kept.issuer(environment),
        }))
    }
}

/// What an environment keeps of its tokens, whatever changes in its configuration.
#[derive(Default)]
struct Kept {
    tokens: OnceLock<Arc<Tokens>>,
    jwt: Mutex<Option<Arc<Jwt>>>,
}

impl Kept {
    fn tokens(&self, environment: &Environment) -> Arc<Tokens> {
        let open = || Arc::new(Tokens::in_directory(environment.path()));
        Arc::clone(self.tokens.get_or_init(open))
    }

    /// Keys that were fetched stay, as long as the rules do.
    fn issuer(&self, environment: &Environment) -> Issuer {
        let mut jwt = self.jwt.lock().unwrap_or_else(PoisonError::into_inner);
        let rules = match JwtRules::of(&environment.config()) {
            Ok(Some(rules)) => rules,
            Ok(None) => {
                *jwt = None;
                return Issuer::Nobody;
            }
            Err(error) => {
                let env = environment.path().display();
                tracing::error!(env.path = %env, error, "nobody gets in with a JSON Web Token");
                *jwt = None;
                return Issuer::Misconfigured;
            }
        };
        let known = jwt.take().filter(|known| *known.rules() == rules);
        let known = known.unwrap_or_else(|| Arc::new(Jwt::new(rules)));
        *jwt = Some(Arc::clone(&known));
        Issuer::Known(known)
    }
}

/// Whose JSON Web Tokens let people in.
enum Issuer {
    Nobody,
    /// Somebody's, if it were known what they have to be. They let nobody in.
    Misconfigured,
    Known(Arc<Jwt>),
}

struct Bearer {
    realm: String,
    tokens: Arc<Tokens>,
    issuer: Issuer,
}

impl Link for Bearer {
    fn challenge(&self) -> Option<String> {
        let is_set_up = self.is_set_up();
        is_set_up.then(|| format!("Bearer realm={}", quoted(&self.realm)))
    }

    /// Who has sent a token is told that it is of no use (RFC 6750, section 3.1).
    fn challenge_to(&self, request: &AuthRequest) -> Option<String> {
        let challenge = self.challenge()?;
        let given = request
            .authorization()
            .map(|value| Given::of(value.as_bytes()));
        Some(match given {
            None | Some(Given::OtherScheme) => challenge,
            Some(Given::Token(_) | Given::Malformed) => {
                format!("{challenge}, error=\"invalid_token\"")
            }
        })
    }

    fn recall(&self, request: &AuthRequest, _: &Environment) -> Option<Verdict> {
        self.decide(request, Jwt::recall)
    }

    fn judge(&self, request: &AuthRequest, _: &Environment) -> Verdict {
        let verdict = self.decide(request, |jwt, token| Some(jwt.judge(token)));
        verdict.unwrap_or(Verdict::Unknown)
    }

    fn reread(&self) {
        self.tokens.reread();
        if let Issuer::Known(jwt) = &self.issuer {
            jwt.reread();
        }
    }
}

impl Bearer {
    /// Whether anybody could get in. Where nobody could, tokens are those of others: of a proxy
    /// that passes its own on.
    fn is_set_up(&self) -> bool {
        !matches!(self.issuer, Issuer::Nobody) || self.tokens.exist()
    }

    fn decide(
        &self,
        request: &AuthRequest,
        ask: impl FnOnce(&Jwt, &str) -> Option<Judged>,
    ) -> Option<Verdict> {
        let Some(value) = request.authorization() else {
            return Some(Verdict::Absent);
        };
        Some(match (Given::of(value.as_bytes()), &self.issuer) {
            (Given::OtherScheme, _) => Verdict::Foreign,
            (Given::Token(token), _) if Secret::is_meant(token) => self.of_token(token),
            _ if !self.is_set_up() => Verdict::Foreign,
            (Given::Token(token), Issuer::Known(jwt)) => verdict(ask(jwt, token)?),
            _ => Verdict::Refused,
        })
    }

    fn of_token(&self, text: &str) -> Verdict {
        match self.tokens.find(text) {
            Ok(Some(token)) => {
                let identity = Identity::new(token.user, "token").within(Some(token.scopes));
                Verdict::User(identity.by_token(TokenLogin {
                    id: token.id,
                    expires: token.expires,
                }))
            }
            Ok(None) => Verdict::Refused,
            Err(_) => Verdict::Unknown,
        }
    }
}

fn verdict(judged: Judged) -> Verdict {
    match judged {
        Judged::User(user) => {
            Verdict::User(Identity::new(user.user, Identity::JWT).within(user.scopes))
        }
        Judged::Refused => Verdict::Refused,
        Judged::Unknown => Verdict::Unknown,
    }
}
