//! Functions are told by what stands before and after their names.

use super::comment::comments_length;
use super::name::qualified_length;
use super::{Lexer, State};
use crate::chars::is_space;
use crate::highlight::scan::run;

impl Lexer<'_> {
    /// What a function returns, its name, its parameters, and `{` or `;`.
    pub(super) fn function_head(&mut self) -> bool {
        let rest = self.scan.rest();
        let mut seen = 0;
        let head = self.scan.can_look().then(|| Head::parse(rest, &mut seen));
        self.scan.charge(seen);
        let Some(head) = head.flatten() else {
            return false;
        };
        self.embed(head.result, State::Root);
        self.embed(head.before_name, State::Statement);
        self.scan.push("nf", head.name);
        self.embed(head.after_name, State::Statement);
        self.embed(head.parameters, State::Root);
        self.embed(head.after_parameters, State::Statement);
        self.embed(head.rest, State::Root);
        if self.scan.starts("{") {
            self.states.push(State::Function);
        }
        self.scan.push("p", 1);
        true
    }
}

/// The parts of the head of a function, each with its length.
pub(super) struct Head {
    result: usize,
    before_name: usize,
    name: usize,
    after_name: usize,
    parameters: usize,
    after_parameters: usize,
    rest: usize,
}

impl Head {
    /// Reads the head; tells how much of the text was looked at.
    fn parse(text: &str, seen: &mut usize) -> Option<Head> {
        let first = qualified_length(text);
        let marks = run(&text[first..], |c| matches!(c, '&' | '*') || is_space(c));
        if first == 0 || marks == 0 {
            return None;
        }
        let result = first + marks;
        let before_name = comments_length(&text[result..]);
        let mut at = result + before_name;
        *seen = at;
        let name = qualified_length(&text[at..]);
        if name == 0 {
            return None;
        }
        at += name;
        let after_name = comments_length(&text[at..]);
        at += after_name;
        *seen = at;
        let inside = text[at..].strip_prefix('(')?;
        let length = run(inside, |c| !matches!(c, ';' | '"' | '\'' | ')'));
        *seen += length;
        if !inside[length..].starts_with(')') {
            return None;
        }
        let parameters = length + 2;
        at += parameters;
        let after_parameters = comments_length(&text[at..]);
        at += after_parameters;
        let rest = run(&text[at..], |c| !matches!(c, ';' | '{' | '/' | '"' | '\''));
        *seen = at + rest;
        text[*seen..].starts_with(['{', ';']).then_some(Head {
            result,
            before_name,
            name,
            after_name,
            parameters,
            after_parameters,
            rest,
        })
    }
}
