//! An endpoint: `/clock` says who asks for the time, and from where.

use tracrpc_server::{Body, Endpoint, EndpointRequest, Response};

/// The endpoint.
pub struct Clock;

impl Endpoint for Clock {
    fn answers(&self, path_info: &str) -> bool {
        path_info == "/clock"
    }

    fn answer(&self, request: &EndpointRequest<'_>) -> Response {
        let text = format!(
            "{} {} at {} asks for the time of {}: {} {} bytes\n",
            request.method,
            request.actor.authname(),
            request
                .actor
                .request()
                .map_or("nowhere".to_owned(), |info| info.peer().to_string()),
            request.actor.env().name(),
            request.query.unwrap_or_default(),
            request.body.len(),
        );
        Response::new(Body::from(text))
    }
}
