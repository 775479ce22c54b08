//! Which protocol answers a request, or which page does instead.

use std::sync::Arc;

use axum::http::{HeaderMap, Method, header};
use tracrpc_wire::{Endpoint, Protocol};

/// How a request to an endpoint is answered.
pub(crate) enum Answer<'a> {
    /// As a call in this protocol.
    Call(&'a dyn Protocol),
    /// With the page for people.
    Documentation,
    /// As a form that does not come from a page of Trac: status 400.
    ForeignForm,
    /// Not at all: no protocol has this media type. Status 415.
    Unsupported,
}

/// The languages that the client accepts: its `Accept-Language` headers as one.
pub(crate) fn accept_language(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    let texts: Vec<_> = values
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    (!texts.is_empty()).then(|| texts.join(","))
}

/// Whether any protocol answers at `endpoint`.
pub(crate) fn is_endpoint(protocols: &[Arc<dyn Protocol>], endpoint: &str) -> bool {
    let mut endpoints = protocols.iter().flat_map(|protocol| protocol.endpoints());
    endpoints.any(|known| known.path == endpoint)
}

/// Chooses the answer by the media type and, if no protocol has it, by what
/// the client accepts.
pub(crate) fn choose<'a>(
    protocols: &'a [Arc<dyn Protocol>],
    endpoint: &str,
    method: &Method,
    headers: &HeaderMap,
) -> Answer<'a> {
    let media_type = media_type(content_type(headers));
    let is_wanted =
        |known: &Endpoint| known.path == endpoint && known.media_type == media_type.as_str();
    let has_wanted = |protocol: &&Arc<dyn Protocol>| protocol.endpoints().iter().any(is_wanted);
    if let Some(protocol) = protocols.iter().find(has_wanted) {
        return Answer::Call(&**protocol);
    }
    // Trac refuses forms without the token of one of its own pages before it
    // looks at anything else.
    let is_form =
        media_type == "application/x-www-form-urlencoded" || media_type == "multipart/form-data";
    if is_form && method == Method::POST {
        return Answer::ForeignForm;
    }
    // `tracrpc/web_ui.py: RPCWeb.process_request`, `tracrpc/util.py: accepts_mimetype`.
    let asks_for_a_page = match (headers.get(header::ACCEPT), media_type.as_str()) {
        (None, "" | "text/html") => method != Method::POST,
        (None, _) => method == Method::GET,
        (Some(_), _) => accepts_html(headers),
    };
    if asks_for_a_page {
        Answer::Documentation
    } else {
        Answer::Unsupported
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

fn media_type(content_type: &str) -> String {
    content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}
