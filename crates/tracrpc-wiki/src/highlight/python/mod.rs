//! Python, as Pygments' lexer for Python 3 sees it.

mod import;
mod number;
mod string;
mod text;
mod words;

use number::number;
use string::Kind;
use words::{
    BUILTINS, EXCEPTIONS, EXPRESSION_KEYWORDS, KEYWORDS, MAGIC_FUNCTIONS, MAGIC_VARIABLES,
    NO_SUBJECTS,
};

use super::scan::{Scan, Tokens, name_length, run};
use crate::chars::{is_space, is_word};

const OPERATORS: [&str; 5] = ["!=", "==", "<<", ">>", ":="];

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Root,
    /// After `def`.
    Function,
    /// After `class`.
    Class,
    Import,
    FromImport,
    /// After `match` or `case`.
    Subject,
    Text(Kind),
    /// In the braces of a format string.
    Expression,
    /// In brackets in there.
    Brackets,
}

pub(super) fn tokens(text: &str) -> Tokens<'_> {
    let mut lexer = Lexer {
        scan: Scan::new(text),
        states: vec![State::Root],
        no_doc_before: 0,
    };
    while let Some(first) = lexer.scan.peek() {
        lexer.token(first);
    }
    lexer.scan.tokens
}

struct Lexer<'t> {
    scan: Scan<'t>,
    states: Vec<State>,
    /// Up to here there are blanks that no string in three quotes follows.
    no_doc_before: usize,
}

/// The length of blanks, which may be behind backslashes.
fn spaces_length(text: &str) -> usize {
    let mut end = 0;
    loop {
        end += run(&text[end..], is_space);
        match text[end..]
            .strip_prefix('\\')
            .and_then(|rest| rest.chars().next())
        {
            Some(c) if is_space(c) => end += 1 + c.len_utf8(),
            _ => return end,
        }
    }
}

impl Lexer<'_> {
    fn pop(&mut self) {
        if self.states.len() > 1 {
            self.states.pop();
        }
    }

    fn error(&mut self) {
        if self.scan.starts("\n") {
            self.states = vec![State::Root];
        }
        self.scan.push_error();
    }

    fn token(&mut self, first: char) {
        let done = match self.states.last().copied().unwrap_or(State::Root) {
            State::Root => self.root(first),
            State::Function => self.function_name(),
            State::Class => self.class_name(),
            State::Import => self.import(),
            State::FromImport => self.module_name(),
            State::Subject => self.subject(),
            State::Text(kind) => self.text(first, kind),
            State::Expression => self.in_braces(first),
            State::Brackets => self.in_brackets(first),
        };
        if !done {
            self.error();
        }
    }

    fn root(&mut self, first: char) -> bool {
        if self.scan.push_mark("w", "\n") || self.doc_string() {
            return true;
        }
        match first {
            '#' => self.comment(),
            '\\' => self
                .scan
                .push("", if self.scan.starts("\\\n") { 2 } else { 1 }),
            _ => return self.statement_word() || self.expression(first),
        }
        true
    }

    fn comment(&mut self) {
        let length = self.scan.run(|c| c != '\n');
        let is_interpreter = self.scan.at == 0 && self.scan.starts("#!") && length > 2;
        self.scan
            .push(if is_interpreter { "ch" } else { "c1" }, length);
    }

    fn word(&self) -> &str {
        &self.scan.rest()[..self.scan.word()]
    }

    /// The words that start statements, and those that are keywords everywhere but in the braces
    /// of a format string.
    fn statement_word(&mut self) -> bool {
        if self.scan.at_line_start() && (self.soft_keyword() || self.lazy_import()) {
            return true;
        }
        let rest = self.scan.rest();
        let word = &rest[..self.scan.word()];
        let class = match word {
            "" => return false,
            "True" | "False" | "None" => "kc",
            word if KEYWORDS.has(word) => "k",
            _ => return self.named(word.len()),
        };
        let from = word == "yield"
            && rest[word.len()..].starts_with(" from")
            && !rest[word.len() + 5..].starts_with(is_word);
        self.scan.push(class, if from { 10 } else { word.len() });
        true
    }

    /// `def name`, `class name`, `import name`, `from name`.
    fn named(&mut self, length: usize) -> bool {
        let rest = self.scan.rest();
        let spaces = spaces_length(&rest[length..]);
        let (class, state) = match &rest[..length] {
            _ if spaces == 0 => return false,
            "def" => ("k", State::Function),
            "class" => ("k", State::Class),
            "from" => ("kn", State::FromImport),
            "import" => ("kn", State::Import),
            _ => return false,
        };
        self.scan.push(class, length);
        self.scan.push("w", spaces);
        self.states.push(state);
        true
    }

    /// `match` or `case` at the start of a line, unless what follows shows that it is a name.
    fn soft_keyword(&mut self) -> bool {
        let is_blank = |c: char| c == ' ' || c == '\t';
        let rest = self.scan.rest();
        let spaces = run(rest, is_blank);
        let word = &rest[spaces..];
        let word = &word[..run(word, is_word)];
        if !matches!(word, "match" | "case") {
            return false;
        }
        let after = rest[spaces + word.len()..].trim_start_matches(is_blank);
        let is_name = after
            .starts_with([':', ',', ';', '=', '^', '&', '|', '@', '~', ')', ']', '}'])
            || NO_SUBJECTS.has(&after[..run(after, is_word)]);
        if is_name {
            return false;
        }
        self.scan.push("", spaces);
        self.scan.push("k", word.len());
        self.states.push(State::Subject);
        true
    }

    /// The first `_` behind `match` or `case` is a keyword, if it stands alone.
    fn subject(&mut self) -> bool {
        let rest = self.scan.rest();
        let spaces = run(rest, is_space);
        let before = run(&rest[spaces..], |c| c != '_' && c != '\n');
        let at = spaces + before;
        let is_here = spaces > 0
            && rest[at..].starts_with('_')
            && !rest[at + 1..].starts_with(is_word)
            && !rest[..at].ends_with(is_word);
        if !is_here {
            self.pop();
            return true;
        }
        self.scan.push("w", spaces);
        let inner = tokens(&self.scan.rest()[..before]);
        self.scan.tokens.extend(inner);
        self.scan.at += before;
        self.scan.push("k", 1);
        true
    }

    fn function_name(&mut self) -> bool {
        let word = self.word();
        if MAGIC_FUNCTIONS.has(word) {
            self.scan.push("fm", word.len());
            return true;
        }
        let length = name_length(self.scan.rest());
        self.scan.push("nf", length);
        self.pop();
        true
    }

    fn class_name(&mut self) -> bool {
        let length = name_length(self.scan.rest());
        self.scan.push("nc", length);
        if length > 0 {
            self.pop();
        }
        length > 0
    }

    fn expression(&mut self, first: char) -> bool {
        let rest = self.scan.rest();
        if let Some((prefix, kind)) = Kind::read(rest) {
            self.scan.push("sa", prefix);
            self.scan.push(kind.class(), kind.close().len());
            self.states.push(State::Text(kind));
            return true;
        }
        if let Some((class, length)) = number(rest) {
            self.scan.push(class, length);
            return true;
        }
        match first {
            '@' => match name_length(&rest[1..]) {
                0 => self.scan.push("o", 1),
                length => self.scan.push("nd", length + 1),
            },
            c if is_space(c) && c != '\n' => {
                self.scan.push_run("", |c| is_space(c) && c != '\n');
            }
            _ if OPERATORS.iter().any(|mark| self.scan.push_mark("o", mark)) => {}
            c if "-~+/*%=<>&^|.".contains(c) => self.scan.push("o", 1),
            c if "]{}:(),;[".contains(c) => self.scan.push("p", 1),
            _ => return self.name(),
        }
        true
    }

    fn name(&mut self) -> bool {
        let rest = self.scan.rest();
        let word = &rest[..self.scan.word()];
        let follows_dot = self.scan.before() == Some('.');
        let is_loop =
            word == "async" && rest[5..].starts_with(" for") && !rest[9..].starts_with(is_word);
        let class = match word {
            "in" | "is" | "and" | "or" | "not" => "ow",
            _ if is_loop => {
                self.scan.push("k", 9);
                return true;
            }
            _ if EXPRESSION_KEYWORDS.has(word) => "k",
            "True" | "False" | "None" => "kc",
            _ if !follows_dot && BUILTINS.has(word) => "nb",
            "self" | "cls" | "Ellipsis" | "NotImplemented" if !follows_dot => "bp",
            _ if !follows_dot && EXCEPTIONS.has(word) => "ne",
            _ if MAGIC_FUNCTIONS.has(word) => "fm",
            _ if MAGIC_VARIABLES.has(word) => "vm",
            _ => {
                let length = name_length(rest);
                self.scan.push("n", length);
                return length > 0;
            }
        };
        self.scan.push(class, word.len());
        true
    }

    fn in_brackets(&mut self, first: char) -> bool {
        match first {
            '(' | '[' | '{' => self.states.push(State::Brackets),
            ')' | ']' | '}' => self.pop(),
            c if is_space(c) => return self.scan.push_run("w", is_space),
            _ => return self.expression(first),
        }
        self.scan.push("p", 1);
        true
    }

    /// `{expression=!r:`, up to the brace that ends it, or the colon before its format.
    fn in_braces(&mut self, first: char) -> bool {
        let rest = self.scan.rest();
        let debug = rest.strip_prefix('=');
        let mut end = debug.map_or(0, |after| 1 + run(after, is_space));
        let conversion = &rest[end..];
        if conversion.starts_with('!') && conversion[1..].starts_with(['s', 'r', 'a', 'f']) {
            end += 2;
        }
        if rest[end..].starts_with(['}', ':']) && !"([{".contains(first) {
            self.scan.push("si", end + 1);
            self.pop();
            return true;
        }
        match first {
            '(' | '[' | '{' => {
                self.scan.push("p", 1);
                self.states.push(State::Brackets);
                true
            }
            c if is_space(c) => self.scan.push_run("w", is_space),
            _ => self.expression(first),
        }
    }
}
