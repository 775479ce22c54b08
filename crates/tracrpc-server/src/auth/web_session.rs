//! Whoever has logged in to the web site of a Trac beside, or at our own `/login`.

use axum::http::header;
use tracrpc_accounts::web_session;
use tracrpc_env::{Environment, Identity};

use super::site::{self, Link};
use super::{AuthRequest, Verdict, cookies};
use crate::cors;

/// The cookie of a login.
pub(super) struct Method;

impl site::Method for Method {
    fn link(&self, _: &Environment) -> Option<Box<dyn Link>> {
        Some(Box::new(Session))
    }
}

struct Session;

/// Whether the other site is one whose scripts may call as the user.
fn is_allowed(request: &AuthRequest, environment: &Environment) -> bool {
    let origin = request.headers.get(header::ORIGIN);
    origin.is_some_and(|origin| cors::is_listed(&environment.config(), origin))
}

impl Link for Session {
    fn challenge(&self) -> Option<String> {
        None
    }

    fn recall(&self, request: &AuthRequest, environment: &Environment) -> Option<Verdict> {
        Some(self.judge(request, environment))
    }

    /// A cookie that is no login, or not any more, is none.
    fn judge(&self, request: &AuthRequest, environment: &Environment) -> Verdict {
        let Some(cookie) = cookies::value(&request.headers, web_session::COOKIE) else {
            return Verdict::Absent;
        };
        if request.is_of_another_site() && !is_allowed(request, environment) {
            tracing::debug!("the cookie of a login does not count for another site's page");
            return Verdict::Absent;
        }
        match web_session::user_of(environment, &cookie, request.peer) {
            Ok(Some(user)) if !user.is_empty() => Verdict::User(Identity::new(user, "session")),
            Ok(_) => Verdict::Absent,
            Err(error) => {
                tracing::error!(%error, "a login is not judged");
                Verdict::Unknown
            }
        }
    }
}
