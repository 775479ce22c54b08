//! YAML, as Pygments' lexer for it sees it: what ends a block is its indentation.

mod directive;
mod plain;
mod scalar;

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
}

fn is_tag(c: char) -> bool {
    is_word(c) || "#;/?:@&=+$,.!~*'()[]%-".contains(c)
}
