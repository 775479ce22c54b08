//! Calls of methods, in either direction, and protocols.

use tracrpc_wire::{Struct, Value};

use crate::messages::{Anything, Context, FaultData, asks};
use crate::shape::{members, shape, take};
use crate::{Mismatch, Shape};

shape! {
    /// `call`: a method of the plugin.
    pub struct Call {
        /// Its whole name.
        pub method: String,
        /// The arguments.
        pub args: Vec<Value>,
        /// Who calls.
        pub context: Context,
        /// Which exchange of a protocol of this plugin the call belongs to.
        pub exchange: Option<i64>,
    }

    /// An answer of HTTP.
    pub struct Response {
        /// The status.
        pub status: i64 = 200,
        /// Names and values of headers.
        pub headers: Vec<(String, String)>,
        /// The body.
        pub body: Vec<u8> = Vec::new(),
    }

    /// `protocol/decode`: what a request says.
    pub struct Decode {
        /// The protocol's id.
        pub protocol: String,
        /// Who asks.
        pub context: Context,
        /// The body of the request.
        pub body: Vec<u8>,
    }

    /// `protocol/forget`: nothing will be encoded for an exchange.
    pub struct Forget {
        /// The exchange.
        pub exchange: i64,
    }

    /// `host/call`: a method of the server.
    pub struct HostCall {
        /// The request that is being answered.
        pub within: Option<i64>,
        /// The method's whole name.
        pub method: String,
        /// The arguments.
        pub args: Vec<Value>,
    }
}

asks! {
    Call, "call", CallAnswer;
    Decode, "protocol/decode", Decoded;
    Encode, "protocol/encode", Encoded;
    Forget, "protocol/forget", Anything;
    HostCall, "host/call", CallAnswer;
}

/// How one call of a `system.multicall` ended: `{value}` or `{fault}`.
pub type Outcome = Result<Value, FaultData>;

impl Shape for Outcome {
    fn read(value: Value) -> Result<Self, Mismatch> {
        let mut members = members(value)?;
        match take::<Option<FaultData>>(&mut members, "fault")? {
            Some(fault) => Ok(Err(fault)),
            None => take(&mut members, "value").map(Ok),
        }
    }

    fn write(self) -> Value {
        match self {
            Ok(value) => only("value", value),
            Err(fault) => only("fault", fault),
        }
    }
}

/// What a call returned.
#[derive(Clone, Debug, PartialEq)]
pub enum CallAnswer {
    /// A value.
    Value(Value),
    /// What the calls of a `system.multicall` returned.
    Outcomes(Vec<Outcome>),
    /// An answer of HTTP as a whole.
    Response(Response),
}

impl Shape for CallAnswer {
    fn read(value: Value) -> Result<Self, Mismatch> {
        let mut members = members(value)?;
        if let Some(response) = take(&mut members, "response")? {
            return Ok(Self::Response(response));
        }
        if let Some(outcomes) = take(&mut members, "outcomes")? {
            return Ok(Self::Outcomes(outcomes));
        }
        take(&mut members, "value").map(Self::Value)
    }

    fn write(self) -> Value {
        match self {
            Self::Value(value) => only("value", value),
            Self::Outcomes(outcomes) => only("outcomes", outcomes),
            Self::Response(response) => only("response", response),
        }
    }
}

/// What a request of a protocol is.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// What the plugin keeps until the answer is encoded.
    pub exchange: Option<i64>,
    /// What it says.
    pub request: DecodedAs,
}

/// What a request of a protocol says.
#[derive(Clone, Debug, PartialEq)]
pub enum DecodedAs {
    /// A call.
    Call {
        /// The method's whole name; none if the request names no method.
        method: Option<String>,
        /// The arguments.
        args: Vec<Value>,
    },
    /// It is none.
    Fault(FaultData),
    /// It is answered already.
    Response(Response),
}

impl Shape for Decoded {
    fn read(value: Value) -> Result<Self, Mismatch> {
        let mut members = members(value)?;
        Ok(Self {
            exchange: take(&mut members, "exchange")?,
            request: decoded(&mut members)?,
        })
    }

    fn write(self) -> Value {
        let mut members = Struct::new();
        members.insert("exchange", self.exchange);
        match self.request {
            DecodedAs::Call { method, args } => {
                members.insert("method", method);
                members.insert("args", args);
            }
            DecodedAs::Fault(fault) => members.insert("fault", fault.write()),
            DecodedAs::Response(response) => members.insert("response", response.write()),
        }
        members.into()
    }
}

fn decoded(members: &mut Struct) -> Result<DecodedAs, Mismatch> {
    if let Some(response) = take(members, "response")? {
        return Ok(DecodedAs::Response(response));
    }
    if let Some(fault) = take(members, "fault")? {
        return Ok(DecodedAs::Fault(fault));
    }
    Ok(DecodedAs::Call {
        method: take(members, "method")?,
        args: take(members, "args")?,
    })
}

/// `protocol/encode`: the answer to a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Encode {
    /// The protocol's id.
    pub protocol: String,
    /// The exchange of the request.
    pub exchange: Option<i64>,
    /// What is to be answered: `value`, `outcomes` or `fault`.
    pub outcome: Result<CallAnswer, FaultData>,
}

impl Shape for Encode {
    fn read(value: Value) -> Result<Self, Mismatch> {
        let mut fields = members(value)?;
        Ok(Self {
            protocol: take(&mut fields, "protocol")?,
            exchange: take(&mut fields, "exchange")?,
            outcome: match take(&mut fields, "fault")? {
                Some(fault) => Err(fault),
                None => Ok(CallAnswer::read(fields.into())?),
            },
        })
    }

    fn write(self) -> Value {
        let mut fields = Struct::new();
        fields.insert("protocol", self.protocol);
        fields.insert("exchange", self.exchange);
        let rest = match self.outcome {
            Ok(answer) => answer.write(),
            Err(fault) => only("fault", fault),
        };
        if let Value::Struct(rest) = rest {
            for (name, value) in rest {
                fields.insert(name, value);
            }
        }
        fields.into()
    }
}

shape! {
    /// The answer to `protocol/encode`.
    pub struct Encoded {
        /// The answer of HTTP.
        pub response: Response,
    }
}

/// An object with one member.
fn only(name: &str, value: impl Shape) -> Value {
    let members: Struct = [(name, value.write())].into_iter().collect();
    members.into()
}
