//! One HTTP request: what it asks for, whether it may, who answers.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use tracrpc_env::Environment;
use tracrpc_methods::Registry;
use tracrpc_wire::{Fault, Limits, Protocol};

use crate::access_log::Entry;
use crate::auth::{Authenticator, Gate, Verdict};
use crate::body;
use crate::call::{self, Answered};
use crate::config::{ServerConfig, ServerLimits};
use crate::connection::Ends;
use crate::environments::{Environments, Missing};
use crate::health;
use crate::negotiate::{self, Answer};
use crate::origin::Origin;
use crate::pages::{self, Page};
use crate::route::{self, Place, Target};
use crate::workers::Workers;

/// Everything that requests share.
pub(crate) struct App {
    config: ServerConfig,
    environments: Environments,
    gate: Gate,
    protocols: Vec<Box<dyn Protocol>>,
    registry: Registry,
    workers: Workers,
}

impl App {
    pub(crate) fn new(mut config: ServerConfig, registry: Registry) -> Result<Self, String> {
        let base_path = config.base_path.trim_matches('/');
        config.base_path = if base_path.is_empty() {
            String::new()
        } else {
            format!("/{base_path}")
        };
        Ok(Self {
            environments: Environments::new(config.environments.clone()),
            gate: Gate::open(&config.auth)?,
            protocols: tracrpc_wire::protocol::builtin(),
            registry,
            workers: Workers::new(config.limits.workers),
            config,
        })
    }

    pub(crate) fn limits(&self) -> &ServerLimits {
        &self.config.limits
    }
}

/// The service that answers requests.
pub(crate) fn router(app: App) -> Router {
    Router::new().fallback(handle).with_state(Arc::new(app))
}

/// A request without its body, and what is known about it.
struct Asked {
    method: Method,
    headers: HeaderMap,
    place: Place,
    /// The address of the environment, absolute, without a slash at the end.
    base_url: String,
}

async fn handle(State(app): State<Arc<App>>, request: Request) -> Response {
    let ends = request.extensions().get::<Ends>().copied();
    let Some(Ends { peer, local }) = ends else {
        return pages::plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the connection has no ends",
        );
    };
    let origin = Origin::find(request.headers(), peer, local, &app.config.trusted_proxies);
    let mut entry = Entry {
        start: Instant::now(),
        client: origin.client,
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        user: None,
        rpc: None,
    };
    let time = app.config.limits.body_time + app.config.limits.request_time;
    let answer = tokio::time::timeout(time, dispatch(&app, request, &origin, &mut entry)).await;
    let mut response = answer.unwrap_or_else(|_| {
        pages::plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "The answer took too long. What was begun may still take effect.",
        )
    });
    let name = HeaderValue::from_static(concat!("tracrpc/", env!("CARGO_PKG_VERSION")));
    response.headers_mut().insert(header::SERVER, name);
    entry.write(response.status());
    response
}

async fn dispatch(
    app: &Arc<App>,
    request: Request,
    origin: &Origin,
    entry: &mut Entry,
) -> Response {
    let path = request.uri().path();
    match route::find(path, &app.config.base_path, app.environments.is_single()) {
        Target::Health => check_health(app).await,
        Target::Index => list_environments(app, request.method(), &origin.root).await,
        Target::Nothing => pages::not_found(path),
        Target::Environment(place) => {
            let (parts, body) = request.into_parts();
            let base_url = format!("{}{}", origin.root, place.script_name);
            let asked = Asked {
                method: parts.method,
                headers: parts.headers,
                place,
                base_url,
            };
            visit(app, asked, body, entry).await
        }
    }
}

/// Answers a request to an environment.
async fn visit(app: &Arc<App>, asked: Asked, body: Body, entry: &mut Entry) -> Response {
    let rule = app.environments.rule_name(asked.place.name.as_deref());
    let authenticator = app.gate.of(rule);
    let authorization = asked.headers.get(header::AUTHORIZATION).cloned();
    if let (Some(authenticator), None, true) =
        (&authenticator, &authorization, asked.place.wants_login())
    {
        body::discard(body, app.limits()).await;
        return pages::challenge(&authenticator.challenge());
    }
    let body = match body::read(body, &asked.headers, app.limits()).await {
        Ok(body) => body,
        Err(refused) => return refused.response(),
    };
    let work = {
        let app = Arc::clone(app);
        move || {
            work(
                &app,
                &asked,
                authenticator.as_deref(),
                authorization.as_ref(),
                &body,
            )
        }
    };
    match app.workers.run(work).await {
        Ok(worked) => {
            entry.user = worked.user;
            entry.rpc = worked.methods;
            worked.response
        }
        Err(_) => pages::internal_error(),
    }
}

/// What a worker made of a request.
struct Worked {
    response: Response,
    user: Option<String>,
    methods: Option<String>,
}

impl From<Response> for Worked {
    fn from(response: Response) -> Self {
        Self {
            response,
            user: None,
            methods: None,
        }
    }
}

/// Answers a request on a worker thread: everything that reads files,
/// computes hashes or asks a database.
fn work(
    app: &App,
    asked: &Asked,
    authenticator: Option<&dyn Authenticator>,
    authorization: Option<&HeaderValue>,
    body: &Bytes,
) -> Worked {
    let user = match identify(asked, authenticator, authorization) {
        Ok(user) => user,
        Err(challenge) => return (*challenge).into(),
    };
    let mut worked = match app.environments.get(asked.place.name.as_deref()) {
        Ok(environment) => respond(app, asked, &environment, user.as_deref(), body),
        Err(Missing::Unknown) => pages::not_found(&asked.place.path_info).into(),
        Err(Missing::Broken) => pages::broken_environment().into(),
    };
    worked.user = user;
    worked
}

/// The name of the user; `None` for nobody in particular. Credentials count
/// on every path, but only some paths ask for them.
fn identify(
    asked: &Asked,
    authenticator: Option<&dyn Authenticator>,
    authorization: Option<&HeaderValue>,
) -> Result<Option<String>, Box<Response>> {
    let (Some(authenticator), Some(authorization)) = (authenticator, authorization) else {
        return Ok(None);
    };
    match authenticator.judge(authorization.as_bytes()) {
        Verdict::User(user) => Ok(Some(user)),
        Verdict::Foreign if !asked.place.wants_login() => Ok(None),
        Verdict::Foreign | Verdict::Refused => {
            Err(Box::new(pages::challenge(&authenticator.challenge())))
        }
    }
}

fn respond(
    app: &App,
    asked: &Asked,
    environment: &Environment,
    user: Option<&str>,
    body: &Bytes,
) -> Worked {
    let page = Page {
        environment,
        base_url: &asked.base_url,
        user,
    };
    let path_info = &asked.place.path_info;
    if path_info == "/" {
        return pages::entrance(
            &page,
            app.gate
                .of(app.environments.rule_name(asked.place.name.as_deref()))
                .is_some(),
        )
        .into();
    }
    let endpoint = asked
        .place
        .endpoint()
        .filter(|endpoint| negotiate::is_endpoint(&app.protocols, endpoint));
    let Some(endpoint) = endpoint else {
        return pages::not_found(path_info).into();
    };
    let actor = environment.actor(user.unwrap_or("anonymous"), &asked.base_url);
    match negotiate::choose(&app.protocols, endpoint, &asked.method, &asked.headers) {
        Answer::Call(protocol) => {
            let answered = if asked.place.wants_login() && user.is_none() {
                let fault = Fault::application("Authentication information not available");
                call::refuse(protocol, &Limits::default(), body, &fault)
            } else {
                call::answer(&app.registry, protocol, &Limits::default(), &actor, body)
            };
            called(answered, asked)
        }
        Answer::Documentation => match app.registry.admit(&actor) {
            Ok(()) => pages::documentation(&page, &actor, &app.registry, &app.protocols).into(),
            Err(fault) => pages::forbidden(&fault.message).into(),
        },
        Answer::ForeignForm => pages::foreign_form().into(),
        Answer::Unsupported => {
            pages::unsupported(negotiate::content_type(&asked.headers), path_info).into()
        }
    }
}

/// The answer to a call. It has the content type of the request, to the letter.
fn called(answered: Answered, asked: &Asked) -> Worked {
    let response = match answered.body {
        Some(body) => {
            let content_type = asked.headers.get(header::CONTENT_TYPE).cloned();
            pages::with_body(StatusCode::OK, content_type, body)
        }
        None => pages::empty(StatusCode::NO_CONTENT),
    };
    Worked {
        response,
        user: None,
        methods: Some(answered.methods),
    }
}

async fn check_health(app: &Arc<App>) -> Response {
    let shared = Arc::clone(app);
    let check = app
        .workers
        .run(move || health::is_well(&shared.environments));
    match tokio::time::timeout(std::time::Duration::from_secs(5), check).await {
        Ok(Ok(true)) => pages::plain(StatusCode::OK, "ok\n"),
        _ => pages::plain(StatusCode::SERVICE_UNAVAILABLE, "unavailable\n"),
    }
}

async fn list_environments(app: &Arc<App>, method: &Method, root: &str) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return pages::not_found("/");
    }
    let shared = Arc::clone(app);
    let root = format!("{root}{}", app.config.base_path);
    let list = app
        .workers
        .run(move || pages::index(&shared.environments.list(), &root));
    list.await.unwrap_or_else(|_| pages::internal_error())
}
