//! How wide tabs in source code are.

/// `[mimeviewer] tab_width`: a tab becomes blanks up to the next multiple of so
/// many columns, and nothing if there are none (Python's `str.expandtabs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TabWidth(usize);

impl TabWidth {
    /// Wider ones would only make a page long.
    const MOST: i64 = 256;

    /// A width in columns, as `trac.ini` has it.
    pub fn new(columns: i64) -> Self {
        Self(usize::try_from(columns.clamp(0, Self::MOST)).unwrap_or_default())
    }

    /// How many blanks a tab is at a column.
    pub(super) fn blanks_at(self, column: usize) -> usize {
        match self.0 {
            0 => 0,
            width => width - column % width,
        }
    }
}

impl Default for TabWidth {
    fn default() -> Self {
        Self(8)
    }
}

#[cfg(test)]
mod tests {
    use super::TabWidth;

    #[test]
    fn blanks() {
        let check = |width: i64, column: usize, expected: usize| {
            assert_eq!(TabWidth::new(width).blanks_at(column), expected);
        };
        check(8, 0, 8);
        check(8, 3, 5);
        check(4, 5, 3);
        check(1, 7, 1);
        check(0, 3, 0);
        check(-4, 3, 0);
        check(i64::MAX, 0, 256);
    }
}
