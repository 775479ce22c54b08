//! What becomes of each piece of markup within a line.

use super::table::Cell;
use super::{Flavor, Formatter, format_oneliner};
use crate::html::{Element, escape_attribute, escape_text};
use crate::inline::{Kind, Line, Token, next_token, rules_on};
use crate::link::{self, Link, wiki};
use crate::text::unquote;

impl Formatter<'_> {
    pub(super) fn write_token(&mut self, html: &mut String, text: &str, token: Token<'_>) {
        let matched = &text[token.start..token.end];
        match token.kind {
            Kind::Escaped(text) => html.push_str(&escape_attribute(text)),
            Kind::Style(style) => self.toggle_style(html, style),
            Kind::BoldItalic => self.toggle_bold_italic(html),
            Kind::Code(code) => html.push_str(&Element::new("code").text(code).to_html()),
            Kind::LineBreak => html.push_str(if self.flavor == Flavor::Oneliner {
                " "
            } else {
                "<br />"
            }),
            Kind::Entity(entity) => html.push_str(entity),
            Kind::Anchor { name, label } => self.anchor(html, name, label),
            Kind::MacroOrLink { content } => self.macro_or_link(html, content, matched),
            kind @ (Kind::Heading { .. }
            | Kind::ListItem { .. }
            | Kind::Definition { .. }
            | Kind::RowSeparator { .. }
            | Kind::Indent { .. }
            | Kind::Cell { .. }) => self.write_block(html, text, matched, Token { kind, ..token }),
            kind => html.push_str(&self.link(&kind, matched)),
        }
    }

    /// What the text starts with, if that is a link.
    pub(super) fn first_link(&mut self) -> String {
        let mut html = String::new();
        let token = next_token(
            &mut Line::new(self.source, rules_on(self.context.settings)),
            0,
        )
        .filter(|token| token.start == 0);
        if let Some(token) = token {
            self.write_token(&mut html, self.source, token);
        }
        html
    }

    /// Markup that stands for a block; in a one-liner it is text.
    fn write_block(&mut self, html: &mut String, text: &str, matched: &str, token: Token<'_>) {
        if self.flavor == Flavor::Oneliner {
            if !matches!(token.kind, Kind::RowSeparator { .. }) {
                html.push_str(&escape_text(matched));
            }
            return;
        }
        match token.kind {
            Kind::Heading {
                depth,
                text,
                anchor,
            } => self.heading(depth, text, anchor),
            Kind::ListItem { indent, marker } => self.list_item(indent, marker),
            Kind::Definition { term } => self.definition(html, term),
            Kind::RowSeparator { parameters } => self.row_separator(parameters),
            Kind::Indent { indent } => self.indent(indent),
            Kind::Cell { separator, last } => {
                let separator_end = token.start + separator.len();
                self.table_cell(
                    html,
                    &Cell {
                        line: text,
                        separator,
                        separator_end,
                        last,
                    },
                );
            }
            _ => {}
        }
    }

    fn link(&self, kind: &Kind<'_>, matched: &str) -> String {
        let scope = self.scope();
        let inside = |range: std::ops::Range<usize>| matched.get(range).unwrap_or_default();
        let bracketed = inside(1..matched.len().saturating_sub(1));
        match *kind {
            Kind::Email => link::mail::address(scope, matched),
            Kind::PageName => wiki::camel_case(scope, matched),
            Kind::PageLink { page, label } => {
                wiki::labelled_camel_case(scope, page, crate::text::strip(label), matched)
            }
            Kind::FreeLink { page, label } => {
                wiki::free(scope, page, label.map(crate::text::strip))
            }
            Kind::Ticket { intertrac } => {
                let link = Link::short("ticket", inside(1..matched.len()), matched, intertrac);
                link::write_short(scope, &link, link::ticket)
            }
            Kind::Report { intertrac } => link::write_short(
                scope,
                &Link::short("report", bracketed, matched, intertrac),
                link::report,
            ),
            Kind::Changeset { intertrac } => link::write_short(
                scope,
                &Link::short("changeset", bracketed, matched, intertrac),
                link::changeset,
            ),
            Kind::Revision => link::changeset(
                scope,
                &Link::new("changeset", inside(1..matched.len()), matched, matched),
            ),
            Kind::Log {
                intertrac,
                revisions,
                path,
            } => {
                let target = format!("{intertrac}{}@{revisions}", path.unwrap_or("/"));
                link::write_short(
                    scope,
                    &Link::short("log", &target, matched, intertrac),
                    link::bracketed_log,
                )
            }
            Kind::RevisionRange => link::short_log(
                scope,
                &Link::new("log", inside(1..matched.len()), matched, matched),
            ),
            Kind::AngleLink { scheme, target } => {
                let link = Link::new(scheme, unquote(target), bracketed, bracketed);
                format!("&lt;{}&gt;", link::write(scope, &link))
            }
            Kind::ShortLink { scheme, target } => {
                link::write(scope, &Link::new(scheme, unquote(target), matched, matched))
            }
            Kind::LongLink {
                scheme,
                target,
                label,
            } => self.long_link(Some(scheme), Some(target), label, matched),
            Kind::RelativeLink { path, label } => link::write_relative(scope, path, label, matched),
            _ => String::new(),
        }
    }

    /// `[scheme:target label]` and `[[scheme:target|label]]`, where scheme and target may be missing.
    pub(super) fn long_link(
        &self,
        scheme: Option<&str>,
        target: Option<&str>,
        label: Option<&str>,
        matched: &str,
    ) -> String {
        let target = target.map(unquote).unwrap_or_default();
        let own_label = label.filter(|label| !label.is_empty());
        let default_label;
        let label = match own_label {
            Some(label) => unquote(label),
            None => {
                default_label = default_label_of(scheme, target);
                &default_label
            }
        };
        let unlabelled = scheme.is_some() && own_label.is_none();
        let link = Link {
            unlabelled,
            ..Link::new(scheme.unwrap_or("wiki"), target, label, matched)
        };
        link::write(self.scope(), &link)
    }

    pub(super) fn anchor(&self, html: &mut String, name: &str, label: Option<&str>) {
        let label = label.filter(|label| !label.is_empty());
        let label =
            label.map(|label| format_oneliner(&self.context.deeper(), self.session, label, false));
        html.push_str(&format!(
            "<span class=\"wikianchor\" id=\"{name}\">{}</span>",
            label.unwrap_or_default()
        ));
    }
}

/// What a link without label shows: a URL in full, else the target, else the scheme. (Python writes
/// `None` for what is not there.)
fn default_label_of(scheme: Option<&str>, target: &str) -> String {
    match scheme {
        scheme if target.is_empty() => scheme.unwrap_or("None").to_owned(),
        Some(scheme) if target.starts_with("//") => format!("{scheme}:{target}"),
        _ => target.trim_start_matches('/').to_owned(),
    }
}
