//! Messages of JSON-RPC 2.0.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;
use tracrpc_wire::{Struct, Value};

use crate::decode::Decoder;
use crate::encode::Encoder;
use crate::frame::Frame;
use crate::{Limits, MessageError, ValueError, surrogates};

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A question.
    Request {
        /// Its number, of the side that asks.
        id: i64,
        /// What is asked for, such as `describe`.
        method: String,
        /// Its parameters.
        params: Struct,
    },
    /// Something that wants no answer.
    Notification {
        /// What it tells of, such as `changed`.
        method: String,
        /// Its parameters.
        params: Struct,
    },
    /// What became of a request.
    Answer {
        /// The number of the request.
        id: i64,
        /// Its result, or why there is none.
        outcome: Result<Value, RpcError>,
    },
}

/// Why a request has no result.
#[derive(Clone, Debug, PartialEq)]
pub struct RpcError {
    /// The number of the error, see [`ErrorCode`].
    pub code: i64,
    /// A text for people.
    pub message: String,
    /// More, such as a [fault](crate::messages::FaultData).
    pub data: Option<Value>,
}

impl RpcError {
    /// An error without further data.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            data: None,
        }
    }
}

impl fmt::Display for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for RpcError {}

/// The numbers of errors.
#[derive(Clone, Copy, Debug)]
pub enum ErrorCode {}

impl ErrorCode {
    /// A fault, for the client.
    pub const FAULT: i64 = -32000;
    /// Too much to do.
    pub const OVERLOADED: i64 = -32001;
    /// Not ready to answer this.
    pub const NOT_READY: i64 = -32002;
    /// The budget was used up.
    pub const BUDGET: i64 = -32003;
    /// Nobody waits for it any more.
    pub const CANCELLED: i64 = -32800;
    /// No such request.
    pub const NO_SUCH_REQUEST: i64 = -32601;
    /// The params make no sense.
    pub const PARAMS: i64 = -32602;
    /// An error within the one who was asked.
    pub const INTERNAL: i64 = -32603;
}

impl Message {
    /// A question.
    pub fn request(id: i64, method: impl Into<String>, params: Struct) -> Self {
        Self::Request {
            id,
            method: method.into(),
            params,
        }
    }

    /// Something that wants no answer.
    pub fn notification(method: impl Into<String>, params: Struct) -> Self {
        Self::Notification {
            method: method.into(),
            params,
        }
    }

    /// `$/cancel`: nobody waits for the answer to `id` any more.
    pub fn cancel(id: i64) -> Self {
        let params = [("id", id)].into_iter().collect();
        Self::notification("$/cancel", params)
    }

    /// An answer.
    pub fn answer(id: i64, outcome: Result<Value, RpcError>) -> Self {
        Self::Answer { id, outcome }
    }

    /// The message as bytes, with blobs if the other side takes them.
    ///
    /// # Errors
    /// If its values are too deep or too many, or its bytes too many for a frame.
    pub fn into_frame(self, with_blobs: bool, limits: &Limits) -> Result<Frame, ValueError> {
        let start = b"{\"jsonrpc\":\"2.0\"".to_vec();
        let mut out = Encoder::new(start, with_blobs, limits);
        match self {
            Self::Request { id, method, params } => {
                out.raw(&format!(",\"id\":{id}"));
                written_call(&mut out, &method, params)?;
            }
            Self::Notification { method, params } => written_call(&mut out, &method, params)?,
            Self::Answer { id, outcome } => {
                out.raw(&format!(",\"id\":{id}"));
                written_outcome(&mut out, outcome)?;
            }
        }
        let (mut line, blobs) = out.finish();
        if !blobs.is_empty() {
            let sizes: Vec<String> = blobs.iter().map(|blob| blob.len().to_string()).collect();
            line.extend_from_slice(format!(",\"blobs\":[{}]", sizes.join(",")).as_bytes());
        }
        line.push(b'}');
        let frame = Frame { line, blobs };
        match frame.size() <= limits.frame {
            true => Ok(frame),
            false => Err(ValueError(format!(
                "a message of {} bytes is too large",
                frame.size()
            ))),
        }
    }

    /// Reads a message.
    ///
    /// # Errors
    /// If it is no object of JSON, or its parts make no sense; the error tells who is to
    /// be told of that.
    pub fn from_frame(frame: Frame, limits: &Limits) -> Result<Self, MessageError> {
        let text = std::str::from_utf8(&frame.line).map_err(malformed)?;
        let text = surrogates::replaced(text);
        let envelope: Envelope<'_> = serde_json::from_str(&text).map_err(malformed)?;
        let mut decoder = Decoder::new(frame.blobs, limits);
        envelope.into_message(&mut decoder)
    }
}

fn malformed(error: impl fmt::Display) -> MessageError {
    MessageError::Malformed {
        detail: error.to_string(),
    }
}

fn written_call(out: &mut Encoder, method: &str, params: Struct) -> Result<(), ValueError> {
    out.raw(",\"method\":");
    out.string(method);
    out.raw(",\"params\":");
    out.value(params.into(), 0)
}

fn written_outcome(out: &mut Encoder, outcome: Result<Value, RpcError>) -> Result<(), ValueError> {
    let error = match outcome {
        Ok(result) => {
            out.raw(",\"result\":");
            return out.value(result, 0);
        }
        Err(error) => error,
    };
    out.raw(&format!(
        ",\"error\":{{\"code\":{},\"message\":",
        error.code
    ));
    out.string(&error.message);
    if let Some(data) = error.data {
        out.raw(",\"data\":");
        out.value(data, 0)?;
    }
    out.raw("}");
    Ok(())
}

/// A message of which the values are still to be read.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default, borrow)]
    id: Option<&'a RawValue>,
    #[serde(default, borrow)]
    method: Option<&'a RawValue>,
    #[serde(default, borrow)]
    params: Option<&'a RawValue>,
    #[serde(default, borrow)]
    result: Option<&'a RawValue>,
    #[serde(default, borrow)]
    error: Option<&'a RawValue>,
}

impl Envelope<'_> {
    fn into_message(self, decoder: &mut Decoder) -> Result<Message, MessageError> {
        let id = match self.id.map(|id| id.get().parse::<i64>()) {
            None => None,
            Some(Ok(id)) => Some(id),
            Some(Err(_)) => return Err(other("its `id` is no integer")),
        };
        match (id, self.method) {
            (Some(id), Some(method)) => match call(decoder, method, self.params) {
                Ok((method, params)) => Ok(Message::Request { id, method, params }),
                Err(error) => Err(MessageError::Request {
                    id,
                    detail: error.to_string(),
                }),
            },
            (None, Some(method)) => match call(decoder, method, self.params) {
                Ok((method, params)) => Ok(Message::Notification { method, params }),
                Err(error) => Err(other(error)),
            },
            (Some(id), None) => match outcome(decoder, self.result, self.error) {
                Ok(outcome) => Ok(Message::Answer { id, outcome }),
                Err(error) => Err(MessageError::Answer {
                    id,
                    detail: error.to_string(),
                }),
            },
            (None, None) => Err(other("it has neither `id` nor `method`")),
        }
    }
}

fn other(detail: impl fmt::Display) -> MessageError {
    MessageError::Other {
        detail: detail.to_string(),
    }
}

fn call(
    decoder: &mut Decoder,
    method: &RawValue,
    params: Option<&RawValue>,
) -> Result<(String, Struct), ValueError> {
    let method: Cow<'_, str> = serde_json::from_str(method.get())
        .map_err(|_| ValueError("its `method` is no text".to_owned()))?;
    let params = match params {
        None => Struct::new(),
        Some(params) => match decoder.value(params.get())? {
            Value::Struct(params) => params,
            _ => return Err(ValueError("its `params` are no object".to_owned())),
        },
    };
    Ok((method.into_owned(), params))
}

fn outcome(
    decoder: &mut Decoder,
    result: Option<&RawValue>,
    error: Option<&RawValue>,
) -> Result<Result<Value, RpcError>, ValueError> {
    #[derive(Deserialize)]
    struct Error<'a> {
        #[serde(default)]
        code: i64,
        #[serde(default)]
        message: String,
        #[serde(default, borrow)]
        data: Option<&'a RawValue>,
    }
    let Some(error) = error else {
        let result = result.map(|result| decoder.value(result.get()));
        return Ok(Ok(result.transpose()?.unwrap_or_default()));
    };
    let error: Error<'_> = serde_json::from_str(error.get())
        .map_err(|error| ValueError(format!("its `error` is none: {error}")))?;
    let data = error.data.map(|data| decoder.value(data.get()));
    Ok(Err(RpcError {
        code: error.code,
        message: error.message,
        data: data.transpose()?,
    }))
}
