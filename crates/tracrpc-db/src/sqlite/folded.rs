//! Texts without the case of ASCII's letters, in which things are looked for.

use std::cell::RefCell;

use memchr::memchr;

/// The room for a text that a thread keeps, in bytes.
const MAX_KEPT: usize = 65_536;

thread_local! {
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Runs `f` with room for a text, empty.
pub(super) fn with_room<T>(f: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    ROOM.with_borrow_mut(|room| {
        room.clear();
        let result = f(room);
        room.clear();
        room.shrink_to(MAX_KEPT);
        result
    })
}

/// Appends `text` without case.
pub(super) fn fold_into(room: &mut Vec<u8>, text: &[u8]) {
    room.extend(text.iter().map(u8::to_ascii_lowercase));
}

/// The part of a text that counts for SQLite's functions.
pub(super) fn until_nul(text: &[u8]) -> &[u8] {
    &text[..memchr(0, text).unwrap_or(text.len())]
}
