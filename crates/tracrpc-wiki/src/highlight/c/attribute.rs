//! Attributes and annotations in brackets.

use super::name::name_length;
use super::{Lexer, State};
use crate::highlight::scan::run;

impl Lexer<'_> {
    /// `[[attribute]]`, and C++'s `[[=annotation]]`.
    pub(super) fn bracketed_attribute(&mut self) -> bool {
        let Some(inside) = self.scan.rest().strip_prefix("[[") else {
            return false;
        };
        let name = inside.strip_prefix('=').map_or(0, name_length);
        if self.is_cpp() && name > 0 {
            self.scan.push("p", 3);
            self.scan.push("nd", name);
            self.states.push(State::Annotation);
            return true;
        }
        let length = self
            .scan
            .can_look()
            .then(|| run(inside, |c| c != '[' && c != ']'));
        let length = length.unwrap_or(inside.len());
        self.scan.charge(length);
        let is_attribute = inside[length..].starts_with("]]");
        is_attribute && self.push_mark("p", "[[", State::Attribute)
    }

    pub(super) fn attribute(&mut self, first: char) -> bool {
        if self.is_cpp()
            && (self.word("using", "k") || (first == ':' && self.scan.push_mark("p", ":")))
        {
            return true;
        }
        self.pop_mark("p", "]]")
            || self.name("na")
            || self.push_mark("p", "(", State::AttributeArguments)
            || self.scan.push_mark("p", "::")
            || self.scan.push_mark("p", ",")
            || self.white_space()
    }

    pub(super) fn annotation(&mut self, _first: char) -> bool {
        self.pop_mark("p", "]]")
            || self.push_mark("p", "(", State::AnnotationArguments)
            || self.scan.push_mark("p", "::")
            || self.scan.push_mark("p", ",")
            || self.name("nd")
            || self.white_space()
    }

    pub(super) fn arguments(&mut self, first: char, state: State) -> bool {
        self.pop_mark("p", ")") || self.push_mark("p", "(", state) || self.expression(first)
    }
}
