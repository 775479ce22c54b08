//! The documentation of methods and protocols as HTML.
//!
//! It is written for this program, in the few elements of Trac's wiki markup
//! that read well as plain text too: paragraphs, lists, `code`, code blocks.

/// The HTML of `source`: paragraphs, lists of ` * items`, and blocks between
/// lines of `{{{` and `}}}`.
pub(super) fn blocks(source: &str) -> String {
    let mut html = String::new();
    let mut lines = source.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim() == "{{{" {
            let code: Vec<&str> = lines
                .by_ref()
                .take_while(|line| line.trim() != "}}}")
                .collect();
            html.push_str(&format!("<pre>{}</pre>\n", escape(&code.join("\n"))));
        } else if let Some(first) = item(line) {
            html.push_str(&format!("<ul>\n<li>{}", inline(first)));
            while let Some(line) = lines.next_if(|line| line.starts_with(' ')) {
                match item(line) {
                    Some(next) => html.push_str(&format!("</li>\n<li>{}", inline(next))),
                    None => html.push_str(&format!(" {}", inline(line.trim()))),
                }
            }
            html.push_str("</li>\n</ul>\n");
        } else if !line.trim().is_empty() {
            let mut paragraph = vec![line.trim()];
            while let Some(line) = lines.next_if(|line| {
                !line.trim().is_empty() && line.trim() != "{{{" && item(line).is_none()
            }) {
                paragraph.push(line.trim());
            }
            html.push_str(&format!("<p>{}</p>\n", inline(&paragraph.join(" "))));
        }
    }
    html
}

fn item(line: &str) -> Option<&str> {
    line.strip_prefix(' ')?
        .trim_start()
        .strip_prefix("* ")
        .map(str::trim)
}

/// Text with `code` between backticks.
fn inline(text: &str) -> String {
    let mut html = String::new();
    for (index, part) in text.split('`').enumerate() {
        match index % 2 {
            0 => html.push_str(&escape(part)),
            _ => html.push_str(&format!("<code>{}</code>", escape(part))),
        }
    }
    html
}

/// Text as it stands between tags and in attributes.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_becomes_html() {
        let check = |source: &str, expected: &str| assert_eq!(blocks(source), expected, "{source}");
        check("", "");
        check("One\ntwo.\n\nThree.", "<p>One two.</p>\n<p>Three.</p>\n");
        check(
            "A `<b>` & \"c\"",
            "<p>A <code>&lt;b&gt;</code> &amp; &quot;c&quot;</p>\n",
        );
        check(
            "Sent by\n{{{\ncurl <x>\n  y\n}}}\nEnd",
            "<p>Sent by</p>\n<pre>curl &lt;x&gt;\n  y</pre>\n<p>End</p>\n",
        );
        check(
            "Of\n * one\n   more\n * two\nEnd",
            "<p>Of</p>\n<ul>\n<li>one more</li>\n<li>two</li>\n</ul>\n<p>End</p>\n",
        );
        check("{{{\nno end", "<pre>no end</pre>\n");
    }
}
