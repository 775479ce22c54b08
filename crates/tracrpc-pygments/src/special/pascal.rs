//! Delphi, Turbo and Free Pascal, and Portugol (`pygments/lexers/pascal.py: DelphiLexer`).

use std::collections::HashSet;

use super::Call;
use crate::budget::Exhausted;
use crate::run::{Match, Tokens};
use crate::token::Kind;

/// What follows is within this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Initial,
    String,
    Asm,
}

/// What the names that come depend on.
struct Pascal<'c, 'l, 't> {
    call: &'c Call<'c, 'l, 't>,
    is_portugol: bool,
    stack: Vec<State>,
    at: usize,
    /// What was matched last.
    last: (usize, usize),
    in_function: bool,
    in_property: bool,
    was_dot: bool,
    next_is_function: bool,
    next_is_property: bool,
    collects_labels: bool,
    labels: HashSet<String>,
    /// How many round and square brackets are open.
    balance: [i64; 2],
}

pub(super) fn pascal(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    run(call, call.run.flag("portugol", false), out)
}

pub(super) fn portugol(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    run(call, true, out)
}

fn run(call: &Call<'_, '_, '_>, is_portugol: bool, out: &mut Tokens) -> Result<(), Exhausted> {
    let mut pascal = Pascal {
        call,
        is_portugol,
        stack: vec![State::Initial],
        at: 0,
        last: (0, 0),
        in_function: false,
        in_property: false,
        was_dot: false,
        next_is_function: false,
        next_is_property: false,
        collects_labels: false,
        labels: HashSet::new(),
        balance: [0, 0],
    };
    while pascal.at < call.text.len() {
        call.run.budget().take(1)?;
        let kind = match pascal.stack.last() {
            Some(State::String) => pascal.string()?,
            Some(State::Asm) => pascal.asm()?,
            _ => pascal.initial()?,
        };
        let (start, end) = pascal.last;
        let word = call.text.get(start..end).unwrap_or_default();
        if !pascal.is_portugol && !word.trim().is_empty() {
            pascal.was_dot = word == ".";
        }
        call.push(kind, start, end, out);
    }
    Ok(())
}

impl Pascal<'_, '_, '_> {
    /// Takes what a pattern matches here.
    fn scan(&mut self, pattern: &str) -> Result<bool, Exhausted> {
        let found = self.look(pattern, self.at)?;
        if let Some(found) = &found {
            self.last = (found.start(), found.end());
            self.at = found.end();
        }
        Ok(found.is_some())
    }

    fn look(&self, pattern: &str, at: usize) -> Result<Option<Match>, Exhausted> {
        match self.call.states() {
            Some(states) => self.call.run.matches(states, pattern, self.call.text, at),
            None => Ok(None),
        }
    }

    /// Takes a character, whatever it is.
    fn get_char(&mut self) {
        let c = self
            .call
            .text
            .get(self.at..)
            .and_then(|rest| rest.chars().next());
        self.last = (self.at, self.at + c.map_or(1, char::len_utf8));
        self.at = self.last.1;
    }

    fn word(&self) -> &str {
        self.call
            .text
            .get(self.last.0..self.last.1)
            .unwrap_or_default()
    }

    /// Whether a word is in one of the lists.
    fn is_in(&self, list: &str, word: &str) -> Result<bool, Exhausted> {
        Ok(self.call.matches(list, word)?.is_some())
    }

    fn is_option(&self, name: &str) -> bool {
        self.call.run.flag(name, true)
    }

    fn comment(&self) -> Kind {
        match self.word().starts_with('$') {
            true => Kind::COMMENT_PREPROC,
            false => Kind::COMMENT_MULTILINE,
        }
    }

    fn initial(&mut self) -> Result<Kind, Exhausted> {
        let own = !self.is_portugol;
        if self.scan("@space")? {
            return Ok(Kind::TEXT_WHITESPACE);
        }
        if own && self.scan("@comment")? {
            return Ok(self.comment());
        }
        if self.scan("@line-comment")? {
            return Ok(Kind::COMMENT_SINGLE);
        }
        if self.is_portugol && self.scan("@portugol-operator")? {
            return Ok(Kind::OPERATOR);
        }
        if own && self.scan("@operator")? {
            if self.word() == ";" {
                self.collects_labels = false;
            }
            return Ok(Kind::OPERATOR);
        }
        if self.scan("@brackets")? {
            self.brackets();
            return Ok(Kind::PUNCTUATION);
        }
        if self.scan("@name")? {
            return self.name();
        }
        let quote = if self.is_portugol {
            "@double-quote"
        } else {
            "@quote"
        };
        if self.scan(quote)? {
            self.stack.push(State::String);
            return Ok(Kind::LITERAL_STRING);
        }
        if own && self.scan("@char")? {
            return Ok(Kind::LITERAL_STRING_CHAR);
        }
        if own && self.scan("@hex")? {
            return Ok(Kind::LITERAL_NUMBER_HEX);
        }
        if self.scan("@integer")? {
            return Ok(Kind::LITERAL_NUMBER_INTEGER);
        }
        if self.scan("@float")? {
            return Ok(Kind::LITERAL_NUMBER_FLOAT);
        }
        if self.stack.len() > 1 {
            self.stack.pop();
        }
        self.get_char();
        Ok(Kind::ERROR)
    }

    /// In a declaration brackets are counted: names within them do not end it.
    fn brackets(&mut self) {
        self.next_is_function = false;
        if self.in_function || self.in_property {
            match self.word() {
                "(" => self.balance[0] += 1,
                ")" => self.balance[0] -= 1,
                "[" => self.balance[1] += 1,
                "]" => self.balance[1] -= 1,
                _ => {}
            }
        }
    }

    fn name(&mut self) -> Result<Kind, Exhausted> {
        let name = self.word().to_lowercase();
        if name == "result" {
            return Ok(Kind::NAME_BUILTIN_PSEUDO);
        }
        if self.is_keyword(&name)? {
            self.keyword(&name)?;
            return Ok(Kind::KEYWORD);
        }
        let own = !self.is_portugol;
        if own && self.in_function && self.is_in("@function-modifiers", &name)? {
            return Ok(Kind::KEYWORD_PSEUDO);
        }
        if own && self.in_property && matches!(name.as_str(), "read" | "write") {
            self.next_is_function = true;
            return Ok(Kind::KEYWORD_PSEUDO);
        }
        if self.next_is_function {
            // A class stands before a dot, and what comes behind it is the function.
            if own && self.look("@dot", self.at)?.is_some() {
                return Ok(Kind::NAME_CLASS);
            }
            self.next_is_function = false;
            if self.is_portugol {
                self.labels.insert(name);
            }
            return Ok(Kind::NAME_FUNCTION);
        }
        if own && self.next_is_property {
            self.next_is_property = false;
            return Ok(Kind::NAME_PROPERTY);
        }
        if own && self.collects_labels {
            self.labels.insert(name);
            return Ok(Kind::NAME_LABEL);
        }
        if self.labels.contains(&name) {
            return Ok(Kind::NAME_LABEL);
        }
        let types = if self.is_portugol {
            "@portugol-types"
        } else {
            "@types"
        };
        if self.is_in(types, &name)? {
            return Ok(Kind::KEYWORD_TYPE);
        }
        if own && self.is_in("@directives", &name)? {
            return Ok(Kind::KEYWORD_PSEUDO);
        }
        if own && !self.was_dot && self.is_in("@builtins", &name)? {
            return Ok(Kind::NAME_BUILTIN);
        }
        Ok(Kind::NAME)
    }

    fn is_keyword(&self, name: &str) -> Result<bool, Exhausted> {
        if self.is_portugol {
            return self.is_in("@portugol-keywords", name);
        }
        for (option, list) in [
            ("turbopascal", "@turbo-pascal-keywords"),
            ("delphi", "@delphi-keywords"),
            ("freepascal", "@free-pascal-keywords"),
        ] {
            if self.is_option(option) && self.is_in(list, name)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn keyword(&mut self, name: &str) -> Result<(), Exhausted> {
        if self.is_portugol {
            if matches!(name, "funcao" | "procedimento") {
                (self.in_function, self.next_is_function) = (true, true);
            }
            return Ok(());
        }
        let is_within = self.in_function || self.in_property;
        let is_balanced = self.balance.iter().all(|open| *open <= 0);
        if is_within && is_balanced && self.is_in("@block-keywords", name)? {
            (self.in_function, self.in_property) = (false, false);
            self.balance = [0, 0];
            self.labels.clear();
        }
        match name {
            "label" | "goto" => self.collects_labels = true,
            "asm" => self.stack.push(State::Asm),
            "property" => (self.in_property, self.next_is_property) = (true, true),
            "procedure" | "operator" | "function" | "constructor" | "destructor" => {
                (self.in_function, self.next_is_function) = (true, true);
            }
            _ => {}
        }
        Ok(())
    }

    fn string(&mut self) -> Result<Kind, Exhausted> {
        if self.scan("@two-quotes")? {
            return Ok(Kind::LITERAL_STRING_ESCAPE);
        }
        let (quote, inside) = match self.is_portugol {
            true => ("@double-quote", "@no-double-quotes"),
            false => ("@quote", "@no-quotes"),
        };
        if self.scan(quote)? {
            self.stack.pop();
        } else {
            self.scan(inside)?;
        }
        Ok(Kind::LITERAL_STRING)
    }

    fn asm(&mut self) -> Result<Kind, Exhausted> {
        for (pattern, kind) in [("@space", Kind::TEXT_WHITESPACE), ("@end", Kind::KEYWORD)] {
            if self.scan(pattern)? {
                if pattern == "@end" {
                    self.stack.pop();
                }
                return Ok(kind);
            }
        }
        if self.scan("@comment")? {
            return Ok(self.comment());
        }
        if self.scan("@line-comment")? {
            return Ok(Kind::COMMENT_SINGLE);
        }
        if self.scan("@quote")? {
            self.stack.push(State::String);
            return Ok(Kind::LITERAL_STRING);
        }
        if self.scan("@asm-label")? {
            return Ok(Kind::NAME_LABEL);
        }
        if self.scan("@name")? {
            let name = self.word().to_lowercase();
            return Ok(if self.is_in("@instructions", &name)? {
                Kind::KEYWORD
            } else if self.is_in("@registers", &name)? {
                Kind::NAME_BUILTIN
            } else {
                Kind::NAME
            });
        }
        for (pattern, kind) in [
            ("@operators", Kind::OPERATOR),
            ("@brackets", Kind::PUNCTUATION),
            ("@hex", Kind::LITERAL_NUMBER_HEX),
            ("@integer", Kind::LITERAL_NUMBER_INTEGER),
            ("@float", Kind::LITERAL_NUMBER_FLOAT),
        ] {
            if self.scan(pattern)? {
                return Ok(kind);
            }
        }
        self.get_char();
        self.stack.pop();
        Ok(Kind::ERROR)
    }
}
