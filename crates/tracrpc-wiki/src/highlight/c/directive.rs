//! The preprocessor: directives, and what `#if 0` leaves out.

use super::comment::blank_with_comment_length;
use super::{Lexer, State};
use crate::chars::is_space;
use crate::highlight::scan::run;

impl Lexer<'_> {
    pub(super) fn directive_start(&mut self) -> bool {
        if self.scan.at < self.no_directive_before {
            return false;
        }
        let rest = self.scan.rest();
        let blank = blank_with_comment_length(rest);
        if !rest[blank..].starts_with('#') {
            self.no_directive_before = self.scan.at + run(rest, is_space);
            return false;
        }
        self.embed(blank, State::Statement);
        let rest = self.scan.rest();
        let spaces = rest
            .strip_prefix("#if")
            .map_or(0, |after| run(after, is_space));
        if spaces > 0 && rest[3 + spaces..].starts_with('0') {
            self.scan.push("cp", 3 + spaces + 1);
            self.states.push(State::LeftOut);
        } else {
            self.scan.push("cp", 1);
            self.states.push(State::Directive);
        }
        true
    }

    pub(super) fn directive(&mut self) -> bool {
        if self.include() || self.scan.push_run("cp", |c| c != '/' && c != '\n') {
            return true;
        }
        let rest = self.scan.rest();
        if rest.starts_with("//") {
            self.scan.push("c1", run(rest, |c| c != '\n') + 1);
            self.pop();
            return true;
        }
        if rest.starts_with("/*")
            && let Some(end) = self.scan.find(2, "*/")
        {
            self.scan.push("cm", end + 2);
            return true;
        }
        if !rest.starts_with('/') && self.scan.before() != Some('\\') {
            self.pop();
        }
        self.scan.push("cp", 1);
        true
    }

    /// `include <file>`, with a comment behind it.
    pub(super) fn include(&mut self) -> bool {
        let rest = self.scan.rest();
        let before = blank_with_comment_length(rest);
        let Some(after) = rest[before..].strip_prefix("include") else {
            return false;
        };
        let blank = blank_with_comment_length(after);
        let close = match after.as_bytes().get(blank) {
            Some(b'"') => "\"",
            Some(b'<') => ">",
            _ => return false,
        };
        let Some(end) = self.scan.find(before + 7 + blank + 1, close) else {
            return false;
        };
        let file = end + 1 - before - 7 - blank;
        if file < 3 {
            return false;
        }
        self.embed(before, State::Root);
        self.scan.push("cp", 7);
        self.embed(blank, State::Root);
        self.scan.push("cpf", file);
        let spaces = self.scan.run(|c| is_space(c) && c != '\n');
        self.embed(spaces, State::Root);
        let line = self.scan.run(|c| c != '\n');
        let comment = self.scan.run(|c| c != '\n' && c != '/');
        if self.scan.rest()[comment..].starts_with("/*")
            && let Some(end) = self.scan.find(comment + 2, "*/")
        {
            self.scan.push("cm", end + 2);
        } else {
            self.scan.push("c1", line);
        }
        true
    }

    pub(super) fn left_out(&mut self) -> bool {
        let rest = self.scan.rest();
        if self.scan.at_line_start() {
            let start = run(rest, is_space);
            let line = &rest[start..];
            let length = run(line, |c| c != '\n');
            let goes_on = line[..length].ends_with('\\');
            let starts = |word: &str| line.starts_with(word);
            let is_directive = (starts("#if") || starts("#endif")) && !goes_on;
            if is_directive || starts("#else") || starts("#elif") {
                self.scan.push("cp", start + length + 1);
                match starts("#if") {
                    true => self.states.push(State::LeftOut),
                    false => self.pop(),
                }
                return true;
            }
        }
        self.scan.push("c", run(rest, |c| c != '\n') + 1);
        true
    }
}
