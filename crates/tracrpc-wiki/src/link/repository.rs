//! Links into repositories: `changeset:`, `log:`, `source:`, `export:`.

use super::{Link, Scope};
use crate::href::split_link;
use crate::html::Element;
use crate::resolver::{RepositoryLink, RepositoryTarget};
use crate::text::shorten;

/// `changeset:1/path`, `[1]`, `r1`.
pub(crate) fn changeset(scope: Scope<'_>, link: &Link<'_>) -> String {
    let (path, query, fragment) = split_link(link.target);
    let (revision, path) = match path.find('/') {
        Some(slash) if slash > 0 => path.split_at(slash),
        _ => (path, "/"),
    };
    match ask(scope, &RepositoryLink::Changeset { revision, path }) {
        Ok(target) => {
            let title = target.title.as_deref().map(shorten);
            let href = format!("{}{query}{fragment}", target.url);
            link.anchor("changeset")
                .attribute("href", &href)
                .maybe_attribute("title", title.as_deref())
                .to_html()
        }
        Err(reason) => link
            .anchor("missing changeset")
            .attribute("title", &reason)
            .to_html(),
    }
}

/// `[1:3/path?query#fragment]`: the target is `/path?query#fragment@1:3`.
pub(crate) fn bracketed_log(scope: Scope<'_>, link: &Link<'_>) -> String {
    let (path, revisions) = link.target.rsplit_once('@').unwrap_or((link.target, ""));
    let (path, query, fragment) = split_link(path);
    write_log(
        scope,
        link,
        &RepositoryLink::Log { path, revisions },
        query,
        fragment,
    )
}

/// `log:path@1:3`.
pub(crate) fn log(scope: Scope<'_>, link: &Link<'_>) -> String {
    let (target, query, fragment) = split_link(link.target);
    let (path, revisions) = target.split_once(['@', ':']).unwrap_or((target, ""));
    write_log(
        scope,
        link,
        &RepositoryLink::Log { path, revisions },
        query,
        fragment,
    )
}

/// `r1:3/path`: what is behind the `r`.
pub(crate) fn short_log(scope: Scope<'_>, link: &Link<'_>) -> String {
    let (revisions, path) = link.target.split_once('/').unwrap_or((link.target, ""));
    write_log(
        scope,
        link,
        &RepositoryLink::Log { path, revisions },
        "",
        "",
    )
}

fn write_log(
    scope: Scope<'_>,
    link: &Link<'_>,
    asked: &RepositoryLink<'_>,
    query: &str,
    fragment: &str,
) -> String {
    match ask(scope, asked) {
        Ok(found) => {
            let query = match query.strip_prefix('?') {
                Some(query) if found.url.contains('?') => format!("&{query}"),
                _ => query.to_owned(),
            };
            link.anchor("source")
                .attribute("href", &format!("{}{query}{fragment}", found.url))
                .to_html()
        }
        Err(reason) => link
            .anchor("missing source")
            .attribute("title", &reason)
            .to_html(),
    }
}

/// `source:path@1:10-20`, `browser:`, `repos:`.
pub(super) fn source(scope: Scope<'_>, link: &Link<'_>) -> String {
    let (path, query, fragment) = split_link(link.target);
    let parts = SourceParts::parse(path);
    let asked = RepositoryLink::Source {
        path: parts.path,
        revision: parts.revision,
        lines: parts.lines,
    };
    let Ok(target) = ask(scope, &asked) else {
        return link.anchor("missing source").to_html();
    };
    let mut html = link
        .anchor("source")
        .attribute("href", &format!("{}{query}{fragment}", target.url))
        .to_html();
    if let Some(url) = &target.download_url {
        let class = if target.is_file {
            "trac-rawlink"
        } else {
            "trac-ziplink"
        };
        let download = Element::new("a")
            .attribute("class", class)
            .attribute("href", &format!("{url}{fragment}"));
        html.push_str(
            &download
                .attribute(
                    "title",
                    scope.context.catalog.gettext(download_title(&target)),
                )
                .text("\u{200b}")
                .to_html(),
        );
    }
    html
}

/// `export:1:path`, `export:path@1`, `export:path`.
pub(super) fn export(scope: Scope<'_>, link: &Link<'_>) -> String {
    let (target, _, fragment) = split_link(link.target);
    let (path, revision) = if let Some((revision, path)) = target.split_once(':') {
        (path, Some(revision))
    } else if let Some((path, revision)) = target.split_once('@') {
        (path, Some(revision))
    } else {
        (target, None)
    };
    let found = ask(
        scope,
        &RepositoryLink::Source {
            path,
            revision,
            lines: None,
        },
    )
    .ok();
    match found
        .as_ref()
        .and_then(|target| Some((target, target.download_url.as_ref()?)))
    {
        Some((target, url)) => {
            let anchor = link
                .anchor("export")
                .attribute("href", &format!("{url}{fragment}"));
            anchor
                .attribute(
                    "title",
                    scope.context.catalog.gettext(download_title(target)),
                )
                .to_html()
        }
        None => link.anchor("missing export").to_html(),
    }
}

fn download_title(target: &RepositoryTarget) -> &'static str {
    if target.is_file {
        "Download"
    } else {
        "Download as Zip archive"
    }
}

fn ask(scope: Scope<'_>, link: &RepositoryLink<'_>) -> Result<RepositoryTarget, String> {
    if scope.session.postpone() {
        return Err(String::new());
    }
    scope
        .context
        .resolver
        .repository_link(link, &scope.context.href)
}

/// `path@revision:lines`.
struct SourceParts<'a> {
    path: &'a str,
    revision: Option<&'a str>,
    lines: Option<&'a str>,
}

impl<'a> SourceParts<'a> {
    fn parse(text: &'a str) -> Self {
        let Some((path, rest)) = text.split_once(['@', ':']) else {
            return SourceParts {
                path: text,
                revision: None,
                lines: None,
            };
        };
        let (revision, lines) = rest
            .split_once(':')
            .map_or((rest, None), |(revision, lines)| (revision, Some(lines)));
        let lines = lines
            .map(|lines| &lines[..lines_end(lines)])
            .filter(|lines| !lines.is_empty());
        SourceParts {
            path,
            revision: Some(revision).filter(|revision| !revision.is_empty()),
            lines,
        }
    }
}

/// The end of `10-20,30` at the start of a text.
fn lines_end(text: &str) -> usize {
    let mut end = 0;
    let mut from = 0;
    loop {
        let number = |at: usize| text[at..].bytes().take_while(u8::is_ascii_digit).count();
        let first = number(from);
        if first == 0 {
            return end;
        }
        end = from + first;
        if text[end..].starts_with('-') && number(end + 1) > 0 {
            end += 1 + number(end + 1);
        }
        if !text[end..].starts_with(',') {
            return end;
        }
        from = end + 1;
    }
}
