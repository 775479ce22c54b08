//! Several calls in one, by the method that every server of XML-RPC has.

use crate::{Call, Error, RemoteFault, Reply, Struct, Value};

/// The name of the method.
pub const METHOD: &str = "system.multicall";

/// A call of [`METHOD`] with `calls`, in the form that both protocols take
/// and hand to the method: an array of structs of `methodName` and `params`.
pub fn call(calls: impl IntoIterator<Item = Call>) -> Call {
    let entries = calls.into_iter().map(entry).collect();
    Call {
        method: METHOD.to_owned(),
        params: vec![Value::Array(entries)],
    }
}

fn entry(call: Call) -> Value {
    let mut entry = Struct::new();
    entry.insert("methodName", call.method);
    entry.insert("params", call.params);
    entry.into()
}

/// The entries of a call of [`METHOD`], none of another.
pub(crate) fn entries(call: &Call) -> &[Value] {
    let entries = call.params.first().filter(|_| call.method == METHOD);
    entries.and_then(Value::as_array).unwrap_or_default()
}

/// What a client gets from `result`, an answer to [`METHOD`], by reading each
/// outcome with `read`.
pub(crate) fn replies(
    result: Value,
    read: impl Fn(Value) -> Option<Reply>,
) -> Result<Vec<Reply>, Error> {
    let Value::Array(outcomes) = result else {
        return Err(Error::new("the result of a multicall is not an array"));
    };
    let replies: Option<Vec<Reply>> = outcomes.into_iter().map(read).collect();
    replies.ok_or_else(|| Error::new("an outcome in a multicall is neither result nor fault"))
}

/// The fault that a struct with these two members stands for.
pub(crate) fn fault(members: &Struct, code: &str, message: &str) -> Option<RemoteFault> {
    match (members.get(code)?, members.get(message)?) {
        (Value::Int(code), Value::String(message)) => Some(RemoteFault {
            code: *code,
            message: message.clone(),
        }),
        _ => None,
    }
}
