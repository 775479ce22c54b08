//! `[[TitleIndex(prefix, hideprefix, format=…)]]`: the wiki pages.

use super::glob::matches;
use super::{Arguments, Call, Expansion, ExpansionError, Macro};
use crate::Element;
use crate::link::{parse_int, wiki};
use crate::text::strip;

/// How deep groups may stand in one another.
const MAX_LEVELS: usize = 64;

pub(super) struct TitleIndex;

impl Macro for TitleIndex {
    fn name(&self) -> &str {
        "TitleIndex"
    }

    fn component(&self) -> &str {
        "trac.wiki.macros.TitleIndexMacro"
    }

    fn description(&self) -> Option<&str> {
        Some(
            "List the wiki pages.\n\n\
             The arguments are a prefix of their names, `hideprefix`, `format` (`compact`, `group`, \
             `hierarchy`), `min`, `depth`, and patterns with colons between them to `include` and `exclude`.",
        )
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let index = Index::parse(call)?;
        let pages = index.pages();
        let list = match index.format.as_str() {
            "compact" => {
                let links: Vec<String> = pages.iter().map(|page| index.link(page)).collect();
                return Ok(Expansion::html(links.join(", ")));
            }
            "group" => index.write_groups(&index.group(index.split_into_words(&pages), MAX_LEVELS)),
            "hierarchy" => {
                index.write_hierarchy(&index.hierarchy(index.split_at_slashes(&pages), MAX_LEVELS))
            }
            _ => unordered(pages.iter().map(|page| index.link(page))),
        };
        Ok(Expansion::element(
            Element::new("div")
                .attribute("class", "titleindex")
                .html(&list),
        ))
    }
}

/// What is to be listed, and how.
struct Index<'a> {
    call: &'a Call<'a>,
    prefix: String,
    hides_prefix: bool,
    min_size: usize,
    depth: i128,
    format: String,
    includes: Vec<String>,
    excludes: Vec<String>,
}

/// What is left of the path to a page, and the page.
type Entry = (Vec<String>, String);

/// A page, or a group of pages that begin alike.
enum Group {
    Page(String),
    Group(String, Vec<Group>),
}

/// A page with the rest of its path, or a level of the hierarchy, which may be a page itself.
enum Level {
    Page(Vec<String>, String),
    Level(String, Option<String>, Vec<Level>),
}

impl<'a> Index<'a> {
    fn parse(call: &'a Call<'a>) -> Result<Self, ExpansionError> {
        let arguments = Arguments::parse(call.text.unwrap_or_default());
        let positional: Vec<&str> = arguments
            .positional()
            .iter()
            .map(|argument| strip(argument))
            .collect();
        let prefix = positional.first().copied().unwrap_or_default();
        let patterns = |name: &str| -> Vec<String> {
            let list = arguments
                .get(name)
                .unwrap_or_default()
                .split(':')
                .map(strip);
            list.filter(|pattern| !pattern.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let min = integer(&arguments, "min", 1, 1)?;
        Ok(Index {
            call,
            prefix: relative_prefix(call, prefix),
            hides_prefix: positional.get(1) == Some(&"hideprefix"),
            min_size: usize::try_from(min).unwrap_or(usize::MAX),
            depth: integer(&arguments, "depth", -1, -1)?,
            format: arguments.get("format").unwrap_or_default().to_owned(),
            includes: patterns("include"),
            excludes: patterns("exclude"),
        })
    }

    /// The names of the pages, sorted.
    fn pages(&self) -> Vec<String> {
        let start = self.prefix.matches('/').count();
        let level = |page: &str| page.matches('/').count().saturating_sub(start);
        let mut pages = self.call.context.library.page_names();
        pages.retain(|page| {
            page.starts_with(&self.prefix)
                && (self.depth < 0 || self.depth >= level(page) as i128)
                && (self.includes.is_empty()
                    || self.includes.iter().any(|pattern| matches(pattern, page)))
                && !self.excludes.iter().any(|pattern| matches(pattern, page))
        });
        pages.sort();
        pages
    }

    fn shown_name<'p>(&self, page: &'p str) -> &'p str {
        if self.hides_prefix {
            page.get(self.prefix.len()..).unwrap_or("")
        } else {
            page
        }
    }

    fn formatted_name(&self, page: &str, split: bool) -> String {
        let name = self.shown_name(page);
        if split || self.call.context.settings.split_page_names {
            wiki::split_name(name)
        } else {
            name.to_owned()
        }
    }

    fn link(&self, page: &str) -> String {
        self.link_as(page, &self.formatted_name(page, false))
    }

    fn link_as(&self, page: &str, label: &str) -> String {
        let url = self.call.context.href.url(&["wiki", page], &[]);
        Element::new("a")
            .attribute("href", &url)
            .text(label)
            .to_html()
    }

    /// Each page with the words, numbers and slashes of its name.
    fn split_into_words(&self, pages: &[String]) -> Vec<Entry> {
        pages
            .iter()
            .map(|page| (words(&self.formatted_name(page, true)), page.clone()))
            .collect()
    }

    /// Each page with the parts of its path.
    fn split_at_slashes(&self, pages: &[String]) -> Vec<Entry> {
        let parts = |page: &str| {
            self.formatted_name(page, false)
                .split('/')
                .map(str::to_owned)
                .collect()
        };
        pages
            .iter()
            .map(|page| (parts(page), page.clone()))
            .collect()
    }

    fn group(&self, entries: Vec<Entry>, levels: usize) -> Vec<Group> {
        let mut groups = Vec::new();
        for (key, entries) in by_first(entries) {
            let entries: Vec<Entry> = entries
                .into_iter()
                .map(|(path, page)| (path.into_iter().skip(1).collect(), page))
                .collect();
            if key.is_empty() || entries.len() < self.min_size.max(2) || levels == 0 {
                groups.extend(entries.into_iter().map(|(_, page)| Group::Page(page)));
            } else {
                groups.extend(self.named_group(key, entries, levels));
            }
        }
        groups
    }

    /// A group of pages that begin with `key`; a group that only holds another is one with it.
    fn named_group(&self, key: String, mut entries: Vec<Entry>, levels: usize) -> Vec<Group> {
        entries.sort();
        let mut inner = self.group(entries, levels - 1);
        let joins = inner.len() == 1 || key.starts_with('/');
        if !joins {
            return vec![Group::Group(key, inner)];
        }
        for group in &mut inner {
            if let Group::Group(name, _) = group {
                name.insert_str(0, &key);
            }
        }
        inner
    }

    fn hierarchy(&self, entries: Vec<Entry>, levels: usize) -> Vec<Level> {
        let mut result = Vec::new();
        for (key, entries) in by_first(entries) {
            let (below, own): (Vec<Entry>, Vec<Entry>) =
                entries.into_iter().partition(|(path, _)| path.len() > 1);
            let own = own.into_iter().find(|(path, _)| path.len() == 1);
            if key.is_empty() || below.len() < self.min_size || levels == 0 {
                result.extend(
                    own.into_iter()
                        .chain(below)
                        .map(|(path, page)| Level::Page(path, page)),
                );
                continue;
            }
            let mut below: Vec<Entry> = below
                .into_iter()
                .map(|(path, page)| (path.into_iter().skip(1).collect(), page))
                .collect();
            below.sort();
            result.push(Level::Level(
                key,
                own.map(|(_, page)| page),
                self.hierarchy(below, levels - 1),
            ));
        }
        result
    }

    fn write_groups(&self, groups: &[Group]) -> String {
        unordered(groups.iter().map(|group| {
            match group {
                Group::Page(page) => self.link(page),
                Group::Group(name, groups) => {
                    Element::new("strong")
                        .text(name.trim_matches('/'))
                        .to_html()
                        + &self.write_groups(groups)
                }
            }
        }))
    }

    fn write_hierarchy(&self, levels: &[Level]) -> String {
        unordered(levels.iter().map(|level| match level {
            Level::Page(path, page) => self.link_as(page, &path.join("/")),
            Level::Level(name, page, levels) => {
                let name = match page {
                    Some(page) => self.link_as(page, name),
                    None => crate::html::escape_text(name),
                };
                name + &self.write_hierarchy(levels)
            }
        }))
    }
}

fn relative_prefix(call: &Call<'_>, prefix: &str) -> String {
    let is_relative =
        prefix.starts_with("./") || prefix.starts_with("../") || prefix == "." || prefix == "..";
    match &call.context.resource {
        Some(page) if is_relative && page.realm == "wiki" => {
            wiki::resolve_relative(prefix, &page.id)
        }
        _ => prefix.to_owned(),
    }
}

fn integer(
    arguments: &Arguments,
    name: &str,
    default: i128,
    min: i128,
) -> Result<i128, ExpansionError> {
    let Some(value) = arguments.get(name) else {
        return Ok(default);
    };
    let number =
        parse_int(value).ok_or_else(|| ExpansionError::invalid_argument(Some(name), value))?;
    Ok(number.max(min))
}

/// Entries that follow one another and begin alike, by what they begin with.
fn by_first(entries: Vec<Entry>) -> Vec<(String, Vec<Entry>)> {
    let mut groups: Vec<(String, Vec<Entry>)> = Vec::new();
    for entry in entries {
        let key = entry.0.first().cloned().unwrap_or_default();
        match groups.last_mut() {
            Some((last, entries)) if *last == key => entries.push(entry),
            _ => groups.push((key, vec![entry])),
        }
    }
    groups
}

/// Splits at spaces, around slashes, and around numbers.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut in_number = false;
    for c in name.chars() {
        let is_number = c.is_ascii_digit() || c == '.';
        if is_number != in_number || c == '/' {
            words.push(String::new());
        }
        in_number = is_number;
        match c {
            ' ' => words.push(String::new()),
            '/' => words.extend(["/".to_owned(), String::new()]),
            c => words.last_mut().into_iter().for_each(|word| word.push(c)),
        }
    }
    words
        .into_iter()
        .map(|word| strip(&word).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

fn unordered(items: impl Iterator<Item = String>) -> String {
    let items: String = items
        .map(|item| Element::new("li").html(&item).to_html())
        .collect();
    Element::new("ul").html(&items).to_html()
}
