//! The body of an answer, sent while it is written.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use http_body::Frame;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::Patience;
use crate::budget::Permit;

/// How much is sent at a time.
const PIECE: usize = 32 * 1024;

/// How many pieces wait to be sent.
const WAITING: usize = 1;

/// Writes the body of an [answer](crate::Answer::written), piece by piece. It waits for the
/// client to read, and fails once that is gone or was too slow.
pub struct ResponseWriter {
    piece: Vec<u8>,
    pieces: Sender<Piece>,
    patience: Patience,
    /// How many bytes have gone.
    count: u64,
    /// Why the client gets no more.
    lost: Option<io::ErrorKind>,
}

/// Some of a body, or its end. Without that the answer has broken off.
enum Piece {
    Data(Bytes),
    End,
}

/// What is written at one end, and the body that is sent at the other, with the permit
/// for what is between them.
pub(crate) fn pipe(patience: Patience, permit: Permit) -> (ResponseWriter, Body) {
    let (pieces, received) = mpsc::channel(WAITING);
    let writer = ResponseWriter {
        piece: Vec::new(),
        pieces,
        patience,
        count: 0,
        lost: None,
    };
    let body = Piped {
        pieces: received,
        is_over: false,
        _permit: permit,
    };
    (writer, Body::new(body))
}

/// A body of which nobody knows how long it would be, for answers that have none.
pub(crate) fn nothing() -> Body {
    Body::new(Piped {
        pieces: mpsc::channel(WAITING).1,
        is_over: true,
        _permit: Permit::none(),
    })
}

impl ResponseWriter {
    /// Sends what is left, and says that it is all.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        io::Write::flush(&mut self)?;
        self.send(Piece::End)
    }

    /// Whether the client is the reason that no more can be written.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.is_some()
    }

    fn send(&mut self, piece: Piece) -> io::Result<()> {
        if let Some(kind) = self.lost {
            return Err(kind.into());
        }
        let sent = self.patience.wait(self.count, self.pieces.send(piece));
        let kind = match sent {
            Some(Ok(())) => return Ok(()),
            Some(Err(_)) => io::ErrorKind::BrokenPipe,
            None => io::ErrorKind::TimedOut,
        };
        self.lost = Some(kind);
        Err(kind.into())
    }
}

impl io::Write for ResponseWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        if self.piece.capacity() == 0 {
            self.piece.reserve_exact(PIECE);
        }
        let count = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::take(&mut self.piece);
        let length = piece.len() as u64;
        self.send(Piece::Data(piece.into()))?;
        self.count += length;
        Ok(())
    }
}

impl std::fmt::Debug for ResponseWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseWriter")
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}

/// The end of the pipe that is sent.
struct Piped {
    pieces: Receiver<Piece>,
    is_over: bool,
    _permit: Permit,
}

impl HttpBody for Piped {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        self.pieces.poll_recv(context).map(|piece| match piece {
            Some(Piece::Data(bytes)) => Some(Ok(Frame::data(bytes))),
            Some(Piece::End) => {
                self.is_over = true;
                None
            }
            None => {
                self.is_over = true;
                Some(Err(io::ErrorKind::UnexpectedEof.into()))
            }
        })
    }
}
