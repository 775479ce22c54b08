//! Texts without the case of ASCII's letters, in which things are looked for.

use std::cell::RefCell;

use memchr::memchr;

/// How much room is kept, in bytes.
const MAX_KEPT: usize = 65_536;

/// Room for a text, which a function of a connection keeps for its next call.
#[derive(Default)]
pub(super) struct Room(RefCell<Vec<u8>>);

impl Room {
    /// Runs `f` with the room, empty.
    pub(super) fn lend<T>(&self, f: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        // Should a call be nested in another, it gets room of its own.
        let Ok(mut room) = self.0.try_borrow_mut() else {
            return f(&mut Vec::new());
        };
        room.clear();
        let result = f(&mut room);
        room.clear();
        room.shrink_to(MAX_KEPT);
        result
    }
}

/// Appends `text` without case.
pub(super) fn fold_into(room: &mut Vec<u8>, text: &[u8]) {
    room.extend(text.iter().map(u8::to_ascii_lowercase));
}

/// The part of a text that counts for SQLite's functions.
pub(super) fn until_nul(text: &[u8]) -> &[u8] {
    &text[..memchr(0, text).unwrap_or(text.len())]
}
