//! Which names a wiki page may have.

use tracrpc_env::{Error, Result};
use tracrpc_translation::message;

/// Whether a page may be called `name`: no part between slashes is empty, `.`
/// or `..`. Trac's `validate_page_name`, but for the character NUL, which no
/// other program could pass on.
///
/// ```
/// use tracrpc_pages::page::is_valid_name;
///
/// assert!(is_valid_name("Team/Meeting Notes"));
/// assert!(!is_valid_name("Team/../Notes"));
/// ```
#[must_use]
pub fn is_valid_name(name: &str) -> bool {
    !name.contains('\0') && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// Refuses a name that a page may not have.
pub(crate) fn require_valid_name(name: &str) -> Result<()> {
    if is_valid_name(name) {
        Ok(())
    } else {
        Err(Error::invalid(message!(
            "Invalid Wiki page name '%(name)s'",
            name = name
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validity() {
        let check = |name, valid| assert_eq!(is_valid_name(name), valid, "{name:?}");
        for name in [
            "A",
            "With Space",
            "a?b#c",
            "...",
            "a..b",
            "<tag>",
            "日本語",
            " ",
        ] {
            check(name, true);
        }
        for name in [
            "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a/.", "a\0b",
        ] {
            check(name, false);
        }
    }
}
