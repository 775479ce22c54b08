//! The body of a request, as an endpoint reads it.

use std::fmt;
use std::io::{self, BufRead, Read};

use axum::body::Bytes;

use crate::budget::Permit;
use crate::refused::Refused;

/// The body of a request, without the coding in which it was sent.
///
/// It is read as any file is. Where it [comes as a stream](crate::BodyForm::Stream) reading
/// waits for the client, and fails if that sends too much, too slowly, or breaks off;
/// what an endpoint answers to that does not matter, for the server answers in its place.
pub struct RequestBody {
    source: Source,
    /// Why it cannot be read to its end.
    refused: Option<Refused>,
}

enum Source {
    Whole {
        /// What has not been read of it.
        rest: Bytes,
        permit: Permit,
    },
    Stream(Box<dyn BufRead>),
}

impl RequestBody {
    /// None.
    pub(crate) fn empty() -> Self {
        Self::whole(Bytes::new(), Permit::none())
    }

    /// One in memory, with the permit to be there.
    pub(crate) fn whole(rest: Bytes, permit: Permit) -> Self {
        Self::of(Source::Whole { rest, permit })
    }

    /// One that is still coming.
    pub(crate) fn stream(source: Box<dyn BufRead>) -> Self {
        Self::of(Source::Stream(source))
    }

    fn of(source: Source) -> Self {
        Self {
            source,
            refused: None,
        }
    }

    /// All of the body, if the endpoint wants it [whole](crate::BodyForm::Whole), but for what
    /// was read of it already. Nothing of one that is a stream.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match &self.source {
            Source::Whole { rest, .. } => rest,
            Source::Stream(_) => &[],
        }
    }

    /// What is in memory, and the permit for it.
    pub(crate) fn take(&mut self) -> (Bytes, Permit) {
        match std::mem::replace(&mut self.source, Self::empty().source) {
            Source::Whole { rest, permit } => (rest, permit),
            Source::Stream(_) => (Bytes::new(), Permit::none()),
        }
    }

    /// Why it could not be read to its end, if it was tried.
    pub(crate) fn refused(&self) -> Option<Refused> {
        self.refused
    }
}

impl Read for RequestBody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let piece = self.fill_buf()?;
        let count = piece.len().min(buffer.len());
        buffer[..count].copy_from_slice(&piece[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for RequestBody {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let Self { source, refused } = self;
        match source {
            Source::Whole { rest, .. } => Ok(rest),
            Source::Stream(source) => source.fill_buf().inspect_err(|error| {
                if error.kind() != io::ErrorKind::Interrupted {
                    *refused = Some(Refused::of(error));
                }
            }),
        }
    }

    fn consume(&mut self, count: usize) {
        match &mut self.source {
            Source::Whole { rest, .. } => drop(rest.split_to(count.min(rest.len()))),
            Source::Stream(source) => source.consume(count),
        }
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("RequestBody");
        if let Source::Whole { rest, .. } = &self.source {
            shown.field("bytes", &rest.len());
        }
        shown.finish_non_exhaustive()
    }
}
