//! Bodies that are never in memory as a whole: a thread that blocks at one end, a
//! connection at the other.

mod incoming;
mod outgoing;
mod patience;

pub(crate) use self::incoming::{Incoming, Rest};
pub use self::outgoing::ResponseWriter;
pub(crate) use self::outgoing::{nothing, pipe};
pub(crate) use self::patience::Patience;

/// What a body takes up in memory while it streams, about: the piece in hand, and
/// those on the way.
pub(crate) const MEMORY: usize = 256 * 1024;
