//! All that answers requests, in one table.

mod documentation;
mod health;
mod index;
mod login;
mod not_found;
mod redirect;
mod remote_api;
mod unanswered;

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use axum::response::Response;
use tracrpc_env::WaitBudget;

pub(crate) use self::health::{TIME as HEALTH_TIME, is_well};
pub(crate) use self::remote_api::Room;
use crate::auth::AuthRequest;
use crate::endpoint::{BodyForm, Endpoint, EndpointRequest, Login, NoEnvironment};
use crate::environments::Environments;

/// The HTTP methods that make sense at paths of environments.
pub(crate) static METHODS: [Method; 4] = [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS];

/// Those that make sense where there is something to read only.
static READING: [Method; 3] = [Method::GET, Method::HEAD, Method::OPTIONS];

/// The endpoints, each in the order in which they are asked.
pub(crate) struct Routes {
    /// What belongs to the server as a whole.
    server: Vec<ServerRoute>,
    /// What belongs to each environment.
    environment: Vec<Box<dyn Endpoint>>,
    /// Whether any of them wants bodies as streams.
    pub(crate) has_streams: bool,
    /// For questions that nobody waits for.
    nobody: NoEnvironment,
}

impl Routes {
    /// The table. `added` is what others add.
    pub(crate) fn new(
        environments: &Arc<Environments>,
        hides_index: bool,
        room: Room,
        added: Added,
    ) -> Self {
        let mut server = vec![
            // /healthz
            route(health::Health(Arc::clone(environments))).within(health::TIME, health::unwell),
        ];
        if !hides_index {
            // / where there are several environments
            server.push(route(index::Index(Arc::clone(environments))));
        }
        server.extend(added.server.into_iter().map(ServerRoute::of));
        let mut environment: Vec<Box<dyn Endpoint>> = vec![
            // /, which leads to the documentation
            Box::new(redirect::Root),
            // /login, where a login to the web site begins
            Box::new(login::Login),
            // /logout, where it ends
            Box::new(login::Logout),
            // …/, which leads to the path without the slash
            Box::new(redirect::SlashAtTheEnd),
            // /X and /login/X, where a protocol has the path and the media type
            Box::new(remote_api::RemoteApi::new(room)),
            // /X and /login/X, where a protocol has the path, for people
            Box::new(documentation::Documentation),
            // /X and /login/X, where a protocol has the path, for whatever else
            Box::new(unanswered::Unanswered),
        ];
        environment.extend(added.environment);
        let is_stream =
            |endpoint: &dyn Endpoint| matches!(endpoint.body(), BodyForm::Stream { .. });
        Self {
            has_streams: environment.iter().any(|endpoint| is_stream(&**endpoint)),
            server,
            environment,
            nobody: NoEnvironment::new(WaitBudget::none()),
        }
    }

    /// What answers a request to an environment.
    pub(crate) fn find(&self, request: &EndpointRequest<'_>) -> &dyn Endpoint {
        let mut endpoints = self.environment.iter();
        let endpoint = endpoints.find(|endpoint| endpoint.answers(request));
        endpoint.map_or(&not_found::NotFound, |endpoint| &**endpoint)
    }

    /// What answers a request to the server as a whole at this path, if anything does.
    pub(crate) fn find_of_server(
        &self,
        request: &AuthRequest,
        path_info: &str,
    ) -> Option<&ServerRoute> {
        let request = EndpointRequest {
            actor: &self.nobody,
            method: &request.method,
            path_info,
            query: request.uri.query(),
            base_url: "",
            headers: &request.headers,
            login: Login::NONE,
        };
        let mut routes = self.server.iter();
        routes.find(|route| route.endpoint.answers(&request))
    }
}

/// What others add to the table.
#[derive(Default)]
pub(crate) struct Added {
    pub(crate) server: Vec<Arc<dyn Endpoint<NoEnvironment>>>,
    pub(crate) environment: Vec<Box<dyn Endpoint>>,
}

/// An endpoint of the server as a whole.
#[derive(Clone)]
pub(crate) struct ServerRoute {
    pub(crate) endpoint: Arc<dyn Endpoint<NoEnvironment>>,
    /// How long it may take, and what is answered if it takes longer or panics.
    pub(crate) bound: Option<(Duration, fn() -> Response)>,
}

fn route(endpoint: impl Endpoint<NoEnvironment> + 'static) -> ServerRoute {
    ServerRoute::of(Arc::new(endpoint))
}

impl ServerRoute {
    fn of(endpoint: Arc<dyn Endpoint<NoEnvironment>>) -> Self {
        Self {
            endpoint,
            bound: None,
        }
    }

    fn within(mut self, time: Duration, otherwise: fn() -> Response) -> Self {
        self.bound = Some((time, otherwise));
        self
    }
}
