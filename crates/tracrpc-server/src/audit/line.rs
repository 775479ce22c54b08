//! One line of the audit log: a JSON object (RFC 8259) whose members have an order.

use std::fmt::Write as _;

/// A JSON object or array that is being written, on one line.
///
/// Whatever is not plainly visible is escaped in texts, so that none can end the line, in
/// whatever a reader takes for an end, or look like another.
pub(crate) struct Line {
    text: String,
    is_empty: bool,
}

impl Line {
    /// An object without members.
    pub(crate) fn new() -> Self {
        Self {
            text: "{".to_owned(),
            is_empty: true,
        }
    }

    /// Adds a text, of which no more than `most` characters.
    pub(crate) fn text(&mut self, name: &str, value: &str, most: usize) {
        self.name(name);
        let mut characters = value.chars();
        let head: String = characters.by_ref().take(most).collect();
        quote(&head, &mut self.text);
        if characters.next().is_some() {
            // In place of the quote at the end.
            self.text.pop();
            self.text.push_str("…\"");
        }
    }

    /// Adds a text, or `null`.
    pub(crate) fn maybe(&mut self, name: &str, value: Option<&str>, most: usize) {
        match value {
            Some(value) => self.text(name, value, most),
            None => self.raw(name, "null"),
        }
    }

    /// Adds a number, or `null`.
    pub(crate) fn number(&mut self, name: &str, value: Option<i64>) {
        match value {
            Some(value) => self.raw(name, &value.to_string()),
            None => self.raw(name, "null"),
        }
    }

    /// Adds a time in milliseconds, with three digits after the point.
    pub(crate) fn milliseconds(&mut self, name: &str, value: std::time::Duration) {
        self.raw(name, &format!("{:.3}", value.as_secs_f64() * 1000.0));
    }

    /// Adds what is JSON already.
    pub(crate) fn raw(&mut self, name: &str, json: &str) {
        self.name(name);
        self.text.push_str(json);
    }

    /// The object.
    pub(crate) fn finish(mut self) -> String {
        self.text.push('}');
        self.text
    }

    fn name(&mut self, name: &str) {
        if !std::mem::take(&mut self.is_empty) {
            self.text.push(',');
        }
        quote(name, &mut self.text);
        self.text.push(':');
    }
}

fn quote(value: &str, out: &mut String) {
    out.push('"');
    for character in value.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            character if is_plain(character) => out.push(character),
            character => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a text does not fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

/// Whether a character is seen for what it is: it is none of Unicode's controls, its ends of
/// lines, marks without a width and those that change the direction of writing.
fn is_plain(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn members_stand_in_their_order() {
        let mut line = Line::new();
        line.text("b", "say \"x\\y\"", 100);
        line.maybe("a", None, 1);
        line.number("n", Some(-5));
        line.milliseconds("ms", std::time::Duration::from_micros(1500));
        line.text("long", "ééé", 2);
        assert_eq!(
            line.finish(),
            r#"{"b":"say \"x\\y\"","a":null,"n":-5,"ms":1.500,"long":"éé…"}"#
        );
    }

    proptest! {
        /// Any text comes back as it was, and its line is one line to everybody.
        #[test]
        fn no_text_leaves_its_line(text in any::<String>(), other in any::<String>()) {
            let mut line = Line::new();
            line.text("a", &text, usize::MAX);
            line.text("b", &other, usize::MAX);
            let line = line.finish();
            prop_assert!(line.chars().all(is_plain));
            prop_assert_eq!(line.lines().count(), 1);
            let read: Value = serde_json::from_str(&line).unwrap();
            prop_assert_eq!(read, json!({"a": text, "b": other}));
        }
    }

    /// Those that some reader or other takes for the end of a line (Python's `splitlines`).
    #[test]
    fn no_end_of_a_line_is_left() {
        for end in "\n\r\x0b\x0c\x1c\x1d\x1e\u{85}\u{2028}\u{2029}".chars() {
            let mut line = Line::new();
            line.text("a", &format!("x{end}{{\"event\":\"login_failed\"}}"), 100);
            assert!(!line.finish().contains(end), "{end:?}");
        }
    }
}
