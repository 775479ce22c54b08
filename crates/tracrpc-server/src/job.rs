//! A request on its way through the threads that answer it.

use std::sync::Arc;
use std::time::Instant;

use tracrpc_env::{Actor, Environment};

use crate::auth::AuthRequest;
use crate::body::Received;
use crate::endpoint::{EndpointRequest, GoOn, Login};
use crate::negotiate;
use crate::outcome::HttpAnswer;
use crate::place::{self, Place};
use crate::stream::{Incoming, Rest};
use crate::trail::{self, Trail};
use crate::visitor::Visitor;
use crate::workers::Client;

/// A request without its body, and what is known about it.
pub(crate) struct RequestHead {
    /// What is told of it.
    pub(crate) trail: Arc<Trail>,
    pub(crate) request: Arc<AuthRequest>,
    pub(crate) place: Place,
    pub(crate) query: Option<String>,
    /// The address of the environment, absolute, without a slash at the end.
    pub(crate) base_url: String,
}

/// A request with everything that a worker needs to answer it.
pub(crate) struct Job {
    pub(crate) head: Arc<RequestHead>,
    pub(crate) visitor: Visitor,
    /// Whether this is done where heavy calls are made.
    pub(crate) may_be_heavy: bool,
    pub(crate) content: Content,
    /// The rest of the work, once it was begun.
    pub(crate) begun: Option<GoOn<Actor>>,
    pub(crate) deadline: Instant,
    /// What of its body nobody wants.
    pub(crate) rest: Option<Rest>,
}

/// The body of a request.
pub(crate) enum Content {
    /// It has arrived.
    Received(Received),
    /// It is coming.
    Coming(Incoming),
    /// An endpoint has it.
    Taken,
}

impl Job {
    /// For whom it is done.
    pub(crate) fn client(&self) -> Client {
        match self.visitor.user() {
            Some(name) => Client::User {
                environment: self.head.place.name.clone(),
                name: name.to_owned(),
            },
            None => self.head.stranger(),
        }
    }

    /// What of the body nobody has read.
    pub(crate) fn rest(self) -> Option<Rest> {
        match self.content {
            Content::Coming(incoming) => incoming.stop(),
            Content::Received(_) | Content::Taken => self.rest,
        }
    }
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

/// A request is to be answered where heavy calls are made. What is in its job is still to be done.
pub(crate) struct TooHeavy;

impl RequestHead {
    /// Whether it is for those who logged in.
    pub(crate) fn wants_login(&self) -> bool {
        place::wants_login(&self.place.path_info)
    }

    /// Whoever asks, as long as nothing else is known.
    pub(crate) fn stranger(&self) -> Client {
        Client::at(self.request.peer)
    }

    /// The user by this name, who asks `environment` until `deadline`.
    pub(crate) fn actor(
        self: &Arc<Self>,
        environment: Environment,
        name: &str,
        deadline: Instant,
    ) -> Actor {
        let headers = &self.request.headers;
        let actor = Actor::new(environment, name, &self.base_url)
            .accepting(negotiate::accept_language(headers).as_deref())
            .by_request(Arc::clone(&self.request) as _, deadline);
        trail::follow(&actor, &self.trail);
        actor
    }

    /// What an endpoint sees of it.
    pub(crate) fn seen_by<'a, A>(
        &'a self,
        actor: &'a A,
        login: Login<'a>,
    ) -> EndpointRequest<'a, A> {
        EndpointRequest {
            actor,
            method: &self.request.method,
            path_info: &self.place.path_info,
            query: self.query.as_deref(),
            base_url: &self.base_url,
            headers: &self.request.headers,
            login,
        }
    }
}
