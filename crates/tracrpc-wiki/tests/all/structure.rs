//! Texts put together at random: the HTML is well formed, and nothing comes through unescaped.

use tracrpc_wiki::{Context, Resource, render_html, render_oneliner};

use crate::oracle;

const PIECES: [&str; 84] = [
    "''",
    "'''",
    "'''''",
    "**",
    "//",
    "__",
    "~~",
    ",,",
    "^",
    "`",
    "{{{",
    "}}}",
    "!",
    "\\\\",
    "||",
    "||=",
    "=||",
    "||||",
    "|-",
    "|- class=x",
    "----",
    "= ",
    "== ",
    " =",
    "#",
    "#1",
    "#1,2",
    "{1}",
    "[1]",
    "[1:3]",
    "r1:3",
    "WikiStart",
    "Sub/Page",
    "../Page",
    "[WikiStart ",
    "[wiki:",
    "wiki:\"",
    "]",
    "[[",
    "]]",
    "[[BR]]",
    "[[span(",
    "[[div(",
    ")]]",
    "[\"",
    "\"",
    "'",
    "<",
    ">",
    "&",
    "&lt;",
    "<script>",
    "\" onclick=\"x",
    "http://x.org/",
    "[http://x.org ",
    "javascript:x",
    "[javascript:x ",
    "[[javascript:x|",
    "mailto:a@b.com",
    "[mailto:a@b.com <b>",
    "a@b.com",
    "[=#x",
    "[=#x <i>",
    "::",
    " a:: ",
    " * ",
    "   - ",
    " 1. ",
    " a. ",
    "  ",
    "> ",
    ">>",
    "\n",
    "\n\n",
    "\n{{{\n",
    "\n}}}\n",
    "{{{#!div style=\"color: \\22 onclick=x\"\n",
    "{{{#!td\n",
    "{{{#!tr\n",
    "{{{#!table\n",
    "{{{#!span class=\"<\"\n",
    "\t",
    "é",
    " x ",
];

/// A small generator of numbers, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap_or(0)
    }

    fn text(&mut self) -> String {
        let count = 1 + self.below(24);
        (0..count)
            .map(|_| PIECES[self.below(PIECES.len())])
            .collect()
    }
}

#[test]
fn random_texts_are_well_formed() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut context = Context::plain();
    context.resource = Some(Resource::wiki("Sub/Page"));
    for _ in 0..30_000 {
        let text = random.text();
        for html in [
            render_html(&text, &context),
            render_oneliner(&text, &context),
        ] {
            if let Err(error) = oracle::check_text(&text, &html) {
                panic!("{error}\n--- text\n{text}\n--- html\n{html}\n--- as a literal\n{text:?}");
            }
        }
    }
}

#[test]
fn the_oracle_sees_what_is_wrong() {
    for html in [
        "<p>",
        "</p>",
        "<script></script>",
        "<a href=\"javascript:x\">a</a>",
        "<a onclick=\"x\"></a>",
        "a > b",
        "<b",
        "<p class=x></p>",
    ] {
        assert!(oracle::check(html, true).is_err(), "{html}");
    }
    assert_eq!(
        oracle::check("<p>\n<a class=\"x\" href=\"y\">&lt;</a><br />\n</p>", true),
        Ok(())
    );
}
