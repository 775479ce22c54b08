//! What a protocol is: how calls are read and answers are written.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;

use crate::{Fault, Out, Value};

/// Where a protocol answers: the last segment of a path, and a media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The last segment of the path, such as `rpc`.
    pub path: Cow<'static, str>,
    /// The media type of requests, in lower case and without parameters, such as
    /// `text/xml`.
    pub media_type: Cow<'static, str>,
}

impl Endpoint {
    /// A place that is known beforehand.
    pub const fn new(path: &'static str, media_type: &'static str) -> Self {
        Self {
            path: Cow::Borrowed(path),
            media_type: Cow::Borrowed(media_type),
        }
    }
}

/// A request as it came in, for a protocol to read.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    /// What it says.
    pub body: &'a [u8],
    /// What it says that it is written in. It counts where the body neither says
    /// otherwise nor is what the protocol takes it for.
    pub charset: Option<&'a str>,
    headers: Option<&'a FindHeader<'a>>,
    caller: Option<&'a dyn Any>,
}

/// Finds the value of a header by its name, without regard to case.
type FindHeader<'a> = dyn Fn(&str) -> Option<&'a str> + 'a;

impl<'a> Message<'a> {
    /// A body of which nothing else is known.
    pub fn new(body: &'a [u8]) -> Self {
        Self {
            body,
            charset: None,
            headers: None,
            caller: None,
        }
    }

    /// The same with the charset that came with it.
    #[must_use]
    pub fn in_charset(mut self, charset: Option<&'a str>) -> Self {
        self.charset = charset;
        self
    }

    /// The same with the headers that came with it. `headers` finds the value of
    /// one by its name, without regard to case.
    #[must_use]
    pub fn with_headers(mut self, headers: &'a (dyn Fn(&str) -> Option<&'a str> + 'a)) -> Self {
        self.headers = Some(headers);
        self
    }

    /// The same with the one who sent it, for protocols that know its type.
    #[must_use]
    pub fn by(mut self, caller: &'a dyn Any) -> Self {
        self.caller = Some(caller);
        self
    }

    /// Who sent it, if that is known and of this type.
    pub fn caller<T: Any>(&self) -> Option<&'a T> {
        self.caller?.downcast_ref()
    }

    /// The value of a header. Nobody gets to see those with credentials.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let secret = ["authorization", "cookie", "proxy-authorization"];
        match secret
            .iter()
            .any(|secret| name.eq_ignore_ascii_case(secret))
        {
            true => None,
            false => self.headers?(name),
        }
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("bytes", &self.body.len())
            .field("charset", &self.charset)
            .finish_non_exhaustive()
    }
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

    /// The HTTP status of the answer, asked for when it is written.
    fn status(&self) -> u16 {
        200
    }

    /// The content type of the answer; none for that of the request, to the letter.
    fn content_type(&self) -> Option<&str> {
        None
    }

    /// Further headers of the answer by their names, asked for when it is written. A
    /// `Content-Type` among them counts before [`Responder::content_type`].
    fn headers(&self) -> Vec<(String, String)> {
        Vec::new()
    }
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
    fn name(&self) -> &str;

    /// The component of Trac's plugin that it stands for, by its Python name:
    /// an environment can disable it. Empty for none.
    fn component(&self) -> &str {
        ""
    }

    /// An introduction for people in wiki markup. `{url}` and `{login_url}`
    /// stand for the addresses of the environment at hand.
    fn documentation(&self) -> &str;

    /// Where it answers.
    fn endpoints(&self) -> &[Endpoint];

    /// Reads a request. A body that cannot be read at all becomes a request
    /// with one call, a [`Fault`] of kind `Parse`.
    fn decode(&self, message: &Message<'_>, limits: &Limits) -> Request;

    /// How many values `body` holds at most, found at a glance. Each takes some
    /// memory beside its text.
    fn most_values(&self, body: &[u8]) -> usize {
        body.len()
    }
}
