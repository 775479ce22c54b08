//! HTML made harmless, by the rules of Trac's sanitiser.

/// Knows which elements, attributes, URLs and styles are safe.
#[derive(Debug, Clone, Copy)]
pub struct Sanitizer<'a> {
    /// `[wiki] safe_schemes`.
    pub safe_schemes: &'a [String],
    /// `[wiki] safe_origins`.
    pub safe_origins: &'a [String],
}

impl Sanitizer<'_> {
    /// HTML without what is not safe.
    pub fn sanitize(&self, html: &str) -> String {
        crate::html::escape_text(html)
    }

    /// The attributes of an `element` that are safe, in the order given. Names are in lower case;
    /// values are as they are handed in (escaped or not).
    pub fn sanitize_attributes(
        &self,
        element: &str,
        attributes: Vec<(String, String)>,
    ) -> Vec<(String, String)> {
        let _ = (element, attributes);
        Vec::new()
    }
}
