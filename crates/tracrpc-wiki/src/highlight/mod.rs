//! Source code in colours: Pygments' structure and class names.

pub(crate) mod mime;
mod mime_of_trac;
mod output;
mod patience;
mod pygments;
mod tab_width;
mod unified_diff;

use tracrpc_translation::Catalog;

use std::borrow::Cow;

use patience::Chosen;

pub use patience::Patience;
pub use pygments::{LexerOption, Mode, Pygments};
pub use tab_width::TabWidth;

/// Pieces of source code, each with its class (nothing for plain text).
type Tokens<'t> = Vec<(&'static str, &'t str)>;

/// MIME types whose text is not shown.
const BINARY: [&str; 5] = [
    "application/octet-stream",
    "application/pdf",
    "application/postscript",
    "application/msword",
    "application/rtf",
];

/// A kind of source text that has a name, such as `python` or `text/x-python`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    mimetype: Cow<'static, str>,
}

/// How to show a piece of source code.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The number of the first line (`lineno`); without it there is no column of numbers.
    pub line_numbers: Option<u64>,
    /// What the identifiers of the lines start with (`id`, or a unique anchor, then `-`).
    pub id_prefix: String,
    /// The lines to mark (`marks=3,5-7`).
    pub marks: Option<String>,
    /// What the site has set up.
    pub pygments: Pygments,
    /// The other parameters: options of the lexer.
    pub lexer_options: Vec<(String, String)>,
    /// How wide tabs are.
    pub tab_width: TabWidth,
    /// What shows texts.
    pub renderers: Renderers,
    /// The messages of the reader's language.
    pub catalog: Catalog,
}

/// What shows texts; each stands for a component of Trac, which can be off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renderers {
    /// Diffs as tables.
    pub patch: bool,
    /// Source code in colours.
    pub pygments: bool,
    /// All else as it is.
    pub plain_text: bool,
    /// The numbers of lines, and marks of some.
    pub line_numbers: bool,
}

impl Default for Renderers {
    fn default() -> Self {
        Renderers {
            patch: true,
            pygments: true,
            plain_text: true,
            line_numbers: true,
        }
    }
}

impl Language {
    /// The language that a processor name, a file extension or a MIME type means, as Trac's
    /// `[mimeviewer] mime_map` and Pygments know them.
    ///
    /// ```
    /// use tracrpc_wiki::highlight::Language;
    /// assert_eq!(Language::find("script.py").map(|language| language.mimetype().to_owned()), Language::find("py").map(|l| l.mimetype().to_owned()));
    /// assert_eq!(Language::find("nosuch"), None);
    /// ```
    pub fn find(name: &str) -> Option<Language> {
        Language::find_with(name, true)
    }

    /// The same, but without Pygments only what Trac knows by itself.
    pub fn find_with(name: &str, pygments: bool) -> Option<Language> {
        let suffix = name.rsplit('.').next().unwrap_or(name);
        let known = mime::mimetype_of(name, pygments)
            .or_else(|| mime::mimetype_of(suffix, pygments))
            .map(Cow::Borrowed);
        let image = name
            .starts_with("image/")
            .then(|| Cow::Owned(name.to_owned()));
        known.or(image).map(|mimetype| Language { mimetype })
    }

    /// The language of a MIME type; one that nobody knows is plain text.
    pub fn of_mimetype(mimetype: &str) -> Language {
        Language::find(mimetype).unwrap_or_else(|| Language {
            mimetype: Cow::Owned(mimetype.to_owned()),
        })
    }

    /// The MIME type.
    pub fn mimetype(&self) -> &str {
        &self.mimetype
    }

    /// Whether its source has colours here.
    pub fn has_colours(&self) -> bool {
        self.mimetype() != "text/plain" && patience::knows(self.mimetype())
    }

    /// The inside of Trac's `<div class="wiki-code">`, for a block of this language. Blocks of
    /// one page share their `patience`: what comes when it is at an end has no colours.
    pub fn render(&self, text: &str, options: &Options, patience: &Patience) -> String {
        if text.is_empty() || BINARY.contains(&self.mimetype()) {
            return String::new();
        }
        let text = without_mark(text);
        let renderers = options.renderers;
        if renderers.patch
            && !(renderers.pygments && options.pygments.is_better_than_diffs(self.mimetype()))
            && matches!(self.mimetype(), "text/x-diff" | "text/x-patch")
            && let Some(html) = unified_diff::render(text, &options.catalog, options.tab_width)
        {
            return html;
        }
        let text = expand_tabs(text, options.tab_width);
        let has_pygments =
            renderers.pygments && options.pygments.is_better_than_text(self.mimetype());
        let chosen = has_pygments.then(|| Chosen::of(self.mimetype(), options, patience));
        let coloured = chosen.flatten().map(|chosen| {
            let text = chosen.prepare(&text);
            output::lines(&chosen.tokens(&text, patience))
        });
        let by_pygments = renderers.pygments;
        let plain = || match by_pygments {
            // Pygments takes one mark off too, and ends the last line.
            true => {
                let text = without_mark(&text);
                let end = if text.ends_with('\n') { "" } else { "\n" };
                output::lines(&vec![("", text), ("", end)])
            }
            false => output::lines(&vec![("", &*text)]),
        };
        let is_shown = renderers.plain_text || has_pygments && patience::knows(self.mimetype());
        let lines = coloured.or_else(|| is_shown.then(plain));
        let Some(lines) = lines else {
            return String::new();
        };
        match options.line_numbers {
            Some(first) => output::numbered(&lines, first, options),
            None => output::plain(&lines, by_pygments || text.ends_with('\n')),
        }
    }
}

/// A text without the mark of byte order at its start (`trac/mimeview/api.py: content_to_unicode`).
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Tabs become spaces, as by Python's `str.expandtabs`.
fn expand_tabs(text: &str, tabs: TabWidth) -> Cow<'_, str> {
    if !text.contains('\t') {
        return Cow::Borrowed(text);
    }
    let mut expanded = String::with_capacity(text.len() + 64);
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' => {
                let width = tabs.blanks_at(column);
                expanded.push_str(&" ".repeat(width));
                column += width;
            }
            c => {
                expanded.push(c);
                column = if matches!(c, '\n' | '\r') {
                    0
                } else {
                    column + 1
                };
            }
        }
    }
    Cow::Owned(expanded)
}

#[cfg(test)]
mod tests {
    use super::{Language, Options, Patience, TabWidth};

    #[test]
    fn tabs_are_as_wide_as_the_site_says() {
        let check = |language: &str, text: &str, width: i64, expected: &str| {
            let options = Options {
                tab_width: TabWidth::new(width),
                ..Options::default()
            };
            let language = Language::find(language).unwrap();
            let html = language.render(text, &options, &Patience::default());
            assert!(html.contains(expected), "{html}");
        };
        check("text/plain", "\tx\na\tb", 8, "<pre>        x\na       b\n");
        check("text/plain", "\tx\na\tb", 4, "<pre>    x\na   b\n");
        check("text/plain", "\tx\na\tb", 0, "<pre>x\nab\n");
        let diff = "--- a\n+++ b\n@@ -1,1 +1,1 @@\n-\tx\n+y\tz\n";
        check("text/x-diff", diff, 4, ">&nbsp; &nbsp; x<");
        check("text/x-diff", diff, 4, ">y&nbsp; &nbsp;z<");
    }

    #[test]
    fn what_pygments_knows_has_colours() {
        let has = |name: &str| Language::find(name).is_some_and(|l| l.has_colours());
        for name in ["python", "go", "text/x-diff", "sh", "php", "pycon"] {
            assert_eq!(has(name), cfg!(feature = "pygments"), "{name}");
        }
        assert!(!has("text"));
        assert!(!has("rfc"));
    }

    /// The values are Trac's, with the same configuration.
    #[cfg(feature = "pygments")]
    #[test]
    fn a_site_chooses_lexers_and_their_options() {
        let mut options = Options::default();
        let render = |name: &str, text: &str, options: &Options| {
            let language = Language::of_mimetype(name);
            let html = language.render(text, options, &Patience::default());
            html.replace("<div class=\"code\"><pre>", "")
                .replace("\n</pre></div>", "")
        };
        assert_eq!(
            render("text/x-php", "strlen", &options),
            "<span class=\"x\">strlen</span>"
        );
        options.pygments.set_option("php.startinline", "True");
        assert_eq!(
            render("text/x-php", "strlen", &options),
            "<span class=\"nb\">strlen</span>"
        );
        options
            .pygments
            .set_option("php3.funcnamehighlighting", "false");
        assert_eq!(
            render("text/x-php", "strlen", &options),
            "<span class=\"nx\">strlen</span>"
        );
        options.lexer_options = vec![("funcnamehighlighting".to_owned(), "yes".to_owned())];
        assert_eq!(
            render("text/x-php", "strlen", &options),
            "<span class=\"nb\">strlen</span>"
        );

        options.lexer_options = vec![("startinline".to_owned(), "maybe".to_owned())];
        assert_eq!(render("text/x-php", "strlen", &options), "strlen");
        assert_eq!(render("application/x-php", "strlen", &options), "strlen");
        options.lexer_options = vec![("tabsize".to_owned(), "x".to_owned())];
        assert_eq!(render("text/x-php", "strlen", &options), "strlen");
        options.lexer_options.clear();

        assert_eq!(render("text/x-own", "if", &options), "if");
        options.pygments.read_modes([
            "text/x-own:python:7",
            "text/x-python:python:0",
            "text/x-diff:c:9",
        ]);
        assert_eq!(
            render("text/x-own", "if", &options),
            "<span class=\"k\">if</span>"
        );
        assert_eq!(render("text/x-python", "if", &options), "if");
        assert!(
            render(
                "text/x-diff",
                "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n",
                &options
            )
            .contains("class=\"o\"")
        );
    }

    /// By Trac, and then by Pygments.
    #[test]
    fn two_marks_of_byte_order_are_dropped() {
        let render = |name: &str, text: &str| {
            let language = Language::find(name).unwrap_or_else(|| Language::of_mimetype(name));
            language.render(text, &Options::default(), &Patience::default())
        };
        for (name, text) in [("python", "a = 1"), ("text/plain", "a")] {
            let marked =
                |marks: usize| render(name, &format!("{}{text}", "\u{feff}".repeat(marks)));
            assert_eq!(marked(1), marked(0), "{name}");
            assert_eq!(marked(2), marked(0), "{name}");
            assert!(marked(3).contains('\u{feff}'), "{name}");
        }
        let diff = "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n";
        assert_eq!(
            render("diff", &format!("\u{feff}{diff}")),
            render("diff", diff)
        );
    }
}
