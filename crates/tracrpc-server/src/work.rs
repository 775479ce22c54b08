//! What a worker thread does with a request: everything that reads files,
//! computes hashes or asks a database.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use tracrpc_env::{Actor, Environment};
use tracrpc_wire::{Fault, Protocol};

use crate::app::App;
use crate::auth::{Authenticator, Verdict};
use crate::call::{Desk, TooHeavy};
use crate::environments::Missing;
use crate::negotiate::{self, Answer};
use crate::pages::{self, Page};
use crate::route::Place;

/// A request without its body, and what is known about it.
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) place: Place,
    pub(crate) query: Option<String>,
    /// The address of the environment, absolute, without a slash at the end.
    pub(crate) base_url: String,
}

impl Asked {
    pub(crate) fn authorization(&self) -> Option<&HeaderValue> {
        self.headers.get(header::AUTHORIZATION)
    }
}

/// A request with everything that a worker needs to answer it.
pub(crate) struct Job {
    pub(crate) asked: Asked,
    pub(crate) authenticator: Option<Arc<dyn Authenticator>>,
    /// What the credentials are worth, once that is known.
    pub(crate) verdict: Option<Verdict>,
    /// Whether this is done where heavy calls are made.
    pub(crate) may_be_heavy: bool,
    pub(crate) body: Bytes,
    pub(crate) deadline: Instant,
}

/// What came of the first look at a request.
pub(crate) enum Attempt {
    /// It is answered.
    Done(Box<Worked>),
    /// Its credentials have to be judged first.
    Undecided(Box<Job>),
    /// It is to be done where heavy calls are made.
    Heavy(Box<Job>),
}

/// What a worker made of a request.
pub(crate) struct Worked {
    pub(crate) response: Response,
    pub(crate) user: Option<String>,
    pub(crate) methods: Option<String>,
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
pub(crate) fn attempt(app: &App, mut job: Job) -> Attempt {
    if let (Some(authenticator), Some(authorization), None) =
        (&job.authenticator, job.asked.authorization(), &job.verdict)
    {
        job.verdict = authenticator.recall(authorization.as_bytes());
        if job.verdict.is_none() {
            return Attempt::Undecided(Box::new(job));
        }
    }
    match work(app, &job) {
        Ok(worked) => Attempt::Done(Box::new(worked)),
        Err(TooHeavy) => Attempt::Heavy(Box::new(job)),
    }
}

/// Judges the credentials of a request.
pub(crate) fn judge(mut job: Job) -> Job {
    if let (Some(authenticator), Some(authorization)) =
        (&job.authenticator, job.asked.authorization())
    {
        job.verdict = Some(authenticator.judge(authorization.as_bytes()));
    }
    job
}

/// Answers a request whose credentials are judged. They count on every path,
/// but only some paths ask for them.
fn work(app: &App, job: &Job) -> Result<Worked, TooHeavy> {
    let user = match &job.verdict {
        None => None,
        Some(Verdict::User(user)) => Some(user.clone()),
        Some(Verdict::Foreign) if !job.asked.place.wants_login() => None,
        Some(Verdict::Foreign | Verdict::Refused) => {
            let challenge = job
                .authenticator
                .as_ref()
                .map(|authenticator| authenticator.challenge());
            return Ok(pages::challenge(&challenge.unwrap_or_default()).into());
        }
    };
    let mut worked = match app.environments.get(job.asked.place.name.as_deref()) {
        Ok(environment) => {
            environment.with_settled_config(|| respond(app, job, &environment, user.as_deref()))?
        }
        Err(Missing::Unknown) => pages::not_found(&job.asked.place.path_info).into(),
        Err(Missing::Broken) => {
            pages::broken_environment(negotiate::accepts_html(&job.asked.headers)).into()
        }
    };
    worked.user = user;
    Ok(worked)
}

/// Answers a request to an environment that is open.
fn respond(
    app: &App,
    job: &Job,
    environment: &Environment,
    user: Option<&str>,
) -> Result<Worked, TooHeavy> {
    let asked = &job.asked;
    let path_info = asked.place.path_info.as_str();
    let shorter = path_info.trim_end_matches('/');
    if shorter.is_empty() {
        return Ok(pages::entrance(&asked.base_url, job.authenticator.is_some()).into());
    }
    if shorter != path_info {
        return Ok(pages::moved(&asked.base_url, shorter, asked.query.as_deref()).into());
    }
    let config = environment.config();
    let protocols = app.protocols_on(&config);
    let endpoint = asked.place.endpoint();
    let endpoint = endpoint.filter(|endpoint| negotiate::is_endpoint(&protocols, endpoint));
    let Some(endpoint) = endpoint else {
        return Ok(pages::not_found(path_info).into());
    };
    if !config.is_on("tracrpc.web_ui.RPCWeb") {
        return Ok(pages::api_is_off(path_info).into());
    }
    let actor = environment.actor(&authname(environment, user), &asked.base_url);
    let actor = actor.accepting(negotiate::accept_language(&asked.headers).as_deref());
    let choice = negotiate::choose(&protocols, endpoint, &asked.method, &asked.headers);
    Ok(match choice {
        Answer::Call(protocol) => return call(app, job, protocol, &actor),
        Answer::Documentation => document(app, &protocols, &actor, user).into(),
        Answer::ForeignForm => pages::foreign_form().into(),
        Answer::Unsupported => {
            pages::unsupported(negotiate::content_type(&asked.headers), path_info).into()
        }
    })
}

/// Makes the calls in a request. Their answer has the content type of the
/// request, to the letter.
fn call(app: &App, job: &Job, protocol: &dyn Protocol, actor: &Actor) -> Result<Worked, TooHeavy> {
    let desk = Desk {
        registry: &app.registry,
        protocol,
        deadline: job.deadline,
        may_be_heavy: job.may_be_heavy,
    };
    let answered = if job.asked.place.wants_login() && actor.is_anonymous() {
        desk.refuse(
            &job.body,
            &Fault::application("Authentication information not available"),
        )
    } else {
        desk.answer(actor, &job.body)?
    };
    let response = match answered.body {
        Some(body) => {
            let content_type = job.asked.headers.get(header::CONTENT_TYPE).cloned();
            pages::with_body(StatusCode::OK, content_type, body)
        }
        None => pages::empty(StatusCode::NO_CONTENT),
    };
    Ok(Worked {
        response,
        user: None,
        methods: Some(answered.methods),
    })
}

fn document(app: &App, protocols: &[&dyn Protocol], actor: &Actor, user: Option<&str>) -> Response {
    match app.registry.admit(actor) {
        Ok(()) => {
            let page = Page {
                environment: actor.env(),
                base_url: actor.base_url(),
                user,
            };
            pages::documentation(&page, actor, &app.registry, protocols)
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
