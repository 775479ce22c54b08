//! YAML, as Pygments' lexer for it sees it: what ends a block is its indentation.

use super::scan::{Scan, Tokens, run};
use crate::chars::{is_space, is_word};

const INDICATOR: &str = "p p-Indicator";
const PLAIN: &str = "l l-Scalar l-Scalar-Plain";

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Root,
    /// What follows a directive or the mark of a block scalar in its line.
    RestOfLine,
    YamlDirective,
    TagDirective,
    Indentation,
    BlockLine,
    Sequence,
    Mapping,
    BlockHeader,
    BlockContent,
    SingleQuoted,
    DoubleQuoted,
    PlainNewLine,
    PlainInBlock,
    PlainInFlow,
}

pub(super) fn tokens(text: &str) -> Tokens<'_> {
    let mut lexer = Lexer {
        scan: Scan::new(text),
        states: vec![State::Root],
        indent: None,
        next_indent: 0,
        indents: Vec::new(),
        block_indent: None,
    };
    while let Some(first) = lexer.scan.peek() {
        lexer.token(first);
    }
    lexer.scan.tokens
}

struct Lexer<'t> {
    scan: Scan<'t>,
    states: Vec<State>,
    /// How far the block at hand is indented; `None` is outside of all.
    indent: Option<usize>,
    /// How far a block is that starts here.
    next_indent: usize,
    indents: Vec<Option<usize>>,
    /// How far a literal or folded text is indented.
    block_indent: Option<usize>,
}

fn ends_word(text: &str) -> bool {
    text.is_empty() || text.starts_with([' ', '\n'])
}

fn ends_line(text: &str) -> bool {
    text.is_empty() || text.starts_with('\n')
}

fn spaces(text: &str) -> usize {
    run(text, |c| c == ' ')
}

impl<'t> Lexer<'t> {
    fn pop(&mut self, count: usize) {
        let left = self.states.len().saturating_sub(count).max(1);
        self.states.truncate(left);
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
            State::RestOfLine => self.rest_of_line(first),
            State::YamlDirective => self.yaml_directive(),
            State::TagDirective => self.tag_directive(),
            State::Indentation => self.indentation(),
            State::BlockLine => self.block_line(first),
            State::Sequence => self.flow(first) || self.close("]"),
            State::Mapping => self.flow_key() || self.flow(first) || self.close("}"),
            State::BlockHeader => self.block_header(),
            State::BlockContent => self.block_content(first),
            State::SingleQuoted => self.quoted(first, '\''),
            State::DoubleQuoted => self.quoted(first, '"'),
            State::PlainNewLine => self.plain_new_line(),
            State::PlainInBlock => self.plain_in_block(),
            State::PlainInFlow => self.plain_in_flow(),
        };
        if !done {
            self.error();
        }
    }

    fn close(&mut self, mark: &str) -> bool {
        let is_here = self.scan.push_mark(INDICATOR, mark);
        if is_here {
            self.pop(1);
        }
        is_here
    }

    /// Blanks before a comment or the end of the line.
    fn trailing_blanks(&mut self) -> bool {
        let length = spaces(self.scan.rest());
        let after = &self.scan.rest()[length..];
        let is_trailing = length > 0 && (after.starts_with('#') || ends_line(after));
        if is_trailing {
            self.scan.push("w", length);
        }
        is_trailing
    }

    fn comment(&mut self, first: char) -> bool {
        first == '#' && self.scan.push_run("c1", |c| c != '\n')
    }

    fn root(&mut self, first: char) -> bool {
        if self.trailing_blanks()
            || self.scan.push_run("w", |c| c == '\n')
            || self.comment(first)
            || (self.scan.at_line_start() && self.mark_of_document())
        {
            return true;
        }
        let rest = self.scan.rest();
        let length = spaces(rest);
        if rest[length..].starts_with(is_space) || ends_line(&rest[length..]) {
            return false;
        }
        self.start_line(length);
        self.states.extend([State::BlockLine, State::Indentation]);
        true
    }

    /// `---`, `...`, `%YAML`, `%TAG`: all blocks end here.
    fn mark_of_document(&mut self) -> bool {
        const MARKS: [(&str, &str, State); 4] = [
            ("%YAML", "nt", State::YamlDirective),
            ("%TAG", "nt", State::TagDirective),
            ("---", "nn", State::BlockLine),
            ("...", "nn", State::BlockLine),
        ];
        let rest = self.scan.rest();
        let is_here = |mark: &str| rest.strip_prefix(mark).is_some_and(ends_word);
        let Some((mark, class, state)) = MARKS.iter().find(|(mark, _, _)| is_here(mark)) else {
            return false;
        };
        self.indents.clear();
        self.indent = None;
        self.next_indent = 0;
        self.block_indent = None;
        self.scan.push(class, mark.len());
        self.states.push(*state);
        true
    }

    /// Blocks that are indented further end; what is between two of them is an error.
    fn start_line(&mut self, length: usize) {
        self.next_indent = length;
        if Some(length) >= self.indent {
            return self.scan.push("w", length);
        }
        while Some(self.next_indent) < self.indent {
            self.indent = self.indents.pop().flatten();
        }
        let known = self
            .indent
            .map_or(length.saturating_sub(1), |indent| indent.min(length));
        self.scan.push("w", known);
        self.scan.push("w w-Error", length - known);
    }

    fn start_block(&mut self, length: usize) {
        if self.indent < Some(self.next_indent) {
            self.indents.push(self.indent);
            self.indent = Some(self.next_indent);
        }
        self.next_indent += length;
    }

    fn rest_of_line(&mut self, first: char) -> bool {
        if self.trailing_blanks() || self.comment(first) {
            return true;
        }
        let is_end = self.scan.push_mark("w", "\n");
        if is_end {
            self.pop(2);
        }
        is_end
    }

    fn yaml_directive(&mut self) -> bool {
        let rest = self.scan.rest();
        let blank = spaces(rest);
        let digits = |text: &str| run(text, |c| c.is_ascii_digit());
        let whole = digits(&rest[blank..]);
        let point = rest[blank + whole..].strip_prefix('.');
        let fraction = point.map_or(0, digits);
        if blank == 0 || whole == 0 || fraction == 0 {
            return false;
        }
        self.scan.push("w", blank);
        self.scan.push("m", whole + 1 + fraction);
        self.states.push(State::RestOfLine);
        true
    }

    fn tag_directive(&mut self) -> bool {
        let rest = self.scan.rest();
        let blank = spaces(rest);
        let handle = run(&rest[blank..], |c| c == '!' || c == '-' || is_word(c));
        let next = blank + handle;
        let between = spaces(&rest[next..]);
        let prefix = run(&rest[next + between..], |c| c != '#' && is_tag(c));
        let is_handle = rest[blank..next].starts_with('!') && rest[..next].ends_with('!');
        if blank == 0 || !is_handle || between == 0 || prefix == 0 {
            return false;
        }
        for (class, length) in [("w", blank), ("kt", handle), ("w", between), ("kt", prefix)] {
            self.scan.push(class, length);
        }
        self.states.push(State::RestOfLine);
        true
    }

    fn indentation(&mut self) -> bool {
        let rest = self.scan.rest();
        let blank = spaces(rest);
        let after = &rest[blank..];
        let is_mark = after.starts_with(['?', ':', '-']) && ends_word(&after[1..]);
        match () {
            () if ends_line(after) => {
                self.scan.push("w", blank);
                self.pop(2);
            }
            () if is_mark && blank == 0 => {
                self.start_block(1);
                self.scan.push(INDICATOR, 1);
            }
            () => {
                self.next_indent += blank;
                self.scan.push("w", blank);
                if !is_mark {
                    self.pop(1);
                }
            }
        }
        true
    }

    fn block_line(&mut self, first: char) -> bool {
        let rest = self.scan.rest();
        let blank = spaces(rest);
        if rest[blank..].starts_with('#') || ends_line(&rest[blank..]) {
            self.scan.push("w", blank);
            self.pop(1);
            return true;
        }
        if self.scan.push_run("w", |c| c == ' ') || self.block_key() || self.descriptor(first) {
            return true;
        }
        if first == ':' && ends_word(&rest[1..]) {
            self.start_block(0);
            self.scan.push(INDICATOR, 1);
            return true;
        }
        if first == '|' || first == '>' {
            self.scan.push(INDICATOR, 1);
            self.states
                .extend([State::BlockContent, State::BlockHeader]);
            return true;
        }
        self.flow_node(first) || self.plain(first, State::PlainInBlock)
    }

    /// The start of a text without quotes.
    fn plain(&mut self, first: char, state: State) -> bool {
        let next = self.scan.rest()[first.len_utf8()..].chars().next();
        let is_marked = "?:-".contains(first);
        let starts = match state {
            State::PlainInBlock if is_marked => next.is_some_and(|c| !is_space(c)),
            _ => !is_space(first) && !"?:,[]{}#&*!|>'\"%@`".contains(first),
        };
        if starts {
            self.states.push(state);
        }
        starts
    }

    /// A key up to the last colon that ends one.
    fn block_key(&mut self) -> bool {
        let stretch = self.scan.look(|c| !"#,?[]{}\"'\n".contains(c));
        let Some(at) = stretch.and_then(|stretch| self.key_end(stretch)) else {
            return false;
        };
        self.scan.push("nt", at);
        self.start_block(0);
        self.scan.push("p", 1);
        true
    }

    fn key_end(&self, stretch: usize) -> Option<usize> {
        let rest = self.scan.rest();
        let mut colons = rest[..stretch].rmatch_indices(':').map(|(at, _)| at);
        colons.find(|&at| at > 0 && ends_word(&rest[at + 1..]))
    }

    fn flow_key(&mut self) -> bool {
        let length = self.scan.look(|c| !",:?[]{}\"'\n".contains(c)).unwrap_or(0);
        let after = self.scan.rest()[length..].strip_prefix(':');
        let is_key = length > 0 && after.is_some_and(ends_word);
        if is_key {
            self.scan.push("nt", length);
            self.scan.push("p", 1);
        }
        is_key
    }

    /// A tag, an anchor or an alias.
    fn descriptor(&mut self, first: char) -> bool {
        let rest = self.scan.rest();
        let name = run(&rest[first.len_utf8()..], |c| c == '-' || is_word(c));
        match first {
            '!' => {
                let full = rest.strip_prefix("!<").map_or(0, |uri| run(uri, is_tag));
                let is_full = full > 0 && rest[2 + full..].starts_with('>');
                let length = if is_full {
                    full + 3
                } else {
                    1 + run(&rest[1..], is_tag)
                };
                self.scan.push("kt", length);
            }
            '&' if name > 0 => self.scan.push("nl", name + 1),
            '*' if name > 0 => self.scan.push("nv", name + 1),
            _ => return false,
        }
        true
    }

    fn flow_node(&mut self, first: char) -> bool {
        let (class, state) = match first {
            '[' => (INDICATOR, State::Sequence),
            '{' => (INDICATOR, State::Mapping),
            '\'' => ("s", State::SingleQuoted),
            '"' => ("s", State::DoubleQuoted),
            _ => return false,
        };
        self.scan.push(class, 1);
        self.states.push(state);
        true
    }

    fn flow(&mut self, first: char) -> bool {
        if self.scan.push_run("w", |c| c == ' ')
            || self.scan.push_run("w", |c| c == '\n')
            || self.comment(first)
        {
            return true;
        }
        if "?:,".contains(first) {
            self.scan.push(INDICATOR, 1);
            return true;
        }
        self.descriptor(first) || self.flow_node(first) || self.plain(first, State::PlainInFlow)
    }

    /// What follows `|` or `>`: how far the text is indented, and what becomes of its end.
    fn block_header(&mut self) -> bool {
        let rest = self.scan.rest();
        let length = run(rest, |c| "+-123456789".contains(c));
        let (header, after) = rest.split_at(length);
        let digits = header.bytes().filter(u8::is_ascii_digit).count();
        if !ends_word(after) || digits > 1 || length - digits > 1 {
            return false;
        }
        self.block_indent = None;
        let digit = header.bytes().find(u8::is_ascii_digit);
        if let Some(digit) = digit {
            self.block_indent = Some(self.indent.unwrap_or(0) + usize::from(digit - b'0'));
        }
        self.scan.push(INDICATOR, length);
        self.states.push(State::RestOfLine);
        true
    }

    fn block_content(&mut self, first: char) -> bool {
        if first == '\n' {
            self.scan.push("w", 1);
            return true;
        }
        if !self.scan.at_line_start() {
            return self
                .scan
                .push_run("no", |c| c == ' ' || c == '\t' || !is_space(c));
        }
        let blank = spaces(self.scan.rest());
        let is_empty = blank > 0 && ends_line(&self.scan.rest()[blank..]);
        if is_empty {
            let indent = self.block_indent.unwrap_or(blank).min(blank);
            self.scan.push("w", indent);
            self.scan.push("no", blank - indent);
            return true;
        }
        let is_inside = match self.block_indent {
            None => blank > self.indent.unwrap_or(0),
            Some(indent) => blank >= indent,
        };
        if !is_inside {
            self.pop(2);
            return true;
        }
        self.block_indent.get_or_insert(blank);
        self.scan.push("w", blank);
        blank > 0
    }

    fn quoted(&mut self, first: char, quote: char) -> bool {
        let rest = self.scan.rest();
        let blank = spaces(rest);
        let at_edge = self.scan.at_line_start() || ends_line(&rest[blank..]);
        if blank > 0 && at_edge {
            self.scan.push("w", blank);
            return true;
        }
        if self.scan.push_run("w", |c| c == '\n')
            || self.scan.push_run("nv", |c| c == ' ' || c == '\u{a0}')
        {
            return true;
        }
        if quote == '\'' && self.scan.push_mark("se", "''") {
            return true;
        }
        if first == quote {
            self.scan.push("s", 1);
            self.pop(1);
            return true;
        }
        if quote == '"' && first == '\\' {
            return self.escape();
        }
        let is_text = |c: char| !is_space(c) && c != quote && !(quote == '"' && c == '\\');
        self.scan.push_run("s", is_text)
    }

    fn escape(&mut self) -> bool {
        let code = &self.scan.rest()[1..];
        let hex = |count: usize| {
            let digits = code.get(1..=count);
            digits.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
        };
        let (class, length) = match code.chars().next() {
            Some(c) if "0abt\tn\nvfre \"\\N_LP".contains(c) => ("s", 2),
            Some('x') if hex(2) => ("se", 4),
            Some('u') if hex(4) => ("se", 6),
            Some('U') if hex(8) => ("se", 10),
            _ => return false,
        };
        self.scan.push(class, length);
        true
    }

    /// The start of another line of a text without quotes: it ends where the block ends.
    fn plain_new_line(&mut self) -> bool {
        let rest = self.scan.rest();
        let blank = spaces(rest);
        if blank > 0 && self.scan.at_line_start() && ends_line(&rest[blank..]) {
            self.scan.push("w", blank);
            return true;
        }
        if self.scan.push_run("w", |c| c == '\n') {
            return true;
        }
        let is_end = rest.starts_with("---")
            || rest.starts_with("...")
            || self.indent.is_some_and(|indent| blank <= indent);
        if is_end {
            self.pop(3);
        } else {
            self.scan.push("w", blank);
            self.pop(1);
        }
        true
    }

    fn plain_in_block(&mut self) -> bool {
        let rest = self.scan.rest();
        let blank = spaces(rest);
        let after = &rest[blank..];
        let ends_key = after.strip_prefix(':').is_some_and(ends_word);
        if ends_key || (blank > 0 && after.starts_with('#')) {
            self.scan.push("w", blank);
            self.pop(1);
            return true;
        }
        if blank > 0 && ends_line(after) {
            self.scan.push("w", blank);
            return true;
        }
        if self.scan.push_run("w", |c| c == '\n') {
            self.states.push(State::PlainNewLine);
            return true;
        }
        if self.scan.push_run(PLAIN, |c| c == ' ' || c == '\u{a0}') {
            return true;
        }
        let length = plain_length(rest);
        self.scan.push(PLAIN, length);
        length > 0
    }

    fn plain_in_flow(&mut self) -> bool {
        let rest = self.scan.rest();
        let blank = spaces(rest);
        let after = &rest[blank..];
        let is_mark = |c: char| ",:?[]{}".contains(c);
        if after.starts_with(is_mark) || (blank > 0 && after.starts_with('#')) {
            self.scan.push("w", blank);
            self.pop(1);
            return true;
        }
        if blank > 0 && (self.scan.at_line_start() || ends_line(after)) {
            self.scan.push("w", blank);
            return true;
        }
        self.scan.push_run("w", |c| c == '\n')
            || self.scan.push_run("nv", |c| c == ' ' || c == '\u{a0}')
            || self.scan.push_run("nv", |c| !is_space(c) && !is_mark(c))
    }
}

/// A word, with colons that no blank follows.
fn plain_length(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let ends = match c {
            ':' => chars.peek().is_some_and(|(_, next)| is_space(*next)),
            c => is_space(c),
        };
        if ends {
            return at;
        }
    }
    text.len()
}

fn is_tag(c: char) -> bool {
    is_word(c) || "#;/?:@&=+$,.!~*'()[]%-".contains(c)
}
