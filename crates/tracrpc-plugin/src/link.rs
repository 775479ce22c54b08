//! A plugin as one environment has it: who is asked, for whom, and until when.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracrpc_env::{Actor, Environment, Error, Resource};
use tracrpc_methods::Registry;
use tracrpc_plugin_protocol::messages::{self, Ask, CallAnswer, Context, HostCall};
use tracrpc_wire::{Fault, Output, Value};

use crate::host::{Asking, Failure, Nesting, Plugin, Process};

/// A plugin as one environment has it.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) plugin: Plugin,
    /// The name of the environment.
    pub(crate) environment: String,
    /// How long an answer is waited for at most.
    pub(crate) timeout: Duration,
    /// Whether its HTML is taken as it is.
    pub(crate) is_trusted: bool,
}

/// What one request has to do with plugins: the questions of theirs that are being
/// answered, the innermost last, and the exchange of a protocol that it began with.
#[derive(Default)]
pub(crate) struct InRequest {
    nestings: Mutex<Vec<(String, Nesting)>>,
    exchange: Mutex<Option<Exchange>>,
}

/// What a plugin keeps between the reading of a request and its answer.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) plugin: String,
    pub(crate) process: Process,
    pub(crate) number: Option<i64>,
}

impl InRequest {
    pub(crate) fn begin(&self, exchange: Exchange) {
        *self.exchange() = Some(exchange);
    }

    /// The exchange, if it is one of that plugin.
    pub(crate) fn exchange_of(&self, plugin: &str) -> Option<Exchange> {
        let exchange = self.exchange();
        exchange.clone().filter(|known| known.plugin == plugin)
    }

    fn exchange(&self) -> MutexGuard<'_, Option<Exchange>> {
        self.exchange.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn nestings(&self) -> MutexGuard<'_, Vec<(String, Nesting)>> {
        self.nestings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn innermost(&self, plugin: &str) -> Option<Nesting> {
        let nestings = self.nestings();
        let innermost = nestings.iter().rev().find(|(name, _)| name == plugin);
        innermost.map(|(_, nesting)| nesting.clone())
    }
}

impl Link {
    pub(crate) fn name(&self) -> &str {
        self.plugin.name()
    }

    /// Asks for a user, for whom the plugin may call methods meanwhile.
    pub(crate) fn ask<A: Ask>(&self, actor: &Actor, ask: A) -> Result<A::Answer, Failure> {
        self.ask_by(actor, None, ask)
    }

    /// The same of a process that was asked before.
    pub(crate) fn ask_by<A: Ask>(
        &self,
        actor: &Actor,
        process: Option<&Process>,
        ask: A,
    ) -> Result<A::Answer, Failure> {
        let env = actor.env();
        let in_request = env.request_slot::<InRequest>();
        let mut host = |call: HostCall, nesting: &Nesting| {
            let name = self.name().to_owned();
            in_request.nestings().push((name, nesting.clone()));
            let called = catch_unwind(AssertUnwindSafe(|| called(actor, call)));
            in_request.nestings().pop();
            called.unwrap_or_else(|_| {
                tracing::error!(plugin = self.name(), "a method panicked that it called");
                Err(Fault::application(
                    "internal error; the server's log says more",
                ))
            })
        };
        let nesting = in_request.innermost(self.name());
        let asking = Asking::until(self.deadline(actor.deadline()))
            .unless(env.db().cancel())
            .within(nesting.as_ref())
            .by(process);
        env.db()
            .wait_elsewhere(|| self.plugin.ask(ask, asking.with_host(&mut host)))
    }

    /// Asks for nobody in particular.
    pub(crate) fn ask_in<A: Ask>(&self, env: &Environment, ask: A) -> Result<A::Answer, Failure> {
        let nesting = env.request_slot::<InRequest>().innermost(self.name());
        let asking = Asking::until(self.deadline(None)).within(nesting.as_ref());
        env.db().wait_elsewhere(|| self.plugin.ask(ask, asking))
    }

    /// Until when an answer is waited for.
    pub(crate) fn deadline(&self, request: Option<Instant>) -> Instant {
        let own = Instant::now() + self.timeout;
        request.map_or(own, |request| request.min(own))
    }

    /// For whom it is asked.
    pub(crate) fn context(&self, actor: &Actor, within_multicall: bool) -> Context {
        let request = actor.request();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Context {
            environment: self.environment.clone(),
            user: actor.authname().to_owned(),
            base_url: actor.base_url().to_owned(),
            remote_addr: request.map_or(String::new(), |request| request.peer().to_string()),
            method: text(request.map(|request| request.method())),
            path_info: request.map_or(String::new(), |request| {
                path_info(request.path(), actor.path())
            }),
            query: text(request.map(|request| request.query())),
            headers: request.map_or_else(Vec::new, |request| request.headers()),
            within_multicall,
        }
    }

    /// Why something that is not a call could not be done.
    pub(crate) fn error(&self, failure: Failure) -> Error {
        let fault = failure.into_fault(self.name());
        Error::invalid(fault.message).with_title(fault.title)
    }
}

/// The path below an environment.
fn path_info(path: &str, environment: &str) -> String {
    path.strip_prefix(environment).unwrap_or(path).to_owned()
}

fn called(actor: &Actor, call: HostCall) -> Result<CallAnswer, Fault> {
    let registry = Registry::of(actor.env());
    let output = registry.call(actor, &call.method, call.args)?;
    Ok(match output {
        Output::Value(value) => CallAnswer::Value(value),
        Output::Outcomes(outcomes) => CallAnswer::Outcomes(
            outcomes
                .into_iter()
                .map(|outcome| outcome.map_err(Into::into))
                .collect(),
        ),
    })
}

/// A resource as plugins know it.
pub(crate) fn resource(resource: &Resource) -> messages::Resource {
    let mut parts = match &resource.parent {
        Some(parent) => self::resource(parent),
        None => Vec::new(),
    };
    let id = match &resource.id {
        None => Value::Nil,
        Some(id) if resource.realm == "ticket" => match id.parse() {
            Ok(number) => Value::Int(number),
            Err(_) => id.as_str().into(),
        },
        Some(id) => id.as_str().into(),
    };
    parts.push((resource.realm.to_string(), id, resource.version));
    parts
}
