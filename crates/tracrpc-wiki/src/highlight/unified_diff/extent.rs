//! What changed within a line.

/// Where two lines differ: the bytes from the start of the first and of the last difference.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// How many bytes are equal at the start.
    pub(super) start: usize,
    /// How many bytes are equal at the end.
    pub(super) end: usize,
}

/// What two lines have in common at their ends; nothing if that is nothing.
pub(super) fn extent(old: &str, new: &str) -> Option<Extent> {
    let common = |one: &mut dyn Iterator<Item = char>, other: &mut dyn Iterator<Item = char>| {
        let pairs = one.zip(other).take_while(|(a, b)| a == b);
        pairs.map(|(c, _)| c.len_utf8()).sum::<usize>()
    };
    let start = common(&mut old.chars(), &mut new.chars());
    let (old, new) = (&old[start..], &new[start..]);
    let end = common(&mut old.chars().rev(), &mut new.chars().rev());
    (start + end > 0).then_some(Extent { start, end })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extents_of_changes() {
        let check = |old, new, want: Option<(usize, usize)>| {
            let want = want.map(|(start, end)| Extent { start, end });
            assert_eq!(extent(old, new), want, "{old} {new}");
        };
        check("xx", "xx", Some((2, 0)));
        check("x", "xx", Some((1, 0)));
        check("ab", "cd", None);
        check("axb", "ayyb", Some((1, 1)));
        check("é a", "é b", Some((3, 0)));
    }
}
