//! What each line of an ini file is, by the rules of Python's `ConfigParser`.

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// White space; within a value it is an empty line of it.
    Blank,
    /// A line that begins with `#` or `;`.
    Comment,
    /// The beginning of a section.
    Section(&'a str),
    /// An option, its name in lower case unless the scanner keeps the case,
    /// with the first line of its value.
    Option(String, &'a str),
    /// A further line of the value of the option above.
    Continuation(&'a str),
    /// None of these.
    Unknown,
}

/// Tells lines apart. A line's meaning depends on those before it.
#[derive(Clone, Debug, Default)]
pub(super) struct Scanner {
    in_option: bool,
    indent: usize,
    keep_case: bool,
}

impl Scanner {
    /// A scanner that leaves the names of options as they are written.
    pub(super) fn keeping_case() -> Self {
        Self {
            keep_case: true,
            ..Self::default()
        }
    }

    /// What the next line is.
    pub(super) fn scan<'a>(&mut self, line: &'a str) -> Line<'a> {
        let text = python_strip(line);
        if text.starts_with(['#', ';']) {
            return Line::Comment;
        }
        if text.is_empty() {
            return Line::Blank;
        }
        let indent = indentation(line);
        if self.in_option && indent > self.indent {
            return Line::Continuation(text);
        }
        self.indent = indent;
        let line = section_or_option(text, self.keep_case);
        self.in_option = match line {
            Line::Section(_) => false,
            Line::Option(..) => true,
            // What has a delimiter but no name ends the option above, all else does not.
            _ => self.in_option && !text.starts_with(['=', ':']),
        };
        line
    }
}

fn section_or_option(text: &str, keep_case: bool) -> Line<'_> {
    if let Some(name) = section_name(text) {
        return Line::Section(name);
    }
    match split_option(text) {
        Some((name, value)) if keep_case => Line::Option(name.to_owned(), value),
        Some((name, value)) => Line::Option(name.to_lowercase(), value),
        None => Line::Unknown,
    }
}

/// What `[name]` begins, whatever follows the last bracket.
fn section_name(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('[')?;
    inside
        .rfind(']')
        .filter(|&end| end > 0)
        .map(|end| &inside[..end])
}

/// The option's name and its value; none if the line has neither
/// `=` nor `:`, or nothing before it.
fn split_option(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once(['=', ':'])?;
    let name = name.trim_end_matches(is_python_space);
    (!name.is_empty()).then(|| (name, python_strip(value)))
}

/// The lines of a text, which `\n`, `\r\n` and `\r` end, with their ends.
pub(super) fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = match rest.find(['\r', '\n']) {
            Some(at) if rest[at..].starts_with("\r\n") => at + 2,
            Some(at) => at + 1,
            None => rest.len(),
        };
        let (line, after) = rest.split_at(end);
        rest = after;
        Some(line)
    })
}

/// The white space that a line begins with, its end not included.
pub(super) fn leading_space(line: &str) -> &str {
    let line = line.trim_end_matches(['\r', '\n']);
    let text = line.trim_start_matches(is_python_space);
    &line[..line.len() - text.len()]
}

fn indentation(line: &str) -> usize {
    leading_space(line).chars().count()
}

/// The text without white space around it.
pub(super) fn python_strip(text: &str) -> &str {
    text.trim_matches(is_python_space)
}

/// Python's idea of white space: Unicode's and four control characters.
pub(super) fn is_python_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}
