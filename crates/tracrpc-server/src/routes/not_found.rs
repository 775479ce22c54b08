//! What is nowhere.

use crate::endpoint::{Answer, BodyForm, Endpoint, EndpointRequest, RequestBody};
use crate::pages;

/// Answers 404 to everything.
pub(super) struct NotFound;

impl Endpoint for NotFound {
    fn answers(&self, _: &EndpointRequest<'_>) -> bool {
        true
    }

    fn body(&self) -> BodyForm {
        BodyForm::Nothing
    }

    fn answer(&self, request: &EndpointRequest<'_>, _: &mut RequestBody) -> Answer {
        pages::not_found(request.path_info).into()
    }
}
