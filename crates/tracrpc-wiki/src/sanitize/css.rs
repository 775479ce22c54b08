//! Styles made harmless.

use super::{Sanitizer, safe};

/// `expression`, each letter in the forms that old browsers take for it.
const EXPRESSION: [&str; 10] = [
    "eE\u{ff25}\u{ff45}",
    "xX\u{ff38}\u{ff58}",
    "pP\u{ff30}\u{ff50}",
    "rR\u{280}\u{ff32}\u{ff52}",
    "eE\u{ff25}\u{ff45}",
    "sS\u{ff33}\u{ff53}",
    "sS\u{ff33}\u{ff53}",
    "iI\u{26a}\u{ff29}\u{ff49}",
    "oO\u{ff2f}\u{ff4f}",
    "nN\u{274}\u{ff2e}\u{ff4e}",
];
/// `url`, likewise.
const URL: [&str; 3] = ["Uu", "Rr\u{280}", "Ll\u{29f}"];

impl Sanitizer<'_> {
    /// The declarations of a style that are safe.
    pub(super) fn safe_declarations(&self, style: &str) -> Vec<String> {
        let style = without_comments(&without_escapes(&style.replace("\r\n", "\n")));
        let declarations = style.split(';').map(crate::text::strip);
        declarations
            .filter(|declaration| self.is_safe_declaration(declaration))
            .map(str::to_owned)
            .collect()
    }

    fn is_safe_declaration(&self, declaration: &str) -> bool {
        let Some((property, value)) = declaration.split_once(':') else {
            return false;
        };
        is_safe_property(
            &crate::text::strip(property).to_lowercase(),
            crate::text::strip(value),
        ) && find_letters(declaration, &EXPRESSION).is_none()
            && urls(declaration).iter().all(|url| self.is_safe_source(url))
    }
}

fn is_safe_property(property: &str, value: &str) -> bool {
    if safe::PROPERTIES.binary_search(&property).is_err() {
        return false;
    }
    match property {
        "position" => value.eq_ignore_ascii_case("static"),
        margin if margin.starts_with("margin") => !value.contains('-'),
        _ => true,
    }
}

/// What stands in the parentheses of `url(…)`.
fn urls(text: &str) -> Vec<&str> {
    let mut urls = Vec::new();
    let mut rest = text;
    while let Some(end) = find_letters(rest, &URL) {
        rest = &rest[end..];
        if let Some(inside) = rest
            .trim_start_matches(crate::chars::is_space)
            .strip_prefix('(')
        {
            let length = inside.find(')').unwrap_or(inside.len());
            urls.extend(Some(&inside[..length]).filter(|url| !url.is_empty()));
        }
    }
    urls
}

/// The end of the first run of characters that matches letter by letter.
fn find_letters(text: &str, letters: &[&str]) -> Option<usize> {
    text.char_indices().find_map(|(start, _)| {
        let mut chars = text[start..].char_indices();
        let matches = letters
            .iter()
            .all(|forms| chars.next().is_some_and(|(_, c)| forms.contains(c)));
        matches.then(|| start + chars.offset())
    })
}

/// Each `/* … */` within a line becomes a space.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("/*") {
        let end = rest[start + 2..]
            .find("*/")
            .map(|length| start + 2 + length);
        match end.filter(|&end| !rest[start..end].contains('\n')) {
            Some(end) => {
                out.push_str(&rest[..start]);
                out.push(' ');
                rest = &rest[end + 2..];
            }
            None if end.is_none() => break,
            None => {
                out.push_str(&rest[..start + 2]);
                rest = &rest[start + 2..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Escapes of CSS become what they stand for; a control character becomes a space.
fn without_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let digits = rest
            .bytes()
            .take(6)
            .take_while(u8::is_ascii_hexdigit)
            .count();
        if digits > 0 {
            out.push_str(&decoded(&rest[..digits]));
            rest = &rest[digits..];
            rest = rest.strip_prefix(crate::chars::is_space).unwrap_or(rest);
            continue;
        }
        match rest.chars().next() {
            Some('\\') => {
                out.push_str("\\\\");
                rest = &rest[1..];
            }
            Some(c) if !"\r\n\u{c}'\"{};:()#*".contains(c) => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
            _ => out.push('\\'),
        }
    }
    out.push_str(rest);
    out
}

fn decoded(digits: &str) -> String {
    match u32::from_str_radix(digits, 16)
        .ok()
        .and_then(char::from_u32)
    {
        Some('\\') => "\\\\".to_owned(),
        Some(c) if c <= '\u{1f}' => " ".to_owned(),
        Some(c) => c.to_string(),
        None => "\u{fffd}".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations() {
        let schemes = ["http".to_owned(), "data".to_owned()];
        let origins = ["data:".to_owned()];
        let sanitizer = Sanitizer {
            safe_schemes: &schemes,
            safe_origins: &origins,
        };
        let check = |style: &str, want: &[&str]| {
            assert_eq!(sanitizer.safe_declarations(style), want, "{style}")
        };
        check(
            "background: #fff; color: #000",
            &["background: #fff", "color: #000"],
        );
        check(
            "background: url(javascript:alert(1)); color: #000",
            &["color: #000"],
        );
        check(
            "background: url(data:image/png;base64,x)",
            &["background: url(data:image/png"],
        );
        check(
            "width: e/**/xpression(alert(1))",
            &["width: e xpression(alert(1))"],
        );
        check("width: exp\\72 ession(x); width: \\65xpression(x)", &[]);
        check("position: static; position: fixed", &["position: static"]);
        check("margin: -1px; margin-left: 1px", &["margin-left: 1px"]);
        check("-moz-binding: url(x); no declaration; ;", &[]);
        check("background: U\u{280}L (http://x)", &[]);
        check("color: /* a\n */ red", &["color: /* a\n */ red"]);
    }
}
