//! The names of the two files of a change, and what they have in common.

use tracrpc_translation::{Catalog, message};

use crate::chars::is_space;

const NOWHERE: &str = "/dev/null";

/// How a change is headed.
pub(super) struct Names {
    pub(super) path: String,
    pub(super) old_label: String,
    pub(super) new_label: String,
}

impl Names {
    /// The part that both paths have in common is the name; what differs are the labels, if it
    /// is as short as Git's `a` and `b`.
    pub(super) fn of(old: &str, new: &str, catalog: &Catalog) -> Names {
        if old.is_empty() && new.is_empty() {
            return Names::new(String::new(), "old", "new");
        }
        let (old_parts, new_parts) = (parts(old), parts(new));
        let start = common_length(old_parts.iter(), new_parts.iter());
        let end = common_length(old_parts.iter().rev(), new_parts.iter().rev());
        if chars(&new[..start]) > chars(&new[new.len() - end..]) {
            return Names::new(new[..start].to_owned(), "old", "new");
        }
        if end > 0 {
            let path = new[new.len() - end..].trim_start_matches('/').to_owned();
            let (a, b) = (&old[..old.len() - end], &new[..new.len() - end]);
            let are_short = chars(a) < 4 && chars(b) < 4;
            let (a, b) = if are_short { (a, b) } else { ("old", "new") };
            return Names::new(path, a, b);
        }
        if old == NOWHERE {
            let path = new.trim_start_matches(['b', '/']);
            let path = message!("new file %(new)s", new = path);
            return Names::new(path.in_language(catalog), "-", "+");
        }
        if new == NOWHERE {
            let path = old.trim_start_matches(['a', '/']);
            let path = message!("deleted file %(deleted)s", deleted = path);
            return Names::new(path.in_language(catalog), "+", "-");
        }
        Names::new(format!("(a) {old} vs. (b) {new}"), "a", "b")
    }

    fn new(path: String, old: &str, new: &str) -> Names {
        Names {
            path,
            old_label: old.to_owned(),
            new_label: new.to_owned(),
        }
    }
}

fn chars(text: &str) -> usize {
    text.chars().count()
}

/// A path, cut before and after each of `/.~\`.
fn parts(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for piece in path.split_inclusive(['/', '.', '~', '\\']) {
        let name = piece.strip_suffix(['/', '.', '~', '\\']).unwrap_or(piece);
        parts.extend([name, &piece[name.len()..]]);
    }
    // Two parts are a name and what ends it; the last name has nothing behind it.
    if path.ends_with(['/', '.', '~', '\\']) {
        parts.push("");
    } else {
        parts.pop();
    }
    parts
}

/// How many bytes the parts have that are equal from the start.
fn common_length<'p>(
    one: impl Iterator<Item = &'p &'p str>,
    other: impl Iterator<Item = &'p &'p str>,
) -> usize {
    let pairs = one.zip(other).take_while(|(a, b)| a == b);
    pairs.map(|(part, _)| part.len()).sum()
}

/// The last two words of a line.
pub(super) fn last_two_words(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split(is_space).filter(|word| !word.is_empty()).rev();
    let last = words.next()?;
    Some((words.next()?, last))
}

/// `index 1a2b..3c4d`: the two revisions.
pub(super) fn revisions(line: &str) -> Option<(&str, &str)> {
    let range = line.split(is_space).rfind(|word| !word.is_empty())?;
    let (old, new) = range.split_once("..")?;
    (!new.contains("..")).then_some((old, new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_changes() {
        let check = |old, new, want: [&str; 3]| {
            let names = Names::of(old, new, &Catalog::english());
            assert_eq!(
                [&*names.path, &*names.old_label, &*names.new_label],
                want,
                "{old} {new}"
            );
        };
        check("", "", ["", "old", "new"]);
        check("a/x/y.c", "b/x/y.c", ["x/y.c", "a", "b"]);
        check("x/y.c", "x/y.c", ["x/y.c", "", ""]);
        check("x/y.c.orig", "x/y.c", ["x/y.c", "old", "new"]);
        check("one/two/f.c", "three/f.c", ["f.c", "old", "new"]);
        check("/dev/null", "b/x", ["new file x", "-", "+"]);
        check("a/x", "/dev/null", ["deleted file x", "+", "-"]);
        check("left", "right", ["(a) left vs. (b) right", "a", "b"]);
        check("é/x", "è/x", ["x", "é", "è"]);
    }
}
