//! An endpoint: `/clock` says who asks for the time, and from where.

use tracrpc_server::{Answer, Body, Endpoint, EndpointRequest, RequestBody, Response};

/// The endpoint.
pub struct Clock;

impl Endpoint for Clock {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        request.path_info == "/clock"
    }

    fn answer(&self, request: &EndpointRequest<'_>, body: &mut RequestBody) -> Answer {
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
            body.bytes().len(),
        );
        Response::new(Body::from(text)).into()
    }
}
