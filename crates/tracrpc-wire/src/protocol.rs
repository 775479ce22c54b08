//! What a protocol is: how calls are read and answers are written.

use crate::jsonrpc::JsonRpc;
use crate::xmlrpc::XmlRpc;
use crate::{Fault, Out, Value};

/// The protocols that are always there, in the order in which they are asked.
pub fn builtin() -> Vec<Box<dyn Protocol>> {
    vec![Box::new(XmlRpc), Box::new(JsonRpc)]
}

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The full name of the method, such as `ticket.get`.
    pub method: String,
    /// The arguments in order.
    pub params: Vec<Value>,
}

/// What a method returns.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// An ordinary result.
    Value(Value),
    /// The outcomes of several calls, in their order (`system.multicall`).
    /// Each protocol writes successes and failures within it in its own way.
    Outcomes(Vec<Outcome>),
}

/// How one call ended.
pub type Outcome = Result<Value, Fault>;

/// A request, read.
pub struct Request {
    /// The calls in order. A part of a batch that is no call holds its fault.
    /// One call, except for the batches of JSON-RPC 2.0.
    pub calls: Vec<Result<Call, Fault>>,
    /// Writes the answer in the shape that the request asks for.
    pub responder: Box<dyn Responder>,
}

/// Writes the answer to one request, call by call and outcome by outcome.
///
/// `call` is the place in [`Request::calls`]. Calls are answered in their order,
/// each by [`Responder::answer`] or between [`Responder::begin`] and
/// [`Responder::end`]. Nothing is remembered from one to the next, so that what
/// was written of the last one can be taken back by [`Out::rewind`].
pub trait Responder: Send {
    /// Writes how a call ended.
    fn answer(&self, call: usize, outcome: Outcome, out: &mut Out<'_>);

    /// Begins the answer to a call with several outcomes.
    fn begin(&self, call: usize, out: &mut Out<'_>);

    /// Writes the outcome `number` of them.
    fn entry(&self, call: usize, number: usize, outcome: Outcome, out: &mut Out<'_>);

    /// Ends what [`Responder::begin`] began.
    fn end(&self, call: usize, out: &mut Out<'_>);

    /// Ends the answer. `false` if the request wants none (JSON-RPC 2.0
    /// notifications).
    fn finish(&self, out: &mut Out<'_>) -> bool;
}

impl dyn Responder {
    /// The body of the answer to `outcomes`, one for each of [`Request::calls`].
    /// `None` if the request wants no answer.
    pub fn respond(&self, outcomes: Vec<Result<Output, Fault>>) -> Option<Vec<u8>> {
        let mut out = Out::new();
        for (call, outcome) in outcomes.into_iter().enumerate() {
            match outcome {
                Ok(Output::Value(value)) => self.answer(call, Ok(value), &mut out),
                Ok(Output::Outcomes(outcomes)) => {
                    self.begin(call, &mut out);
                    for (number, outcome) in outcomes.into_iter().enumerate() {
                        self.entry(call, number, outcome, &mut out);
                    }
                    self.end(call, &mut out);
                }
                Err(fault) => self.answer(call, Err(fault), &mut out),
            }
        }
        self.finish(&mut out).then(|| out.into_bytes())
    }
}

/// Bounds on what is read. The size of the body is the caller's to bound.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// How deep values may nest: an argument is at depth 1, an item of it at
    /// depth 2. At most [`Limits::MAX_DEPTH`] counts.
    pub depth: usize,
    /// How many values a request may hold altogether. Bounds the memory that
    /// a small body can ask for.
    pub values: usize,
}

impl Limits {
    /// No decoder goes deeper, whatever its limits say: readers, writers and
    /// the drop of a value recurse.
    pub const MAX_DEPTH: usize = 100;
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            depth: Self::MAX_DEPTH,
            values: 200_000,
        }
    }
}

/// A protocol for calls.
///
/// Whether it is built in or comes from outside, it is registered as a value
/// of this trait.
pub trait Protocol: Send + Sync {
    /// The name for people, such as `XML-RPC`.
    fn name(&self) -> &'static str;

    /// The component of Trac's plugin that it stands for, by its Python name:
    /// an environment can disable it. Empty for none.
    fn component(&self) -> &'static str {
        ""
    }

    /// An introduction for people in wiki markup. `{url}` and `{login_url}`
    /// stand for the addresses of the environment at hand.
    fn documentation(&self) -> &'static str;

    /// The last path segments and media types (lower case, without
    /// parameters) that it answers, such as `("rpc", "text/xml")`.
    fn endpoints(&self) -> &'static [(&'static str, &'static str)];

    /// Reads a request. A body that cannot be read at all becomes a request
    /// with one call, a [`Fault`] of kind `Parse`.
    ///
    /// `charset` is what the request says it is written in. It counts where the
    /// body neither says otherwise nor is what the protocol takes it for.
    fn decode(&self, body: &[u8], charset: Option<&str>, limits: &Limits) -> Request;

    /// How many values `body` holds at most, found at a glance. Each takes some
    /// memory beside its text.
    fn most_values(&self, body: &[u8]) -> usize {
        body.len()
    }
}
