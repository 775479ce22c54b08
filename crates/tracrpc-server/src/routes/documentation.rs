//! The page about the remote API.

use axum::http::Method;
use tracrpc_methods::Registry;

use crate::endpoint::{Answer, BodyForm, Endpoint, EndpointRequest, RequestBody};
use crate::negotiate;
use crate::pages::{self, Page};

/// The page about the remote API, at its paths, for those who ask for a page.
pub(super) struct Documentation;

impl Endpoint for Documentation {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        negotiate::is_at_api(request)
            && negotiate::is_api_on(request.actor.env())
            && negotiate::asks_for_a_page(request.method, request.headers)
    }

    fn methods(&self) -> &'static [Method] {
        &super::METHODS
    }

    fn body(&self) -> BodyForm {
        BodyForm::Nothing
    }

    fn answer(&self, request: &EndpointRequest<'_>, _: &mut RequestBody) -> Answer {
        let actor = request.actor;
        let registry = Registry::of(actor.env());
        if let Err(fault) = registry.admit(actor) {
            return pages::forbidden(&fault.message).into();
        }
        let page = Page {
            environment: actor.env(),
            base_url: actor.base_url(),
            user: request.login.user,
        };
        let protocols = negotiate::protocols_of(actor.env());
        pages::documentation(&page, actor, &registry, &protocols).into()
    }
}
