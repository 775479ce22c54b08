//! Headers that every answer has.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

use crate::request_id::{self, RequestId};

/// Adds to an answer the name of its request, and what every answer has.
pub(crate) async fn of_request(mut response: Response, id: &RequestId) -> Response {
    if let Some(id) = id.header_value() {
        response.headers_mut().insert(request_id::HEADER, id);
    }
    harden(response).await
}

/// Has browsers take an answer for what it says it is, and tell nobody where they are; and
/// names this program.
pub(crate) async fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.entry(REFERRER_POLICY).or_insert(NO_REFERRER);
    headers.insert(header::SERVER, NAME);
    response
}

const NAME: HeaderValue = HeaderValue::from_static(concat!("tracrpc/", env!("CARGO_PKG_VERSION")));
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");
const REFERRER_POLICY: HeaderName = header::REFERRER_POLICY;
