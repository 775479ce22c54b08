//! C and C++, as Pygments' lexers for them see them: functions are told by what stands before
//! and after their names.

use super::c_number;
use super::c_words::{
    C_KEYWORDS, C_TYPES, CPP_KEYWORDS, CPP_TYPES, KEYWORDS, LIBRARY_TYPES, RESERVED,
    RESERVED_TYPES, TYPES,
};
use super::scan::{Scan, Tokens, run};
use crate::chars::{is_digit, is_space, is_word};

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

    fn directive_start(&mut self) -> bool {
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

    /// What a function returns, its name, its parameters, and `{` or `;`.
    fn function_head(&mut self) -> bool {
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

    fn expression(&mut self, first: char) -> bool {
        if self.bracketed_attribute() || (self.is_cpp() && self.raw_string()) {
            return true;
        }
        if self.keyword() || self.type_name() || self.quoted() {
            return true;
        }
        if let Some((class, length)) = c_number::number(self.scan.rest()) {
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

    /// `[[attribute]]`, and C++'s `[[=annotation]]`.
    fn bracketed_attribute(&mut self) -> bool {
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

    fn raw_string(&mut self) -> bool {
        let rest = self.scan.rest();
        let prefixes = ["R\"", "LR\"", "uR\"", "UR\"", "u8R\""];
        let Some(prefix) = prefixes.iter().find(|prefix| rest.starts_with(**prefix)) else {
            return false;
        };
        let inside = &rest[prefix.len()..];
        let mark = run(inside, |c| !is_space(c) && !matches!(c, '\\' | '(' | ')'));
        let delimiter = &inside[..mark];
        if delimiter.chars().count() > 16 || !inside[mark..].starts_with('(') {
            return false;
        }
        let end = format!("){delimiter}\"");
        let start = prefix.len() + mark + 1;
        let Some(end_at) = self.scan.find(start, &end) else {
            return false;
        };
        for (class, length) in [
            ("sa", prefix.len() - 1),
            ("s", 1),
            ("dl", mark + 1),
            ("s", end_at - start),
            ("dl", mark + 1),
            ("s", 1),
        ] {
            self.scan.push(class, length);
        }
        true
    }

    /// The start of a string, or a character.
    fn quoted(&mut self) -> bool {
        let rest = self.scan.rest();
        let affix = match rest.as_bytes() {
            [b'L' | b'u' | b'U', b'"' | b'\'', ..] => 1,
            [b'u', b'8', b'"' | b'\'', ..] => 2,
            _ => 0,
        };
        let quote = &rest[affix..];
        if quote.starts_with('"') {
            self.scan.push("sa", affix);
            self.scan.push("s", 1);
            self.states.push(State::Text);
            return true;
        }
        let length = character_length(quote);
        if length > 0 {
            self.scan.push("sa", affix);
            self.scan.push("sc", length);
        }
        length > 0
    }

    fn text(&mut self) -> bool {
        if self.pop_mark("s", "\"") {
            return true;
        }
        let rest = self.scan.rest();
        match escape_length(rest) {
            0 => {}
            length => {
                self.scan.push("se", length);
                return true;
            }
        }
        self.scan.push_run("s", |c| !matches!(c, '\\' | '"' | '\n'))
            || self.scan.push_mark("s", "\\\n")
            || self.scan.push_mark("s", "\\")
    }

    fn directive(&mut self) -> bool {
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
    fn include(&mut self) -> bool {
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

    fn left_out(&mut self) -> bool {
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

    fn attribute(&mut self, first: char) -> bool {
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

    fn annotation(&mut self, _first: char) -> bool {
        self.pop_mark("p", "]]")
            || self.push_mark("p", "(", State::AnnotationArguments)
            || self.scan.push_mark("p", "::")
            || self.scan.push_mark("p", ",")
            || self.name("nd")
            || self.white_space()
    }

    fn arguments(&mut self, first: char, state: State) -> bool {
        self.pop_mark("p", ")") || self.push_mark("p", "(", state) || self.expression(first)
    }
}

/// The parts of the head of a function, each with its length.
struct Head {
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

/// The length of a name; its letters may be written as `\u0041`.
fn name_length(text: &str) -> usize {
    if text.starts_with(is_digit) {
        return 0;
    }
    let mut end = 0;
    while let Some(length) = name_part(&text[end..]) {
        end += length;
    }
    end
}

/// The length of a name that may have `::` in it.
fn qualified_length(text: &str) -> usize {
    if text.starts_with(is_digit) {
        return 0;
    }
    let mut end = 0;
    loop {
        match name_part(&text[end..]) {
            Some(length) => end += length,
            None if text[end..].starts_with("::") => end += 2,
            None => return end,
        }
    }
}

fn name_part(text: &str) -> Option<usize> {
    let plain = run(text, |c| is_word(c) || c == '$');
    if plain > 0 {
        return Some(plain);
    }
    let hex = |count: usize| {
        let digits = text.get(2..2 + count)?;
        digits
            .bytes()
            .all(|b| b.is_ascii_hexdigit())
            .then_some(2 + count)
    };
    match text.as_bytes() {
        [b'\\', b'u', ..] => hex(4),
        [b'\\', b'U', ..] => hex(8),
        _ => None,
    }
}

/// Blanks and comments.
fn comments_length(text: &str) -> usize {
    let mut end = run(text, is_space);
    loop {
        let rest = &text[end..];
        let comment = match line_comment_length(rest) {
            0 if starts_block_comment(rest) => match block_comment_length(rest) {
                Some(length) => length,
                // It goes on up to the end.
                None => return text.len(),
            },
            length => length,
        };
        if comment == 0 {
            return end;
        }
        end += comment;
        end += run(&text[end..], is_space);
    }
}

/// `// …` up to a line that does not end in a backslash.
fn line_comment_length(text: &str) -> usize {
    if !text.starts_with("//") {
        return 0;
    }
    let mut ends = text.match_indices('\n').map(|(at, _)| at);
    let end = ends.find(|&at| !text[..at].ends_with('\\'));
    end.map_or(text.len(), |at| at + 1)
}

fn starts_block_comment(text: &str) -> bool {
    text.starts_with("/*") || text.starts_with("/\\\n*")
}

fn block_comment_length(text: &str) -> Option<usize> {
    let start = text.find('*')? + 1;
    let mut marks = text[start..]
        .match_indices('*')
        .map(|(at, _)| start + at + 1);
    marks.find_map(|at| {
        let after = &text[at..];
        let goes_on = if after.starts_with("\\\n") { 2 } else { 0 };
        after[goes_on..]
            .starts_with('/')
            .then_some(at + goes_on + 1)
    })
}

/// Blanks with at most one comment of one line.
fn blank_with_comment_length(text: &str) -> usize {
    let spaces = run(text, is_space);
    let line = &text[spaces..];
    let line = &line[..run(line, |c| c != '\n')];
    let Some(end) = line.strip_prefix("/*").and_then(|inside| inside.find("*/")) else {
        return spaces;
    };
    let comment = spaces + end + 4;
    comment + run(&text[comment..], is_space)
}

fn character_length(text: &str) -> usize {
    let Some(inside) = text.strip_prefix('\'') else {
        return 0;
    };
    let mut chars = inside.chars();
    let lengths = match (chars.next(), chars.next()) {
        (Some('\\'), Some(c)) if c != '\n' => {
            let octal = run(&inside[1..], |c| matches!(c, '0'..='7')).min(3);
            let hex = match c {
                'x' => run(&inside[2..], |c| c.is_ascii_hexdigit()).min(2) + 1,
                _ => 0,
            };
            [c.len_utf8(), octal, hex].map(|length| length + 1)
        }
        (Some('\'' | '\\' | '\n') | None, _) => return 0,
        (Some(c), _) => [c.len_utf8(); 3],
    };
    let ends = |length: &usize| inside[*length..].starts_with('\'');
    lengths
        .into_iter()
        .find(ends)
        .map_or(0, |length| length + 2)
}

/// The length of an escape in a string, or 0.
fn escape_length(text: &str) -> usize {
    let Some(code) = text.strip_prefix('\\') else {
        return 0;
    };
    let hex = || run(&code[1..], |c| c.is_ascii_hexdigit());
    match code.chars().next() {
        Some('\\' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '"' | '\'') => 2,
        Some('x') if hex() >= 2 => 2 + hex().min(4),
        Some('u') if hex() >= 4 => 6,
        Some('U') if hex() >= 8 => 10,
        Some('0'..='7') => 1 + run(code, |c| matches!(c, '0'..='7')).min(3),
        _ => 0,
    }
}
