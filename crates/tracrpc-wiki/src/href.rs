//! URLs below the base of an environment, quoted as Trac's `Href` quotes them.

use std::fmt::Write as _;

/// Characters that a path leaves as they are, besides letters, digits and `_.-~`.
const PATH_SAFE: &[u8] = b"/!~*'()";
/// Characters that a query string leaves as they are, besides letters, digits and `_.-~`.
const QUERY_SAFE: &[u8] = b"!~*'()";

/// Builds URLs below a base such as `/trac` or `https://example.org/trac`.
///
/// ```
/// use tracrpc_wiki::Href;
/// let href = Href::new("/trac/");
/// assert_eq!(href.url(&["wiki", "Some Page"], &[("version", "2")]), "/trac/wiki/Some%20Page?version=2");
/// assert_eq!(href.url(&[], &[]), "/trac");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Href {
    base: String,
}

impl Href {
    /// URLs below `base`; slashes at its end do not count.
    pub fn new(base: &str) -> Self {
        Href {
            base: base.trim_end_matches('/').to_owned(),
        }
    }

    /// The base, without a slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The URL of a path made of `segments` (a segment may contain slashes), with `parameters`
    /// as query string in the order given.
    pub fn url(&self, segments: &[&str], parameters: &[(&str, &str)]) -> String {
        let length: usize = segments.iter().map(|segment| segment.len() + 1).sum();
        let mut url = String::with_capacity(self.base.len() + length + 16);
        url.push_str(&self.base);
        push_path(&mut url, segments);
        if url.is_empty() {
            url.push('/');
        }
        for (index, (name, value)) in parameters.iter().enumerate() {
            url.push(if index == 0 { '?' } else { '&' });
            quote_plus_into(&mut url, name, QUERY_SAFE);
            url.push('=');
            quote_plus_into(&mut url, value, QUERY_SAFE);
        }
        url
    }
}

/// Appends the quoted segments, each led by one slash; runs of slashes become one.
fn push_path(url: &mut String, segments: &[&str]) {
    let mut is_empty = true;
    // Whether a slash is due before the next character.
    let mut slash = true;
    for (index, segment) in segments.iter().enumerate() {
        slash |= index > 0;
        for byte in segment.trim_matches('/').bytes() {
            if byte == b'/' {
                slash = true;
                continue;
            }
            if slash {
                url.push('/');
                slash = false;
            }
            is_empty = false;
            push_quoted(url, byte, PATH_SAFE);
        }
    }
    if slash && !is_empty {
        url.push('/');
    }
}

/// Percent-encodes `text` in UTF-8, but for letters, digits, `_.-~` and `safe`.
pub(crate) fn quote(text: &str, safe: &[u8]) -> String {
    let mut quoted = String::with_capacity(text.len());
    quote_into(&mut quoted, text, safe);
    quoted
}

/// Quotes the query string of a link: what is printable ASCII stays, a space becomes `+`.
pub(crate) fn quote_query_string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => quoted.push('+'),
            0x21..=0x7e => quoted.push(char::from(byte)),
            _ => push_percent(&mut quoted, byte),
        }
    }
    quoted
}

fn quote_into(out: &mut String, text: &str, safe: &[u8]) {
    for byte in text.bytes() {
        push_quoted(out, byte, safe);
    }
}

fn push_quoted(out: &mut String, byte: u8, safe: &[u8]) {
    if is_always_safe(byte) || safe.contains(&byte) {
        out.push(char::from(byte));
    } else {
        push_percent(out, byte);
    }
}

fn quote_plus_into(out: &mut String, text: &str, safe: &[u8]) {
    for (index, part) in text.split(' ').enumerate() {
        if index > 0 {
            out.push('+');
        }
        quote_into(out, part, safe);
    }
}

fn is_always_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'~')
}

fn push_percent(out: &mut String, byte: u8) {
    // Writing to a String cannot fail.
    let _ = write!(out, "%{byte:02X}");
}

/// Splits a link target into path, query (with its `?`) and fragment (with its `#`).
pub(crate) fn split_link(target: &str) -> (&str, &str, &str) {
    let (rest, fragment) = split_before(target, '#');
    let (path, query) = split_before(rest, '?');
    (path, query, fragment)
}

fn split_before(text: &str, separator: char) -> (&str, &str) {
    text.split_at(text.find(separator).unwrap_or(text.len()))
}

/// Joins path, query and fragment; a query or fragment that `path` has already is merged.
pub(crate) fn concat_link(path: &str, query: &str, fragment: &str) -> String {
    let (path, own_query, own_fragment) = split_link(path);
    let mut url = format!("{path}{own_query}");
    if !query.is_empty() {
        url.push(if own_query.is_empty() { '?' } else { '&' });
        url.push_str(query.trim_start_matches(['?', '&']));
    }
    let fragment = if fragment.is_empty() {
        own_fragment
    } else {
        fragment
    };
    if fragment != "#" {
        url.push_str(fragment);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        let check = |segments: &[&str], parameters: &[(&str, &str)], want: &str| {
            assert_eq!(Href::new("/trac").url(segments, parameters), want);
        };
        check(&["ticket", "540"], &[], "/trac/ticket/540");
        check(
            &["browser", "/trunk//README"],
            &[("rev", "a b&ü")],
            "/trac/browser/trunk/README?rev=a+b%26%C3%BC",
        );
        check(&["wiki", "/"], &[], "/trac/wiki/");
        check(&["", ""], &[], "/trac");
        check(&["wiki", "A#b?c'd(e)"], &[], "/trac/wiki/A%23b%3Fc'd(e)");
        assert_eq!(Href::new("").url(&[], &[]), "/");
        assert_eq!(Href::new("").url(&["wiki"], &[]), "/wiki");
    }

    #[test]
    fn links() {
        assert_eq!(split_link("a?b=c#d?e"), ("a", "?b=c", "#d?e"));
        assert_eq!(concat_link("/a?b#c", "?d", "#e"), "/a?b&d#e");
        assert_eq!(concat_link("/a#c", "d", "#"), "/a?d");
        assert_eq!(concat_link("/a", "", ""), "/a");
    }
}
