//! One HTTP request: what it asks for, and who answers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;

use crate::access_log::Entry;
use crate::app::App;
use crate::auth::AuthRequest;
use crate::body;
use crate::connection::SocketAddresses;
use crate::health;
use crate::origin::Origin;
use crate::pages;
use crate::route::{self, Target};
use crate::visitor::Visitor;
use crate::work::{Attempt, Content, HttpAnswer, Job, RequestHead, attempt};

/// How long a load balancer should have to wait for the state of health.
const HEALTH_TIME: Duration = Duration::from_secs(5);

/// The service that answers requests.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new().fallback(handle).with_state(app)
}

async fn handle(State(app): State<Arc<App>>, request: Request) -> Response {
    let Some(&SocketAddresses { peer, local }) = request.extensions().get::<SocketAddresses>()
    else {
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
            let query = parts.uri.query().map(ToOwned::to_owned);
            let request = AuthRequest {
                method: parts.method,
                uri: parts.uri,
                headers: parts.headers,
                peer: origin.client,
                tls: None,
            };
            let head = RequestHead {
                request: Arc::new(request),
                place,
                query,
                base_url,
            };
            let answer = visit(app, head, body).await;
            entry.user = answer.user;
            entry.rpc = answer.methods;
            answer.response
        }
    }
}

/// Answers a request to an environment. Who it is from is known before a large
/// body of it is taken in.
async fn visit(app: &Arc<App>, head: RequestHead, body: Body) -> HttpAnswer {
    let name = head.place.name.as_deref();
    let rule = app.environments.rule_name(name);
    let path = || app.environments.path(name);
    let mut visitor = Visitor::new(app.gate.of(rule, path));
    let challenged = |visitor: &Visitor| pages::challenge(&visitor.challenges(&head.request));
    let is_stranger = !visitor.has_credentials(&head.request);
    if visitor.can_log_in() && is_stranger && head.place.wants_login() {
        let response = challenged(&visitor);
        return body::answer_early(response, body, &head.request.headers, app).into();
    }
    if !body::is_small(&body) {
        if let Err(response) = introduce(app, &mut visitor, &head).await {
            return response.into();
        }
        if visitor.is_refused(head.place.wants_login()) {
            let response = challenged(&visitor);
            return body::answer_early(response, body, &head.request.headers, app).into();
        }
    }
    let received = match body::read(body, &head.request.headers, app, visitor.whom()).await {
        Ok(received) => received,
        Err(refused) => return refused.response().into(),
    };
    let job = Job {
        head,
        visitor,
        may_be_heavy: false,
        content: Content::Received(received),
        deadline: app.deadline(),
    };
    match answer(app, job).await {
        Ok(answer) => answer,
        Err(response) => response.into(),
    }
}

/// Finds out who asks, before anything else.
async fn introduce(
    app: &Arc<App>,
    visitor: &mut Visitor,
    head: &RequestHead,
) -> Result<(), Response> {
    if !visitor.has_credentials(&head.request) {
        return Ok(());
    }
    let deadline = app.deadline();
    let (mut judged, request) = (visitor.clone(), Arc::clone(&head.request));
    let recalling = move |_: &App, _| {
        let done = judged.recall(&request);
        (judged, done)
    };
    let (mut judged, done) = app.on(&app.workers, deadline, recalling).await?;
    if !done {
        let request = Arc::clone(&head.request);
        let judging = move |_: &App, _| {
            judged.judge(&request);
            judged
        };
        judged = app.on(&app.checkers, deadline, judging).await?;
    }
    *visitor = judged;
    Ok(())
}

/// Tries on one kind of threads after the other, until one may do the job.
async fn answer(app: &Arc<App>, job: Job) -> Result<HttpAnswer, Response> {
    let deadline = job.deadline;
    let tried = app.on(&app.workers, deadline, move |app, budget| {
        attempt(app, job, budget)
    });
    let mut tried = tried.await?;
    if let Attempt::Undecided(mut job) = tried {
        // Computing a hash is slow on purpose. It has threads of its own, so
        // that guesses at passwords do not keep others from working.
        let judging = move |_: &App, _| {
            job.visitor.judge(&job.head.request);
            job
        };
        let job = app.on(&app.checkers, deadline, judging).await?;
        let again = app.on(&app.workers, deadline, move |app, budget| {
            attempt(app, *job, budget)
        });
        tried = again.await?;
    }
    if let Attempt::Heavy(mut job) = tried {
        job.may_be_heavy = true;
        let again = app.on(&app.heavy_workers, deadline, move |app, budget| {
            attempt(app, *job, budget)
        });
        tried = again.await?;
    }
    match tried {
        Attempt::Done(answer) => Ok(*answer),
        Attempt::Undecided(_) | Attempt::Heavy(_) => Err(pages::internal_error()),
    }
}

async fn check_health(app: &Arc<App>) -> Response {
    let deadline = Instant::now() + HEALTH_TIME;
    match app
        .on(&app.workers, deadline, |app, budget| {
            health::is_well(&app.environments, &budget)
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
    let list = app.on(&app.workers, app.deadline(), move |app, _| {
        pages::index(&app.environments.list(), &root)
    });
    list.await.unwrap_or_else(|response| response)
}
