//! The body of a request, read while it comes.

use std::io::{self, BufRead, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes};
use http_body_util::BodyExt as _;

use super::Patience;
use crate::budget::Permit;
use crate::refused::Refused;

/// A body that comes in while a thread reads it. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Incoming(Arc<Mutex<Inner>>);

struct Inner {
    body: Option<Body>,
    patience: Patience,
    /// How many bytes it may have.
    most: u64,
    /// How many have come.
    count: u64,
    is_untouched: bool,
    /// For what of it is in memory.
    _permit: Permit,
}

/// What of a body was not read.
#[derive(Debug)]
pub(crate) struct Rest {
    pub(crate) body: Body,
    /// Whether none of it was, so that the client may not have been told to send it.
    pub(crate) is_untouched: bool,
}

impl Rest {
    /// All of a body.
    pub(crate) fn all(body: Body) -> Self {
        Self {
            body,
            is_untouched: true,
        }
    }
}

impl Incoming {
    /// A body of at most `most` bytes, and the permit for the pieces of it.
    pub(crate) fn new(body: Body, most: u64, patience: Patience, permit: Permit) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            body: Some(body),
            patience,
            most,
            count: 0,
            is_untouched: true,
            _permit: permit,
        })))
    }

    /// What reads it.
    pub(crate) fn reader(&self) -> IncomingReader {
        IncomingReader {
            incoming: self.clone(),
            piece: Bytes::new(),
        }
    }

    /// What of it was not read. Nothing more can be read after that.
    pub(crate) fn stop(&self) -> Option<Rest> {
        let mut inner = self.lock();
        let is_untouched = inner.is_untouched;
        inner.body.take().map(|body| Rest { body, is_untouched })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// The next piece that is not empty; an empty one at the end.
    fn next(&mut self) -> Result<Bytes, Refused> {
        self.is_untouched = false;
        while let Some(body) = &mut self.body {
            let frame = self.patience.wait(self.count, body.frame());
            let Some(frame) = frame.ok_or(Refused::TooSlow)? else {
                self.body = None;
                break;
            };
            let frame = frame.map_err(|_| Refused::Broken)?;
            let piece = frame.into_data().unwrap_or_default();
            self.count += piece.len() as u64;
            if self.count > self.most {
                return Err(Refused::TooLarge);
            }
            if !piece.is_empty() {
                return Ok(piece);
            }
        }
        Ok(Bytes::new())
    }
}

/// Reads an [`Incoming`] body.
pub(crate) struct IncomingReader {
    incoming: Incoming,
    piece: Bytes,
}

impl BufRead for IncomingReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.piece.is_empty() {
            self.piece = self.incoming.lock().next()?;
        }
        Ok(&self.piece)
    }

    fn consume(&mut self, count: usize) {
        drop(self.piece.split_to(count.min(self.piece.len())));
    }
}

impl Read for IncomingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let piece = self.fill_buf()?;
        let count = piece.len().min(buffer.len());
        buffer[..count].copy_from_slice(&piece[..count]);
        self.consume(count);
        Ok(count)
    }
}
