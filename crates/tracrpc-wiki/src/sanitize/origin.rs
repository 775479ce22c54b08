//! Safe origins: from where something may be loaded.

/// Whether a URL is below one of the origins that `[wiki] safe_origins` lists; relative URLs are.
pub fn is_safe_origin(safe_origins: &[String], url: &str) -> bool {
    if url.is_empty() || (!url.contains(':') && !url.starts_with("//")) {
        return true;
    }
    let url = with_path(url);
    safe_origins.iter().any(|safe| {
        let safe = with_path(safe);
        let folder = if safe.ends_with('/') {
            safe.clone()
        } else {
            format!("{safe}/")
        };
        safe == "*"
            || safe == url
            || (safe.ends_with(':') && url.starts_with(&safe))
            || url.starts_with(&folder)
    })
}

/// A URL that is nothing but a host gets a slash.
fn with_path(url: &str) -> String {
    let after_scheme = match crate::chars::scheme_end(url) {
        Some(end) => url[end..].strip_prefix(':').unwrap_or(url),
        None => url,
    };
    let is_host = after_scheme
        .strip_prefix("//")
        .is_some_and(|host| !host.is_empty() && !host.contains('/'));
    if is_host {
        format!("{url}/")
    } else {
        url.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::is_safe_origin;

    #[test]
    fn origins() {
        let check = |safe: &str, url: &str, want: bool| {
            let safe: Vec<String> = safe.split(' ').map(str::to_owned).collect();
            assert_eq!(is_safe_origin(&safe, url), want, "{safe:?} {url}");
        };
        check("data:", "data:text/plain,x", true);
        check("data:", "http://example.org/", false);
        check("data:", "/path", true);
        check("data:", "//example.org/", false);
        check("http://example.org", "http://example.org", true);
        check("http://example.org", "http://example.org/a", true);
        check("http://example.org/a", "http://example.org/ab", false);
        check("http://example.org", "http://example.org.evil/", false);
        check("*", "http://anywhere/", true);
    }
}
