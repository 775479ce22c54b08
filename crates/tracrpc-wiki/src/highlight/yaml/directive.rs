//! Directives: the version of YAML, and the names of tags.

use super::{Lexer, State, is_tag, spaces};
use crate::chars::is_word;
use crate::highlight::scan::run;

impl Lexer<'_> {
    pub(super) fn yaml_directive(&mut self) -> bool {
        let rest = self.scan.rest();
        let blank = spaces(rest);
        let digits = |text: &str| run(text, |c| c.is_ascii_digit());
        let whole = digits(&rest[blank..]);
        let point = rest[blank + whole..].strip_prefix('.');
        let fraction = point.map_or(0, digits);
        if blank == 0 || whole == 0 || fraction == 0 {
            return false;
        }
        self.scan.push("w", blank);
        self.scan.push("m", whole + 1 + fraction);
        self.states.push(State::RestOfLine);
        true
    }

    pub(super) fn tag_directive(&mut self) -> bool {
        let rest = self.scan.rest();
        let blank = spaces(rest);
        let handle = run(&rest[blank..], |c| c == '!' || c == '-' || is_word(c));
        let next = blank + handle;
        let between = spaces(&rest[next..]);
        let prefix = run(&rest[next + between..], |c| c != '#' && is_tag(c));
        let is_handle = rest[blank..next].starts_with('!') && rest[..next].ends_with('!');
        if blank == 0 || !is_handle || between == 0 || prefix == 0 {
            return false;
        }
        for (class, length) in [("w", blank), ("kt", handle), ("w", between), ("kt", prefix)] {
            self.scan.push(class, length);
        }
        self.states.push(State::RestOfLine);
        true
    }
}
