//! What a worker thread does with a request: everything that reads files,
//! computes hashes or asks a database.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use tracrpc_env::{Actor, Environment, WaitBudget};
use tracrpc_methods::Registry;
use tracrpc_wire::{Fault, Limits, Message, Protocol, Request};

use crate::app::{App, protocols_of};
use crate::auth::{AuthRequest, SECRETS};
use crate::body::{Received, Refused};
use crate::budget::Permit;
use crate::call::CallRunner;
use crate::coding::{self, Bounds};
use crate::endpoint::EndpointRequest;
use crate::environments::Missing;
use crate::negotiate::{self, Answer};
use crate::pages::{self, Page};
use crate::route::Place;
use crate::spool::Spool;
use crate::visitor::Visitor;

/// A body of more bytes is read where heavy calls are made.
const LARGE: usize = 1024 * 1024;

/// A request without its body, and what is known about it.
pub(crate) struct RequestHead {
    pub(crate) request: Arc<AuthRequest>,
    pub(crate) place: Place,
    pub(crate) query: Option<String>,
    /// The address of the environment, absolute, without a slash at the end.
    pub(crate) base_url: String,
}

/// A request with everything that a worker needs to answer it.
pub(crate) struct Job {
    pub(crate) head: RequestHead,
    pub(crate) visitor: Visitor,
    /// Whether this is done where heavy calls are made.
    pub(crate) may_be_heavy: bool,
    pub(crate) content: Content,
    pub(crate) deadline: Instant,
}

/// What a request says.
pub(crate) enum Content {
    /// Its body.
    Received(Received),
    /// The calls that were in its body, and the permit for their memory.
    Read(Request, Permit),
    /// Nothing any more: it is being answered.
    Taken,
}

/// What came of the first look at a request.
pub(crate) enum Attempt {
    /// It is answered.
    Done(Box<HttpAnswer>),
    /// Its credentials have to be judged first.
    Undecided(Box<Job>),
    /// It is to be done where heavy calls are made.
    Heavy(Box<Job>),
}

/// A request is to be answered where heavy calls are made. Nothing was done yet.
pub(crate) struct TooHeavy;

/// What a worker made of a request.
pub(crate) struct HttpAnswer {
    pub(crate) response: Response,
    pub(crate) user: Option<String>,
    pub(crate) methods: Option<String>,
}

impl From<Response> for HttpAnswer {
    fn from(response: Response) -> Self {
        Self {
            response,
            user: None,
            methods: None,
        }
    }
}

/// Answers a request at once if its credentials are known already or there are none.
pub(crate) fn attempt(app: &App, mut job: Job, budget: WaitBudget) -> Attempt {
    if !job.visitor.recall(&job.head.request) {
        return Attempt::Undecided(Box::new(job));
    }
    match work(app, &mut job, budget) {
        Ok(answer) => Attempt::Done(Box::new(answer)),
        Err(TooHeavy) => Attempt::Heavy(Box::new(job)),
    }
}

/// Answers a request whose credentials are judged.
fn work(app: &App, job: &mut Job, budget: WaitBudget) -> Result<HttpAnswer, TooHeavy> {
    if job.visitor.is_refused(job.head.place.wants_login()) {
        let challenges = job.visitor.challenges(&job.head.request);
        return Ok(pages::challenge(&challenges).into());
    }
    let user = job.visitor.user().map(ToOwned::to_owned);
    let mut answer = match app.environments.get(job.head.place.name.as_deref()) {
        Ok(environment) => {
            let environment = environment.for_request(budget);
            respond(app, job, environment, user.as_deref())?
        }
        Err(Missing::Unknown) => pages::not_found(&job.head.place.path_info).into(),
        Err(Missing::Broken) => {
            pages::broken_environment(negotiate::accepts_html(&job.head.request.headers)).into()
        }
    };
    answer.user = user;
    Ok(answer)
}

/// Answers a request to an environment that is open.
fn respond(
    app: &App,
    job: &mut Job,
    environment: Environment,
    user: Option<&str>,
) -> Result<HttpAnswer, TooHeavy> {
    let head = &job.head;
    let path_info = head.place.path_info.as_str();
    let authname = authname(&environment, user);
    let actor = Actor::new(environment, &authname, &head.base_url);
    let info = Arc::clone(&head.request);
    let actor = actor
        .accepting(negotiate::accept_language(&head.request.headers).as_deref())
        .by_request(info, job.deadline);
    if let Some(elsewhere) = redirect(&actor, job) {
        return Ok(elsewhere.into());
    }
    let config = actor.env().config();
    let protocols = protocols_of(actor.env());
    let endpoint = head.place.endpoint();
    let endpoint = endpoint.filter(|endpoint| negotiate::is_endpoint(&protocols, endpoint));
    let Some(endpoint) = endpoint else {
        return Ok(added_endpoint(app, job, &actor).into());
    };
    if !config.is_on("tracrpc.web_ui.RPCWeb") {
        return Ok(pages::api_is_off(path_info).into());
    }
    let choice = negotiate::choose(
        &protocols,
        endpoint,
        &head.request.method,
        &head.request.headers,
    );
    Ok(match choice {
        Answer::Call(protocol) => return call(app, job, protocol, &actor),
        Answer::Documentation => document(&protocols, &actor, user).into(),
        Answer::ForeignForm => pages::foreign_form().into(),
        Answer::Unsupported => {
            pages::unsupported(negotiate::content_type(&head.request.headers), path_info).into()
        }
    })
}

/// What is not of the remote API: the answer of an endpoint that was added.
fn added_endpoint(app: &App, job: &mut Job, actor: &Actor) -> Response {
    let path_info = job.head.place.path_info.clone();
    let mut endpoints = app.endpoints.iter();
    let Some(endpoint) = endpoints.find(|endpoint| endpoint.answers(&path_info)) else {
        return pages::not_found(&path_info);
    };
    let Content::Received(received) = std::mem::replace(&mut job.content, Content::Taken) else {
        return pages::internal_error();
    };
    let (body, _permit) = match expanded(app, job, received) {
        Ok(expanded) => expanded,
        Err(refused) => return refused.response(),
    };
    let request = &job.head.request;
    let mut headers = request.headers.clone();
    for secret in SECRETS {
        headers.remove(secret);
    }
    endpoint.answer(&EndpointRequest {
        actor,
        method: &request.method,
        headers: &headers,
        path_info: &path_info,
        query: job.head.query.as_deref(),
        body: &body,
    })
}

/// The body without the coding in which it was sent, and the permit for its memory.
fn expanded(app: &App, job: &Job, received: Received) -> Result<(Bytes, Permit), Refused> {
    let bounds = Bounds {
        size: app.limits().body,
        memory: &app.memory,
        whom: job.visitor.whom(),
    };
    let Received { bytes, mut permit } = received;
    let bytes = coding::expand(bytes, &job.head.request.headers, &bounds, &mut permit)?;
    Ok((bytes, permit))
}

/// Where a path leads that is no page itself: the root to the documentation,
/// `/login` to the root, and a path with a slash at its end to the one without.
/// `[trac] use_base_url_for_redirect` counts as in `trac/web/api.py: Request.redirect`.
fn redirect(actor: &Actor, job: &Job) -> Option<Response> {
    let path_info = job.head.place.path_info.as_str();
    let shorter = path_info.trim_end_matches('/');
    let root = actor
        .absolute_url()
        .unwrap_or_else(|_| actor.base_url().to_owned());
    match shorter {
        "" => {
            let login = if job.visitor.can_log_in() {
                "/login"
            } else {
                ""
            };
            Some(pages::found(&format!("{root}{login}/rpc")))
        }
        "/login" if shorter == path_info => Some(pages::found(&root)),
        _ if shorter != path_info => {
            let base = format!("{}{}", origin_of(&root), actor.path());
            Some(pages::moved(&base, shorter, job.head.query.as_deref()))
        }
        _ => None,
    }
}

/// Scheme and host of an absolute address.
fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |colon| colon + 3);
    let path = url[host..]
        .find('/')
        .map_or(url.len(), |slash| host + slash);
    &url[..path]
}

/// Makes the calls in a request. Their answer has the content type of the
/// request, to the letter.
fn call(
    app: &App,
    job: &mut Job,
    protocol: &dyn Protocol,
    actor: &Actor,
) -> Result<HttpAnswer, TooHeavy> {
    if !job.may_be_heavy && is_large(job) {
        return Err(TooHeavy);
    }
    let (request, permit) = match take_calls(app, job, protocol) {
        Ok(taken) => taken,
        Err(refused) => return Ok(refused.response().into()),
    };
    let registry = Registry::of(actor.env());
    let runner = CallRunner {
        registry: &registry,
        may_be_heavy: job.may_be_heavy,
        limit: app.limits().answer,
        spool: &|| Spool::new(&app.memory, &app.files, job.visitor.whom()),
    };
    let answered = if job.head.place.wants_login() && actor.is_anonymous() {
        let fault = Fault::application("Authentication information not available");
        Ok(runner.refuse(actor, request, &fault))
    } else {
        runner.answer(actor, request)
    };
    let answered = match answered {
        Ok(answered) => answered,
        Err(request) => {
            job.content = Content::Read(*request, permit);
            return Err(TooHeavy);
        }
    };
    let response = match answered.body {
        Ok(Some(body)) => {
            let own = answered.content_type;
            let own = own.and_then(|own| HeaderValue::try_from(own).ok());
            let same = || job.head.request.headers.get(header::CONTENT_TYPE).cloned();
            let status = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::OK);
            pages::with_body(status, own.or_else(same), body)
        }
        Ok(None) => pages::empty(StatusCode::NO_CONTENT),
        Err(error) => {
            tracing::error!(%error, "there is no room for an answer");
            pages::no_room()
        }
    };
    Ok(HttpAnswer {
        response,
        user: None,
        methods: Some(answered.methods),
    })
}

/// Whether it takes long to read the calls in a request: it is large, or may
/// be once it is expanded.
fn is_large(job: &Job) -> bool {
    match &job.content {
        Content::Received(received) => {
            coding::most(received.bytes.len(), &job.head.request.headers) > LARGE
        }
        Content::Read(..) | Content::Taken => false,
    }
}

/// Takes the calls out of a request, and the permit for their memory. That of
/// the body is free then.
fn take_calls(
    app: &App,
    job: &mut Job,
    protocol: &dyn Protocol,
) -> Result<(Request, Permit), Refused> {
    let received = match std::mem::replace(&mut job.content, Content::Taken) {
        Content::Received(received) => received,
        Content::Read(request, permit) => return Ok((request, permit)),
        Content::Taken => return Err(Refused::Broken),
    };
    let whom = job.visitor.whom();
    let headers = &job.head.request.headers;
    let (bytes, mut permit) = expanded(app, job, received)?;
    let limits = Limits::default();
    let values = protocol.most_values(&bytes).min(limits.values);
    if !app.memory.extend_by_values(&mut permit, values, whom) {
        return Err(Refused::Busy);
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let message = Message::new(&bytes)
        .in_charset(negotiate::charset(headers))
        .with_headers(&header);
    let request = protocol.decode(&message, &limits);
    Ok((request, permit))
}

fn document(protocols: &[Arc<dyn Protocol>], actor: &Actor, user: Option<&str>) -> Response {
    let registry = Registry::of(actor.env());
    match registry.admit(actor) {
        Ok(()) => {
            let page = Page {
                environment: actor.env(),
                base_url: actor.base_url(),
                user,
            };
            pages::documentation(&page, actor, &registry, protocols)
        }
        Err(fault) => pages::forbidden(&fault.message),
    }
}

/// The components that tell Trac who has logged in: its own, and that of the
/// plugin AccountManager, for which people disable Trac's.
const LOGIN_MODULES: [&str; 2] = ["trac.web.auth.LoginModule", "acct_mgr.web_ui.LoginModule"];

/// The name by which the environment knows the user, as Trac's login module
/// gives it.
fn authname(environment: &Environment, user: Option<&str>) -> String {
    let config = environment.config();
    let user = user.filter(|_| LOGIN_MODULES.iter().any(|module| config.is_on(module)));
    let user = user.unwrap_or("anonymous");
    match config.trac().ignore_auth_case {
        true => user.to_lowercase(),
        false => user.to_owned(),
    }
}
