//! What is kept of a heading for an outline.

/// A heading of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heading {
    /// Its level, 1 to 6.
    pub(crate) depth: usize,
    /// Its identifier.
    pub(crate) anchor: String,
    /// Its text as HTML, without links.
    pub(crate) html: String,
}

impl Heading {
    pub(super) fn new(depth: usize, anchor: String, html: &str) -> Self {
        Heading {
            depth,
            anchor,
            html: without_links(html),
        }
    }
}

/// Without the tags of links.
fn without_links(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        let tag = &rest[at..];
        match link_tag_end(tag) {
            Some(end) => rest = &tag[end..],
            None => {
                text.push('<');
                rest = &tag[1..];
            }
        }
    }
    text.push_str(rest);
    text
}

/// The end of `<a …>`, `<a>` or `</a>` at the start of a text.
fn link_tag_end(tag: &str) -> Option<usize> {
    let after = tag.strip_prefix("</a").or_else(|| tag.strip_prefix("<a"))?;
    let is_link = after.starts_with('>') || after.starts_with(' ');
    is_link.then(|| tag.find('>').map(|at| at + 1)).flatten()
}

#[cfg(test)]
mod tests {
    use super::without_links;

    #[test]
    fn links_go_their_text_stays() {
        assert_eq!(
            without_links("a <a href=\"x\">b</a> <abbr>c</abbr> <a>d</a> < e"),
            "a b <abbr>c</abbr> d < e"
        );
    }
}
