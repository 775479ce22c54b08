//! How many columns text takes, by UAX #11, *East Asian Width*.

use unicode_width::UnicodeWidthChar;

/// How wide characters are.
#[derive(Clone, Copy)]
pub(super) struct Ruler {
    /// Those whose width depends on the font take two columns.
    pub(super) ambiguous_is_wide: bool,
}

impl Ruler {
    /// The columns that a text takes.
    pub(super) fn width(self, text: &str) -> usize {
        text.chars().map(|c| self.char_width(c)).sum()
    }

    /// The columns that a text takes, if they are no more than that many. Of a
    /// longer one, no more is looked at than its beginning.
    pub(super) fn width_within(self, text: &str, columns: usize) -> Option<usize> {
        text.chars().try_fold(0, |width, c| {
            let width = width + self.char_width(c);
            (width <= columns).then_some(width)
        })
    }

    /// The columns that a character takes. To Trac, each takes at least one.
    pub(super) fn char_width(self, c: char) -> usize {
        let width = match self.ambiguous_is_wide {
            true if is_ambiguous(c) => Some(2),
            true => c.width_cjk(),
            false => c.width(),
        };
        width.unwrap_or(1).max(1)
    }
}

/// Letters and marks of the class A of UAX #11 that `unicode-width` takes for
/// narrow even among wide ones.
fn is_ambiguous(c: char) -> bool {
    matches!(c,
        '\u{a1}' | '\u{a4}' | '\u{a7}'..='\u{a8}' | '\u{aa}' | '\u{ad}'..='\u{ae}' | '\u{b0}'..='\u{b4}' | '\u{b6}'..='\u{ba}' | '\u{bc}'..='\u{bf}' | '\u{c6}' | '\u{d0}' | '\u{d7}'..='\u{d8}' | '\u{de}'..='\u{e1}' | '\u{e6}' | '\u{e8}'..='\u{ea}' | '\u{ec}'..='\u{ed}' | '\u{f0}' | '\u{f2}'..='\u{f3}' | '\u{f7}'..='\u{fa}' | '\u{fc}' | '\u{fe}' | '\u{101}' | '\u{111}' | '\u{113}' | '\u{11b}' | '\u{126}'..='\u{127}' | '\u{12b}' | '\u{131}'..='\u{133}' | '\u{138}' | '\u{13f}'..='\u{142}' | '\u{144}' | '\u{148}'..='\u{14b}' | '\u{14d}' | '\u{152}'..='\u{153}' | '\u{166}'..='\u{167}' | '\u{16b}' | '\u{1ce}' | '\u{1d0}' | '\u{1d2}' | '\u{1d4}' | '\u{1d6}' | '\u{1d8}' | '\u{1da}' | '\u{1dc}' | '\u{251}' | '\u{261}' | '\u{2c4}' | '\u{2c7}' | '\u{2c9}'..='\u{2cb}' | '\u{2cd}' | '\u{2d0}' | '\u{2d8}'..='\u{2db}' | '\u{2dd}' | '\u{2df}' | '\u{391}'..='\u{3a1}' | '\u{3a3}'..='\u{3a9}' | '\u{3b1}'..='\u{3c1}' | '\u{3c3}'..='\u{3c9}' | '\u{401}' | '\u{410}'..='\u{44f}' | '\u{451}'
        | '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ambiguous_characters_may_be_wide() {
        let cases = [
            ("a", 1, 1),
            ("\u{200b}", 1, 1),
            ("①…", 2, 4),
            ("日", 2, 2),
            ("üïñ", 3, 4),
            ("Ωж", 2, 4),
            ("e\u{301}", 2, 3),
        ];
        for (text, narrow, wide) in cases {
            let width = |ambiguous_is_wide| Ruler { ambiguous_is_wide }.width(text);
            assert_eq!((width(false), width(true)), (narrow, wide), "{text}");
        }
    }
}
