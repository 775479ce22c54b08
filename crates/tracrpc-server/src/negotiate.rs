//! What a request says about the answer that it wants: which protocol, which page.

use std::sync::Arc;

use axum::http::{HeaderMap, Method, header};
use tracrpc_env::Environment;
use tracrpc_wire::{Endpoint, Protocol};

use crate::endpoint::EndpointRequest;
use crate::place;

/// The languages that the client accepts: its `Accept-Language` headers as one.
pub(crate) fn accept_language(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    let texts: Vec<_> = values
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    (!texts.is_empty()).then(|| texts.join(","))
}

/// The protocols that an environment has.
pub(crate) fn protocols_of(env: &Environment) -> Vec<Arc<dyn Protocol>> {
    let config = env.config();
    let extensions = env.extensions();
    let protocols = extensions.of::<dyn Protocol>().iter();
    let is_there = |protocol: &&Arc<dyn Protocol>| config.has_component(protocol.component());
    protocols.filter(is_there).cloned().collect()
}

/// Whether the environment has the remote API at all.
pub(crate) fn is_api_on(env: &Environment) -> bool {
    env.config().is_on("tracrpc.web_ui.RPCWeb")
}

/// Whether a request is at a path of the remote API: `/X` or `/login/X`, where a
/// protocol has the name X.
pub(crate) fn is_at_api(request: &EndpointRequest<'_>) -> bool {
    protocol_with(request, |_| true).is_some()
}

/// The protocol of a call: the first one with the name and the media type of the request.
pub(crate) fn protocol_of(request: &EndpointRequest<'_>) -> Option<Arc<dyn Protocol>> {
    let wanted = media_type(request.headers);
    protocol_with(request, |known| known.eq_ignore_ascii_case(wanted))
}

fn protocol_with(
    request: &EndpointRequest<'_>,
    has_media_type: impl Fn(&str) -> bool,
) -> Option<Arc<dyn Protocol>> {
    let name = place::api_name(request.path_info)?;
    let env = request.actor.env();
    let config = env.config();
    let extensions = env.extensions();
    let is_wanted = |known: &Endpoint| known.path == name && has_media_type(&known.media_type);
    let mut protocols = extensions.of::<dyn Protocol>().iter();
    let protocol = protocols.find(|protocol| {
        protocol.endpoints().iter().any(is_wanted) && config.has_component(protocol.component())
    });
    protocol.cloned()
}

/// Whether this is a form that a page of somebody else may have sent: Trac refuses those without
/// the token of one of its own pages before it looks at anything else.
pub(crate) fn is_foreign_form(method: &Method, headers: &HeaderMap) -> bool {
    let is_multipart = || media_type(headers).eq_ignore_ascii_case("multipart/form-data");
    method == Method::POST && (is_form(headers) || is_multipart())
}

/// Whether the body has the fields of a form one after the other.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    media_type(headers).eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Whether what is no call asks for the page for people
/// (`tracrpc/web_ui.py: RPCWeb.process_request`, `tracrpc/util.py: accepts_mimetype`).
pub(crate) fn asks_for_a_page(method: &Method, headers: &HeaderMap) -> bool {
    if is_foreign_form(method, headers) {
        return false;
    }
    let media_type = media_type(headers);
    match headers.get(header::ACCEPT) {
        Some(_) => accepts_html(headers),
        None if media_type.is_empty() || media_type.eq_ignore_ascii_case("text/html") => {
            method != Method::POST
        }
        None => method == Method::GET,
    }
}

/// Whether the client says that it takes HTML.
pub(crate) fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    accept
        .unwrap_or_default()
        .split(',')
        .any(|range| range.trim().starts_with("text/html"))
}

/// The request's content type as it was sent, empty if there is none.
pub(crate) fn content_type(headers: &HeaderMap) -> &str {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The charset that the content type names.
pub(crate) fn charset(headers: &HeaderMap) -> Option<&str> {
    let parameters = content_type(headers).split(';').skip(1);
    let charset = parameters
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    charset.map(|(_, value)| value.trim().trim_matches(['"', '\'']))
}

/// The media type without its parameters, in whatever case it was sent.
fn media_type(headers: &HeaderMap) -> &str {
    let media_type = content_type(headers).split(';').next();
    media_type.unwrap_or_default().trim()
}
