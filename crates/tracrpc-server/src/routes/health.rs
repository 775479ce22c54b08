//! `/healthz`: whether the server can do its work, for load balancers.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use axum::response::Response;
use tracrpc_env::{Environment, WaitBudget};

use crate::endpoint::{Answer, Endpoint, EndpointRequest, NoEnvironment, RequestBody};
use crate::environments::Environments;
use crate::pages;

/// How long a load balancer should have to wait for the state of health.
pub(crate) const TIME: Duration = Duration::from_secs(5);

/// Whether the database of every environment that is open, or was named when
/// the server started, can be read now.
pub(super) struct Health(pub(super) Arc<Environments>);

impl Endpoint<NoEnvironment> for Health {
    fn answers(&self, request: &EndpointRequest<'_, NoEnvironment>) -> bool {
        request.path_info == "/healthz"
    }

    fn methods(&self) -> &'static [Method] {
        &super::READING
    }

    fn answer(
        &self,
        request: &EndpointRequest<'_, NoEnvironment>,
        _: &mut RequestBody,
    ) -> Answer<NoEnvironment> {
        match is_well(&self.0, &request.actor.waits) {
            true => pages::plain(StatusCode::OK, "ok\n").into(),
            false => unwell().into(),
        }
    }
}

/// 503.
pub(super) fn unwell() -> Response {
    pages::plain(StatusCode::SERVICE_UNAVAILABLE, "unavailable\n")
}

/// Whether the databases of all environments in service can be read.
pub(crate) fn is_well(environments: &Environments, budget: &WaitBudget) -> bool {
    environments
        .in_service()
        .is_ok_and(|environments| environments.iter().all(|env| can_be_read(env, budget)))
}

fn can_be_read(environment: &Environment, budget: &WaitBudget) -> bool {
    environment
        .for_request(budget.clone())
        .probe_database()
        .inspect_err(|error| tracing::error!(environment = %environment.path().display(), %error, "the database does not answer"))
        .is_ok()
}
