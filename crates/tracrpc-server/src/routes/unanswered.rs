//! What is at a path of the remote API, but is no call.

use crate::endpoint::{Answer, BodyForm, Endpoint, EndpointRequest, RequestBody};
use crate::negotiate;
use crate::pages;
use axum::http::Method;

/// Says why a request at a path of the remote API is neither a call nor gets the page
/// about it.
pub(super) struct Unanswered;

impl Endpoint for Unanswered {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        negotiate::is_at_api(request)
    }

    fn methods(&self) -> &'static [Method] {
        &super::METHODS
    }

    fn body(&self) -> BodyForm {
        BodyForm::Nothing
    }

    fn answer(&self, request: &EndpointRequest<'_>, _: &mut RequestBody) -> Answer {
        if !negotiate::is_api_on(request.actor.env()) {
            return pages::api_is_off(request.path_info).into();
        }
        if negotiate::is_foreign_form(request.method, request.headers) {
            return pages::foreign_form().into();
        }
        let content_type = negotiate::content_type(request.headers);
        pages::unsupported(content_type, request.path_info).into()
    }
}
