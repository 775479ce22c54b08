//! A text as lexers take it (`pygments/lexer.py: Lexer._preprocess_lexer_input`).

use std::borrow::Cow;

use crate::run::flag;

/// A text with line feeds for all ends of lines, without a mark of byte order, and with an end of its last line.
///
/// The options `stripall`, which takes white space off at both ends, `stripnl`, which takes line breaks off and is
/// off if it isn't set, and `tabsize`, in columns, are those of Pygments.
pub fn prepare<'t>(text: &'t str, options: &[(String, String)]) -> Cow<'t, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut text = match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        false => Cow::Borrowed(text),
    };
    if flag(options, "stripall", false) {
        text = map(text, str::trim);
    } else if flag(options, "stripnl", false) {
        text = map(text, |text| text.trim_matches('\n'));
    }
    let tab = options.iter().find(|(name, _)| name == "tabsize");
    if let Some(width) = tab.and_then(|(_, width)| width.trim().parse().ok()) {
        text = expand_tabs(text, width);
    }
    match text.ends_with('\n') {
        true => text,
        false => Cow::Owned(format!("{text}\n")),
    }
}

fn map<'t>(text: Cow<'t, str>, change: impl Fn(&str) -> &str) -> Cow<'t, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(change(text)),
        Cow::Owned(text) => Cow::Owned(change(&text).to_owned()),
    }
}

/// The widest tabs, in columns: a text must not become as large as somebody likes.
const WIDEST_TAB: usize = 64;

fn expand_tabs(text: Cow<'_, str>, width: usize) -> Cow<'_, str> {
    if width == 0 || !text.contains('\t') {
        return text;
    }
    let width = width.min(WIDEST_TAB);
    let mut expanded = String::with_capacity(text.len());
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' => {
                let spaces = width - column % width;
                expanded.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
            }
            '\n' => {
                expanded.push(c);
                column = 0;
            }
            c => {
                expanded.push(c);
                column += 1;
            }
        }
    }
    Cow::Owned(expanded)
}

#[cfg(test)]
mod tests {
    use super::prepare;

    fn check(text: &str, options: &[(&str, &str)], expected: &str) {
        let options: Vec<_> = options
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        assert_eq!(prepare(text, &options), expected, "{text:?}");
    }

    #[test]
    fn texts_are_prepared() {
        check("a", &[], "a\n");
        check("\u{feff}a\r\nb\rc\n", &[], "a\nb\nc\n");
        check("\n a \n\n", &[], "\n a \n\n");
        check("\n a \n\n", &[("stripnl", "1")], " a \n");
        check("\n a \n\n", &[("stripall", "True")], "a\n");
        check("a\tb\n\tc", &[("tabsize", "4")], "a   b\n    c\n");
        check("a\tb\n", &[("tabsize", "0")], "a\tb\n");
        check("", &[], "\n");
    }
}
