//! Reading the body of a request within its limits.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt as _;

use crate::config::ServerLimits;
use crate::pages;

/// How long a body that nobody wants is taken in.
const PATIENCE: Duration = Duration::from_secs(5);

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
    mut body: Body,
    headers: &HeaderMap,
    limits: &ServerLimits,
) -> Result<Bytes, Refused> {
    let read = match announced(headers) {
        Some(length) if length > limits.body as u64 => Err(Refused::TooLarge),
        _ => tokio::time::timeout(limits.body_time, collect(&mut body, limits.body))
            .await
            .unwrap_or(Err(Refused::TooSlow)),
    };
    if read == Err(Refused::TooLarge) {
        discard(body, limits).await;
    }
    read
}

async fn collect(body: &mut Body, limit: usize) -> Result<Bytes, Refused> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refused::Broken)?;
        let data = frame.data_ref().map(Bytes::as_ref).unwrap_or_default();
        if data.len() > limit - bytes.len() {
            return Err(Refused::TooLarge);
        }
        bytes.extend_from_slice(data);
    }
    Ok(bytes.into())
}

/// Takes in a body that nobody wants, so that the client gets around to
/// reading the answer. A body that is far larger than any should be, or slow,
/// is not waited for.
pub(crate) async fn discard(mut body: Body, limits: &ServerLimits) {
    let mut left = limits.body.saturating_mul(4);
    let reading = async {
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(length) {
                Some(rest) => left = rest,
                None => break,
            }
        }
    };
    let _ = tokio::time::timeout(PATIENCE.min(limits.body_time), reading).await;
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}
