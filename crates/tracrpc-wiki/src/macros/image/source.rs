//! Where a picture is.

use tracrpc_translation::message;

use super::arguments::split;
use crate::link::{AttachmentPlace, expand_site, intertrac_url};
use crate::macros::Call;
use crate::sanitize::{Sanitizer, is_safe_origin};
use crate::{Context, Href, Resource};

/// A picture that was found, or not.
#[derive(Debug, Default)]
pub(super) struct Picture {
    /// Where the page about it is.
    pub(super) url: Option<String>,
    /// Where the picture itself is.
    pub(super) raw_url: Option<String>,
    pub(super) description: Option<String>,
    /// There is none: another one is shown instead.
    pub(super) is_missing: bool,
}

impl Picture {
    /// Finds what the first argument means. `None` if it means nothing.
    pub(super) fn find(call: &Call<'_>, file: &str) -> Option<Picture> {
        let file = if is_quoted(file) {
            file.trim_matches(['"', '\''])
        } else {
            file
        };
        let parts: Vec<&str> = split(file, ':')
            .into_iter()
            .map(|part| part.trim_matches(['"', '\'']))
            .collect();
        let realm = parts.first().copied().unwrap_or_default();
        if matches!(realm, "http" | "https" | "ftp" | "data") {
            return Some(Picture::at(file.to_owned(), without_query(file)));
        }
        if let Some(site) = call.context.settings.interwiki.get(realm) {
            let (url, description) = expand_site(call.context, site, &parts[1..].join(":"))?;
            let url = safe_url(call, url);
            return Some(Picture::at(url, &description));
        }
        if let Some(path) = file.strip_prefix('/') {
            return Some(if path.starts_with('/') {
                Picture::at(path.to_owned(), without_query(path))
            } else {
                on_site(call, file)
            });
        }
        match parts[..] {
            [realm, id, filename] => Some(elsewhere(call, realm, id, filename)),
            [id, filename] => Some(of_two_parts(call, file, id, filename)),
            [_] => Some(attached(call, call.context.resource.clone(), file)),
            _ => None,
        }
    }

    fn at(url: String, description: &str) -> Picture {
        Picture {
            raw_url: Some(url.clone()),
            url: Some(url),
            description: Some(description.to_owned()),
            is_missing: false,
        }
    }
}

/// Whether a picture may be loaded without further ado.
pub(super) fn is_safe(call: &Call<'_>, url: Option<&str>) -> bool {
    let Some(url) = url else { return true };
    let url = if url.starts_with("//") {
        format!("http:{url}")
    } else {
        url.to_owned()
    };
    is_safe_origin(&call.context.settings.safe_origins, &url)
}

fn is_quoted(file: &str) -> bool {
    file.len() > 1 && file.starts_with(['"', '\'']) && file.ends_with(['"', '\''])
}

fn without_query(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

/// The URL, if its scheme is safe.
fn safe_url(call: &Call<'_>, url: String) -> String {
    let settings = call.context.settings;
    let sanitizer = Sanitizer {
        safe_schemes: &settings.safe_schemes,
        safe_origins: &settings.safe_origins,
    };
    if settings.render_unsafe_content || sanitizer.is_safe_url(&url) {
        url
    } else {
        String::new()
    }
}

/// `/path?query` below the site.
fn on_site(call: &Call<'_>, file: &str) -> Picture {
    let (path, query) = file.rsplit_once('?').unwrap_or((file, ""));
    let mut url = call.context.href.url(&[path], &[]);
    if !query.is_empty() {
        url.extend(["?", query]);
    }
    Picture::at(url, path)
}

/// `realm:id:file`, or `trac:realm:id`.
fn elsewhere(call: &Call<'_>, realm: &str, id: &str, filename: &str) -> Picture {
    match intertrac_url(call.context, realm, &format!("{id}:{filename}")) {
        Some((url, title)) => Picture {
            raw_url: Some(format!("{url}%3Fformat%3Draw")),
            ..Picture::at(url, &title)
        },
        None => attached(call, Some(Resource::new(realm, id)), filename),
    }
}

/// `source:path`, `htdocs:path`, `#1:file`, `Page:file`.
fn of_two_parts(call: &Call<'_>, file: &str, id: &str, filename: &str) -> Picture {
    let href = &call.context.href;
    let base_name = filename.rsplit('/').next().unwrap_or_default();
    match id {
        "source" | "browser" | "repos" | "export" => {
            let (path, revision) = filename
                .rsplit_once('@')
                .map_or((filename, None), |(path, rev)| (path, Some(rev)));
            let revision = revision.map(|revision| ("rev", revision));
            let url = href.url(&["browser", path], revision.as_slice());
            let raw: Vec<_> = [("format", "raw")].into_iter().chain(revision).collect();
            Picture {
                raw_url: Some(href.url(&["browser", path], &raw)),
                ..Picture::at(url, file)
            }
        }
        "htdocs" => Picture::at(href.url(&["chrome", "site", filename], &[]), base_name),
        "shared" => Picture::at(href.url(&["chrome", "shared", filename], &[]), base_name),
        _ => match id.strip_prefix('#') {
            Some(number) => attached(call, Some(Resource::new("ticket", number)), filename),
            None => attached(call, Some(Resource::wiki(id)), filename),
        },
    }
}

/// A file that comes with Trac.
fn common_file(context: &Context<'_>, name: &str) -> String {
    match context.settings.htdocs_location.as_str() {
        "" => context.path_href.url(&["chrome", "common", name], &[]),
        location => Href::new(location).url(&[name], &[]),
    }
}

fn attached(call: &Call<'_>, parent: Option<Resource>, filename: &str) -> Picture {
    let context = call.context;
    let found = parent
        .as_ref()
        .and_then(|parent| Some((parent, context.library.attachment(parent, filename)?)));
    let Some((parent, attachment)) = found else {
        let parent = parent.map_or_else(
            || "None:None".into(),
            |parent| AttachmentPlace::of(context, &parent).name,
        );
        let missing = message!(
            "No image \"%(id)s\" attached to %(parent)s",
            id = filename,
            parent = parent
        );
        return Picture {
            raw_url: Some(common_file(context, "attachment.png")),
            description: Some(missing.in_language(context.catalog)),
            is_missing: true,
            url: None,
        };
    };
    let place = AttachmentPlace::of(context, parent);
    let url = |prefix: &str| place.url(context, prefix, filename);
    Picture {
        url: attachment.viewable.then(|| url("attachment")),
        raw_url: attachment.viewable.then(|| url("raw-attachment")),
        description: Some(attachment.description),
        is_missing: false,
    }
}
