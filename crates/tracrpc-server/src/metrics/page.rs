//! `/metrics` and `/readyz`, at an address of their own.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::get;
use tokio::sync::watch;

use crate::app::App;
use crate::headers;
use crate::pages;
use crate::routes::{HEALTH_TIME, is_well};
use crate::workers::Client;

/// The media type of the format.
const FORMAT: HeaderValue = HeaderValue::from_static(prometheus::TEXT_FORMAT);

/// What knows whether the server is to get requests.
#[derive(Clone)]
pub(crate) struct Ready {
    pub(crate) app: Arc<App>,
    /// Whether it is being stopped.
    pub(crate) stopped: watch::Receiver<bool>,
}

/// The service at the address for metrics.
pub(crate) fn router(ready: Ready) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/readyz", get(readiness))
        .fallback(async || {
            pages::plain(
                StatusCode::NOT_FOUND,
                "only /metrics and /readyz are here\n",
            )
        })
        .layer(axum::middleware::map_response(headers::harden))
        .with_state(ready)
}

async fn metrics(State(ready): State<Ready>) -> Response {
    // A plugin's process is looked up among files.
    let reading = tokio::task::spawn_blocking(move || {
        let metrics = ready.app.watch.metrics.as_ref();
        metrics.map(|metrics| metrics.text(&ready.app))
    });
    match reading.await {
        Ok(Some(Ok(text))) => pages::with_body(StatusCode::OK, Some(FORMAT), text.into_bytes()),
        Ok(Some(Err(error))) => {
            tracing::error!(%error, "the metrics cannot be written");
            pages::internal_error()
        }
        Ok(None) | Err(_) => pages::internal_error(),
    }
}

/// 200 while the server takes requests and can do its work: the databases of all environments
/// can be read that are open, or were named when it started.
async fn readiness(State(ready): State<Ready>) -> Response {
    if *ready.stopped.borrow() {
        return pages::plain(StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    let app = &ready.app;
    let asking = |app: &App, budget| is_well(&app.environments, &budget);
    let deadline = Instant::now() + HEALTH_TIME;
    match app.on(&app.workers, Client::Server, deadline, asking).await {
        Ok(true) => pages::plain(StatusCode::OK, "ready\n"),
        Ok(false) | Err(_) => pages::plain(StatusCode::SERVICE_UNAVAILABLE, "unavailable\n"),
    }
}
