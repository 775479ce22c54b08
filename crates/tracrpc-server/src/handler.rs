//! One HTTP request: what it asks for, and who answers.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use tracing::Instrument as _;

use crate::access_log::Entry;
use crate::app::App;
use crate::auth::{AuthRequest, cookies, login_form};
use crate::body;
use crate::budget::Whom;
use crate::connection::SocketAddresses;
use crate::cors;
use crate::headers;
use crate::job::{Attempt, Content, Job, RequestHead};
use crate::line::Line;
use crate::origin::Origin;
use crate::outcome::HttpAnswer;
use crate::pages;
use crate::place::{self, Place};
use crate::refused::Refused;
use crate::request_id::RequestId;
use crate::routes::{METHODS, ServerRoute};
use crate::stream::Rest;
use crate::tls::Secured;
use crate::trail::{Sent, Trail};
use crate::transfer;
use crate::visitor::Visitor;
use crate::work::{self, attempt};
use crate::workers::Workers;

/// The service that answers requests.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new().fallback(handle).with_state(app)
}

async fn handle(State(app): State<Arc<App>>, mut request: Request) -> Response {
    let Some(&SocketAddresses { peer, local }) = request.extensions().get::<SocketAddresses>()
    else {
        return pages::internal_error();
    };
    let scheme = match request.extensions().get::<Secured>() {
        Some(_) => "https",
        None => "http",
    };
    let proxies = &app.config.trusted_proxies;
    let origin = Origin::find(request.headers(), scheme, peer, local, proxies);
    let id = RequestId::find(request.headers(), proxies.trusts(peer.ip()));
    let trail = Arc::new(Trail::new(
        &app.watch,
        id.clone(),
        origin.client,
        request.method(),
        request.uri().path(),
    ));
    let received = request.body().size_hint().exact();
    let mut entry = Entry {
        id: id.clone(),
        start: Instant::now(),
        client: origin.client,
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        user: None,
        rpc: None,
    };
    let is_in_chunks = transfer::is_in_chunks(request.headers());
    let line = request.extensions_mut().remove::<Line>();
    let gone = async {
        match line {
            Some(line) => line.gone().await,
            None => std::future::pending().await,
        }
    };
    let span = tracing::error_span!("request", %id);
    let answering = dispatch(&app, request, &origin, &trail, &mut entry).instrument(span);
    let response = tokio::select! {
        response = answering => response,
        () = gone => pages::too_late(),
    };
    let mut response = pages::naming(response, &id);
    if is_in_chunks {
        transfer::close(&mut response);
    }
    entry.write(response.status());
    if response.status() == StatusCode::BAD_REQUEST {
        trail.malformed();
    }
    trail.answered(Sent {
        status: response.status().as_u16(),
        time: entry.start.elapsed(),
        received,
        sent: response.body().size_hint().exact(),
    });
    headers::of_request(response, &id).await
}

async fn dispatch(
    app: &Arc<App>,
    request: Request,
    origin: &Origin,
    trail: &Arc<Trail>,
    entry: &mut Entry,
) -> Response {
    let (mut parts, body) = request.into_parts();
    if !transfer::is_known(&parts.headers) {
        let mut refusal = pages::unknown_transfer();
        transfer::close(&mut refusal);
        return body::answer_without(Rest::all(body), refusal, &parts.headers, app).await;
    }
    let secured = parts.extensions.remove::<Secured>();
    if [Method::TRACE, Method::CONNECT].contains(&parts.method) {
        return pages::not_allowed(&METHODS);
    }
    let query = parts.uri.query().map(ToOwned::to_owned);
    let request = Arc::new(AuthRequest {
        method: parts.method,
        uri: parts.uri,
        headers: parts.headers,
        peer: origin.client,
        is_proxied: origin.is_proxied,
        root: origin.root.clone(),
        tls: secured.and_then(|secured| secured.client),
    });
    let path = request.uri.path();
    let base_path = &app.config.base_path;
    let head = |place: Place| RequestHead {
        trail: Arc::clone(trail),
        request: Arc::clone(&request),
        query,
        base_url: format!("{}{}", origin.root, place.script_name),
        place,
    };
    for path_info in place::of_server(path, base_path) {
        if let Some(route) = app.routes.find_of_server(&request, path_info) {
            let place = Place::of_server(base_path, path_info);
            return answer_of_server(app, head(place), route.clone()).await;
        }
    }
    match place::of_environment(path, base_path, app.environments.is_single()) {
        None => pages::not_found(path),
        Some(place) => {
            let name = app.environments.rule_name(place.name.as_deref());
            trail.environment(name);
            let (head, body) = match login_form::is_one(&place, &request) {
                false => (head(place), body),
                true => match login_form::read(head(place), body, app.limits()).await {
                    Ok(head) => (head, Body::empty()),
                    Err(response) => return response,
                },
            };
            let head = Arc::new(head);
            let answer = visit(app, Arc::clone(&head), body).await;
            entry.user = answer.user;
            entry.rpc = answer.methods;
            show_to_scripts(app, head, answer.response).await
        }
    }
}

/// Answers a browser that asks what a script may send, with no credentials; and nothing to
/// others.
async fn preflight(app: &Arc<App>, head: &Arc<RequestHead>) -> Option<Response> {
    if !cors::is_preflight(&head.request.method, &head.request.headers) {
        return None;
    }
    let (client, head) = (head.stranger(), Arc::clone(head));
    let asking = move |app: &App, budget| work::preflight(app, &head, budget);
    let asked = app.on(&app.workers, client, app.deadline(), asking).await;
    asked.unwrap_or_else(Some)
}

/// Has scripts of other origins see what was answered before the environment was asked.
async fn show_to_scripts(app: &Arc<App>, head: Arc<RequestHead>, response: Response) -> Response {
    let is_of_script = head.request.headers.contains_key(header::ORIGIN);
    if !is_of_script || cors::is_decorated(&response) {
        return response;
    }
    let client = head.stranger();
    let showing = move |app: &App, budget| work::show_early(app, &head, budget, response);
    let shown = app.on(&app.workers, client, app.deadline(), showing).await;
    shown.unwrap_or_else(|late| late)
}

/// Answers a request to the server as a whole.
async fn answer_of_server(app: &Arc<App>, head: RequestHead, route: ServerRoute) -> Response {
    let deadline = match route.bound {
        Some((time, _)) => Instant::now() + time,
        None => app.deadline(),
    };
    let client = head.stranger();
    let answering =
        move |app: &App, waits| work::answer_of_server(app, &head, &*route.endpoint, waits);
    let answered = app.on(&app.workers, client, deadline, answering).await;
    answered.unwrap_or_else(|late| route.bound.map_or(late, |(_, otherwise)| otherwise()))
}

/// Answers a request to an environment. Who it is from is known before a large
/// body of it is taken in.
async fn visit(app: &Arc<App>, head: Arc<RequestHead>, body: Body) -> HttpAnswer {
    if let Some(response) = preflight(app, &head).await {
        let headers = &head.request.headers;
        let answered = body::answer_without(Rest::all(body), response, headers, app);
        return answered.await.into();
    }
    let name = head.place.name.as_deref();
    let rule = app.environments.rule_name(name);
    let path = || app.environments.path(name);
    let mut visitor = Visitor::new(app.gate.of(rule, path).before(app.sites.of(name)));
    let headers = &head.request.headers;
    let is_stranger = !visitor.has_credentials(&head.request);
    if head.wants_login() && !visitor.knows_the_ways() {
        let asked = visitor.clone();
        let finding = move |_: &App, _| asked.find_the_ways();
        if let Err(response) = app
            .on(&app.workers, head.stranger(), app.deadline(), finding)
            .await
        {
            return response.into();
        }
    }
    if visitor.can_log_in() && is_stranger && head.wants_login() {
        return challenge(app, &visitor, &head, body).await;
    }
    let stream = match body::is_small(&body, headers) {
        true => Ok(None),
        false => introduce(app, &mut visitor, &head).await,
    };
    let stream = match stream {
        Ok(stream) => stream,
        Err(response) => return response.into(),
    };
    if visitor.is_refused(head.wants_login()) {
        return challenge(app, &visitor, &head, body).await;
    }
    let content = match take_in(app, body, headers, stream, visitor.login().whom()).await {
        Ok(content) => content,
        Err(response) => return response.into(),
    };
    let (workers, deadline) = match stream {
        Some(_) => (&app.streamers, Instant::now() + app.limits().stream_time()),
        None => (&app.workers, app.deadline()),
    };
    let job = Job {
        head: Arc::clone(&head),
        visitor,
        may_be_heavy: false,
        content,
        begun: None,
        deadline,
        rest: None,
    };
    let mut answer = match answer(app, workers, job).await {
        Ok(answer) => answer,
        Err(response) => response.into(),
    };
    if let Some(rest) = answer.rest.take() {
        answer.response = body::answer_without(rest, answer.response, headers, app).await;
    }
    answer
}

/// The body as it was read, or as it is to be read while it comes: with at most `stream` bytes.
async fn take_in(
    app: &Arc<App>,
    body: Body,
    headers: &HeaderMap,
    stream: Option<u64>,
    whom: Whom,
) -> Result<Content, Response> {
    match stream {
        Some(most) => {
            let incoming = body::begin(body, headers, most, app, whom).await;
            incoming.map(Content::Coming)
        }
        None => {
            let received = body::read(body, headers, app, whom).await;
            received.map(Content::Received).map_err(Refused::response)
        }
    }
}

/// Asks for credentials, before the body has arrived.
async fn challenge(
    app: &Arc<App>,
    visitor: &Visitor,
    head: &RequestHead,
    body: Body,
) -> HttpAnswer {
    visitor.tell(&head.trail, &head.request);
    let mut response = visitor.refusal(&head.request);
    if head.place.path_info == "/login" {
        cookies::offer_form_token(&head.request, &head.base_url, &mut response);
    }
    let headers = &head.request.headers;
    body::answer_without(Rest::all(body), response, headers, app)
        .await
        .into()
}

/// Finds out who asks, before anything else. Tells how many bytes the body may have if it
/// is to be read while it comes.
async fn introduce(
    app: &Arc<App>,
    visitor: &mut Visitor,
    head: &Arc<RequestHead>,
) -> Result<Option<u64>, Response> {
    if !visitor.has_credentials(&head.request) && !app.routes.has_streams {
        return Ok(None);
    }
    let deadline = app.deadline();
    let (mut judged, request) = (visitor.clone(), Arc::clone(&head.request));
    let recalling = move |_: &App, budget| {
        let done = judged.recall(&request, budget);
        (judged, done)
    };
    let client = head.stranger();
    let (mut judged, done) = app
        .on(&app.workers, client.clone(), deadline, recalling)
        .await?;
    if !done {
        let request = Arc::clone(&head.request);
        let judging = move |_: &App, budget| {
            judged.judge(&request, budget);
            judged
        };
        judged = app
            .on(&app.checkers, client.clone(), deadline, judging)
            .await?;
    }
    *visitor = judged;
    if !app.routes.has_streams || visitor.is_refused(head.wants_login()) {
        return Ok(None);
    }
    let (known, head) = (visitor.clone(), Arc::clone(head));
    let asking = move |app: &App, budget| work::wants_stream(app, &head, &known, budget);
    app.on(&app.workers, client, deadline, asking).await
}

/// Tries on one kind of threads after the other, until one may do the job.
async fn answer(app: &Arc<App>, workers: &Workers, job: Job) -> Result<HttpAnswer, Response> {
    let deadline = job.deadline;
    let stranger = job.head.stranger();
    let tried = app.on(workers, job.client(), deadline, move |app, budget| {
        attempt(app, job, budget)
    });
    let mut tried = tried.await?;
    if let Attempt::Undecided(mut job) = tried {
        // Computing a hash is slow on purpose. It has threads of its own, so
        // that guesses at passwords do not keep others from working.
        let judging = move |_: &App, budget| {
            job.visitor.judge(&job.head.request, budget);
            job
        };
        let job = app.on(&app.checkers, stranger, deadline, judging).await?;
        let again = app.on(workers, job.client(), deadline, move |app, budget| {
            attempt(app, *job, budget)
        });
        tried = again.await?;
    }
    if let Attempt::Heavy(mut job) = tried {
        job.may_be_heavy = true;
        let client = job.client();
        let again = app.on(&app.heavy_workers, client, deadline, move |app, budget| {
            attempt(app, *job, budget)
        });
        tried = again.await?;
    }
    match tried {
        Attempt::Done(answer) => Ok(*answer),
        Attempt::Undecided(_) | Attempt::Heavy(_) => Err(pages::internal_error()),
    }
}
