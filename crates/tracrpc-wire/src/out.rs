//! Where an answer is written to: memory, and beyond some size wherever its
//! owner puts it.

use std::io::{self, Write};

/// How many bytes gather before they are handed on.
const CHUNK: usize = 1 << 18;

/// Takes what has been written of an answer that is too large for memory.
pub trait Drain {
    /// Takes all of `bytes` and leaves it empty.
    ///
    /// # Errors
    /// If there is no room for them.
    fn drain(&mut self, bytes: &mut Vec<u8>) -> io::Result<()>;

    /// Forgets what it took beyond the first `length` bytes.
    ///
    /// # Errors
    /// If that cannot be done.
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

/// Why an answer is not complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomplete {
    /// It is larger than allowed.
    TooLarge,
    /// There was no room to put it.
    NoRoom,
}

/// An answer as it is written. It takes bytes without an error: once it is
/// [incomplete](Out::incomplete), it ignores them.
pub struct Out<'d> {
    bytes: Vec<u8>,
    /// How many bytes may be in memory until the next look at the limits.
    room: usize,
    drained: u64,
    limit: u64,
    drain: Option<&'d mut dyn Drain>,
    incomplete: Option<Incomplete>,
}

impl Out<'static> {
    /// An answer in memory, of any size.
    pub fn new() -> Self {
        Out {
            bytes: Vec::new(),
            room: usize::MAX,
            drained: 0,
            limit: u64::MAX,
            drain: None,
            incomplete: None,
        }
    }
}

impl Default for Out<'static> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'d> Out<'d> {
    /// An answer of at most `limit` bytes, of which few stay in memory: the
    /// others go to `drain` as they come.
    pub fn to(drain: &'d mut dyn Drain, limit: u64) -> Self {
        let mut out = Out {
            bytes: Vec::new(),
            room: 0,
            drained: 0,
            limit,
            drain: Some(drain),
            incomplete: None,
        };
        out.measure();
        out
    }

    /// Adds bytes.
    #[inline]
    pub fn push(&mut self, bytes: &[u8]) {
        match bytes.len() <= self.room.saturating_sub(self.bytes.len()) {
            true => self.bytes.extend_from_slice(bytes),
            false => self.push_far(bytes),
        }
    }

    /// How many bytes there are.
    pub fn len(&self) -> u64 {
        self.drained + self.bytes.len() as u64
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Why bytes were ignored, if any were.
    pub fn incomplete(&self) -> Option<Incomplete> {
        self.incomplete
    }

    /// Takes back what was written after the first `length` bytes. What was too
    /// large no longer is.
    pub fn rewind(&mut self, length: u64) {
        match length.checked_sub(self.drained) {
            Some(rest) => self
                .bytes
                .truncate(usize::try_from(rest).unwrap_or(usize::MAX)),
            None => {
                self.bytes.clear();
                self.drained = length;
                let cut = self.drain.as_mut().map(|drain| drain.cut(length));
                if let Some(Err(_)) = cut {
                    self.incomplete = Some(Incomplete::NoRoom);
                }
            }
        }
        if self.incomplete == Some(Incomplete::TooLarge) {
            self.incomplete = None;
        }
        self.measure();
    }

    /// Allows `more` bytes, to say in them that there were too many.
    pub fn allow(&mut self, more: u64) {
        self.limit = self.limit.saturating_add(more);
        self.measure();
    }

    /// The bytes that were not handed on.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Expects about this many bytes.
    pub(crate) fn reserve(&mut self, count: usize) {
        self.bytes.reserve_exact(count.min(CHUNK));
    }

    /// Adds bytes that may be more than memory or the limit holds.
    #[cold]
    fn push_far(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(CHUNK) {
            if self.incomplete.is_some() {
                return;
            }
            if self.len() + piece.len() as u64 > self.limit {
                self.incomplete = Some(Incomplete::TooLarge);
                self.room = 0;
                return;
            }
            self.bytes.extend_from_slice(piece);
            if self.bytes.len() >= CHUNK {
                self.hand_on();
            }
        }
    }

    fn hand_on(&mut self) {
        let Some(drain) = &mut self.drain else {
            return;
        };
        let length = self.bytes.len() as u64;
        match drain.drain(&mut self.bytes) {
            Ok(()) => self.drained += length,
            Err(_) => self.incomplete = Some(Incomplete::NoRoom),
        }
        self.measure();
    }

    /// Finds how much may be written without another look.
    fn measure(&mut self) {
        let left = self.limit.saturating_sub(self.drained);
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        self.room = match (self.incomplete, &self.drain) {
            (Some(_), _) => 0,
            (None, Some(_)) => left.min(CHUNK),
            (None, None) => left,
        };
    }
}

/// Never fails; see [`Out`].
impl Write for Out<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.push(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps what it is given, as far as it has room.
    struct Shelf {
        bytes: Vec<u8>,
        room: usize,
    }

    impl Drain for Shelf {
        fn drain(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
            if self.bytes.len() + bytes.len() > self.room {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.bytes.append(bytes);
            Ok(())
        }

        fn cut(&mut self, length: u64) -> io::Result<()> {
            self.bytes.truncate(usize::try_from(length).unwrap());
            Ok(())
        }
    }

    /// Writes pieces, and takes back all but `keep` bytes before the last one.
    fn check(
        room: usize,
        limit: u64,
        pieces: &[usize],
        keep: Option<u64>,
    ) -> Result<usize, Incomplete> {
        let mut shelf = Shelf {
            bytes: Vec::new(),
            room,
        };
        let mut out = Out::to(&mut shelf, limit);
        let mut expected = Vec::new();
        for (number, length) in pieces.iter().enumerate() {
            if let (true, Some(keep)) = (number + 1 == pieces.len(), keep) {
                out.rewind(keep);
                expected.truncate(usize::try_from(keep).unwrap());
            }
            let piece = vec![b'a' + u8::try_from(number).unwrap(); *length];
            out.push(&piece);
            expected.extend_from_slice(&piece);
        }
        if let Some(incomplete) = out.incomplete() {
            return Err(incomplete);
        }
        assert_eq!(out.len(), expected.len() as u64);
        let rest = out.into_bytes();
        assert!(rest.len() <= CHUNK);
        shelf.bytes.extend_from_slice(&rest);
        assert!(shelf.bytes == expected, "{pieces:?}");
        Ok(expected.len())
    }

    #[test]
    fn what_is_written_arrives_in_order() {
        let any = u64::MAX;
        let all = usize::MAX;
        assert_eq!(check(all, any, &[], None), Ok(0));
        assert_eq!(check(all, any, &[3, 0, 4], None), Ok(7));
        assert_eq!(
            check(all, any, &[CHUNK, 1, CHUNK - 1, CHUNK + 1], None),
            Ok(3 * CHUNK + 1)
        );
        assert_eq!(
            check(all, any, &[5 * CHUNK + 7, 9], None),
            Ok(5 * CHUNK + 16)
        );
        assert_eq!(check(all, any, &[10, 20, 3], Some(15)), Ok(18));
        assert_eq!(check(all, any, &[10, 4 * CHUNK, 3], Some(10)), Ok(13));
        assert_eq!(
            check(all, any, &[10, 4 * CHUNK, 2 * CHUNK], Some(CHUNK as u64)),
            Ok(3 * CHUNK)
        );
    }

    #[test]
    fn limits_hold_to_the_byte() {
        let all = usize::MAX;
        assert_eq!(check(all, 10, &[4, 6], None), Ok(10));
        assert_eq!(check(all, 10, &[4, 7], None), Err(Incomplete::TooLarge));
        assert_eq!(check(all, 10, &[11, 0], None), Err(Incomplete::TooLarge));
        assert_eq!(check(all, 10, &[4, 7, 6], Some(4)), Ok(10));
        let large = 3 * CHUNK as u64 + 5;
        assert_eq!(check(all, large, &[3 * CHUNK, 5], None), Ok(3 * CHUNK + 5));
        assert_eq!(
            check(all, large, &[3 * CHUNK, 6], None),
            Err(Incomplete::TooLarge)
        );
        assert_eq!(
            check(CHUNK, u64::MAX, &[2 * CHUNK], None),
            Err(Incomplete::NoRoom)
        );
        assert_eq!(
            check(CHUNK, u64::MAX, &[2 * CHUNK, 1], Some(0)),
            Err(Incomplete::NoRoom)
        );
    }
}
