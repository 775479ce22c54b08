//! Paths that are no pages themselves and lead elsewhere.
//!
//! `[trac] use_base_url_for_redirect` counts as in `trac/web/api.py: Request.redirect`.

use axum::http::Method;
use tracrpc_env::Actor;

use crate::endpoint::{Answer, BodyForm, Endpoint, EndpointRequest, RequestBody};
use crate::pages;

/// The root leads to the documentation, for those who log in where anybody can.
pub(super) struct Root;

/// A path with a slash at its end leads to the one without.
pub(super) struct SlashAtTheEnd;

impl Endpoint for Root {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        request.path_info.trim_end_matches('/').is_empty()
    }

    fn methods(&self) -> &'static [Method] {
        &super::METHODS
    }

    fn body(&self) -> BodyForm {
        BodyForm::Nothing
    }

    fn answer(&self, request: &EndpointRequest<'_>, _: &mut RequestBody) -> Answer {
        let login = match request.login.is_possible {
            true => "/login",
            false => "",
        };
        let root = root_of(request.actor);
        pages::found(&format!("{root}{login}/rpc")).into()
    }
}

impl Endpoint for SlashAtTheEnd {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        request.path_info.ends_with('/')
    }

    fn methods(&self) -> &'static [Method] {
        &super::METHODS
    }

    fn body(&self) -> BodyForm {
        BodyForm::Nothing
    }

    fn answer(&self, request: &EndpointRequest<'_>, _: &mut RequestBody) -> Answer {
        let root = root_of(request.actor);
        let base = format!("{}{}", origin_of(&root), request.actor.path());
        let shorter = request.path_info.trim_end_matches('/');
        pages::moved(&base, shorter, request.query).into()
    }
}

/// The address of the environment to which redirects lead.
pub(super) fn root_of(actor: &Actor) -> String {
    actor
        .absolute_url()
        .unwrap_or_else(|_| actor.base_url().to_owned())
}

/// Scheme and host of an absolute address.
fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |colon| colon + 3);
    let path = url[host..]
        .find('/')
        .map_or(url.len(), |slash| host + slash);
    &url[..path]
}
