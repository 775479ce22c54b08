//! The first and the last words with a process.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::time::Instant;

use tracrpc_plugin_protocol::messages::{
    Ask, Environment, Host, HostCapabilities, Initialize, Initialized, LimitsRow, Shutdown,
};
use tracrpc_plugin_protocol::{RpcError, Shape, VERSION};
use tracrpc_wire::Value;

use super::connection::Connection;
use super::input;
use super::pending::{Pending, Sink};
use super::process::{self, Body, spawn};
use super::settings::{Settings, Timing};
use super::signal::Signal;
use super::signals::Ending;

/// Ends a process: by a word, by the end of its input, by signals.
pub(super) fn end(connection: &Connection, body: &Body, timing: &Timing) {
    let asked = Instant::now() + timing.end;
    let (sender, answered) = mpsc::channel();
    let pending = Pending {
        sink: Sink::Tell(Box::new(move |_| drop(sender))),
        most: connection.limits().frame,
        slot: None,
    };
    if connection
        .ask(Shutdown::METHOD, Shutdown {}.params(), pending)
        .is_ok()
    {
        let left = asked.saturating_duration_since(Instant::now());
        // The end of the channel is the answer, or the end of the process.
        let _: Result<(), _> = answered.recv_timeout(left);
    }
    connection.close_input();
    if !body.wait_until(asked) {
        body.end(Ending::Ask);
        if !body.wait_until(Instant::now() + timing.kill) {
            body.end(Ending::Force);
            body.wait_until(Instant::now() + timing.kill);
        }
    }
    connection.close("it was ended");
    connection.wait_for_end(Instant::now());
}

/// What the answer to `initialize` says.
pub(super) fn admitted(outcome: Result<Value, RpcError>) -> Result<Initialized, String> {
    let result = outcome.map_err(|error| format!("it refuses `initialize`: {error}"))?;
    let answer = Initialized::read(result)
        .map_err(|error| format!("its answer to `initialize` makes no sense: {error}"))?;
    match answer.protocol == VERSION {
        true => Ok(answer),
        false => Err(format!(
            "it speaks version {} of the protocol",
            answer.protocol
        )),
    }
}

pub(super) fn initialize(settings: &Settings, environments: Vec<Environment>) -> Initialize {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    Initialize {
        protocols: vec![VERSION],
        host: Host {
            name: "tracrpc".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        capabilities: HostCapabilities { blobs: true },
        environments,
        native: ["trac.", "tracopt.", "tracrpc."].map(str::to_owned).into(),
        limits: LimitsRow {
            frame: count(settings.limits.frame),
            requests: settings.concurrency.map(count),
        },
        options: settings.options.clone(),
    }
}

/// Starts a process with all of its threads.
pub(super) fn start(
    settings: &Settings,
    serial: u64,
    signals: &Sender<Signal>,
) -> io::Result<(Arc<Connection>, Arc<Body>)> {
    let (child, pipes) = process::begin(settings)?;
    let (outgoing, frames) = mpsc::channel();
    let connection = Arc::new(Connection::new(
        serial,
        &settings.name,
        settings.limits,
        outgoing,
        signals.clone(),
    ));
    // Without one of these threads the pipes are closed, and the process ends.
    let name = &settings.name;
    let body = Body::watch(child, Arc::clone(&connection))?;
    let (input, output, errors) = (pipes.input, pipes.output, pipes.errors);
    spawn(name, move || process::write(input, &frames))?;
    let reader = Arc::clone(&connection);
    spawn(name, move || input::read(&reader, output))?;
    let logged = Arc::clone(&connection);
    spawn(name, move || {
        process::copy_log(logged.plugin(), errors, &logged.throttle)
    })?;
    Ok((connection, body))
}
