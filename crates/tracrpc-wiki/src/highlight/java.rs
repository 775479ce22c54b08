//! Java, as Pygments' lexer for it sees it.

use super::javascript::exponent_length;
use super::scan::{Scan, Tokens, Words, run, words};
use crate::chars::{is_space, is_word};

static KEYWORDS: Words = words!(
    "assert break case catch continue default do else finally for if goto instanceof new return switch this throw try while"
);
static DECLARATIONS: Words = words!(
    "abstract const enum exports extends final implements native open opens permits private protected provides public",
    "requires sealed static strictfp super synchronized throws to transient transitive uses volatile with yield"
);
static TYPES: Words = words!("boolean byte char double float int long short void");
static CONSTANTS: Words = words!("true false null");
static BEFORE_RECORD: Words = words!("public private protected static strictfp");

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    /// After `class`: a name follows.
    Class,
    /// After `var`.
    Variable,
    /// After `import` or `package`.
    Import,
    Text,
    TextBlock,
}

pub(super) fn tokens(text: &str) -> Tokens<'_> {
    let mut lexer = Lexer {
        scan: Scan::new(text),
        state: State::Start,
        no_method_before: 0,
        no_record_before: 0,
    };
    while let Some(first) = lexer.scan.peek() {
        lexer.token(first);
    }
    lexer.scan.tokens
}

struct Lexer<'t> {
    scan: Scan<'t>,
    state: State,
    /// Up to here it was looked for the name of a method, and there was none.
    no_method_before: usize,
    /// Up to here there are blanks that no record follows.
    no_record_before: usize,
}

impl<'t> Lexer<'t> {
    fn token(&mut self, first: char) {
        match self.state {
            State::Start => self.start(first),
            State::Class => self.expected(first, "nc"),
            State::Variable => self.expected(first, "n"),
            State::Import => self.import(),
            State::Text | State::TextBlock => self.text(),
        }
    }

    fn error(&mut self) {
        if self.scan.starts("\n") {
            self.state = State::Start;
        }
        self.scan.push_error();
    }

    fn expected(&mut self, first: char, class: &'static str) {
        if self.state == State::Class && is_space(first) {
            self.scan.push_run("", is_space);
            return;
        }
        match name_length(self.scan.rest()) {
            0 => self.error(),
            length => {
                self.scan.push(class, length);
                self.state = State::Start;
            }
        }
    }

    fn import(&mut self) {
        let length = self.scan.run(|c| is_word(c) || c == '.');
        if length == 0 {
            return self.error();
        }
        let star = usize::from(self.scan.rest()[length..].starts_with('*'));
        self.scan.push("nn", length + star);
        self.state = State::Start;
    }

    fn text(&mut self) {
        let is_end = match self.state {
            State::TextBlock => self.scan.push_mark("s", "\"\"\""),
            _ => self.scan.push_mark("s", "\""),
        };
        if is_end {
            self.state = State::Start;
            return;
        }
        let rest = self.scan.rest();
        let length = match rest.as_bytes() {
            [b'\\', b'\\' | b'"', ..] => 2,
            [b'\\' | b'"', ..] => 1,
            _ => run(rest, |c| c != '\\' && c != '"'),
        };
        self.scan.push("s", length);
    }

    fn start(&mut self, first: char) {
        if self.scan.at_line_start() && self.record() {
            return;
        }
        let rest = self.scan.rest();
        if first == '\n' || is_space(first) {
            let is_blank = |c: char| is_space(c) && (c == '\n') == (first == '\n');
            self.scan.push_run("w", is_blank);
        } else if rest.starts_with("//") {
            self.scan.push_run("c1", |c| c != '\n');
        } else if !self.comment() && !self.word() {
            self.mark(first);
        }
    }

    fn comment(&mut self) -> bool {
        let end = if self.scan.starts("/*") {
            self.scan.find(2, "*/")
        } else {
            None
        };
        end.inspect(|end| self.scan.push("cm", end + 2)).is_some()
    }

    /// `public record`, at the start of a line.
    fn record(&mut self) -> bool {
        if self.scan.at < self.no_record_before {
            return false;
        }
        let rest = self.scan.rest();
        let spaces = run(rest, is_space);
        self.no_record_before = self.scan.at + spaces;
        let mut at = spaces;
        loop {
            let word = &rest[at..at + run(&rest[at..], is_word)];
            let after = at + word.len();
            let blank = run(&rest[after..], is_space);
            match word {
                "record" => break,
                word if BEFORE_RECORD.has(word) && blank > 0 => at = after + blank,
                _ => return false,
            }
        }
        self.scan.push("w", spaces);
        self.embed(at - spaces);
        self.scan.push("kd", "record".len());
        self.state = State::Class;
        true
    }

    /// Takes so many bytes as a text of their own.
    fn embed(&mut self, length: usize) {
        let inner = tokens(&self.scan.rest()[..length]);
        self.scan.tokens.extend(inner);
        self.scan.at += length;
    }

    fn word(&mut self) -> bool {
        let rest = self.scan.rest();
        let length = name_length(rest);
        if length == 0 {
            return false;
        }
        let word = &rest[..run(rest, is_word)];
        if KEYWORDS.has(word) {
            self.scan.push("k", word.len());
            return true;
        }
        if self.method() {
            return true;
        }
        let after = &rest[word.len()..];
        let is_spaced = after.starts_with(is_space);
        let class = match word {
            "non" if after.starts_with("-sealed") && !after[7..].starts_with(is_word) => {
                self.scan.push("kd", 10);
                return true;
            }
            _ if DECLARATIONS.has(word) => "kd",
            _ if TYPES.has(word) => "kt",
            "package" | "import" if is_spaced => return self.namespace(word),
            _ if CONSTANTS.has(word) => "kc",
            "class" | "interface" | "module" => {
                self.state = State::Class;
                "kd"
            }
            "var" if is_spaced => {
                self.scan.push("kd", 3);
                self.scan.push_run("w", is_space);
                self.state = State::Variable;
                return true;
            }
            _ => return self.name(length),
        };
        self.scan.push(class, word.len());
        true
    }

    fn name(&mut self, length: usize) -> bool {
        let is_label = self.scan.at_line_start() && self.scan.rest()[length..].starts_with(':');
        self.scan.push(if is_label { "nl" } else { "n" }, length);
        true
    }

    fn namespace(&mut self, word: &str) -> bool {
        let after = &self.scan.rest()[word.len()..];
        let spaces = run(after, is_space);
        let next = &after[spaces..];
        let next = &next[..run(next, is_word)];
        let kind = match next {
            "static" | "module"
                if word == "import" && after[spaces + next.len()..].starts_with(is_space) =>
            {
                spaces + next.len()
            }
            _ => 0,
        };
        self.scan.push("kn", word.len() + kind);
        self.scan.push_run("w", is_space);
        self.state = State::Import;
        true
    }

    /// Words of which the last stands before a parenthesis: what a method returns, and its name.
    fn method(&mut self) -> bool {
        if self.scan.at < self.no_method_before {
            return false;
        }
        let rest = self.scan.rest();
        let mut at = 0;
        loop {
            let word = type_length(&rest[at..]);
            let spaces = run(&rest[at + word..], is_space);
            if word == 0 || spaces == 0 {
                self.no_method_before = self.scan.at + at;
                return false;
            }
            at += word + spaces;
            let name = name_length(&rest[at..]);
            let blank = run(&rest[at + name..], is_space);
            if name > 0 && rest[at + name + blank..].starts_with('(') {
                self.embed(at);
                self.scan.push("nf", name);
                self.scan.push("w", blank);
                self.scan.push("p", 1);
                return true;
            }
        }
    }

    fn mark(&mut self, first: char) {
        let rest = self.scan.rest();
        match first {
            '@' if is_start(rest[1..].chars().next()) => {
                let length = run(&rest[1..], |c| is_word(c) || c == '.');
                self.scan.push("nd", 1 + length);
            }
            '"' if rest.starts_with("\"\"\"\n") => {
                self.scan.push("s", 4);
                self.state = State::TextBlock;
            }
            '"' => {
                self.scan.push("s", 1);
                self.state = State::Text;
            }
            '\'' => self.character(),
            '.' if name_length(&rest[1..]) > 0 => {
                self.scan.push("p", 1);
                self.scan.push("na", name_length(self.scan.rest()));
            }
            c if c.is_ascii_digit() || (c == '.' && digits(&rest[1..]) > 0) => {
                let (class, length) = number(rest);
                self.scan.push(class, length);
            }
            c if "~^*!%&[]<>|+=/?-".contains(c) => self.scan.push("o", 1),
            c if "{}();:.,".contains(c) => self.scan.push("p", 1),
            _ => self.error(),
        }
    }

    fn character(&mut self) {
        let mut chars = self.scan.rest().chars().skip(1);
        let (first, second, third) = (chars.next(), chars.next(), chars.next());
        let unicode = self.scan.rest().get(3..8).is_some_and(|code| {
            code.ends_with('\'') && code[..4].bytes().all(|b| b.is_ascii_hexdigit())
        });
        match (first, second, third) {
            (Some('\\'), Some(c), Some('\'')) => self.scan.push("sc", 3 + c.len_utf8()),
            (Some('\\'), Some('u'), _) if unicode => self.scan.push("sc", 8),
            (Some(c), Some('\''), _) if c != '\\' => self.scan.push("sc", 2 + c.len_utf8()),
            _ => self.error(),
        }
    }
}

fn is_start(c: Option<char>) -> bool {
    c.is_some_and(|c| is_word(c) && !crate::chars::is_digit(c))
}

fn name_length(text: &str) -> usize {
    let first = text.chars().next();
    if is_start(first) || first == Some('$') {
        run(text, |c| is_word(c) || c == '$')
    } else {
        0
    }
}

/// The length of a name with what stands for arrays and parameters of types.
fn type_length(text: &str) -> usize {
    if name_length(text) == 0 {
        return 0;
    }
    run(text, |c| is_word(c) || ".[]$<>?".contains(c))
}

/// The length of digits, which may have `_` in them.
fn digits(text: &str) -> usize {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        run(text, |c| c == '_' || c.is_ascii_digit())
    } else {
        0
    }
}

fn number(text: &str) -> (&'static str, usize) {
    if let Some(length) = float(text).or_else(|| hex_float(text)) {
        return ("mf", length);
    }
    let marked = |marks: [&str; 2], is_digit: fn(char) -> bool| {
        let rest = marks.iter().find_map(|mark| text.strip_prefix(mark))?;
        let length = run(rest, |c| c == '_' || is_digit(c));
        rest.starts_with(is_digit).then_some(2 + length)
    };
    let long = |length: usize| length + usize::from(text[length..].starts_with(['l', 'L']));
    if let Some(length) = marked(["0x", "0X"], |c| c.is_ascii_hexdigit()) {
        return ("mh", long(length));
    }
    if let Some(length) = marked(["0b", "0B"], |c| matches!(c, '0' | '1')) {
        return ("mb", long(length));
    }
    if let Some(rest) = text.strip_prefix('0') {
        let octal = run(rest, |c| matches!(c, '0'..='7' | '_'));
        return if octal > 0 {
            ("mo", long(1 + octal))
        } else {
            ("mi", 1)
        };
    }
    ("mi", long(digits(text)))
}

/// A number with a point, or one of a single digit that has an exponent or ends in its type.
fn float(text: &str) -> Option<usize> {
    let typed =
        |length: usize| length + usize::from(text[length..].starts_with(['f', 'F', 'd', 'D']));
    let exponent = |from: usize| {
        let plain = exponent_length(&text[from..]);
        plain
            + if plain > 0 {
                run(&text[from + plain..], |c| c == '_' || c.is_ascii_digit())
            } else {
                0
            }
    };
    let whole = digits(text);
    if text[whole..].starts_with('.') {
        let end = whole + 1 + digits(&text[whole + 1..]);
        return Some(typed(end + exponent(end)));
    }
    let end = 1 + exponent(1);
    let is_float = end > 1 || typed(1) > 1;
    is_float.then(|| typed(end))
}

/// `0x1.8p3`.
fn hex_float(text: &str) -> Option<usize> {
    let rest = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))?;
    let hex = |c: char| c == '_' || c.is_ascii_hexdigit();
    let whole = run(rest, hex);
    let point = usize::from(rest[whole..].starts_with('.'));
    let fraction = if point == 1 {
        run(&rest[whole + 1..], hex)
    } else {
        0
    };
    let end = whole + point + fraction;
    let power = rest[end..].strip_prefix(['p', 'P'])?;
    let sign = usize::from(power.starts_with(['+', '-']));
    let count = digits(&power[sign..]);
    let length = 2 + end + 1 + sign + count;
    let typed = usize::from(text[length..].starts_with(['f', 'F', 'd', 'D']));
    (whole + fraction > 0 && count > 0).then_some(length + typed)
}
