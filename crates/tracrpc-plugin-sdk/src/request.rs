//! What is being answered, and the way back to the server.

use std::sync::atomic::{AtomicBool, Ordering};

use tracrpc_plugin_protocol::Shape;
use tracrpc_plugin_protocol::messages::{Ask, CallAnswer, Context, Environment, HostCall};
use tracrpc_wire::{Fault, Struct, Value};

use crate::serve::Talk;

/// A request that is being answered.
pub struct Request<'a> {
    pub(crate) id: i64,
    pub(crate) context: Option<Context>,
    pub(crate) is_cancelled: &'a AtomicBool,
    pub(crate) talk: &'a Talk,
}

impl Request<'_> {
    /// For whom it is answered, and where it comes from; none for what no user asks, such
    /// as an event.
    pub fn context(&self) -> Option<&Context> {
        self.context.as_ref()
    }

    /// The user's name, or `anonymous`.
    pub fn user(&self) -> &str {
        self.context()
            .map_or("anonymous", |context| context.user.as_str())
    }

    /// What the server's configuration has for this plugin.
    pub fn options(&self) -> Struct {
        self.talk.options()
    }

    /// The environments that the server knew when this process began. Further ones may
    /// come.
    pub fn environments(&self) -> Vec<Environment> {
        self.talk.environments()
    }

    /// Whether nobody waits for the answer any more.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    /// Calls a method of the server for the user of this request, with that user's
    /// permissions.
    ///
    /// # Errors
    /// The fault that a client would have, and one if the server has gone.
    pub fn host_call(&self, method: impl Into<String>, args: Vec<Value>) -> Result<Value, Fault> {
        let call = HostCall {
            within: Some(self.id),
            method: method.into(),
            args,
        };
        let answer = self.talk.ask(HostCall::METHOD, call.params());
        let result = answer.map_err(|error| match error.into_fault() {
            Ok(fault) => fault.into(),
            Err(error) => Fault::application(error.message),
        })?;
        match CallAnswer::read(result) {
            Ok(CallAnswer::Value(value)) => Ok(value),
            Ok(CallAnswer::Outcomes(outcomes)) => {
                Ok(outcomes.into_iter().map(Shape::write).collect())
            }
            Ok(CallAnswer::Response(_)) => Err(Fault::application("the server sent a page")),
            Err(error) => Err(Fault::application(error.to_string())),
        }
    }

    /// Writes into the server's log. `level` is `debug`, `info`, `warning` or `error`.
    pub fn log(&self, level: &str, message: impl Into<String>) {
        let params = [("level", level.to_owned()), ("message", message.into())];
        self.talk.tell("log", params.into_iter().collect());
    }

    /// Asks for a new process in the place of this one. The server starts it when it next
    /// asks how the plugin is, and lets this one finish what it has begun.
    pub fn want_restart(&self) {
        self.talk.want_restart();
    }

    /// Says that the plugin would describe itself otherwise now, for the environment of
    /// that name or all.
    pub fn changed(&self, environment: Option<&str>) {
        let params = [("environment", environment)];
        self.talk.tell("changed", params.into_iter().collect());
    }
}
