//! Reading the body of a request within its limits.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::config::ServerLimits;
use crate::pages;

/// Why a body was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It is larger than allowed.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// It ended before its end, or its parts are malformed.
    Broken,
}

impl Refused {
    /// The answer that says so. The connection cannot be used any further.
    pub(crate) fn response(self) -> Response {
        let mut response = match self {
            Self::TooLarge => pages::plain(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The request is larger than the server allows.",
            ),
            Self::TooSlow => pages::plain(
                StatusCode::REQUEST_TIMEOUT,
                "The request did not arrive in time.",
            ),
            Self::Broken => pages::plain(StatusCode::BAD_REQUEST, "The request is incomplete."),
        };
        let close = axum::http::HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
        response
    }
}

/// Reads a body to its end.
pub(crate) async fn read(
    body: Body,
    headers: &HeaderMap,
    limits: &ServerLimits,
) -> Result<Bytes, Refused> {
    if announced(headers).is_some_and(|length| length > limits.body as u64) {
        discard(body, limits).await;
        return Err(Refused::TooLarge);
    }
    let reading = Limited::new(body, limits.body).collect();
    match tokio::time::timeout(limits.body_time, reading).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refused::TooLarge),
        Ok(Err(_)) => Err(Refused::Broken),
        Err(_) => Err(Refused::TooSlow),
    }
}

/// Takes in a body that nobody wants, so that the client gets around to
/// reading the answer. A body that is larger than any should be, or slow, is
/// not waited for.
pub(crate) async fn discard(mut body: Body, limits: &ServerLimits) {
    let mut left = limits.body;
    let reading = async {
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(length) {
                Some(rest) => left = rest,
                None => break,
            }
        }
    };
    let _ = tokio::time::timeout(
        std::time::Duration::from_secs(5).min(limits.body_time),
        reading,
    )
    .await;
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}
