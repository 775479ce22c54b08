//! Who a request is from, as far as that is known.

use std::sync::Arc;

use axum::http::HeaderValue;

use crate::auth::{Authenticator, Verdict};
use crate::budget::Whom;
use crate::work::Asked;

/// Somebody who asks, perhaps with credentials.
#[derive(Clone)]
pub(crate) struct Visitor {
    /// How people log in here.
    authenticator: Option<Arc<dyn Authenticator>>,
    /// What the credentials are worth, once that is known.
    verdict: Option<Verdict>,
}

impl Visitor {
    /// Somebody of whom nothing is known.
    pub(crate) fn new(authenticator: Option<Arc<dyn Authenticator>>) -> Self {
        Self {
            authenticator,
            verdict: None,
        }
    }

    /// The challenge that asks for credentials, where people can log in.
    pub(crate) fn challenge(&self) -> Option<String> {
        let authenticator = self.authenticator.as_ref()?;
        Some(authenticator.challenge())
    }

    /// Judges the credentials if that can be done quickly. Tells whether nothing
    /// is left to be judged.
    pub(crate) fn recall(&mut self, credentials: Option<&HeaderValue>) -> bool {
        if let (Some(authenticator), Some(credentials), None) =
            (&self.authenticator, credentials, &self.verdict)
        {
            self.verdict = authenticator.recall(credentials.as_bytes());
            return self.verdict.is_some();
        }
        true
    }

    /// Judges the credentials, however long that takes.
    pub(crate) fn judge(&mut self, credentials: Option<&HeaderValue>) {
        if let (Some(authenticator), Some(credentials)) = (&self.authenticator, credentials) {
            self.verdict = Some(authenticator.judge(credentials.as_bytes()));
        }
    }

    /// Whether the credentials, which are judged, are to be asked for again.
    /// They count on every path, but only some paths ask for them.
    pub(crate) fn is_refused(&self, asked: &Asked) -> bool {
        match &self.verdict {
            None | Some(Verdict::User(_)) => false,
            Some(Verdict::Foreign) => asked.place.wants_login(),
            Some(Verdict::Refused) => true,
        }
    }

    /// The name of the user; none for somebody who has not logged in.
    pub(crate) fn user(&self) -> Option<&str> {
        match &self.verdict {
            Some(Verdict::User(user)) => Some(user),
            _ => None,
        }
    }

    /// Whose share of what all requests take up this is.
    pub(crate) fn whom(&self) -> Whom {
        match self.user() {
            Some(_) => Whom::User,
            None => Whom::Stranger,
        }
    }
}
