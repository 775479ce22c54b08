//! Accepting connections, and what each of them may take up.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};

use crate::activity::Activity;
use crate::config::ServerLimits;
use crate::conversation::Conversation;
use crate::line::Line;
use crate::places::Places;
use crate::tls::{self, HandshakeError, Secured, Tls};
use crate::turned_away::TurnedAway;

/// The two ends of the connection that a request came through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SocketAddresses {
    pub(crate) peer: SocketAddr,
    pub(crate) local: SocketAddr,
}

/// What all connections share.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) router: Router,
    pub(crate) limits: Arc<ServerLimits>,
    /// What connections are secured by, if they are.
    pub(crate) tls: Option<Arc<Tls>>,
    /// Hears from which address something came that is no HTTP.
    pub(crate) no_http: Arc<dyn Fn(IpAddr) + Send + Sync>,
    /// Places for requests of connections that carry several at a time.
    pub(crate) further: Arc<Semaphore>,
}

/// Serves what comes in through `listener` until `stop` says so, then lets
/// running requests finish for as long as the limits allow.
pub(crate) async fn serve(
    listener: TcpListener,
    service: Service,
    places: Arc<Places>,
    mut stop: watch::Receiver<bool>,
) {
    // Each connection has a sender: when there is none any more, all have ended.
    let (running, mut ended) = mpsc::channel::<Infallible>(1);
    let turned_away = TurnedAway::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener) => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Some((stream, ends)) = accepted else {
            continue;
        };
        let place = tokio::select! {
            place = places.take(ends.peer.ip()) => place,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Some(place) = place else {
            tracing::debug!(peer = %ends.peer, "an address has too many connections");
            if service.tls.is_none() {
                turned_away.tell(stream);
            }
            continue;
        };
        let activity = Arc::clone(&place.activity);
        let connection = service
            .clone()
            .converse(stream, ends, activity, stop.clone());
        let running = running.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = connection => {}
                () = place.given_away() => {}
            }
            drop((place, running));
        });
    }
    drop((listener, running));
    let stop_time = service.limits.stop_time;
    if tokio::time::timeout(stop_time, ended.recv()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

/// The next connection.
async fn accept(listener: &TcpListener) -> Option<(TcpStream, SocketAddresses)> {
    match listener.accept().await {
        Ok((stream, peer)) => {
            let local = stream.local_addr().ok()?;
            Some((stream, SocketAddresses { peer, local }))
        }
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            // Out of file descriptors, most likely: the next try needs time, too.
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

impl Service {
    /// Serves one connection to its end.
    async fn converse(
        self,
        stream: TcpStream,
        ends: SocketAddresses,
        activity: Arc<Activity>,
        mut stop: watch::Receiver<bool>,
    ) {
        prepare(&stream, &self.limits);
        let no_http = Arc::clone(&self.no_http);
        let log_end = |done| log_end(done, ends, &*no_http);
        let stream = Line::new(stream);
        let line = stream.clone();
        let Some(tls) = self.tls.clone() else {
            let conversation = self.conversation(ends, line, activity, None);
            let done = conversation.speak_http1(stream, stopped(&mut stop)).await;
            return log_end(done);
        };
        let changes = tls.changes();
        let handshake = tls::shake_hands(stream, tls.in_force(), self.limits.head_time);
        let shaken = tokio::select! {
            shaken = handshake => shaken,
            () = stopped(&mut stop) => return,
        };
        let channel = match shaken {
            Ok(channel) => channel,
            Err(error) => return log_failure(&error, ends),
        };
        let has_shown = channel.secured.client.is_some();
        let end = async {
            tokio::select! {
                () = stopped(&mut stop) => {}
                () = changed(changes), if has_shown => {}
            }
        };
        let conversation = self.conversation(ends, line, activity, Some(channel.secured));
        let done = match channel.is_http2 {
            true => conversation.speak_http2(channel.stream, end).await,
            false => conversation.speak_http1(channel.stream, end).await,
        };
        log_end(done);
    }

    fn conversation(
        self,
        ends: SocketAddresses,
        line: Line,
        activity: Arc<Activity>,
        secured: Option<Secured>,
    ) -> Conversation {
        Conversation {
            router: self.router,
            limits: self.limits,
            ends,
            line,
            activity,
            secured,
            further: self.further,
        }
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// A certificate that was shown may be none of those any more that are accepted: who is still
/// welcome comes again.
async fn changed(mut changes: watch::Receiver<u64>) {
    let _ = changes.changed().await;
}

fn log_end(done: hyper::Result<()>, ends: SocketAddresses, no_http: &dyn Fn(IpAddr)) {
    if let Err(error) = done {
        if error.is_parse() {
            no_http(ends.peer.ip());
        }
        tracing::debug!(%error, peer = %ends.peer, "a connection ended early");
    }
}

/// Who has a certificate that is not accepted wants to know why, and can ask in the log.
fn log_failure(error: &HandshakeError, ends: SocketAddresses) {
    if error.is_about_a_certificate() {
        tracing::info!(%error, peer = %ends.peer, "a client's certificate is not accepted");
    } else {
        tracing::debug!(%error, peer = %ends.peer, "a connection was not secured");
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
