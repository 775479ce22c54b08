//! One HTTP request: what it asks for, whether it may, who answers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use tracrpc_env::Environment;
use tracrpc_methods::Registry;
use tracrpc_wire::{Fault, Protocol};

use crate::access_log::Entry;
use crate::auth::{Authenticator, Gate, Verdict};
use crate::body;
use crate::call::{Answered, Desk};
use crate::config::{ServerConfig, ServerLimits};
use crate::connection::Ends;
use crate::environments::{Environments, Missing};
use crate::health;
use crate::negotiate::{self, Answer};
use crate::origin::Origin;
use crate::pages::{self, Page};
use crate::route::{self, Place, Target};
use crate::workers::{Panicked, Workers};

/// How long a load balancer should have to wait for the state of health.
const HEALTH_TIME: Duration = Duration::from_secs(5);

/// Everything that requests share.
pub(crate) struct App {
    config: ServerConfig,
    environments: Environments,
    gate: Gate,
    protocols: Vec<Box<dyn Protocol>>,
    registry: Registry,
    workers: Workers,
    checkers: Workers,
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
            checkers: Workers::new(config.limits.checkers()),
            config,
        })
    }

    pub(crate) fn limits(&self) -> &ServerLimits {
        &self.config.limits
    }

    /// When a request that begins to be answered now must be.
    fn deadline(&self) -> Instant {
        Instant::now() + self.config.limits.request_time
    }

    /// Runs `job` on one of `workers`, or says in a response why not.
    async fn on<T: Send + 'static>(
        self: &Arc<Self>,
        workers: &Workers,
        deadline: Instant,
        job: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, Response> {
        let app = Arc::clone(self);
        let run = workers.run(move || job(&app));
        match tokio::time::timeout_at(deadline.into(), run).await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(Panicked)) => Err(pages::internal_error()),
            Err(_) => Err(pages::too_late()),
        }
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
    query: Option<String>,
    /// The address of the environment, absolute, without a slash at the end.
    base_url: String,
}

impl Asked {
    fn authorization(&self) -> Option<&HeaderValue> {
        self.headers.get(header::AUTHORIZATION)
    }
}

async fn handle(State(app): State<Arc<App>>, request: Request) -> Response {
    let Some(&Ends { peer, local }) = request.extensions().get::<Ends>() else {
        return pages::internal_error();
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
    let mut response = dispatch(&app, request, &origin, &mut entry).await;
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
                query: parts.uri.query().map(ToOwned::to_owned),
                base_url,
            };
            let worked = visit(app, asked, body).await;
            entry.user = worked.user;
            entry.rpc = worked.methods;
            worked.response
        }
    }
}

/// Answers a request to an environment.
async fn visit(app: &Arc<App>, asked: Asked, body: Body) -> Worked {
    let rule = app.environments.rule_name(asked.place.name.as_deref());
    let authenticator = app.gate.of(rule);
    if let (Some(authenticator), None, true) = (
        &authenticator,
        asked.authorization(),
        asked.place.wants_login(),
    ) {
        body::discard(body, app.limits()).await;
        return pages::challenge(&authenticator.challenge()).into();
    }
    let body = match body::read(body, &asked.headers, app.limits()).await {
        Ok(body) => body,
        Err(refused) => return refused.response().into(),
    };
    let job = Job {
        asked,
        authenticator,
        verdict: None,
        body,
        deadline: app.deadline(),
    };
    let attempt = app
        .on(&app.workers, job.deadline, move |app| attempt(app, job))
        .await;
    let job = match attempt {
        Ok(Attempt::Done(worked)) => return *worked,
        Ok(Attempt::Undecided(job)) => *job,
        Err(response) => return response.into(),
    };
    // Computing a hash is slow on purpose. It has threads of its own, so that
    // guesses at passwords do not keep others from working.
    let deadline = job.deadline;
    let judged = match app.on(&app.checkers, deadline, move |_| judge(job)).await {
        Ok(job) => job,
        Err(response) => return response.into(),
    };
    match app
        .on(&app.workers, deadline, move |app| work(app, &judged))
        .await
    {
        Ok(worked) => worked,
        Err(response) => response.into(),
    }
}

/// A request with everything that a worker needs to answer it.
struct Job {
    asked: Asked,
    authenticator: Option<Arc<dyn Authenticator>>,
    /// What the credentials are worth, once that is known.
    verdict: Option<Verdict>,
    body: Bytes,
    deadline: Instant,
}

/// What came of the first look at a request.
enum Attempt {
    /// It is answered.
    Done(Box<Worked>),
    /// Its credentials have to be judged first.
    Undecided(Box<Job>),
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

/// Answers a request at once if its credentials are known already or there are none.
fn attempt(app: &App, mut job: Job) -> Attempt {
    if let (Some(authenticator), Some(authorization)) =
        (&job.authenticator, job.asked.authorization())
    {
        job.verdict = authenticator.recall(authorization.as_bytes());
        if job.verdict.is_none() {
            return Attempt::Undecided(Box::new(job));
        }
    }
    Attempt::Done(Box::new(work(app, &job)))
}

fn judge(mut job: Job) -> Job {
    if let (Some(authenticator), Some(authorization)) =
        (&job.authenticator, job.asked.authorization())
    {
        job.verdict = Some(authenticator.judge(authorization.as_bytes()));
    }
    job
}

/// Answers a request whose credentials are judged. They count on every path,
/// but only some paths ask for them.
fn work(app: &App, job: &Job) -> Worked {
    let user = match &job.verdict {
        None => None,
        Some(Verdict::User(user)) => Some(user.clone()),
        Some(Verdict::Foreign) if !job.asked.place.wants_login() => None,
        Some(Verdict::Foreign | Verdict::Refused) => {
            let challenge = job
                .authenticator
                .as_ref()
                .map(|authenticator| authenticator.challenge());
            return pages::challenge(&challenge.unwrap_or_default()).into();
        }
    };
    let mut worked = match app.environments.get(job.asked.place.name.as_deref()) {
        Ok(environment) => respond(app, job, &environment, user.as_deref()),
        Err(Missing::Unknown) => pages::not_found(&job.asked.place.path_info).into(),
        Err(Missing::Broken) => {
            pages::broken_environment(negotiate::accepts_html(&job.asked.headers)).into()
        }
    };
    worked.user = user;
    worked
}

fn respond(app: &App, job: &Job, environment: &Environment, user: Option<&str>) -> Worked {
    let asked = &job.asked;
    let page = Page {
        environment,
        base_url: &asked.base_url,
        user,
    };
    let path_info = &asked.place.path_info;
    if path_info == "/" {
        return pages::entrance(&page, job.authenticator.is_some()).into();
    }
    let shorter = path_info.trim_end_matches('/');
    if shorter != path_info {
        return pages::moved(asked.base_url.as_str(), shorter, asked.query.as_deref()).into();
    }
    let endpoint = asked
        .place
        .endpoint()
        .filter(|endpoint| negotiate::is_endpoint(&app.protocols, endpoint));
    let Some(endpoint) = endpoint else {
        return pages::not_found(path_info).into();
    };
    let actor = environment.actor(&authname(environment, user), &asked.base_url);
    match negotiate::choose(&app.protocols, endpoint, &asked.method, &asked.headers) {
        Answer::Call(protocol) => {
            let desk = Desk {
                registry: &app.registry,
                protocol,
                deadline: job.deadline,
            };
            let answered = if asked.place.wants_login() && user.is_none() {
                desk.refuse(
                    &job.body,
                    &Fault::application("Authentication information not available"),
                )
            } else {
                desk.answer(&actor, &job.body)
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

/// The name by which the environment knows the user, as Trac's login module
/// gives it.
fn authname(environment: &Environment, user: Option<&str>) -> String {
    let user = user.unwrap_or("anonymous");
    match environment.config().trac() {
        Ok(trac) if trac.ignore_auth_case => user.to_lowercase(),
        _ => user.to_owned(),
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
    let deadline = Instant::now() + HEALTH_TIME;
    match app
        .on(&app.workers, deadline, |app| {
            health::is_well(&app.environments)
        })
        .await
    {
        Ok(true) => pages::plain(StatusCode::OK, "ok\n"),
        _ => pages::plain(StatusCode::SERVICE_UNAVAILABLE, "unavailable\n"),
    }
}

async fn list_environments(app: &Arc<App>, method: &Method, root: &str) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return pages::not_found("/");
    }
    let root = format!("{root}{}", app.config.base_path);
    let list = app.on(&app.workers, app.deadline(), move |app| {
        pages::index(&app.environments.list(), &root)
    });
    list.await.unwrap_or_else(|response| response)
}
