//! Source code in colours: Pygments' structure and class names.

/// A kind of source text that has a name, such as `python` or `text/x-python`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    mimetype: String,
}

/// How to show a piece of source code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The number of the first line (`lineno`); without it there is no column of numbers.
    pub line_numbers: Option<u64>,
    /// What the identifiers of the lines start with (`id`, or a unique anchor, then `-`).
    pub id_prefix: String,
    /// The lines to mark (`marks=3,5-7`).
    pub marks: Option<String>,
    /// The other parameters: options of the lexer.
    pub lexer_options: Vec<(String, String)>,
}

impl Language {
    /// The language that a processor name, a file extension or a MIME type means, as Trac's
    /// `[mimeviewer] mime_map` and Pygments know them.
    pub fn find(name: &str) -> Option<Language> {
        let _ = name;
        None
    }

    /// The MIME type.
    pub fn mimetype(&self) -> &str {
        &self.mimetype
    }

    /// The inside of Trac's `<div class="wiki-code">`, for a block of this language.
    pub fn render(&self, text: &str, options: &Options) -> String {
        let _ = options;
        crate::Element::new("pre").text(text).to_html()
    }
}
