//! Protocols: a plugin reads requests and writes answers, and keeps what it needs for
//! that from one to the other.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tracrpc_env::{Actor, Extensions};
use tracrpc_plugin_protocol::messages::{
    CallAnswer, Decode, Decoded, DecodedAs, Description, Encode, FaultData, Forget, ProtocolRow,
    Response,
};
use tracrpc_wire::{
    Call, Endpoint, Fault, Limits, Message, Out, Outcome, Protocol, Request, Responder,
};

use crate::host::{Asking, Failure, Process};
use crate::link::{Exchange, InRequest, Link};

pub(super) fn fill(extensions: &mut Extensions, link: &Link, description: &Description) {
    for row in &description.protocols {
        let known = extensions.of::<dyn Protocol>().to_vec();
        let endpoints = row.endpoints.iter().map(|(path, media_type)| Endpoint {
            path: path.clone().into(),
            media_type: media_type.to_ascii_lowercase().into(),
        });
        let is_free = |endpoint: &Endpoint| {
            let mut taken = known.iter().flat_map(|known| known.endpoints());
            let is_free = taken.all(|taken| taken != endpoint);
            if !is_free {
                tracing::error!(plugin = link.name(), ?endpoint, "it is taken already");
            }
            is_free
        };
        let protocol = PluginProtocol {
            link: link.clone(),
            endpoints: endpoints.filter(is_free).collect(),
            row: row.clone(),
        };
        if !protocol.endpoints.is_empty() {
            extensions.add::<dyn Protocol>(Arc::new(protocol));
        }
    }
}

struct PluginProtocol {
    link: Link,
    row: ProtocolRow,
    endpoints: Vec<Endpoint>,
}

impl Protocol for PluginProtocol {
    fn name(&self) -> &str {
        &self.row.name
    }

    fn documentation(&self) -> &str {
        &self.row.help
    }

    fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    fn decode(&self, message: &Message<'_>, _: &Limits) -> Request {
        let Some(actor) = message.caller::<Actor>() else {
            return failed(Fault::application("nobody asks"));
        };
        match self.decoded(actor, message.body) {
            Ok((decoded, process)) => self.request(actor, decoded, process),
            Err(failure) => failed(failure.into_fault(self.link.name())),
        }
    }
}

impl PluginProtocol {
    fn decoded(&self, actor: &Actor, body: &[u8]) -> Result<(Decoded, Process), Failure> {
        let asked = Decode {
            protocol: self.row.id.clone(),
            context: self.link.context(actor, false),
            body: body.to_vec(),
        };
        let asking = Asking::until(self.link.deadline(actor.deadline()));
        actor
            .env()
            .db()
            .wait_elsewhere(|| self.link.plugin.ask_process(asked, asking))
    }

    fn request(&self, actor: &Actor, decoded: Decoded, process: Process) -> Request {
        let number = decoded.exchange;
        let writer = |answer| PluginResponder {
            link: self.link.clone(),
            protocol: self.row.id.clone(),
            process: process.clone(),
            exchange: number,
            deadline: self.link.deadline(actor.deadline()),
            state: Mutex::new(State {
                outcome: None,
                answer,
                is_encoded: false,
            }),
        };
        let (call, writer) = match decoded.request {
            DecodedAs::Call { method: None, .. } => {
                let fault = Fault::invalid_request("Missing method name");
                (Err(fault), writer(None))
            }
            DecodedAs::Call {
                method: Some(method),
                args,
            } => {
                let exchange = Exchange {
                    plugin: self.link.name().to_owned(),
                    process: process.clone(),
                    number,
                };
                actor.env().request_slot::<InRequest>().begin(exchange);
                let params = args;
                (Ok(Call { method, params }), writer(None))
            }
            DecodedAs::Fault(fault) => (Err(fault.into()), writer(None)),
            DecodedAs::Response(response) => {
                // What is answered already is no call that anybody could refuse.
                (Err(Fault::parse("it is answered")), writer(Some(response)))
            }
        };
        Request {
            calls: vec![call],
            responder: Box::new(writer),
        }
    }
}

/// A request that the plugin could not read.
fn failed(fault: Fault) -> Request {
    let text = fault.message.clone();
    Request {
        calls: vec![Err(Fault {
            kind: tracrpc_wire::FaultKind::Parse,
            ..fault
        })],
        responder: Box::new(Unread { text }),
    }
}

/// Writes a fault for which there is no protocol.
struct Unread {
    text: String,
}

impl Responder for Unread {
    fn answer(&self, _: usize, _: Outcome, _: &mut Out<'_>) {}

    fn begin(&self, _: usize, _: &mut Out<'_>) {}

    fn entry(&self, _: usize, _: usize, _: Outcome, _: &mut Out<'_>) {}

    fn end(&self, _: usize, _: &mut Out<'_>) {}

    fn finish(&self, out: &mut Out<'_>) -> bool {
        out.push(self.text.as_bytes());
        true
    }

    fn status(&self) -> u16 {
        503
    }

    fn content_type(&self) -> Option<&str> {
        Some("text/plain; charset=utf-8")
    }
}

/// Has the plugin write the answer once all is known.
struct PluginResponder {
    link: Link,
    protocol: String,
    process: Process,
    exchange: Option<i64>,
    deadline: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    outcome: Option<Result<CallAnswer, FaultData>>,
    /// The answer, once it is written.
    answer: Option<Response>,
    is_encoded: bool,
}

impl PluginResponder {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn encode(&self, outcome: Result<CallAnswer, FaultData>) -> Response {
        let asked = Encode {
            protocol: self.protocol.clone(),
            exchange: self.exchange,
            outcome,
        };
        let asking = Asking::until(self.deadline).by(Some(&self.process));
        match self.link.plugin.ask(asked, asking) {
            Ok(encoded) => encoded.response,
            Err(failure) => Response {
                status: 503,
                headers: vec![("Content-Type".into(), "text/plain; charset=utf-8".into())],
                body: failure.into_fault(self.link.name()).message.into_bytes(),
            },
        }
    }
}

impl Responder for PluginResponder {
    fn answer(&self, _: usize, outcome: Outcome, _: &mut Out<'_>) {
        self.state().outcome = Some(match outcome {
            Ok(value) => Ok(CallAnswer::Value(value)),
            Err(fault) => Err(fault.into()),
        });
    }

    fn begin(&self, _: usize, _: &mut Out<'_>) {
        self.state().outcome = Some(Ok(CallAnswer::Outcomes(Vec::new())));
    }

    fn entry(&self, _: usize, _: usize, outcome: Outcome, _: &mut Out<'_>) {
        if let Some(Ok(CallAnswer::Outcomes(outcomes))) = &mut self.state().outcome {
            outcomes.push(outcome.map_err(Into::into));
        }
    }

    fn end(&self, _: usize, _: &mut Out<'_>) {}

    fn finish(&self, out: &mut Out<'_>) -> bool {
        let (outcome, is_answered) = {
            let mut state = self.state();
            (state.outcome.take(), state.answer.is_some())
        };
        if let Some(outcome) = outcome.filter(|_| !is_answered) {
            let response = self.encode(outcome);
            let mut state = self.state();
            state.answer = Some(response);
            state.is_encoded = true;
        }
        if let Some(answer) = &mut self.state().answer {
            out.push(&std::mem::take(&mut answer.body));
        }
        true
    }

    fn status(&self) -> u16 {
        let state = self.state();
        let status = state.answer.as_ref().map_or(200, |answer| answer.status);
        u16::try_from(status).unwrap_or(500)
    }

    fn headers(&self) -> Vec<(String, String)> {
        let state = self.state();
        let answer = state.answer.as_ref();
        answer.map_or_else(Vec::new, |answer| answer.headers.clone())
    }
}

/// What is never written is forgotten.
impl Drop for PluginResponder {
    fn drop(&mut self) {
        if let (Some(exchange), false) = (self.exchange, self.state().is_encoded) {
            self.link.plugin.tell(&self.process, Forget { exchange });
        }
    }
}
