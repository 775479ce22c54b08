//! Frames: a line each, and the bytes that follow it.

use std::io::{self, BufRead, Read, Write};

use memchr::memmem;
use serde::Deserialize;

use crate::{FrameError, Limits};

/// How much of a line that is no message is kept, in bytes.
const NOISE: usize = 1024;

/// One message as bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// An object of JSON, without the line feed.
    pub line: Vec<u8>,
    /// What follows the line.
    pub blobs: Vec<Vec<u8>>,
}

impl Frame {
    /// How many bytes it has altogether.
    pub fn size(&self) -> usize {
        let blobs: usize = self.blobs.iter().map(Vec::len).sum();
        self.line.len() + 1 + blobs
    }

    /// Writes it, and flushes.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.line)?;
        out.write_all(b"\n")?;
        for blob in &self.blobs {
            out.write_all(blob)?;
        }
        out.flush()
    }
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A message.
    Frame(Frame),
    /// A line that is none, or its beginning if it is long.
    Noise(Vec<u8>),
}

/// Reads frames one after the other.
#[derive(Debug)]
pub struct FrameReader<R> {
    input: R,
    limits: Limits,
    has_blobs: bool,
}

impl<R: BufRead> FrameReader<R> {
    /// A reader of `input`. Nobody sends blobs yet.
    pub fn new(input: R, limits: Limits) -> Self {
        Self {
            input,
            limits,
            has_blobs: false,
        }
    }

    /// From now on frames may have blobs: both sides have announced them.
    pub fn expect_blobs(&mut self) {
        self.has_blobs = true;
    }

    /// The next frame, or a line of noise; none at the end.
    ///
    /// # Errors
    /// If the bytes cannot be had, end within a frame, or are too many for one, and if
    /// what should tell the sizes of blobs is no JSON. Nothing can be read after that.
    pub fn read(&mut self) -> Result<Option<Incoming>, FrameError> {
        let first = match self.input.fill_buf() {
            Ok(buffer) => buffer.first().copied(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return self.read(),
            Err(error) => return Err(error.into()),
        };
        match first {
            None => Ok(None),
            Some(b'{') => self.frame().map(|frame| Some(Incoming::Frame(frame))),
            Some(_) => self.noise().map(|noise| Some(Incoming::Noise(noise))),
        }
    }

    fn frame(&mut self) -> Result<Frame, FrameError> {
        let limit = self.limits.frame;
        let mut line = Vec::new();
        let most = u64::try_from(limit).unwrap_or(u64::MAX);
        (&mut self.input).take(most).read_until(b'\n', &mut line)?;
        match line.pop() {
            Some(b'\n') => {}
            _ if line.len() + 1 >= limit => return Err(FrameError::TooLarge { limit }),
            _ => return Err(FrameError::Cut),
        }
        let sizes = match self.has_blobs {
            true => blob_sizes(&line)?,
            false => Vec::new(),
        };
        let mut left = limit - line.len();
        for size in &sizes {
            let rest = usize::try_from(*size).ok();
            let rest = rest.and_then(|size| left.checked_sub(size));
            left = rest.ok_or(FrameError::TooLarge { limit })?;
        }
        let blobs = sizes.into_iter().map(|size| self.blob(size));
        let blobs = blobs.collect::<Result<_, _>>()?;
        Ok(Frame { line, blobs })
    }

    fn blob(&mut self, size: u64) -> Result<Vec<u8>, FrameError> {
        let mut bytes = Vec::new();
        (&mut self.input).take(size).read_to_end(&mut bytes)?;
        match u64::try_from(bytes.len()) == Ok(size) {
            true => Ok(bytes),
            false => Err(FrameError::Cut),
        }
    }

    /// A line of any length, of which not all is kept.
    fn noise(&mut self) -> Result<Vec<u8>, FrameError> {
        let mut noise = Vec::new();
        let most = u64::try_from(NOISE).unwrap_or(u64::MAX);
        (&mut self.input).take(most).read_until(b'\n', &mut noise)?;
        match noise.pop() {
            Some(b'\n') => {}
            Some(last) => {
                noise.push(last);
                self.input.skip_until(b'\n')?;
            }
            None => {}
        }
        Ok(noise)
    }
}

/// The sizes of the blobs that follow a line.
fn blob_sizes(line: &[u8]) -> Result<Vec<u64>, FrameError> {
    #[derive(Deserialize)]
    struct Sizes {
        #[serde(default)]
        blobs: Vec<u64>,
    }
    if memmem::find(line, b"\"blobs\"").is_none() {
        return Ok(Vec::new());
    }
    let sizes: Result<Sizes, _> = serde_json::from_slice(line);
    let sizes = sizes.map_err(|error| FrameError::Malformed {
        detail: error.to_string(),
    });
    Ok(sizes?.blobs)
}
