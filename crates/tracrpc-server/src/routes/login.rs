//! `/login` and `/logout`: where a login to the web site begins and ends.
//!
//! `trac/web/auth.py: LoginModule.process_request`. Who is asked for credentials at `/login`
//! comes here when they are right; the cookie then says who it is.

use axum::http::{HeaderValue, Method, header};
use axum::response::Response;
use tracrpc_accounts::web_session;
use tracrpc_env::{Actor, Identity, Result};

use super::redirect::root_of;
use crate::auth::cookies;
use crate::auth::login_form::Form;
use crate::endpoint::{Answer, BodyForm, Endpoint, EndpointRequest, RequestBody};
use crate::{negotiate, pages};

/// `/login` begins a login, and leads back to where it was asked for.
pub(super) struct Login;

/// `/logout` ends a login if a form of this site says so, and leads to the root.
pub(super) struct Logout;

impl Endpoint for Login {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        request.path_info == "/login"
    }

    fn methods(&self) -> &'static [Method] {
        &super::METHODS
    }

    fn body(&self) -> BodyForm {
        BodyForm::Nothing
    }

    fn answer(&self, request: &EndpointRequest<'_>, _: &mut RequestBody) -> Answer {
        let mut response = pages::found(&way_back(request));
        let begins = matches!(*request.method, Method::GET | Method::POST);
        let is_nobody = request.login.user.is_none() || request.actor.is_anonymous();
        if !begins || is_nobody || is_by_bearer(request.actor) {
            return response.into();
        }
        match begin(request, &mut response) {
            Ok(()) => response.into(),
            Err(error) => {
                tracing::error!(%error, "a login to the web site cannot begin");
                pages::internal_error().into()
            }
        }
    }
}

impl Endpoint for Logout {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        request.path_info == "/logout"
    }

    fn methods(&self) -> &'static [Method] {
        &super::METHODS
    }

    fn answer(&self, request: &EndpointRequest<'_>, body: &mut RequestBody) -> Answer {
        let actor = request.actor;
        let mut response = pages::found(&root_of(actor));
        if *request.method != Method::POST || actor.is_anonymous() || is_by_bearer(actor) {
            return response.into();
        }
        let is_form = negotiate::is_form(request.headers);
        if !is_form || !Form(body.bytes()).is_of_this_site(request.headers) {
            return pages::foreign_form().into();
        }
        let cookie = cookies::value(request.headers, web_session::COOKIE);
        if let Err(error) = web_session::end(actor.env(), actor.authname(), cookie.as_deref()) {
            tracing::error!(%error, "a login to the web site does not end");
            return pages::internal_error().into();
        }
        let ended = cookies::of_login(&actor.env().config(), "", actor.path());
        cookies::set(response.headers_mut(), ended, true);
        response.into()
    }
}

/// Whether a program has got in by a token. The cookie would be good for more than that, and
/// for longer.
fn is_by_bearer(actor: &Actor) -> bool {
    actor.identity().is_some_and(Identity::is_by_bearer)
}

/// Keeps a login, and has the client keep its cookie.
fn begin(request: &EndpointRequest<'_>, response: &mut Response) -> Result<()> {
    let actor = request.actor;
    let Some(peer) = actor.request().map(|request| request.peer()) else {
        return Ok(());
    };
    let known = cookies::value(request.headers, web_session::COOKIE);
    let cookie = web_session::begin(actor.env(), actor.authname(), peer, known.as_deref())?;
    let config = actor.env().config();
    let headers = response.headers_mut();
    let cookie = cookies::of_login(&config, cookie, actor.path());
    cookies::set(headers, cookie, false);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(())
}

/// The page that led here, if it is one of the environment's, else its root
/// (`LoginModule._redirect_back`).
fn way_back(request: &EndpointRequest<'_>) -> String {
    let query = request.query.unwrap_or_default().as_bytes();
    let named = form_urlencoded::parse(query).find(|(name, _)| name == "referer");
    let named = named.map(|(_, value)| value.into_owned());
    let header = || {
        let value = request.headers.get(header::REFERER)?;
        value.to_str().ok().map(str::to_owned)
    };
    let page = named.filter(|page| !page.is_empty()).or_else(header);
    let root = root_of(request.actor);
    page.filter(|page| leads_into(page, request.actor))
        .unwrap_or(root)
}

/// Whether an address is one of the environment, and not one that leads here.
fn leads_into(page: &str, actor: &Actor) -> bool {
    let Some(rest) = page.strip_prefix(actor.base_url()) else {
        return false;
    };
    let is_below = rest.is_empty() || rest.starts_with('/');
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    is_below && !matches!(path.trim_end_matches('/'), "/login" | "/logout")
}
