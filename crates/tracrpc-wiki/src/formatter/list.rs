//! Lists: bullets, numbers, letters.

use super::Formatter;
use crate::inline::Marker;

/// The element of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListKind {
    Unordered,
    Ordered,
}

impl ListKind {
    fn tag(self) -> &'static str {
        match self {
            ListKind::Unordered => "ul",
            ListKind::Ordered => "ol",
        }
    }

    /// How far a line may be indented beyond the marker and still belong to the item.
    fn marker_width(self) -> usize {
        match self {
            ListKind::Unordered => 2,
            ListKind::Ordered => 3,
        }
    }
}

impl Formatter<'_> {
    pub(super) fn list_item(&mut self, indent: usize, marker: Marker<'_>) {
        self.in_list_item = true;
        let (kind, attributes) = match marker {
            Marker::Bullet => (ListKind::Unordered, String::new()),
            Marker::Ordinal(ordinal) => (ListKind::Ordered, ordinal_attributes(ordinal)),
        };
        if self.list_depth().is_none_or(|depth| indent > depth) {
            return self.open_list(indent, kind, &attributes);
        }
        self.close_lists_deeper_than(indent);
        match self.lists.last_mut() {
            None => self.open_list(indent, kind, &attributes),
            Some((open, _)) if *open != kind => {
                self.close_list();
                self.open_list(indent, kind, &attributes);
            }
            Some((_, depth)) => {
                *depth = indent;
                self.close_styles();
                self.out.push_str("</li><li>");
            }
        }
    }

    /// Whether an indented line belongs to a list that is open.
    pub(super) fn continues_list_item(&mut self, indent: usize) -> bool {
        let (Some(&(kind, depth)), Some(&(_, outermost))) = (self.lists.last(), self.lists.first())
        else {
            return false;
        };
        if indent < depth {
            if indent <= outermost {
                return false;
            }
            self.close_lists_deeper_than(indent);
        } else if indent > depth + kind.marker_width() {
            return false;
        }
        self.in_list_item = true;
        true
    }

    /// How deep the innermost list is indented.
    pub(super) fn list_depth(&self) -> Option<usize> {
        self.lists.last().map(|&(_, depth)| depth)
    }

    pub(super) fn close_lists(&mut self) {
        while !self.lists.is_empty() {
            self.close_list();
        }
    }

    pub(super) fn close_lists_deeper_than(&mut self, indent: usize) {
        while self.list_depth().is_some_and(|depth| indent < depth) {
            self.close_list();
        }
    }

    fn open_list(&mut self, indent: usize, kind: ListKind, attributes: &str) {
        self.close_table();
        self.close_paragraph();
        self.close_quotes();
        self.lists.push((kind, indent));
        self.set_tabstop(indent);
        self.out.extend(["<", kind.tag(), attributes, "><li>"]);
    }

    fn close_list(&mut self) {
        if let Some((kind, _)) = self.lists.pop() {
            self.close_styles();
            self.out.extend(["</li></", kind.tag(), ">"]);
        }
    }
}

/// The `class` and `start` of a list that begins with `ordinal`.
fn ordinal_attributes(ordinal: &str) -> String {
    let first = ordinal.as_bytes().first().copied().unwrap_or_default();
    let letter = |class: &str, base: u8| {
        let start = if ordinal.len() == 1 && first != base {
            format!(" start=\"{}\"", first - base + 1)
        } else {
            String::new()
        };
        format!(" class=\"{class}\"{start}")
    };
    match first {
        b'i' => " class=\"lowerroman\"".to_owned(),
        b'I' => " class=\"upperroman\"".to_owned(),
        b'a'..=b'z' => letter("loweralpha", b'a'),
        b'A'..=b'Z' => letter("upperalpha", b'A'),
        _ if ordinal == "1" => String::new(),
        _ => {
            let number = ordinal.trim_start_matches('0');
            format!(
                " start=\"{}\"",
                if number.is_empty() { "0" } else { number }
            )
        }
    }
}
