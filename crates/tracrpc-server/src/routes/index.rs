//! The list of the environments.

use std::sync::Arc;

use axum::http::Method;

use crate::endpoint::{Answer, Endpoint, EndpointRequest, NoEnvironment, RequestBody};
use crate::environments::Environments;
use crate::pages;

/// The page that lists the environments, where there are several.
pub(super) struct Index(pub(super) Arc<Environments>);

impl Endpoint<NoEnvironment> for Index {
    fn answers(&self, request: &EndpointRequest<'_, NoEnvironment>) -> bool {
        request.path_info == "/" && !self.0.is_single()
    }

    fn methods(&self) -> &'static [Method] {
        &super::READING
    }

    fn answer(
        &self,
        request: &EndpointRequest<'_, NoEnvironment>,
        _: &mut RequestBody,
    ) -> Answer<NoEnvironment> {
        pages::index(&self.0.list(), request.base_url).into()
    }
}
