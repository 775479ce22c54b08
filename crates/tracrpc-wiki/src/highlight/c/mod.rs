//! C and C++, as Pygments' lexers for them see them: functions are told by what stands before
//! and after their names.

mod attribute;
mod comment;
mod directive;
mod head;
mod literal;
mod name;
mod number;
mod words;

use comment::{block_comment_length, line_comment_length, starts_block_comment};
use name::name_length;
use words::{
    C_KEYWORDS, C_TYPES, CPP_KEYWORDS, CPP_TYPES, KEYWORDS, LIBRARY_TYPES, RESERVED,
    RESERVED_TYPES, TYPES,
};

use super::scan::{Scan, Tokens, run};
use crate::chars::{is_space, is_word};

pub(super) fn c(text: &str) -> Tokens<'_> {
    lex(text, Dialect::C, State::Root)
}

pub(super) fn cpp(text: &str) -> Tokens<'_> {
    lex(text, Dialect::Cpp, State::Root)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialect {
    C,
    Cpp,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Root,
    Statement,
    Function,
    Text,
    /// After the `#` of a directive.
    Directive,
    /// What `#if 0` leaves out.
    LeftOut,
    ClassName,
    EnumName,
    CaseValue,
    Attribute,
    AttributeArguments,
    Annotation,
    AnnotationArguments,
    Namespace,
    NamespaceBody,
}

fn lex(text: &str, dialect: Dialect, state: State) -> Tokens<'_> {
    let mut lexer = Lexer {
        scan: Scan::new(text),
        states: vec![state],
        dialect,
        no_directive_before: 0,
    };
    while let Some(first) = lexer.scan.peek() {
        lexer.token(first);
    }
    lexer.scan.tokens
}

struct Lexer<'t> {
    scan: Scan<'t>,
    states: Vec<State>,
    dialect: Dialect,
    /// Up to here there are blanks that no directive follows.
    no_directive_before: usize,
}

impl<'t> Lexer<'t> {
    fn pop(&mut self) {
        if self.states.len() > 1 {
            self.states.pop();
        }
    }

    /// Takes a mark, and leaves the state.
    fn pop_mark(&mut self, class: &'static str, mark: &str) -> bool {
        let is_here = self.scan.push_mark(class, mark);
        if is_here {
            self.pop();
        }
        is_here
    }

    /// Takes a mark, and enters a state.
    fn push_mark(&mut self, class: &'static str, mark: &str, state: State) -> bool {
        let is_here = self.scan.push_mark(class, mark);
        if is_here {
            self.states.push(state);
        }
        is_here
    }

    fn is_cpp(&self) -> bool {
        self.dialect == Dialect::Cpp
    }

    fn error(&mut self) {
        if self.scan.starts("\n") {
            self.states.truncate(1);
            self.states[0] = State::Root;
        }
        self.scan.push_error();
    }

    fn token(&mut self, first: char) {
        let state = self.states.last().copied().unwrap_or(State::Root);
        let done = match state {
            State::Root => self.root(),
            State::NamespaceBody => self.pop_mark("p", "}") || self.root(),
            State::Statement => self.statement(first),
            State::Function => self.function(first),
            State::Text => self.text(),
            State::Directive => self.directive(),
            State::LeftOut => self.left_out(),
            State::ClassName | State::EnumName => self.class_name(state),
            State::CaseValue => self.case_value(first),
            State::Attribute => self.attribute(first),
            State::Annotation => self.annotation(first),
            State::AttributeArguments | State::AnnotationArguments => self.arguments(first, state),
            State::Namespace => self.namespace(first),
        };
        if !done {
            self.error();
        }
    }

    fn root(&mut self) -> bool {
        if self.white_space() || self.keyword() || self.function_head() || self.type_name() {
            return true;
        }
        self.states.push(State::Statement);
        true
    }

    fn statement(&mut self, first: char) -> bool {
        self.white_space()
            || self.expression(first)
            || self.scan.push_mark("p", "}")
            || self.pop_mark("p", "{")
            || self.pop_mark("p", ";")
    }

    fn function(&mut self, first: char) -> bool {
        self.white_space()
            || self.expression(first)
            || self.scan.push_mark("p", ";")
            || self.push_mark("p", "{", State::Function)
            || self.pop_mark("p", "}")
    }

    fn namespace(&mut self, first: char) -> bool {
        let mark = match first {
            ';' => Some(State::Root),
            '{' => Some(State::NamespaceBody),
            _ => None,
        };
        if let Some(next) = mark {
            self.scan.push("p", 1);
            self.pop();
            self.states.push(next);
            return true;
        }
        self.word("inline", "kr") || self.name("nn") || self.statement(first)
    }

    /// Takes a word if it stands here.
    fn word(&mut self, word: &str, class: &'static str) -> bool {
        let is_here = &self.scan.rest()[..self.scan.word()] == word;
        if is_here {
            self.scan.push(class, word.len());
        }
        is_here
    }

    fn name(&mut self, class: &'static str) -> bool {
        let length = name_length(self.scan.rest());
        self.scan.push(class, length);
        length > 0
    }

    /// Blanks, comments, labels and directives.
    fn white_space(&mut self) -> bool {
        if self.scan.at_line_start() && (self.directive_start() || self.label()) {
            return true;
        }
        if self.scan.push_mark("w", "\n")
            || self.scan.push_run("w", |c| is_space(c) && c != '\n')
            || self.scan.push_mark("", "\\\n")
        {
            return true;
        }
        let rest = self.scan.rest();
        let line = line_comment_length(rest);
        if line > 0 {
            self.scan.push("c1", line);
            return true;
        }
        if !starts_block_comment(rest) {
            return false;
        }
        let length = block_comment_length(rest).unwrap_or(rest.len());
        self.scan.push("cm", length);
        true
    }

    /// Takes so many bytes as a text of their own.
    fn embed(&mut self, length: usize, state: State) {
        let text = self.scan.rest().get(..length).unwrap_or("");
        self.scan.tokens.extend(lex(text, self.dialect, state));
        self.scan.at += text.len();
    }

    fn label(&mut self) -> bool {
        let rest = self.scan.rest();
        let indent = run(rest, |c| c == ' ' || c == '\t');
        let name = &rest[indent..];
        let is_section =
            ["public", "private", "protected", "default"].contains(&&name[..run(name, is_word)]);
        let length = name_length(name);
        if length == 0 {
            return false;
        }
        let spaces = run(&name[length..], is_space);
        let colon = &name[length + spaces..];
        if is_section || !colon.starts_with(':') || colon.starts_with("::") {
            return false;
        }
        for (class, length) in [("w", indent), ("nl", length), ("w", spaces), ("p", 1)] {
            self.scan.push(class, length);
        }
        true
    }

    fn keyword(&mut self) -> bool {
        let rest = self.scan.rest();
        let word = &rest[..self.scan.word()];
        if word.is_empty() {
            return false;
        }
        let spaces = run(&rest[word.len()..], is_space);
        let is_cpp = self.is_cpp();
        let state = match word {
            "struct" | "union" if spaces > 0 => Some(State::ClassName),
            "class" | "concept" | "typename" if is_cpp && spaces > 0 => Some(State::ClassName),
            "enum" if is_cpp && spaces > 0 => Some(State::EnumName),
            _ => None,
        };
        if let Some(state) = state {
            self.scan.push("k", word.len());
            self.scan.push("w", spaces);
            self.states.push(state);
            return true;
        }
        let own = if is_cpp { &CPP_KEYWORDS } else { &C_KEYWORDS };
        let class = match word {
            "case" => {
                self.states.push(State::CaseValue);
                "k"
            }
            "namespace" if is_cpp => {
                self.states.push(State::Namespace);
                "k"
            }
            _ if own.has(word) || KEYWORDS.has(word) => "k",
            _ if RESERVED.has(word) => "kr",
            _ => return false,
        };
        self.scan.push(class, word.len());
        true
    }

    fn type_name(&mut self) -> bool {
        let word = &self.scan.rest()[..self.scan.word()];
        let own = if self.is_cpp() { &CPP_TYPES } else { &C_TYPES };
        let class = match word {
            _ if RESERVED_TYPES.has(word) => "kr",
            _ if own.has(word) || TYPES.has(word) => "kt",
            _ => return false,
        };
        self.scan.push(class, word.len());
        true
    }

    fn expression(&mut self, first: char) -> bool {
        if self.bracketed_attribute() || (self.is_cpp() && self.raw_string()) {
            return true;
        }
        if self.keyword() || self.type_name() || self.quoted() {
            return true;
        }
        if let Some((class, length)) = number::number(self.scan.rest()) {
            self.scan.push(class, length);
            return true;
        }
        match first {
            c if "~!%^&*+=|?:<>/-".contains(c) => self.scan.push("o", 1),
            c if "()[],.".contains(c) => self.scan.push("p", 1),
            _ => return self.plain_name(),
        }
        true
    }

    fn plain_name(&mut self) -> bool {
        let rest = self.scan.rest();
        let word = &rest[..self.scan.word()];
        if matches!(word, "true" | "false" | "NULL" | "nullptr") {
            self.scan.push("nb", word.len());
            return true;
        }
        let is_type = LIBRARY_TYPES.has(&rest[..name_length(rest)]);
        self.name(if is_type { "kt" } else { "n" })
    }

    fn class_name(&mut self, state: State) -> bool {
        if self.white_space() {
            return true;
        }
        let is_enum = state == State::EnumName;
        if is_enum && (self.word("class", "k") || self.word("struct", "k")) {
            return true;
        }
        if self.bracketed_attribute() {
            return true;
        }
        self.name("nc");
        self.pop();
        true
    }

    fn case_value(&mut self, first: char) -> bool {
        let is_end = first == ':' && self.scan.before() != Some(':') && !self.scan.starts("::");
        if is_end {
            return self.pop_mark("p", ":");
        }
        self.name("no") || self.white_space() || self.expression(first)
    }
}
