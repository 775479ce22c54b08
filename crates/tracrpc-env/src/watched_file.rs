//! Whether a file that somebody else edits has changed, and whether what it is
//! now can be believed.
//!
//! A full disk and an editor that writes in place leave files that are empty or
//! end too early. Of a file that closes doors, such a state must not count.

use std::fs::{self, Metadata};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How long nobody may have written to a file before it is believed. Longer than
/// the steps of a file system's clock, so that a later change has another time.
const QUIET: Duration = Duration::from_millis(20);

/// How often a file that is being written is looked at before the next caller's turn.
const LOOKS: usize = 10;

/// What tells one state of a file from another without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    modified: Option<SystemTime>,
    /// When the file, or what is known about it, last changed: nobody can set this.
    changed: (i64, i64),
    size: u64,
    inode: u64,
}

impl Stamp {
    /// The present state of a file; none if it cannot be looked at.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        Some(Self {
            modified: metadata.modified().ok(),
            changed: changed(&metadata),
            size: metadata.len(),
            inode: inode(&metadata),
        })
    }

    /// Whether the file was written a moment ago, so that more may follow.
    #[must_use]
    pub fn is_younger_than(&self, age: Duration) -> bool {
        let age_of = |time: SystemTime| SystemTime::now().duration_since(time).ok();
        self.modified.and_then(age_of).is_some_and(|is| is < age)
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(unix)]
fn changed(metadata: &Metadata) -> (i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

#[cfg(not(unix))]
fn changed(_: &Metadata) -> (i64, i64) {
    (0, 0)
}

/// Reads files until nobody writes to them any more: `stamps` tells of what was
/// read which states it had. None if they do not come to rest for now.
pub(crate) fn at_rest<T>(
    mut read: impl FnMut() -> T,
    stamps: impl Fn(&T) -> Vec<Stamp>,
    is_current: impl Fn(&T) -> bool,
) -> Option<T> {
    for _ in 0..LOOKS {
        let found = read();
        let is_young = |stamp: &Stamp| stamp.is_younger_than(QUIET);
        if !stamps(&found).iter().any(is_young) && is_current(&found) {
            return Some(found);
        }
        std::thread::sleep(QUIET);
    }
    None
}

/// How a text looks as if its end were missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// It is empty.
    Empty,
    /// It is the beginning of what it was, and ends within a line.
    WithinLine,
    /// It is the beginning of what it was, up to the end of a line.
    AfterLine,
    /// It is another text, but its last line has no end, as it had before.
    Unfinished,
}

impl Cut {
    /// Compares a text with what it was.
    pub(crate) fn of(old: &str, new: &str) -> Option<Self> {
        if new.trim().is_empty() {
            return (!old.trim().is_empty()).then_some(Self::Empty);
        }
        let ends_a_line = |text: &str| text.ends_with(['\n', '\r']);
        match old.strip_prefix(new) {
            Some("") => None,
            Some(rest) if ends_a_line(new) || rest.starts_with(['\n', '\r']) => {
                (!rest.trim().is_empty()).then_some(Self::AfterLine)
            }
            Some(_) => Some(Self::WithinLine),
            None => (ends_a_line(old) && !ends_a_line(new)).then_some(Self::Unfinished),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_are_seen() {
        let check =
            |old: &str, new: &str, expected| assert_eq!(Cut::of(old, new), expected, "{new:?}");
        let old = "[a]\nb = 1\nc = 2\n";
        check(old, "", Some(Cut::Empty));
        check(old, " \n\n", Some(Cut::Empty));
        check("", "", None);
        check("", "[a]\n", None);
        check(old, "[a]\nb", Some(Cut::WithinLine));
        check(old, "[a]\nb = 1\n", Some(Cut::AfterLine));
        check(old, "[a]\nb = 1", Some(Cut::AfterLine));
        check(old, "[a]\nb = 1\nc = 2", None);
        check(old, "[a]\nb = 2\nc", Some(Cut::Unfinished));
        check(old, "[a]\nb = 2\n", None);
        check(old, old, None);
        check("[a]\nb = 1", "[a]\nb = 2", None);
    }

    #[test]
    fn a_change_that_keeps_size_and_time_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        let write = |text: &str| {
            fs::write(&path, text).unwrap();
            let file = fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(time).unwrap();
            std::thread::sleep(QUIET);
            Stamp::of(&path)
        };
        let before = write("one");
        assert_eq!(Stamp::of(&path), before);
        #[cfg(unix)]
        assert_ne!(write("two"), before);
        assert_eq!(Stamp::of(&folder.path().join("none")), None);
    }

    #[test]
    fn a_file_that_is_being_written_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        fs::write(&path, "half").unwrap();
        let read = || (Stamp::of(&path), fs::read_to_string(&path).unwrap());
        let found = std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(QUIET / 4);
                fs::write(&path, "the whole").unwrap();
            });
            at_rest(
                read,
                |found| found.0.iter().cloned().collect(),
                |found| Stamp::of(&path) == found.0,
            )
        });
        assert_eq!(found.unwrap().1, "the whole");
    }
}
