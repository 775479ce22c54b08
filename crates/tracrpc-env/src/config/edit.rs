//! Changes a `trac.ini` line by line: comments, order and all other lines stay.

use std::ops::Range;

use super::ini::Ini;
use super::layout::{Layout, SectionLines};
use super::lines::{Line, Scanner, is_python_space, leading_space, python_strip, split_lines};
use crate::error::{Error, Result};

/// The text of an ini file, to be changed.
///
/// ```
/// use tracrpc_env::config::Editor;
///
/// let mut editor = Editor::new("[wiki]\n# in characters\nmax_size: 10\n").unwrap();
/// editor.set("wiki", "max_size", "20").unwrap();
/// assert_eq!(editor.text(), "[wiki]\n# in characters\nmax_size: 20\n");
/// ```
#[derive(Clone, Debug)]
pub struct Editor {
    lines: Vec<String>,
    line_end: &'static str,
}

impl Editor {
    /// Begins with a text that [`Ini::parse`] understands.
    ///
    /// # Errors
    /// A text that is no ini file: what is not understood cannot be kept safely.
    pub fn new(text: &str) -> Result<Self> {
        parse(text)?;
        let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        Ok(Self {
            lines: split_lines(text).map(str::to_owned).collect(),
            line_end,
        })
    }

    /// The text as it is now.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.concat()
    }

    /// Sets an option: in its place if it is there, else at the end of its
    /// section, else in a new section at the end.
    ///
    /// White space around the lines of the value is lost, as `ConfigParser`
    /// would not read it.
    ///
    /// # Errors
    /// A name or a value that an ini file cannot hold, such as an option with
    /// `=` or a value with a line that would be read as a comment. The text is
    /// unchanged then.
    pub fn set(&mut self, section: &str, option: &str, value: &str) -> Result<()> {
        let value = as_read(value);
        let mut changed = self.clone();
        changed.put(section, option, &value);
        let expected = parse(&self.text())?.with(section, option, value);
        if parse(&changed.text()).ok() != Some(expected) {
            return Err(Error::config(format!(
                "[{section}] {option}: this name or value cannot be written to trac.ini"
            )));
        }
        *self = changed;
        Ok(())
    }

    /// Removes an option, and its section if nothing else is in there. Tells
    /// whether there was one.
    pub fn remove(&mut self, section: &str, option: &str) -> bool {
        let layout = Layout::of(&self.lines);
        let Some(found) = layout.option(section, option) else {
            return false;
        };
        let lines = found.lines.clone();
        self.delete(lines, |line| line != Line::Comment);
        let empty = parse(&self.text()).is_ok_and(|ini| ini.options(section).next().is_none());
        if empty {
            self.remove_bare_section(section);
        }
        true
    }

    /// Removes a section with its options and the comments among them. Tells
    /// whether there was one.
    pub fn remove_section(&mut self, section: &str) -> bool {
        let layout = Layout::of(&self.lines);
        let Some(found) = layout.section(section) else {
            return false;
        };
        let end = found.body_end();
        self.delete_section(found.header, end);
        true
    }

    fn put(&mut self, section: &str, option: &str, value: &str) {
        let layout = Layout::of(&self.lines);
        if let Some(found) = layout.option(section, option) {
            let lines = found.lines.clone();
            return self.replace(lines, value);
        }
        let (at, indent) = match layout.section(section) {
            Some(found) => (found.body_end(), self.indent_of(found)),
            None => (self.add_section(section), String::new()),
        };
        let prefix = format!("{indent}{} = ", option.to_lowercase());
        self.insert(at, &prefix, value);
    }

    fn replace(&mut self, lines: Range<usize>, value: &str) {
        let prefix = self
            .lines
            .get(lines.start)
            .map(|line| value_prefix(line))
            .unwrap_or_default();
        let ended = self
            .lines
            .get(lines.end - 1)
            .is_some_and(|line| line.ends_with(['\r', '\n']));
        self.delete(lines.clone(), |line| line != Line::Comment);
        self.insert(lines.start, &prefix, value);
        if !ended && let Some(last) = self.lines.last_mut() {
            last.truncate(last.trim_end_matches(['\r', '\n']).len());
        }
    }

    /// Inserts an option before the line `at`.
    fn insert(&mut self, at: usize, prefix: &str, value: &str) {
        self.end_last_line();
        let indent = leading_space(prefix).to_owned();
        let mut lines = value.split('\n');
        let first = format!("{prefix}{}", lines.next().unwrap_or_default());
        let first = first.trim_end_matches(is_python_space).to_owned() + self.line_end;
        let rest = lines.map(|line| format!("{indent}\t{line}{}", self.line_end));
        let new: Vec<_> = std::iter::once(first).chain(rest).collect();
        self.lines.splice(at..at, new);
    }

    fn add_section(&mut self, section: &str) -> usize {
        self.end_last_line();
        if self
            .lines
            .last()
            .is_some_and(|line| !python_strip(line).is_empty())
        {
            self.lines.push(self.line_end.to_owned());
        }
        self.lines.push(format!("[{section}]{}", self.line_end));
        self.lines.len()
    }

    fn remove_bare_section(&mut self, section: &str) {
        let layout = Layout::of(&self.lines);
        let Some(found) = layout.section(section) else {
            return;
        };
        let after = found.header + 1 + self.blank_lines(found.header + 1);
        if after == found.end {
            self.delete_section(found.header, found.header + 1);
        }
    }

    /// Deletes the lines of a section, and the empty ones after it, unless they
    /// part what is before from what is after.
    fn delete_section(&mut self, header: usize, end: usize) {
        let before = header
            .checked_sub(1)
            .and_then(|index| self.lines.get(index));
        let parted = before.is_none_or(|line| python_strip(line).is_empty());
        let blank = if parted { self.blank_lines(end) } else { 0 };
        self.delete(header..end + blank, |_| true);
    }

    fn delete(&mut self, range: Range<usize>, unwanted: impl Fn(Line<'_>) -> bool) {
        let mut index = 0;
        self.lines.retain(|line| {
            let here = range.contains(&index);
            index += 1;
            !here || !unwanted(Scanner::default().scan(line))
        });
    }

    fn end_last_line(&mut self) {
        if let Some(last) = self.lines.last_mut()
            && !last.ends_with(['\r', '\n'])
        {
            last.push_str(self.line_end);
        }
    }

    fn blank_lines(&self, from: usize) -> usize {
        self.lines
            .iter()
            .skip(from)
            .take_while(|line| python_strip(line).is_empty())
            .count()
    }

    fn indent_of(&self, section: &SectionLines) -> String {
        let last = section
            .options
            .last()
            .and_then(|option| self.lines.get(option.lines.start));
        last.map(|line| leading_space(line).to_owned())
            .unwrap_or_default()
    }
}

fn parse(text: &str) -> Result<Ini> {
    Ini::parse(text).map_err(|error| Error::config(error.to_string()))
}

/// The value as it will be read back.
fn as_read(value: &str) -> String {
    let lines: Vec<_> = split_lines(value).map(python_strip).collect();
    lines
        .join("\n")
        .trim_end_matches(is_python_space)
        .to_owned()
}

/// All of an option's first line that stands before its value.
fn value_prefix(line: &str) -> String {
    let line = line.trim_end_matches(['\r', '\n']);
    let delimiter = line.find(['=', ':']).map_or(line.len(), |at| at + 1);
    let (name, value) = line.split_at(delimiter);
    if python_strip(value).is_empty() {
        return format!("{name} ");
    }
    format!("{name}{}", leading_space(value))
}
