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

/// The marks; a longer one comes before those that it starts with.
const MARKS: [(&str, Kind<'static>); 9] = [
    ("'''''", Kind::BoldItalic),
    ("'''", Kind::Style(Style::Bold)),
    ("**", Kind::Style(Style::CreoleBold)),
    ("''", Kind::Style(Style::Italic)),
    ("//", Kind::Style(Style::CreoleItalic)),
    ("__", Kind::Style(Style::Underline)),
    ("~~", Kind::Style(Style::Strike)),
    (",,", Kind::Style(Style::Subscript)),
    ("^", Kind::Style(Style::Superscript)),
];

pub(super) fn matcher<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    let (mark, kind) = MARKS.iter().find(|(mark, _)| line.starts_with(at, mark))?;
    Some((at + mark.len(), kind.clone()))
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
