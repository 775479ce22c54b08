//! What a worker thread does with a request: everything that reads files,
//! computes hashes or asks a database.

use std::sync::Arc;
use std::time::Instant;

use axum::http::{Method, StatusCode};
use axum::response::Response;
use tracrpc_accounts::account_manager;
use tracrpc_env::{Environment, WaitBudget};

use crate::app::App;
use crate::cors;
use crate::endpoint::{
    Answer, BodyForm, Endpoint, EndpointRequest, Login, NoEnvironment, RequestBody,
};
use crate::environments::Missing;
use crate::job::{Attempt, Job, RequestHead, TooHeavy};
use crate::negotiate;
use crate::outcome::{HttpAnswer, Outcome};
use crate::pages;
use crate::prepare::{self, Withheld};
use crate::visitor::Visitor;

/// Answers a request at once if its credentials are known already or there are none.
pub(crate) fn attempt(app: &App, mut job: Job, budget: WaitBudget) -> Attempt {
    if !job.visitor.recall(&job.head.request, budget.clone()) {
        return Attempt::Undecided(Box::new(job));
    }
    match work(app, &mut job, budget) {
        Ok(mut answer) => {
            answer.rest = job.rest();
            Attempt::Done(Box::new(answer))
        }
        Err(TooHeavy) => Attempt::Heavy(Box::new(job)),
    }
}

/// The bytes that a body may have that is to be read while it comes; none if the
/// endpoint that answers does not want it so.
pub(crate) fn wants_stream(
    app: &App,
    head: &Arc<RequestHead>,
    visitor: &Visitor,
    budget: WaitBudget,
) -> Option<u64> {
    let environment = app.environments.get(head.place.name.as_deref()).ok()?;
    let environment = environment.for_request(budget);
    let name = authname(&environment, visitor.user());
    let actor = head.actor(environment, &name, app.deadline());
    let actor = actor.logged_in(visitor.identity().cloned());
    let request = head.seen_by(&actor, visitor.login());
    match app.routes.find(&request).body() {
        BodyForm::Stream { most } => Some(most),
        BodyForm::Nothing | BodyForm::Whole => None,
    }
}

/// Answers a request to the server as a whole.
pub(crate) fn answer_of_server(
    app: &App,
    head: &RequestHead,
    endpoint: &dyn Endpoint<NoEnvironment>,
    waits: WaitBudget,
) -> Response {
    let nobody = NoEnvironment::new(waits);
    let request = head.seen_by(&nobody, Login::NONE);
    if let Some(answer) = of_method(endpoint.methods(), request.method) {
        return answer;
    }
    let answer = endpoint.answer(&request, &mut RequestBody::empty());
    // It is short, or not asked often: it has no other threads.
    match Outcome::of(app, answer, &request, true, NoEnvironment::new) {
        Outcome::Answered(answer) => answer.response,
        Outcome::Begun(_) => pages::internal_error(),
    }
}

/// What is answered to an HTTP method that an endpoint does not have, or to the question
/// which it has.
fn of_method(methods: &[Method], method: &Method) -> Option<Response> {
    if methods.is_empty() {
        return None;
    }
    match methods.contains(method) {
        false => Some(pages::not_allowed(methods)),
        true if *method == Method::OPTIONS => Some(pages::allow(StatusCode::NO_CONTENT, methods)),
        true => None,
    }
}

/// Answers a browser that asks what a script of another origin may send; nothing at paths
/// where the environment has no remote API.
pub(crate) fn preflight(
    app: &App,
    head: &Arc<RequestHead>,
    budget: WaitBudget,
) -> Option<Response> {
    at_api(app, head, budget, |request| {
        cors::preflight(&request.actor.env().config(), request.headers)
    })
}

/// Shows an answer to scripts of other origins that was given before the environment was
/// asked, so that they can tell why.
pub(crate) fn show_early(
    app: &App,
    head: &Arc<RequestHead>,
    budget: WaitBudget,
    mut response: Response,
) -> Response {
    at_api(app, head, budget, |request| {
        show_to_scripts(request, &mut response)
    });
    response
}

/// What becomes of a request by nobody in particular, if the environment has the remote API
/// at its path.
fn at_api<T>(
    app: &App,
    head: &Arc<RequestHead>,
    budget: WaitBudget,
    then: impl FnOnce(&EndpointRequest<'_>) -> T,
) -> Option<T> {
    let environment = app.environments.get(head.place.name.as_deref()).ok()?;
    let actor = head.actor(environment.for_request(budget), "anonymous", app.deadline());
    let request = head.seen_by(&actor, Login::NONE);
    let is_there = negotiate::is_at_api(&request) && negotiate::is_api_on(actor.env());
    is_there.then(|| then(&request))
}

fn show_to_scripts(request: &EndpointRequest<'_>, response: &mut Response) {
    if negotiate::is_at_api(request) {
        cors::decorate(&request.actor.env().config(), request.headers, response);
    }
}

/// Answers a request whose credentials are judged.
fn work(app: &App, job: &mut Job, budget: WaitBudget) -> Result<HttpAnswer, TooHeavy> {
    job.visitor.tell(&job.head.trail, &job.head.request);
    if job.visitor.is_refused(job.head.wants_login()) {
        return Ok(job.visitor.refusal(&job.head.request).into());
    }
    let user = job.visitor.user().map(ToOwned::to_owned);
    let mut answer = match app.environments.get(job.head.place.name.as_deref()) {
        Ok(environment) => respond(app, job, environment, budget, user.as_deref())?,
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
    budget: WaitBudget,
    user: Option<&str>,
) -> Result<HttpAnswer, TooHeavy> {
    let head = Arc::clone(&job.head);
    let way = environment.for_request(budget);
    let name = authname(&way, user);
    let identity = job.visitor.identity().cloned();
    let actor = head.actor(way, &name, job.deadline);
    let actor = actor.logged_in(identity.clone());
    if !job.visitor.knows_the_ways() {
        job.visitor.find_the_ways();
    }
    let is_possible = job.visitor.can_log_in();
    let request = head.seen_by(&actor, Login { user, is_possible });
    let answer = match answer_of(app, job, &request) {
        Ok(answer) => answer,
        Err(Withheld::TooHeavy) => return Err(TooHeavy),
        Err(Withheld::Refused(refused)) => refused.response().into(),
    };
    let anew = {
        let head = Arc::clone(&head);
        let deadline = Instant::now() + app.limits().stream_time();
        move |budget| {
            let actor = head.actor(environment.for_request(budget), &name, deadline);
            actor.logged_in(identity.clone())
        }
    };
    match Outcome::of(app, answer, &request, job.may_be_heavy, anew) {
        Outcome::Answered(mut answer) => {
            show_to_scripts(&request, &mut answer.response);
            Ok(answer)
        }
        Outcome::Begun(go_on) => {
            job.begun = Some(go_on);
            Err(TooHeavy)
        }
    }
}

/// What the endpoint answers that is found for a request, or was begun to be answered.
fn answer_of(app: &App, job: &mut Job, request: &EndpointRequest<'_>) -> Result<Answer, Withheld> {
    if let Some(go_on) = job.begun.take() {
        return Ok(go_on(request));
    }
    let endpoint = app.routes.find(request);
    if let Some(answer) = of_method(endpoint.methods(), request.method) {
        return Ok(answer.into());
    }
    let mut body = prepare::body(app, job, endpoint.body())?;
    let answer = endpoint.answer(request, &mut body.read);
    body.end(job)?;
    Ok(answer)
}

/// The name by which the environment knows the user, as Trac's login module
/// gives it (`trac/web/auth.py: LoginModule.authenticate`). Whether that component is on says
/// nothing: people turn it off for that of AccountManager. An account with which something is
/// still to be done may do no more than anybody.
fn authname(environment: &Environment, user: Option<&str>) -> String {
    let user = user.unwrap_or("anonymous");
    let name = match environment.config().trac().ignore_auth_case {
        true => user.to_lowercase(),
        false => user.to_owned(),
    };
    match account_manager::is_pending(environment, &name) {
        Ok(false) => name,
        Ok(true) => "anonymous".to_owned(),
        Err(error) => {
            tracing::error!(%error, "it is not known whether an account counts yet");
            "anonymous".to_owned()
        }
    }
}
