//! What tracrpc and its plugins say to each other: frames, values and messages.
//!
//! `docs/plugin-protocol.md` is the specification. Both sides are built on this crate:
//! the server's host of plugins, and the library for plugins that are written in Rust.
//! It is pure: what it reads and writes are a [`BufRead`](std::io::BufRead) and a
//! [`Write`](std::io::Write) of the caller.
//!
//! ```
//! use tracrpc_plugin_protocol::{FrameReader, Incoming, Limits, Message};
//! use tracrpc_wire::Struct;
//!
//! let ping = Message::request(1, "ping", Struct::new());
//! let limits = Limits::default();
//! let mut bytes = Vec::new();
//! ping.clone().into_frame(false, &limits).unwrap().write_to(&mut bytes).unwrap();
//!
//! let mut reader = FrameReader::new(bytes.as_slice(), limits);
//! let Some(Incoming::Frame(frame)) = reader.read().unwrap() else { panic!() };
//! assert_eq!(Message::from_frame(frame, &limits).unwrap(), ping);
//! ```

mod decode;
mod encode;
mod error;
mod frame;
mod message;
pub mod messages;
mod shape;
mod surrogates;

pub use error::{FrameError, MessageError, Mismatch, ValueError};
pub use frame::{Frame, FrameReader, Incoming};
pub use message::{ErrorCode, Message, RpcError};
pub use shape::{Given, Shape};

/// The only version of the protocol that there is.
pub const VERSION: i64 = 1;

/// From how many bytes on a binary travels beside the line of its message.
pub const BLOB: usize = 32 * 1024;

/// Bounds on what is read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many bytes a line and its blobs may have together.
    pub frame: usize,
    /// How many bytes the answer to `describe` may have.
    pub description: usize,
    /// How many values a message may hold.
    pub values: usize,
}

impl Limits {
    /// How deep the arrays and objects of `params`, `result` or `data` may be nested: a
    /// value of the 100 levels that are allowed, and what stands around it.
    pub const DEPTH: usize = 120;

    /// The same for lines and blobs of at most `bytes`.
    #[must_use]
    pub fn with_frame(mut self, bytes: usize) -> Self {
        self.frame = bytes;
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame: 96 * 1024 * 1024,
            description: 4 * 1024 * 1024,
            values: 500_000,
        }
    }
}
