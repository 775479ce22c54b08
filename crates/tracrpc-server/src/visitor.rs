//! Who a request is from, as far as that is known.

use axum::response::Response;
use tracrpc_env::{Identity, WaitBudget};

use crate::auth::{AuthRequest, Chain, Verdict, claim};
use crate::endpoint::Login;
use crate::pages;
use crate::trail::Trail;

/// Somebody who asks, perhaps with credentials.
#[derive(Clone)]
pub(crate) struct Visitor {
    /// How people log in here.
    chain: Chain,
    /// What the credentials are worth, once that is known.
    verdict: Option<Verdict>,
}

impl Visitor {
    /// Somebody of whom nothing is known.
    pub(crate) fn new(chain: Chain) -> Self {
        Self {
            chain,
            verdict: None,
        }
    }

    /// Whether people can log in here.
    pub(crate) fn can_log_in(&self) -> bool {
        !self.chain.is_empty()
    }

    /// Whether it is known how people log in to the environment.
    pub(crate) fn knows_the_ways(&self) -> bool {
        self.chain.is_known()
    }

    /// Finds out how people log in to the environment, for which it is opened.
    pub(crate) fn find_the_ways(&self) {
        self.chain.find();
    }

    /// Whether the request has anything that could be credentials.
    pub(crate) fn has_credentials(&self, request: &AuthRequest) -> bool {
        self.chain.has_credentials(request)
    }

    /// Judges the credentials if that can be done quickly. Tells whether nothing
    /// is left to be judged.
    pub(crate) fn recall(&mut self, request: &AuthRequest, budget: WaitBudget) -> bool {
        if self.verdict.is_none() {
            self.verdict = self.chain.recall(request, budget);
        }
        self.verdict.is_some()
    }

    /// Judges the credentials, however long that takes.
    pub(crate) fn judge(&mut self, request: &AuthRequest, budget: WaitBudget) {
        self.verdict = Some(self.chain.judge(request, budget));
    }

    /// Whether the credentials, which are judged, are to be asked for again.
    /// They count on every path, but only some paths ask for them: `wants_login`.
    pub(crate) fn is_refused(&self, wants_login: bool) -> bool {
        match &self.verdict {
            None | Some(Verdict::User(_)) => false,
            Some(Verdict::Absent) => wants_login && self.can_log_in(),
            Some(Verdict::Foreign) => wants_login,
            Some(Verdict::Stranger) => wants_login || self.chain.is_strict(),
            Some(Verdict::Refused | Verdict::Unknown | Verdict::Wait(_)) => true,
        }
    }

    /// What those are answered who are not let in.
    pub(crate) fn refusal(&self, request: &AuthRequest) -> Response {
        match &self.verdict {
            Some(Verdict::Unknown) => return pages::login_is_not_judged(),
            Some(Verdict::Wait(time)) => return pages::too_many_wrong_passwords(*time),
            _ => {}
        }
        let challenges = self.chain.challenges(request);
        match challenges.is_empty() && self.chain.takes_certificates() {
            true => pages::needs_certificate(),
            false => pages::challenge(&challenges),
        }
    }

    /// Tells what came of the credentials, to those who run the server.
    pub(crate) fn tell(&self, trail: &Trail, request: &AuthRequest) {
        match &self.verdict {
            Some(Verdict::User(identity)) => trail.logged_in(&identity.user, &identity.way),
            Some(Verdict::Refused | Verdict::Stranger) => {
                let claim = claim::of(request);
                trail.login_failed(claim.name, claim.way);
            }
            // Whose turn has not come may be right.
            Some(Verdict::Wait(_)) => {}
            None | Some(Verdict::Unknown | Verdict::Foreign | Verdict::Absent) => {}
        }
    }

    /// Who it is; none for somebody who has not logged in.
    pub(crate) fn identity(&self) -> Option<&Identity> {
        match &self.verdict {
            Some(Verdict::User(identity)) => Some(identity),
            _ => None,
        }
    }

    /// The name of the user; none for somebody who has not logged in.
    pub(crate) fn user(&self) -> Option<&str> {
        self.identity().map(|identity| identity.user.as_str())
    }

    /// What endpoints may know of it.
    pub(crate) fn login(&self) -> Login<'_> {
        Login {
            user: self.user(),
            is_possible: self.can_log_in(),
        }
    }
}
