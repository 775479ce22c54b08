//! Answers that wait for their clients: small ones in memory, large ones in a
//! temporary file, so that no number of slow readers uses up the memory.

use std::fs::File;
use std::future::Future as _;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use tokio::task::JoinHandle;
use tracrpc_wire::Drain;

use crate::budget::{Budget, Permit, SMALL, Whom};

/// How much of a file is sent at a time.
const PIECE: usize = 32 * 1024;

/// Takes the beginning of an answer that is too large for memory.
pub(crate) struct Spool<'a> {
    memory: &'a Budget,
    files: &'a Budget,
    whom: Whom,
    file: Option<File>,
    length: u64,
    /// For the file.
    permits: Vec<Permit>,
    /// How many bytes they are for.
    permitted: usize,
}

impl<'a> Spool<'a> {
    /// `files` bounds what is in temporary files, `memory` what is not.
    pub(crate) fn new(memory: &'a Budget, files: &'a Budget, whom: Whom) -> Self {
        Self {
            memory,
            files,
            whom,
            file: None,
            length: 0,
            permits: Vec::new(),
            permitted: 0,
        }
    }

    /// Whether a file of so many bytes may be made.
    fn has_room(&mut self, bytes: usize) -> bool {
        let Some(more) = bytes.checked_sub(self.permitted) else {
            return true;
        };
        let Some(permit) = self.files.take(more, self.whom) else {
            return false;
        };
        self.permits.push(permit);
        self.permitted = bytes;
        true
    }

    /// The body of the answer that ends with `rest`.
    ///
    /// # Errors
    /// If there is no room for it.
    pub(crate) fn finish(mut self, mut rest: Vec<u8>) -> io::Result<Body> {
        if self.file.is_none() {
            if rest.len() <= SMALL {
                return Ok(Body::from(rest));
            }
            if let Some(permit) = self.memory.take(rest.len(), self.whom) {
                let held = Held {
                    bytes: rest,
                    _permit: permit,
                };
                return Ok(Body::from(Bytes::from_owner(held)));
            }
        }
        self.drain(&mut rest)?;
        let mut file = self.file.ok_or(io::ErrorKind::NotFound)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Body::new(Stored {
            state: State::Idle(file),
            left: self.length,
            _permits: self.permits,
        }))
    }
}

impl Drain for Spool<'_> {
    fn drain(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let length = usize::try_from(self.length).unwrap_or(usize::MAX);
        if !self.has_room(length.saturating_add(bytes.len())) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(tempfile::tempfile()?),
        };
        file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        bytes.clear();
        Ok(())
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            file.set_len(length)?;
            file.seek(SeekFrom::Start(length))?;
            self.length = length;
        }
        Ok(())
    }
}

/// Bytes in memory, and the permit to have them there.
struct Held {
    bytes: Vec<u8>,
    _permit: Permit,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// A temporary file that is sent piece by piece, and gone when it is dropped.
struct Stored {
    state: State,
    left: u64,
    _permits: Vec<Permit>,
}

enum State {
    Idle(File),
    Reading(JoinHandle<io::Result<(File, Vec<u8>)>>),
    Done,
}

impl HttpBody for Stored {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.left == 0 {
            self.state = State::Done;
        }
        let mut reading = match std::mem::replace(&mut self.state, State::Done) {
            State::Done => return Poll::Ready(None),
            State::Idle(file) => {
                let wanted = PIECE.min(usize::try_from(self.left).unwrap_or(PIECE));
                tokio::task::spawn_blocking(move || read(file, wanted))
            }
            State::Reading(reading) => reading,
        };
        let Poll::Ready(read) = Pin::new(&mut reading).poll(context) else {
            self.state = State::Reading(reading);
            return Poll::Pending;
        };
        let (file, piece) = match read.map_err(io::Error::other).flatten() {
            Ok(read) => read,
            Err(error) => return Poll::Ready(Some(Err(error))),
        };
        self.left -= piece.len() as u64;
        self.state = State::Idle(file);
        Poll::Ready(Some(Ok(Frame::data(piece.into()))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

fn read(mut file: File, length: usize) -> io::Result<(File, Vec<u8>)> {
    let mut piece = vec![0; length];
    file.read_exact(&mut piece)?;
    Ok((file, piece))
}
