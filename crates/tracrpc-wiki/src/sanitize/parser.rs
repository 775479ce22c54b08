//! HTML as Python's `html.parser` reads it: a series of events.

use super::tag::{Reading, StartTag, name_end, read_start_tag};
use super::unescape::unescape;
use crate::chars::is_space;

/// How often a text may be looked at in vain, before what looks like a tag is text.
const MAX_PASSES: usize = 16;

/// What the parser found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event<'t> {
    Start {
        name: String,
        attributes: Vec<(String, Option<String>)>,
        is_closed: bool,
    },
    End(String),
    /// Text, with character references read.
    Text(String),
    /// `<!doctype …>`, without the brackets.
    Declaration(&'t str),
    /// `<?…>`, without the brackets.
    Instruction(&'t str),
    Comment,
}

/// Goes through HTML.
pub(super) struct Parser<'t> {
    rest: &'t str,
    /// The element whose text has no tags (`script`, `style`), if one is open.
    raw_element: Option<String>,
    /// How many bytes may still be looked at for tags that have no end.
    patience: usize,
    /// How much of the text is behind its last `>`: nothing there is markup.
    behind_last_tag: usize,
    /// No comment, or no section, has an end any more.
    no_comment_ends: bool,
    no_section_ends: bool,
}

impl<'t> Parser<'t> {
    pub(super) fn new(html: &'t str) -> Self {
        Parser {
            rest: html,
            raw_element: None,
            patience: html.len().saturating_mul(MAX_PASSES),
            behind_last_tag: html.len() - html.rfind('>').map_or(0, |at| at + 1),
            no_comment_ends: false,
            no_section_ends: false,
        }
    }

    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn text(&mut self, length: usize) -> Event<'t> {
        Event::Text(unescape(self.take(length)).into_owned())
    }

    /// What stands at a `<`.
    fn markup(&mut self) -> Event<'t> {
        let rest = self.rest;
        let second = rest[1..].chars().next();
        let found = match second {
            Some(c) if c.is_ascii_alphabetic() => return self.start_tag(),
            Some('/') => self.end_tag(),
            Some('?') => self
                .up_to(">", 2)
                .map(|text| Event::Instruction(&text[2..])),
            Some('!') => self.declaration(),
            _ => None,
        };
        found.unwrap_or_else(|| self.unfinished())
    }

    fn start_tag(&mut self) -> Event<'t> {
        if self.patience == 0 {
            return self.unfinished();
        }
        match read_start_tag(self.rest) {
            Reading::Tag(
                StartTag {
                    name,
                    attributes,
                    is_closed,
                },
                length,
            ) => {
                self.take(length);
                if !is_closed && matches!(name.as_str(), "script" | "style") {
                    self.raw_element = Some(name.clone());
                }
                Event::Start {
                    name,
                    attributes,
                    is_closed,
                }
            }
            Reading::Text(length) => Event::Text(self.take(length).to_owned()),
            Reading::Incomplete(length) => {
                self.patience = self.patience.saturating_sub(length);
                self.unfinished()
            }
        }
    }

    fn end_tag(&mut self) -> Option<Event<'t>> {
        let end = self.rest.find('>')?;
        let inside = &self.rest[2..end];
        let spaced = inside.trim_start_matches(is_space);
        let name = match name_end(inside) {
            Some(length) => &inside[..length],
            None if is_plain_name(spaced.trim_end_matches(is_space)) => {
                spaced.trim_end_matches(is_space)
            }
            None => {
                self.take(end + 1);
                return Some(Event::Comment);
            }
        };
        let name = name.to_lowercase();
        self.take(end + 1);
        Some(Event::End(name))
    }

    fn declaration(&mut self) -> Option<Event<'t>> {
        let rest = self.rest;
        if rest.starts_with("<!--") {
            let end = if self.no_comment_ends {
                None
            } else {
                comment_end(rest)
            };
            self.no_comment_ends = end.is_none();
            return end.map(|length| self.comment(length));
        }
        if rest.starts_with("<![") {
            let end = if self.no_section_ends {
                None
            } else {
                marked_section_end(rest)
            };
            self.no_section_ends = end.is_none();
            return end.map(|length| self.comment(length));
        }
        let text = self.up_to(">", 2)?;
        let is_doctype = text
            .get(2..9)
            .is_some_and(|start| start.eq_ignore_ascii_case("doctype"));
        Some(if is_doctype {
            Event::Declaration(&text[2..])
        } else {
            Event::Comment
        })
    }

    fn comment(&mut self, length: usize) -> Event<'t> {
        self.take(length);
        Event::Comment
    }

    /// Takes all up to a mark, and the mark; gives what stands before it.
    fn up_to(&mut self, mark: &str, from: usize) -> Option<&'t str> {
        let length = self.rest.get(from..)?.find(mark)? + from;
        Some(&self.take(length + mark.len())[..length])
    }

    /// Markup without an end is text: up to the next `>`, or else to the next `<`.
    fn unfinished(&mut self) -> Event<'t> {
        let rest = self.rest;
        let is_tag = rest[1..]
            .starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let length = match (rest.find('>'), rest[1..].find('<')) {
            (Some(end), _) if is_tag => end + 1,
            (None, Some(next)) if is_tag => next + 1,
            _ => 1,
        };
        self.text(length)
    }

    /// Skips the text of a `script` or `style`, with its end tag. Without one, all is skipped.
    fn skip_raw_text(&mut self, name: &str) -> Option<Event<'t>> {
        let mut from = 0;
        while let Some(at) = self.rest[from..].find("</") {
            let start = from + at;
            let inside = &self.rest[start + 2..];
            let found = inside.trim_start_matches(is_space);
            let end = found
                .get(name.len()..)
                .map(|rest| rest.trim_start_matches(is_space));
            let is_end = found
                .get(..name.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(name));
            if let Some(end) = end.filter(|end| is_end && end.starts_with('>')) {
                self.rest = &end[1..];
                return Some(Event::End(name.to_owned()));
            }
            from = start + 2;
        }
        self.rest = "";
        None
    }
}

impl<'t> Iterator for Parser<'t> {
    type Item = Event<'t>;

    fn next(&mut self) -> Option<Event<'t>> {
        if let Some(name) = self.raw_element.take() {
            return self.skip_raw_text(&name);
        }
        match self.rest.find('<') {
            _ if self.rest.is_empty() => None,
            Some(0) if self.rest.len() > self.behind_last_tag => Some(self.markup()),
            Some(0) => Some(self.text(self.rest.len())),
            Some(length) => Some(self.text(length)),
            None => Some(self.text(self.rest.len())),
        }
    }
}

/// A name of letters, digits and `-.:_`.
fn is_plain_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b':' | b'_'))
}

/// The end of a comment: `--`, white space, `>`.
fn comment_end(text: &str) -> Option<usize> {
    let mut from = 4;
    loop {
        let dashes = from + text.get(from..)?.find("--")? + 2;
        let rest = text[dashes..].trim_start_matches(is_space);
        if rest.starts_with('>') {
            return Some(text.len() - rest.len() + 1);
        }
        from = dashes - 1;
    }
}

/// The end of `<![CDATA[…]]>` or `<![if …]>`.
fn marked_section_end(text: &str) -> Option<usize> {
    let mut from = 3;
    loop {
        let bracket = from + text.get(from..)?.find(']')? + 1;
        let rest = text[bracket..].trim_start_matches(|c| c == ']' || is_space(c));
        if rest.starts_with('>') {
            return Some(text.len() - rest.len() + 1);
        }
        from = bracket;
    }
}
