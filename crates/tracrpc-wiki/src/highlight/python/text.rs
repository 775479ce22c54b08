//! Strings, what is formatted into them, and doc strings.

use super::string::{Escapes, Kind, escape_length, placeholder_length};
use super::{Lexer, State};
use crate::chars::is_space;
use crate::highlight::scan::run;

impl Lexer<'_> {
    pub(super) fn text(&mut self, first: char, kind: Kind) -> bool {
        let rest = self.scan.rest();
        let doubled = kind.is_format && (rest.starts_with("{{") || rest.starts_with("}}"));
        let escape = match kind.escapes {
            _ if doubled => 2,
            Escapes::None => 0,
            escapes => escape_length(rest, escapes == Escapes::Text),
        };
        if escape > 0 {
            self.scan.push("se", escape);
            return true;
        }
        if self.scan.push_mark(kind.class(), kind.close()) {
            self.pop();
            return true;
        }
        match first {
            '\\' if kind.is_escaped_quote(rest) => self.scan.push("se", 2),
            '\n' if kind.is_triple => self.scan.push(kind.class(), 1),
            '\n' => return false,
            '{' if kind.is_format => {
                self.scan.push("si", 1);
                self.states.push(State::Expression);
            }
            '}' if kind.is_format => self.scan.push("si", 1),
            '%' | '{' if !kind.is_format => self.placeholder(kind),
            '\\' | '\'' | '"' => self.scan.push(kind.class(), 1),
            _ => {
                let marks = if kind.is_format { "{}" } else { "%{" };
                let is_text =
                    |c: char| !matches!(c, '\\' | '\'' | '"' | '\n') && !marks.contains(c);
                self.scan.push_run(kind.class(), is_text);
            }
        }
        true
    }

    pub(super) fn placeholder(&mut self, kind: Kind) {
        if self.scan.can_look() {
            let (length, seen) = placeholder_length(self.scan.rest());
            self.scan.charge(seen);
            if length > 0 {
                return self.scan.push("si", length);
            }
        }
        let doubled = usize::from(self.scan.starts("{{"));
        self.scan.push(kind.class(), 1 + doubled);
    }

    /// A string in three quotes that starts a line.
    pub(super) fn doc_string(&mut self) -> bool {
        if self.scan.at < self.no_doc_before || !self.scan.at_line_start() {
            return false;
        }
        let rest = self.scan.rest();
        let spaces = run(rest, is_space);
        self.no_doc_before = self.scan.at + spaces;
        let prefix = run(&rest[spaces..], |c| "rRuUbB".contains(c));
        let start = spaces + prefix;
        let quotes = ["\"\"\"", "'''"];
        let quotes = quotes
            .into_iter()
            .find(|quotes| rest[start..].starts_with(quotes));
        let Some(quotes) = quotes.filter(|_| prefix <= 2) else {
            return false;
        };
        let Some(end) = self.scan.find(start + 3, quotes) else {
            return false;
        };
        self.scan.push("w", spaces);
        self.scan.push("sa", prefix);
        self.scan.push("sd", end + 3 - start);
        true
    }
}
