//! Compressed bodies, expanded while they come.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use axum::http::HeaderMap;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::{Coding, codings, has_zlib_head};
use crate::refused::Refused;

/// Reads a body as it was before it was compressed, of at most `most` bytes.
///
/// # Errors
/// If a coding is not known. Reading fails if the body is not of it, or becomes too large.
pub(crate) fn reader(
    body: impl BufRead + 'static,
    headers: &HeaderMap,
    most: u64,
) -> Result<Box<dyn BufRead>, Refused> {
    let codings = codings(headers)?;
    if codings.is_empty() {
        return Ok(Box::new(body));
    }
    let mut body: Box<dyn BufRead> = Box::new(body);
    for coding in codings.into_iter().rev() {
        body = match coding {
            Coding::Gzip => Box::new(BufReader::new(MultiGzDecoder::new(body))),
            Coding::Deflate => Box::new(BufReader::new(Deflated::Unread(Some(body)))),
        };
    }
    Ok(Box::new(Bounded { body, left: most }))
}

/// A body of the coding `deflate`, which is told by its beginning.
enum Deflated {
    Unread(Option<Box<dyn BufRead>>),
    Zlib(ZlibDecoder<Begun>),
    Raw(DeflateDecoder<Begun>),
}

/// A body of which the beginning was read.
type Begun = Chain<Cursor<Vec<u8>>, Box<dyn BufRead>>;

impl Read for Deflated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Self::Unread(body) = self {
            let mut body = body.take().ok_or(Refused::Broken)?;
            let mut head = Vec::new();
            body.by_ref().take(2).read_to_end(&mut head)?;
            let is_zlib = has_zlib_head(&head);
            let body = Cursor::new(head).chain(body);
            *self = match is_zlib {
                true => Self::Zlib(ZlibDecoder::new(body)),
                false => Self::Raw(DeflateDecoder::new(body)),
            };
        }
        match self {
            Self::Unread(_) => Ok(0),
            Self::Zlib(decoder) => decoder.read(buffer),
            Self::Raw(decoder) => decoder.read(buffer),
        }
    }
}

/// A body of which no more than so many bytes can be read.
struct Bounded {
    body: Box<dyn BufRead>,
    left: u64,
}

impl BufRead for Bounded {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let piece = self.body.fill_buf()?;
        match piece.len() as u64 > self.left {
            true => Err(Refused::TooLarge.into()),
            false => Ok(piece),
        }
    }

    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count as u64);
        self.body.consume(count);
    }
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut piece = self.fill_buf()?;
        let count = piece.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}
