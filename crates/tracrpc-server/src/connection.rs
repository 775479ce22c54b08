//! Accepting connections, and what each of them may take up.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt as _;

use crate::config::ServerLimits;

/// The size that the head of a request may have.
const MAX_HEAD: usize = 64 * 1024;

/// How many headers a request may have.
const MAX_HEADERS: usize = 100;

/// The two ends of the connection that a request came through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SocketAddresses {
    pub(crate) peer: SocketAddr,
    pub(crate) local: SocketAddr,
}

/// Serves what comes in through `listener` until `stop` says so, then lets
/// running requests finish for as long as the limits allow.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Arc<ServerLimits>,
    places: Arc<Semaphore>,
    mut stop: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Some((stream, ends, place)) = accepted else {
            continue;
        };
        let connection = converse(
            stream,
            ends,
            router.clone(),
            Arc::clone(&limits),
            graceful.watcher(),
        );
        tokio::spawn(async move {
            connection.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.stop_time, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not finish in time");
    }
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(
    TcpStream,
    SocketAddresses,
    tokio::sync::OwnedSemaphorePermit,
)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            let local = stream.local_addr().ok()?;
            Some((stream, SocketAddresses { peer, local }, place))
        }
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            // Out of file descriptors, most likely: the next try needs time, too.
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

/// Serves one connection to its end.
async fn converse(
    stream: TcpStream,
    ends: SocketAddresses,
    router: Router,
    limits: Arc<ServerLimits>,
    watcher: Watcher,
) {
    prepare(&stream, &limits);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ends);
        router
            .clone()
            .oneshot(request.map(axum::body::Body::new) as Request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .half_close(true)
        // The spelling of Trac, which hand-made clients look for.
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, peer = %ends.peer, "a connection ended early");
    }
}

/// Sends small answers at once, and gives up on clients who stop reading.
fn prepare(stream: &TcpStream, limits: &ServerLimits) {
    let socket = socket2::SockRef::from(stream);
    let done = stream
        .set_nodelay(true)
        .and_then(|()| give_up_after(&socket, limits.body_time));
    if let Err(error) = done {
        tracing::debug!(%error, "cannot set an option of a connection");
    }
}

#[cfg(target_os = "linux")]
fn give_up_after(socket: &socket2::SockRef<'_>, time: Duration) -> std::io::Result<()> {
    socket.set_tcp_user_timeout(Some(time))
}

#[cfg(not(target_os = "linux"))]
fn give_up_after(socket: &socket2::SockRef<'_>, _time: Duration) -> std::io::Result<()> {
    socket.set_keepalive(true)
}
