//! The remote API: calls, in every protocol.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use tracrpc_methods::Registry;
use tracrpc_wire::{Fault, Limits, Message, Protocol, Request};

use crate::budget::{Budget, Permit};
use crate::call::{self, Answered, CallRunner};
use crate::endpoint::{Answer, Endpoint, EndpointRequest, RequestBody};
use crate::negotiate;
use crate::pages;
use crate::place;
use crate::refused::Refused;
use crate::spool::Spool;
use crate::trail;

/// What calls and their answers may take up.
#[derive(Clone)]
pub(crate) struct Room {
    pub(crate) memory: Arc<Budget>,
    pub(crate) files: Arc<Budget>,
    /// The size of an answer in bytes.
    pub(crate) answer: u64,
    /// What the values of a request may be.
    pub(crate) values: Limits,
}

/// Makes the calls in a request, where a protocol has the path and the media type.
pub(super) struct RemoteApi {
    room: Room,
}

impl RemoteApi {
    pub(super) fn new(room: Room) -> Self {
        Self { room }
    }
}

impl Endpoint for RemoteApi {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        negotiate::protocol_of(request).is_some() && negotiate::is_api_on(request.actor.env())
    }

    fn methods(&self) -> &'static [Method] {
        &super::METHODS
    }

    fn answer(&self, request: &EndpointRequest<'_>, body: &mut RequestBody) -> Answer {
        let Some(protocol) = negotiate::protocol_of(request) else {
            return pages::internal_error().into();
        };
        if let Some(trail) = trail::of(request.actor) {
            trail.protocol(protocol.name());
        }
        let (calls, permit) = match self.room.read(&*protocol, request, body) {
            Ok(read) => read,
            Err(refused) => return refused.response().into(),
        };
        if place::wants_login(request.path_info) && request.actor.is_anonymous() {
            return self.room.refuse(request, calls);
        }
        let registry = Registry::of(request.actor.env());
        if !call::is_heavy(&registry, request.actor, &calls) {
            return self.room.call(&registry, request, calls);
        }
        let room = self.room.clone();
        Answer::later(move |request: &EndpointRequest<'_>| {
            let _permit = permit;
            room.call(&Registry::of(request.actor.env()), request, calls)
        })
    }
}

impl Room {
    /// The calls in a request, and the permit for their memory.
    fn read(
        &self,
        protocol: &dyn Protocol,
        request: &EndpointRequest<'_>,
        body: &mut RequestBody,
    ) -> Result<(Request, Permit), Refused> {
        let (bytes, mut permit) = body.take();
        let limits = &self.values;
        let values = protocol.most_values(&bytes).min(limits.values);
        let whom = request.login.whom();
        if !self.memory.extend_by_values(&mut permit, values, whom) {
            return Err(Refused::Busy);
        }
        let headers = request.headers;
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let message = Message::new(&bytes)
            .in_charset(negotiate::charset(headers))
            .with_headers(&header)
            .by(request.actor);
        Ok((protocol.decode(&message, limits), permit))
    }

    fn call(&self, registry: &Registry, request: &EndpointRequest<'_>, calls: Request) -> Answer {
        let run = |runner: CallRunner<'_>| runner.answer(request.actor, calls);
        self.run(registry, request, run)
    }

    fn refuse(&self, request: &EndpointRequest<'_>, calls: Request) -> Answer {
        let fault = Fault::application("Authentication information not available");
        let registry = Registry::of(request.actor.env());
        let run = |runner: CallRunner<'_>| runner.refuse(request.actor, calls, &fault);
        self.run(&registry, request, run)
    }

    fn run(
        &self,
        registry: &Registry,
        request: &EndpointRequest<'_>,
        run: impl FnOnce(CallRunner<'_>) -> Answered,
    ) -> Answer {
        let mut answered = run(CallRunner {
            registry,
            limit: self.answer,
            spool: &|| Spool::new(&self.memory, &self.files, request.login.whom()),
        });
        let methods = std::mem::take(&mut answered.methods);
        let mut answer = Answer::from(response(request, answered));
        answer.methods = Some(methods);
        answer
    }
}

/// The answer to calls. It has the content type of the request, to the letter, if the
/// protocol has no other.
fn response(request: &EndpointRequest<'_>, answered: Answered) -> Response {
    match answered.body {
        Ok(Some(body)) => {
            let own = answered.content_type;
            let own = own.and_then(|own| HeaderValue::try_from(own).ok());
            let same = || request.headers.get(header::CONTENT_TYPE).cloned();
            let status = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::OK);
            let mut response = pages::with_body(status, own.or_else(same), body);
            add_headers(response.headers_mut(), answered.headers);
            response
        }
        Ok(None) => pages::empty(StatusCode::NO_CONTENT),
        Err(error) => {
            tracing::error!(%error, "there is no room for an answer");
            pages::no_room()
        }
    }
}

/// Headers that say how an answer travels, which is not for a protocol to say.
const TRAVEL: [HeaderName; 4] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Adds the headers that a protocol wants in its answer, the type of the body in place of
/// what it was. What is no header is left out.
fn add_headers(known: &mut HeaderMap, headers: Vec<(String, String)>) {
    for (name, value) in headers {
        let header = (HeaderName::try_from(name), HeaderValue::try_from(value));
        match header {
            (Ok(name), Ok(value)) if name == header::CONTENT_TYPE => {
                known.insert(name, value);
            }
            (Ok(name), Ok(value)) if !TRAVEL.contains(&name) => {
                known.append(name, value);
            }
            _ => {}
        }
    }
}
