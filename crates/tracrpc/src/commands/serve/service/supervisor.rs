//! What systemd, or whoever does as it does, hands over and is told: `sd_listen_fds(3)` and
//! `sd_notify(3)`.

use std::io;
use std::net::TcpListener;

use anyhow::Context as _;
use listenfd::ListenFd;
use sd_notify::NotifyState;
use tracrpc_server::{Event, Server};

/// The sockets that were handed over to this process; none if there are none.
///
/// # Errors
/// One of them is no TCP socket.
pub(in super::super) fn sockets() -> anyhow::Result<Vec<TcpListener>> {
    if !has_sockets() {
        return Ok(Vec::new());
    }
    let mut handed = ListenFd::from_env();
    let sockets = (0..handed.len()).map(|index| {
        let socket = handed.take_tcp_listener(index);
        let socket = socket.context(
            "a socket that a supervisor handed over (LISTEN_FDS) is not one of TCP, which is \
             what is served",
        )?;
        socket.context("a socket that a supervisor handed over is gone")
    });
    sockets.collect()
}

/// Whether sockets were handed over to this very process.
pub(super) fn has_sockets() -> bool {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    number("LISTEN_PID") == Some(std::process::id()) && number("LISTEN_FDS").is_some_and(|n| n > 0)
}

/// The server serves.
pub(super) fn ready() {
    send(&[NotifyState::Ready]);
}

/// The process `id`, which this one has started, serves instead of it.
pub(super) fn ready_elsewhere(id: u32) {
    send(&[NotifyState::MainPid(id), NotifyState::Ready]);
}

/// What a signal has brought about.
pub(super) fn tell(event: Event) {
    match event {
        Event::Rereading => match NotifyState::monotonic_usec_now() {
            Ok(now) => send(&[NotifyState::Reloading, now]),
            Err(error) => complain(&error),
        },
        Event::Reread => ready(),
        Event::Stopping => send(&[NotifyState::Stopping]),
    }
}

/// Says again and again that the server is alive, if the supervisor wants to hear it.
pub(super) fn watch(server: &Server) {
    if let Some(patience) = sd_notify::watchdog_enabled()
        && !patience.is_zero()
    {
        server.while_alive(patience / 2, || send(&[NotifyState::Watchdog]));
    }
}

/// Nobody listens where no supervisor said how to reach it.
fn send(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        complain(&error);
    }
}

fn complain(error: &io::Error) {
    tracing::warn!(%error, "the supervisor cannot be told (NOTIFY_SOCKET)");
}
