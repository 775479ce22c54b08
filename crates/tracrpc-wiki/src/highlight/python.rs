//! Python, as Pygments' lexer for Python 3 sees it.

use super::python_string::{Escapes, Kind, escape_length, placeholder_length};
use super::python_words::{
    BUILTINS, EXCEPTIONS, EXPRESSION_KEYWORDS, KEYWORDS, MAGIC_FUNCTIONS, MAGIC_VARIABLES,
    NO_SUBJECTS,
};
use super::scan::{Scan, Tokens, name_length, run};
use crate::chars::{is_digit, is_space, is_word};

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

    /// A string in three quotes that starts a line.
    fn doc_string(&mut self) -> bool {
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

    /// `lazy import`, `lazy from`.
    fn lazy_import(&mut self) -> bool {
        let rest = self.scan.rest();
        let Some(after) = rest.strip_prefix("lazy") else {
            return false;
        };
        let spaces = spaces_length(after);
        let next = &after[spaces..];
        let next = &next[..run(next, is_word)];
        let is_import =
            matches!(next, "from" | "import") && spaces_length(&after[spaces + next.len()..]) > 0;
        if spaces == 0 || !is_import {
            return false;
        }
        self.scan.push("kn", 4);
        self.scan.push("w", spaces);
        self.named(next.len())
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

    fn import(&mut self) -> bool {
        let rest = self.scan.rest();
        let spaces = run(rest, is_space);
        let after = &rest[spaces..];
        let name = name_length(rest);
        if spaces > 0 && after.starts_with("as") && after[2..].starts_with(is_space) {
            self.scan.push("w", spaces);
            self.scan.push("k", 2);
            self.scan.push_run("w", is_space);
        } else if name > 0 || rest.starts_with('.') {
            self.scan.push("nn", name.max(1));
        } else if after.starts_with(',') {
            self.scan.push("w", spaces);
            self.scan.push("o", 1);
            self.scan.push_run("w", is_space);
        } else {
            self.pop();
        }
        true
    }

    fn module_name(&mut self) -> bool {
        let rest = self.scan.rest();
        let spaces = run(rest, is_space);
        let after = &rest[spaces..];
        let name = name_length(rest);
        if spaces > 0 && &after[..run(after, is_word)] == "import" {
            self.scan.push("w", spaces);
            self.scan.push("kn", 6);
            self.pop();
        } else if self.word() == "None" {
            self.scan.push("kc", 4);
            self.pop();
        } else if name > 0 || rest.starts_with('.') {
            self.scan.push("nn", name.max(1));
        } else {
            self.pop();
        }
        true
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

    fn text(&mut self, first: char, kind: Kind) -> bool {
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

    fn placeholder(&mut self, kind: Kind) {
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
}

/// Digits; a `_` may stand between two of them.
fn digits(text: &str, is_digit: impl Fn(char) -> bool) -> usize {
    let mut end = 0;
    loop {
        let mark = usize::from(end > 0 && text[end..].starts_with('_'));
        let more = run(&text[end + mark..], &is_digit);
        if more == 0 {
            return end;
        }
        end += mark + more;
    }
}

fn number(text: &str) -> Option<(&'static str, usize)> {
    let exponent = |from: usize| {
        let after = text[from..].strip_prefix(['e', 'E'])?;
        let sign = usize::from(after.starts_with(['+', '-']));
        let count = digits(&after[sign..], is_digit);
        (count > 0).then_some(from + 1 + sign + count)
    };
    let whole = digits(text, is_digit);
    if let Some(after) = text[whole..].strip_prefix('.') {
        let fraction = digits(after, is_digit);
        let end = whole + 1 + fraction;
        if whole + fraction > 0 {
            return Some(("mf", exponent(end).unwrap_or(end)));
        }
    }
    if whole == 0 {
        return None;
    }
    if let Some(end) = exponent(whole) {
        return Some(("mf", end + usize::from(text[end..].starts_with('j'))));
    }
    marked_number(text).or(Some(("mi", whole)))
}

/// `0x1f`, `0o17`, `0b11`.
fn marked_number(text: &str) -> Option<(&'static str, usize)> {
    let after = text.get(2..)?;
    let (class, radix) = match &text[..2] {
        "0o" | "0O" => ("mo", 8),
        "0b" | "0B" => ("mb", 2),
        "0x" | "0X" => ("mh", 16),
        _ => return None,
    };
    let mark = usize::from(after.starts_with('_'));
    let length = digits(&after[mark..], |c| c.is_digit(radix));
    (length > 0).then_some((class, 2 + mark + length))
}
