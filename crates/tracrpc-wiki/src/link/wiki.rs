//! `wiki:` links and CamelCase names.

use super::{Link, Scope};
use crate::href::split_link;
use crate::html::{anchor, escape_text};
use crate::text::{strip, unquote};

const START_PAGE: &str = "WikiStart";

/// `wiki:Page`, in any form with a colon.
pub(super) fn link(scope: Scope<'_>, link: &Link<'_>) -> String {
    if !link.unlabelled {
        return write(scope, link.target, link.label, None);
    }
    write(
        scope,
        link.target,
        &label_of_target(scope, link.target),
        None,
    )
}

/// `PageName` in the text.
pub(crate) fn camel_case(scope: Scope<'_>, page: &str) -> String {
    write(scope, page, &format_name(scope, page), Some(page))
}

/// `[PageName label]`; `matched` is all of it.
pub(crate) fn labelled_camel_case(
    scope: Scope<'_>,
    page: &str,
    label: &str,
    matched: &str,
) -> String {
    write(scope, page, label, Some(matched))
}

/// `["page" label]`.
pub(crate) fn free(scope: Scope<'_>, page: &str, label: Option<&str>) -> String {
    match label {
        Some(label) => write(scope, page, label, None),
        None => write(scope, page, strip(&label_of_target(scope, page)), None),
    }
}

/// What to show for a target without label: no query, no fragment, no leading `../`.
pub(crate) fn label_of_target(scope: Scope<'_>, target: &str) -> String {
    let label = target.split(['#', '?']).next().unwrap_or_default();
    if label.is_empty() {
        return target.to_owned();
    }
    let mut rest = label;
    loop {
        let (first, after) = rest
            .split_once('/')
            .map_or((rest, None), |(first, after)| (first, Some(after)));
        if !matches!(first, "" | "." | "..") {
            return format_name(scope, rest);
        }
        match after {
            Some(after) => rest = after,
            None => return format_name(scope, label),
        }
    }
}

/// `PageName`, or `Page Name` where names are split.
fn format_name(scope: Scope<'_>, name: &str) -> String {
    if scope.context.settings.split_page_names {
        split_name(name)
    } else {
        name.to_owned()
    }
}

/// A space before each capital that stands between two small letters
/// (`trac/wiki/api.py: WikiSystem.format_page_name`).
#[must_use]
pub fn split_name(name: &str) -> String {
    let mut split = String::with_capacity(name.len() + 8);
    let mut chars = name.chars().peekable();
    let mut after_small = false;
    while let Some(c) = chars.next() {
        let before_small = chars.peek().is_some_and(char::is_ascii_lowercase);
        if after_small && c.is_ascii_uppercase() && before_small {
            split.push(' ');
        }
        split.push(c);
        after_small = c.is_ascii_lowercase();
    }
    split
}

/// Writes a link to `target`; `plain` is what stands there instead if the page is missing and
/// missing pages are to be ignored.
fn write(scope: Scope<'_>, target: &str, label: &str, plain: Option<&str>) -> String {
    let (path, query, fragment) = split_link(target);
    let (path, version) = path
        .split_once('@')
        .map_or((path, None), |(path, version)| (path, Some(version)));
    let name = resolve(scope, path);
    let page = scope.session.page(name.trim_end_matches('/'));
    if scope.session.is_in_vain() {
        return String::new();
    }
    let plain = plain.filter(|_| scope.context.settings.ignore_missing_pages && !page.exists);
    if let Some(plain) = plain {
        return escape_text(plain);
    }
    let label = unquote(label);
    if !page.viewable {
        let catalog = scope.context.catalog;
        let title = catalog.gettext("no permission to view this wiki page");
        return anchor(&[("class", "forbidden wiki"), ("title", title)], "", label);
    }
    let parameters: &[(&str, &str)] = &[("version", version.unwrap_or_default())];
    let mut href = scope.context.href.url(
        &["wiki", &name],
        if version.is_some() { parameters } else { &[] },
    );
    match query.strip_prefix('?') {
        Some(query) if version.is_some_and(|version| !version.is_empty()) => {
            href.extend(["&", query])
        }
        _ => href.push_str(query),
    }
    href.push_str(fragment);
    let missing = ("class", "missing wiki");
    match (page.exists, page.creatable) {
        (true, _) => anchor(&[("class", "wiki"), ("href", &href)], "", label),
        (false, true) => anchor(&[missing, ("href", &href), ("rel", "nofollow")], "", label),
        (false, false) => anchor(&[missing], "", label),
    }
}

/// The page that a name means on the page at hand.
fn resolve(scope: Scope<'_>, path: &str) -> String {
    let name = path.trim_end_matches('/');
    let name = if name.is_empty() { START_PAGE } else { name };
    let referrer = scope.context.page_name();
    if name.starts_with('/') {
        name.trim_start_matches('/').to_owned()
    } else if name.starts_with("./") || name.starts_with("../") || name == "." || name == ".." {
        resolve_relative(name, referrer)
    } else {
        resolve_scoped(scope, name, referrer)
    }
}

pub(crate) fn resolve_relative(name: &str, referrer: &str) -> String {
    let mut base: Vec<&str> = referrer.split('/').collect();
    let mut parts = name.split('/');
    while let Some(part) = parts.next() {
        match part {
            ".." => drop(base.pop()),
            "." => {}
            part => {
                base.push(part);
                base.extend(parts);
                break;
            }
        }
    }
    base.join("/")
}

/// On a page within a hierarchy, a name means a page near by before one at the top.
fn resolve_scoped(scope: Scope<'_>, name: &str, referrer: &str) -> String {
    let Some((parent, _)) = referrer.rsplit_once('/') else {
        return name.to_owned();
    };
    let exists = |name: &str| scope.session.page(name.trim_end_matches('/')).exists;
    let mut found = None;
    for level in ancestors(parent) {
        let candidate = format!("{level}/{name}");
        if exists(&candidate) && found.is_none() {
            found = Some(candidate);
        }
    }
    if found.is_none() && exists(name) {
        found = Some(name.to_owned());
    }
    found
        .or_else(|| resolve_below_namesake(name, referrer, exists))
        .unwrap_or_else(|| {
            let sibling = format!("{parent}/{name}");
            exists(&sibling);
            sibling
        })
}

/// `a/b/c`, `a/b`, `a`.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| {
        path.rsplit_once('/').map(|(parent, _)| parent)
    })
}

/// On `First/Second/Third`, `Second/Other` means `First/Second/Other`.
fn resolve_below_namesake(
    name: &str,
    referrer: &str,
    exists: impl Fn(&str) -> bool,
) -> Option<String> {
    let (first, rest) = name.split_once('/')?;
    let mut found = None;
    let mut end = 0;
    for part in referrer.split('/') {
        end += part.len();
        if part == first && exists(&referrer[..end]) && found.is_none() {
            found = Some(format!("{}/{rest}", &referrer[..end]));
        }
        end += 1;
    }
    found
}
