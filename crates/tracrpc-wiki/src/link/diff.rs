//! `diff:` links: `diff:path@1:2`, `diff:old@1//new@2`.

use tracrpc_translation::{Argument, Catalog, message};

use super::{Link, Scope};
use crate::href::split_link;

pub(super) fn link(scope: Scope<'_>, link: &Link<'_>) -> String {
    let (target, query, _) = split_link(link.target);
    let (old, new) = sides(target);
    let anchor = link
        .anchor("changeset")
        .attribute("title", &title(scope.context.catalog, &old, &new));
    if [old.path, new.path].concat().is_empty()
        && [old.revision, new.revision]
            .iter()
            .all(|r| r.is_none_or(str::is_empty))
    {
        return anchor.to_html();
    }
    let mut parameters = Vec::new();
    parameters.extend(new.revision.map(|revision| ("new", revision)));
    parameters.extend(Some(("new_path", new.path)).filter(|(_, path)| !path.is_empty()));
    parameters.extend(old.revision.map(|revision| ("old", revision)));
    parameters.extend(Some(("old_path", old.path)).filter(|(_, path)| !path.is_empty()));
    let mut href = scope.context.href.url(&["changeset"], &parameters);
    if let Some(query) = query.strip_prefix('?') {
        href.extend(["&", query]);
    }
    anchor.attribute("href", &href).to_html()
}

/// One side of a diff.
#[derive(Clone, Copy)]
struct Side<'a> {
    path: &'a str,
    revision: Option<&'a str>,
}

impl<'a> Side<'a> {
    fn parse(text: &'a str) -> Self {
        let (path, revision) = text
            .split_once('@')
            .map_or((text, None), |(path, revision)| (path, Some(revision)));
        Side { path, revision }
    }

    fn revision_or_latest(&self) -> Argument {
        match self.revision.filter(|revision| !revision.is_empty()) {
            Some(revision) => revision.into(),
            None => message!("latest").into(),
        }
    }

    fn path_or_root(&self) -> &'a str {
        if self.path.is_empty() { "/" } else { self.path }
    }
}

fn sides(target: &str) -> (Side<'_>, Side<'_>) {
    if let Some((old, new)) = target.split_once("//") {
        return (Side::parse(old), Side::parse(new));
    }
    let both = Side::parse(target);
    let (old, new) = match both
        .revision
        .and_then(|revisions| revisions.split_once(':'))
    {
        Some((old, new)) => (Some(old), Some(new)),
        None => (both.revision, None),
    };
    (
        Side {
            revision: old,
            ..both
        },
        Side {
            revision: new,
            ..both
        },
    )
}

fn title(catalog: &Catalog, old: &Side<'_>, new: &Side<'_>) -> String {
    let (old_rev, new_rev) = (old.revision_or_latest(), new.revision_or_latest());
    let message = if old.path == new.path {
        message!(
            "Diff [%(old_rev)s:%(new_rev)s] for %(path)s",
            old_rev = old_rev,
            new_rev = new_rev,
            path = new.path_or_root()
        )
    } else {
        message!(
            "Diff from %(old_path)s@%(old_rev)s to %(new_path)s@%(new_rev)s",
            old_path = old.path_or_root(),
            old_rev = old_rev,
            new_path = new.path_or_root(),
            new_rev = new_rev
        )
    };
    message.in_language(catalog)
}
