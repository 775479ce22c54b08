//! What a process says.

use std::io::{BufReader, Read};
use std::time::Instant;

use tracrpc_plugin_protocol::messages::{Changed, HostCall, Initialized, Log};
use tracrpc_plugin_protocol::{
    ErrorCode, FrameReader, Incoming, Message, MessageError, RpcError, Shape,
};
use tracrpc_wire::{Struct, Value};

use super::connection::Connection;
use super::log::readable;
use super::process::LAST_WORDS;
use super::signal::Signal;

/// The number of `initialize`, the first request of all.
const INITIALIZE: i64 = 1;

/// Reads what a process says until it ends, or says what cannot be understood.
pub(crate) fn read(connection: &Connection, output: impl Read) {
    let output = BufReader::with_capacity(64 * 1024, output);
    let mut reader = FrameReader::new(output, connection.limits());
    let end = loop {
        match reader.read() {
            Ok(None) => {
                // How it ended says more, if it has.
                connection.reader_ended();
                connection.wait_for_end(Instant::now() + LAST_WORDS);
                break "it has closed its standard output".to_owned();
            }
            Err(error) => break error.to_string(),
            Ok(Some(Incoming::Noise(line))) => noise(connection, &line),
            Ok(Some(Incoming::Frame(frame))) => {
                let size = frame.size();
                match Message::from_frame(frame, &connection.limits()) {
                    Ok(message) => {
                        if announces_blobs(&message) {
                            reader.expect_blobs();
                            connection.expect_blobs();
                        }
                        take(connection, size, message);
                    }
                    Err(MessageError::Malformed { detail }) => {
                        break format!("a line is no object of JSON: {detail}");
                    }
                    Err(error) => nonsense(connection, error),
                }
            }
        }
    };
    connection.reader_ended();
    connection.close(&end);
}

/// Whether this is an answer to `initialize` after which there may be blobs.
fn announces_blobs(message: &Message) -> bool {
    let Message::Answer {
        id: INITIALIZE,
        outcome: Ok(result),
    } = message
    else {
        return false;
    };
    Initialized::read(result.clone()).is_ok_and(|answer| answer.capabilities.blobs)
}

fn take(connection: &Connection, size: usize, message: Message) {
    match message {
        Message::Answer { id, outcome } => connection.deliver(id, size, outcome),
        Message::Request { id, method, params } => request(connection, id, &method, params),
        Message::Notification { method, params } => notification(connection, &method, params),
    }
}

fn request(connection: &Connection, id: i64, method: &str, params: Struct) {
    let refuse = |code, text: String| connection.answer(id, Err(RpcError::new(code, text)));
    if method != "host/call" {
        refuse(
            ErrorCode::NO_SUCH_REQUEST,
            format!("there is no request `{method}`"),
        );
        return;
    }
    match HostCall::read(Value::from(params)) {
        Ok(call) => connection.route(id, call),
        Err(error) => refuse(ErrorCode::PARAMS, error.to_string()),
    }
}

fn notification(connection: &Connection, method: &str, params: Struct) {
    let params = Value::from(params);
    match method {
        "changed" => {
            let environment = Changed::read(params).ok().and_then(|told| told.environment);
            connection.signal(Signal::Changed { environment });
        }
        "log" => {
            if let (Ok(line), Some(dropped)) = (Log::read(params), connection.throttle.admit()) {
                log(connection.plugin(), dropped, &line);
            }
        }
        _ => {}
    }
}

fn log(plugin: &str, dropped: u64, line: &Log) {
    let text = readable(line.message.as_bytes());
    match line.level.as_str() {
        "debug" => tracing::debug!(plugin, dropped, "{text}"),
        "warning" => tracing::warn!(plugin, dropped, "{text}"),
        "error" => tracing::error!(plugin, dropped, "{text}"),
        _ => tracing::info!(plugin, dropped, "{text}"),
    }
}

fn noise(connection: &Connection, line: &[u8]) {
    let line = readable(line);
    if line.is_empty() {
        return;
    }
    if let Some(dropped) = connection.throttle.admit() {
        let plugin = connection.plugin();
        tracing::info!(plugin, dropped, "on standard output: {line}");
    }
}

/// A message that makes no sense costs only who waits for it.
fn nonsense(connection: &Connection, error: MessageError) {
    if connection.throttle.admit().is_some() {
        tracing::warn!(plugin = connection.plugin(), %error, "a message is left out");
    }
    match error {
        MessageError::Request { id, detail } => {
            connection.answer(id, Err(RpcError::new(ErrorCode::PARAMS, detail)));
        }
        MessageError::Answer { id, detail } => {
            let detail = format!("the answer makes no sense: {detail}");
            connection.deliver(id, 0, Err(RpcError::new(ErrorCode::INTERNAL, detail)));
        }
        _ => {}
    }
}
