//! Links to other sites: URLs, InterTrac, InterWiki.

use tracrpc_translation::message;

use super::{Link, Scope};
use crate::Context;
use crate::href::{quote, split_link};
use crate::html::anchor;
use crate::interwiki::InterWikiSite;

/// What stands before the label of a link that leads elsewhere.
pub(super) const ICON: &str = "<span class=\"icon\">\u{200b}</span>";

/// How much longer than its target what stands for it at another site may be.
const MAX_EXPANDED: usize = 1 << 20;

/// A URL of a safe scheme.
pub(super) fn url(scope: Scope<'_>, link: &Link<'_>) -> Option<String> {
    let settings = scope.context.settings;
    let is_safe = settings.render_unsafe_content
        || settings
            .safe_schemes
            .iter()
            .any(|safe| safe == link.namespace);
    let url = [link.namespace, ":", link.target].concat();
    is_safe.then(|| ext_link(scope, &url, link.label, None))
}

/// A link to another Trac, or else to another wiki.
pub(super) fn elsewhere(scope: Scope<'_>, link: &Link<'_>) -> Option<String> {
    intertrac(scope, link.namespace, link.target, link.label).or_else(|| interwiki(scope, link))
}

/// A link to `target` in the Trac `name`, if that is known.
pub(super) fn intertrac(scope: Scope<'_>, name: &str, target: &str, label: &str) -> Option<String> {
    let (url, title) = intertrac_url(scope.context, name, target)?;
    Some(ext_link(scope, &url, label, Some(&title)))
}

/// The URL and the title of `target` in the Trac `name`, if that is known.
pub(crate) fn intertrac_url(
    context: &Context<'_>,
    name: &str,
    target: &str,
) -> Option<(String, String)> {
    let map = &context.settings.intertrac;
    let url = format!("{}/intertrac/{}", map.url(name)?, quote(target, b"/"));
    let site = map.title(name).in_language(context.catalog);
    let title = if target.is_empty() {
        site
    } else {
        target_in(context, target, &site)
    };
    Some((url, title))
}

fn interwiki(scope: Scope<'_>, link: &Link<'_>) -> Option<String> {
    let settings = scope.context.settings;
    let site = settings.interwiki.get(link.namespace)?;
    // The page of prefixes and the page at hand multiply one another: there is an end to it.
    if !scope.session.has_room() {
        return None;
    }
    let (url, title) = expand_site(scope.context, site, link.target)?;
    scope.session.fill(url.len() + title.len());
    let scheme = url.split_once(':').map(|(scheme, _)| scheme);
    let is_safe = settings.render_unsafe_content
        || scheme.is_none_or(|scheme| settings.safe_schemes.iter().any(|safe| safe == scheme));
    (is_safe && !url.is_empty()).then(|| ext_link(scope, &url, link.label, Some(&title)))
}

/// How long a text can be at most when its `$1`, … are replaced.
fn expanded_length(text: &str, target: &str) -> usize {
    let arguments = text.bytes().filter(|&byte| byte == b'$').count();
    text.len() + (arguments + 1) * target.len()
}

/// The URL and the title of `target` at a site, unless they are far longer than the target.
pub(crate) fn expand_site(
    context: &Context<'_>,
    site: &InterWikiSite,
    target: &str,
) -> Option<(String, String)> {
    let length = expanded_length(&site.url, target) + expanded_length(&site.title, target);
    if length > MAX_EXPANDED + 2 * target.len() {
        return None;
    }
    let (target, query, fragment) = split_link(target);
    let arguments: Vec<&str> = match highest_argument(&site.url) {
        0 => vec![target],
        count => target.splitn(count, ':').collect(),
    };
    let url = expand_or_append(&site.url, &arguments);
    let (path, own_query, own_fragment) = split_link(&url);
    let query = match query.strip_prefix('?') {
        Some(query) if !own_query.is_empty() => format!("{own_query}&{query}"),
        _ => format!("{}{query}", if query.is_empty() { own_query } else { "" }),
    };
    let fragment = if fragment.is_empty() {
        own_fragment
    } else {
        fragment
    };
    let title = expand(&site.title, &arguments);
    let title = if title == site.title {
        target_in(context, target, &title)
    } else {
        title
    };
    Some((format!("{path}{query}{fragment}"), title))
}

/// Replaces `$1`, … by arguments; without them, the first argument comes behind the text.
pub(crate) fn expand_or_append(text: &str, arguments: &[&str]) -> String {
    let expanded = expand(text, arguments);
    if expanded == text {
        expanded + arguments.first().unwrap_or(&"")
    } else {
        expanded
    }
}

/// The title of a link to something elsewhere.
fn target_in(context: &Context<'_>, target: &str, name: &str) -> String {
    let title = message!("%(target)s in %(name)s", target = target, name = name);
    title.in_language(context.catalog)
}

/// The highest `$n` in a text.
fn highest_argument(text: &str) -> usize {
    let digits = text
        .as_bytes()
        .windows(2)
        .filter(|pair| pair[0] == b'$' && pair[1].is_ascii_digit());
    digits
        .map(|pair| usize::from(pair[1] - b'0'))
        .max()
        .unwrap_or(0)
}

/// Replaces `$1` by the first argument, and so on; by nothing if there are not as many.
fn expand(text: &str, arguments: &[&str]) -> String {
    let mut parts = text.split('$');
    let mut expanded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.chars().next().and_then(|c| c.to_digit(10)) {
            Some(number) => {
                let index = (number as usize).checked_sub(1);
                expanded.push_str(index.and_then(|index| arguments.get(index)).unwrap_or(&""));
                expanded.push_str(&part[1..]);
            }
            None => {
                expanded.push('$');
                expanded.push_str(part);
            }
        }
    }
    expanded
}

/// A link with an icon, but without one if it stays on this site.
fn ext_link(scope: Scope<'_>, url: &str, label: &str, title: Option<&str>) -> String {
    let settings = scope.context.settings;
    let local = if settings.project_url.is_empty() {
        &scope.context.local_url
    } else {
        &settings.project_url
    };
    let title = title.unwrap_or_default();
    if !local.is_empty() && url.starts_with(local.as_str()) {
        return anchor(&[("href", url), ("title", title)], "", label);
    }
    let attributes = [("class", "ext-link"), ("href", url), ("title", title)];
    anchor(&attributes, ICON, label)
}
