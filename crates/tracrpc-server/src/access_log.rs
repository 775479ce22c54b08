//! One line in the log for each request.

use std::time::Instant;

use axum::http::{Method, StatusCode};

use crate::request_id::RequestId;

/// What is known about a request when it is answered.
///
/// Neither headers nor the query go into the log: both may hold secrets.
pub(crate) struct Entry {
    pub(crate) id: RequestId,
    pub(crate) start: Instant,
    pub(crate) client: std::net::IpAddr,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) user: Option<String>,
    pub(crate) rpc: Option<String>,
}

impl Entry {
    /// Writes the line.
    pub(crate) fn write(&self, status: StatusCode) {
        let milliseconds = self.start.elapsed().as_secs_f64() * 1000.0;
        tracing::info!(
            target: "tracrpc::access",
            client = %self.client,
            user = self.user.as_deref().unwrap_or("-"),
            method = %self.method,
            path = self.path,
            status = status.as_u16(),
            rpc = self.rpc.as_deref().unwrap_or("-"),
            ms = format_args!("{milliseconds:.1}"),
            id = %self.id,
            "request"
        );
    }
}
