//! Styles (`'''bold'''`, `//italic//`, …), line breaks, and what HTML needs escaped.

use super::{Kind, Line};

/// An inline style, each by the mark that it was opened with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `'''`
    Bold,
    /// `**`
    CreoleBold,
    /// `''`
    Italic,
    /// `//`
    CreoleItalic,
    /// `__`
    Underline,
    /// `~~`
    Strike,
    /// `,,`
    Subscript,
    /// `^`
    Superscript,
}

impl Style {
    /// The tag that opens it.
    pub(crate) fn open_tag(self) -> &'static str {
        match self {
            Style::Bold | Style::CreoleBold => "<strong>",
            Style::Italic | Style::CreoleItalic => "<em>",
            Style::Underline => "<span class=\"underline\">",
            Style::Strike => "<del>",
            Style::Subscript => "<sub>",
            Style::Superscript => "<sup>",
        }
    }

    /// The tag that closes it.
    pub(crate) fn close_tag(self) -> &'static str {
        match self {
            Style::Bold | Style::CreoleBold => "</strong>",
            Style::Italic | Style::CreoleItalic => "</em>",
            Style::Underline => "</span>",
            Style::Strike => "</del>",
            Style::Subscript => "</sub>",
            Style::Superscript => "</sup>",
        }
    }
}

/// The mark at a position, the longest first.
pub(super) fn matcher<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    let bytes = &line.text.as_bytes()[at..];
    let double = bytes.get(1) == bytes.first();
    let (length, kind) = match bytes.first()? {
        b'\'' if bytes.starts_with(b"'''''") => (5, Kind::BoldItalic),
        b'\'' if bytes.starts_with(b"'''") => (3, Kind::Style(Style::Bold)),
        b'\'' if double => (2, Kind::Style(Style::Italic)),
        b'*' if double => (2, Kind::Style(Style::CreoleBold)),
        b'/' if double => (2, Kind::Style(Style::CreoleItalic)),
        b'_' if double => (2, Kind::Style(Style::Underline)),
        b'~' if double => (2, Kind::Style(Style::Strike)),
        b',' if double => (2, Kind::Style(Style::Subscript)),
        b'^' => (1, Kind::Style(Style::Superscript)),
        _ => return None,
    };
    Some((at + length, kind))
}

pub(super) fn line_break<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    line.starts_with(at, "\\\\")
        .then_some((at + 2, Kind::LineBreak))
}

pub(super) fn entity<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    let entity = match line.byte(at)? {
        b'&' => "&amp;",
        b'<' => "&lt;",
        b'>' => "&gt;",
        _ => return None,
    };
    Some((at + 1, Kind::Entity(entity)))
}
