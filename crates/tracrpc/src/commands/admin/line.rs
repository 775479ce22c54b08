//! A line of the console: which command it is, and its words.

use super::Failure;

/// What a line of the console asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing.
    Empty,
    /// `quit`, `exit` or `EOF`, whatever follows.
    Quit,
    /// `help` or `?`, and what is to be explained.
    Help(Vec<String>),
    /// A command.
    Command(Vec<String>),
}

/// Words that end the console.
const QUIT: [&str; 3] = ["quit", "exit", "EOF"];

/// Reads a line as `trac-admin` does: Python's `cmd.Cmd.parseline`, and its
/// `shlex` for what is in quotes.
///
/// # Errors
/// A quotation has no end.
pub(super) fn parse(line: &str) -> Result<Line, Failure> {
    let line = line.trim();
    if line.is_empty() {
        return Ok(Line::Empty);
    }
    if let Some(rest) = line.strip_prefix('?') {
        return Ok(Line::Help(split(rest)?));
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (first, rest) = line.split_at(line.find(|c| !is_part(c)).unwrap_or(line.len()));
    match first {
        word if QUIT.contains(&word) => Ok(Line::Quit),
        "help" => Ok(Line::Help(split(rest)?)),
        _ => Ok(Line::Command(split(line)?)),
    }
}

/// The words of a line. A backslash stands for itself, and in single quotes
/// for two: `trac-admin` doubles it before it splits the line.
fn split(line: &str) -> Result<Vec<String>, Failure> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match (c, quote) {
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, Some(open)) if c == open => quote = None,
            (' ' | '\t' | '\r' | '\n', None) => words.extend(word.take()),
            ('\\', Some('\'')) => word.get_or_insert_default().push_str("\\\\"),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err(Failure::Text("ValueError: No closing quotation".to_owned()));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let words = |words: &[&str]| {
            words
                .iter()
                .map(|&word| word.to_owned())
                .collect::<Vec<_>>()
        };
        let command = |own: &[&str]| Line::Command(words(own));
        for (line, expected) in [
            ("", Line::Empty),
            (" \t", Line::Empty),
            ("quit", Line::Quit),
            ("exit now", Line::Quit),
            ("EOF;x", Line::Quit),
            ("quits", command(&["quits"])),
            ("?", Line::Help(words(&[]))),
            ("? component  add", Line::Help(words(&["component", "add"]))),
            ("help 'x y'", Line::Help(words(&["x y"]))),
            ("helper", command(&["helper"])),
            ("  component   list  ", command(&["component", "list"])),
            ("a \"b c\" 'd e'f", command(&["a", "b c", "d ef"])),
            ("a '' \"\"", command(&["a", "", ""])),
            (
                "a\\ c 'b\\d' \"e\\f\"",
                command(&["a\\", "c", "b\\\\d", "e\\f"]),
            ),
            ("a \"b\\\"", command(&["a", "b\\"])),
            ("# d#e", command(&["#", "d#e"])),
            ("a 'it\"s' \"it's\"", command(&["a", "it\"s", "it's"])),
        ] {
            assert_eq!(parse(line).unwrap(), expected, "{line}");
        }
        for line in ["a 'b", "a \"b", "? '"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
