//! Identifiers of headings, each used once.

use std::collections::{HashMap, HashSet};

/// The identifiers that a text has used so far.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    used: HashSet<String>,
    /// By base, the first number that may be free: what keeps a page of equal headings linear.
    next: HashMap<String, usize>,
}

impl Anchors {
    /// `base` if it is free, else `base1`, `base2`, …
    pub(crate) fn unique(&mut self, base: &str) -> String {
        let mut anchor = base.to_owned();
        if self.used.contains(base) {
            let next = self.next.entry(base.to_owned()).or_insert(1);
            loop {
                anchor = format!("{base}{next}");
                *next += 1;
                if !self.used.contains(&anchor) {
                    break;
                }
            }
        }
        self.used.insert(anchor.clone());
        anchor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow() {
        let mut anchors = Anchors::default();
        let got: Vec<_> = ["a", "a", "a1", "a", "b"]
            .iter()
            .map(|base| anchors.unique(base))
            .collect();
        assert_eq!(got, ["a", "a1", "a11", "a2", "b"]);
    }
}
