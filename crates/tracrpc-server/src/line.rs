//! The line to a client: a connection that tells while it is used whether somebody is still
//! at the other end.
//!
//! Who closes a connection and who has only sent all that there is to send look the same
//! (RFC 9293, section 3.6). So who does either is answered for a short time yet, and not
//! worked for any longer.

use std::io::{self, IoSlice};
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// How often it is looked whether the client is still there.
const LOOK: Duration = Duration::from_millis(250);

/// How long a request is worked on whose client sends no more.
const HALF_CLOSED: Duration = Duration::from_secs(2);

/// A connection to a client. Clones are the same one; only one reads and writes.
#[derive(Clone)]
pub(crate) struct Line(Arc<TcpStream>);

impl Line {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self(Arc::new(stream))
    }

    /// Reads what comes first, and leaves it there.
    ///
    /// # Errors
    /// As reading.
    pub(crate) async fn peek(&self, first: &mut [u8]) -> io::Result<usize> {
        self.0.peek(first).await
    }

    /// Waits until the client has gone: for ever, if it does not go.
    pub(crate) async fn gone(&self) {
        let mut closed_since = None;
        loop {
            tokio::time::sleep(LOOK).await;
            let Some(ready) = self.readiness().await else {
                continue;
            };
            if ready.is_write_closed() || ready.is_error() {
                return;
            }
            if ready.is_read_closed() {
                let since = *closed_since.get_or_insert_with(Instant::now);
                if since.elapsed() >= HALF_CLOSED {
                    return;
                }
            }
        }
    }

    /// What is known of the connection, if anything has happened on it.
    async fn readiness(&self) -> Option<Ready> {
        let all = Interest::READABLE | Interest::WRITABLE;
        tokio::select! {
            biased;
            ready = self.0.ready(all) => ready.ok(),
            () = std::future::ready(()) => None,
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.0.poll_read_ready(context))?;
            match self.0.try_read(buffer.initialize_unfilled()) {
                Ok(count) => {
                    buffer.advance(count);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl Line {
    fn poll_to_write(
        &self,
        context: &mut Context<'_>,
        write: impl Fn(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(context))?;
            match write(&self.0) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_to_write(context, |stream| stream.try_write(bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_to_write(context, |stream| stream.try_write_vectored(parts))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let socket = socket2::SockRef::from(&*self.0);
        Poll::Ready(socket.shutdown(Shutdown::Write))
    }
}
