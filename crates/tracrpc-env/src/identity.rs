//! Somebody who has logged in.

use std::borrow::Cow;

use crate::scopes::Scopes;
use crate::time::Timestamp;

/// Somebody who has logged in, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name, as the way to log in knows it.
    pub user: String,
    /// The way to log in, such as `basic`.
    pub way: Cow<'static, str>,
    /// What the login may be used for; none for all that the user may do.
    pub scopes: Option<Scopes>,
    /// The token that lets the user in, if one of the environment's own does.
    pub token: Option<TokenLogin>,
}

/// A login by a token of the environment's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenLogin {
    /// What the token is called by who revokes it.
    pub id: String,
    /// When it ends; none for never.
    pub expires: Option<Timestamp>,
}

impl Identity {
    /// The way of those who bring a JSON Web Token.
    pub const JWT: &str = "jwt";

    /// The user of that name, who came in by `way` and may use that for everything.
    pub fn new(user: impl Into<String>, way: impl Into<Cow<'static, str>>) -> Self {
        Self {
            user: user.into(),
            way: way.into(),
            scopes: None,
            token: None,
        }
    }

    /// The same, whose login is good for these scopes only.
    #[must_use]
    pub fn within(self, scopes: Option<Scopes>) -> Self {
        Self { scopes, ..self }
    }

    /// Whether the login is by something that is brought with each request and bounded in what
    /// it is good for, or for how long: it begins no other login.
    #[must_use]
    pub fn is_by_bearer(&self) -> bool {
        self.scopes.is_some() || self.token.is_some() || self.way == Self::JWT
    }

    /// The same, by a token.
    #[must_use]
    pub fn by_token(self, token: TokenLogin) -> Self {
        let token = Some(token);
        Self { token, ..self }
    }
}
