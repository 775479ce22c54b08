//! The table of scopes and classes: `general.txt` for all languages, `languages.txt` for what
//! is different in each.

use std::collections::HashMap;
use std::sync::LazyLock;

use syntect::parsing::{Scope, ScopeStack};

use super::super::scan::Tokens;
use super::plain::Plain;
use crate::chars::is_space;

/// What there is to know of a language.
pub(super) struct Classes {
    /// The name of its grammar.
    pub(super) syntax: &'static str,
    mimetypes: &'static str,
    plain: Plain,
    rules: HashMap<&'static str, &'static str>,
}

static GENERAL: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let rules = include_str!("general.txt").lines().filter_map(rule);
    rules.collect()
});
static LANGUAGES: LazyLock<Vec<Classes>> = LazyLock::new(|| {
    let sections = include_str!("languages.txt").split("\n[").skip(1);
    sections.filter_map(Classes::parse).collect()
});
static BY_MIMETYPE: LazyLock<HashMap<&str, &Classes>> = LazyLock::new(|| {
    let mimetypes = LANGUAGES.iter().flat_map(|classes| {
        let mimetypes = classes.mimetypes.split(' ');
        mimetypes.map(move |mimetype| (mimetype, classes))
    });
    mimetypes.collect()
});

/// The names of all grammars that are used, with their MIME types.
#[cfg(test)]
pub(super) fn languages() -> impl Iterator<Item = (&'static str, &'static str)> {
    LANGUAGES
        .iter()
        .map(|classes| (classes.syntax, classes.mimetypes))
}

/// `scope class`; comments and heads are none.
fn rule(line: &'static str) -> Option<(&'static str, &'static str)> {
    let (scope, class) = line.split_once(' ')?;
    let is_rule = !scope.starts_with(['#', '[']);
    is_rule.then_some((scope, class))
}

impl Classes {
    pub(super) fn of(mimetype: &str) -> Option<&'static Classes> {
        BY_MIMETYPE.get(mimetype).copied()
    }

    /// `Name | MIME types | classes of blanks, names, marks and operators]`, then rules.
    fn parse(section: &'static str) -> Option<Classes> {
        let (head, rules) = section
            .split_once("]\n")
            .or_else(|| section.split_once(']'))?;
        let mut fields = head.split(" | ");
        let (syntax, mimetypes) = (fields.next()?, fields.next()?);
        let mut classes = fields.next()?.split(' ').map(|class| match class {
            "-" => "",
            class => class,
        });
        Some(Classes {
            syntax,
            mimetypes,
            plain: Plain {
                blank: classes.next()?,
                name: classes.next()?,
                mark: classes.next()?,
                operator: classes.next()?,
            },
            rules: rules.lines().filter_map(rule).collect(),
        })
    }

    /// The class of a scope: that of its longest start that has one.
    fn find(&self, scope: &str, is_word: bool) -> Option<&'static str> {
        let mut start = scope;
        loop {
            let word = is_word.then(|| format!("{start}:word"));
            for rules in [&self.rules, &*GENERAL] {
                let class = word.as_deref().and_then(|word| rules.get(word));
                if let Some(class) = class.or_else(|| rules.get(start)) {
                    return Some(class);
                }
            }
            start = start.rsplit_once('.')?.0;
        }
    }
}

/// Gives classes to text, and remembers those of the scopes it met.
pub(super) struct Painter {
    classes: &'static Classes,
    known: HashMap<(Scope, bool), Option<&'static str>>,
}

impl Painter {
    pub(super) fn new(classes: &'static Classes) -> Self {
        Painter {
            classes,
            known: HashMap::new(),
        }
    }

    /// Takes a text that all of it has the same scopes.
    pub(super) fn paint<'t>(
        &mut self,
        scopes: &ScopeStack,
        text: &'t str,
        tokens: &mut Tokens<'t>,
    ) {
        if text.is_empty() {
            return;
        }
        let is_word = text
            .trim_start()
            .starts_with(|c: char| c == '_' || c.is_alphanumeric());
        let classes = self.classes;
        let mut found = None;
        for &scope in scopes.as_slice().iter().rev() {
            let class = self
                .known
                .entry((scope, is_word))
                .or_insert_with(|| classes.find(&scope.build_string(), is_word));
            found = *class;
            if found.is_some() {
                break;
            }
        }
        match found.unwrap_or("=") {
            "=" => classes.plain.paint(text, tokens),
            class if class.starts_with(['s', 'c', 'g', 'l']) => tokens.push((class, text)),
            "-" => self.spaced("", text, tokens),
            class => self.spaced(class, text, tokens),
        }
    }

    /// A text whose blanks at the ends are none of its own.
    fn spaced<'t>(&self, class: &'static str, text: &'t str, tokens: &mut Tokens<'t>) {
        let start = text.len() - text.trim_start_matches(is_space).len();
        let end = text.trim_end_matches(is_space).len().max(start);
        let blank = self.classes.plain.blank;
        tokens.extend([
            (blank, &text[..start]),
            (class, &text[start..end]),
            (blank, &text[end..]),
        ]);
    }
}
