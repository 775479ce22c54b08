//! Every list that a text can make long takes time that grows with its length, and no faster.
//!
//! Each case is a text of so many items. What a megabyte of it takes would tell too, but only of
//! what is badly quadratic; here four times the items must not take ten times as long.

use tracrpc_wiki::{
    Context, OutlineOptions, Resource, Settings, render_html, render_oneliner, render_outline,
    render_text,
};

#[path = "../../../tracrpc-testing/src/linear.rs"]
mod measure;

use measure::check_linear;

/// How many items the shorter text has.
const ITEMS: usize = 4_000;

/// A text from its start, an item for each number, and its end.
fn text(start: &str, items: usize, item: impl Fn(usize) -> String, end: &str) -> String {
    let items: String = (0..items).map(item).collect();
    [start, &items, end].concat()
}

fn check(name: &str, make: impl Fn(usize) -> String) {
    let mut context = Context::plain();
    context.resource = Some(Resource::wiki("A/B"));
    check_linear(name, ITEMS, |items| render_html(&make(items), &context));
}

/// Checks a list with names or values that are all alike, and with such that all differ.
fn check_list(name: &str, start: &str, item: &str, end: &str) {
    check(&format!("{name}, alike"), |items| {
        text(start, items, |_| item.replace('#', ""), end)
    });
    check(&format!("{name}, all different"), |items| {
        text(start, items, |n| item.replace('#', &n.to_string()), end)
    });
}

#[test]
fn parameters_of_processors() {
    for name in [
        "div",
        "span",
        "table",
        "tr",
        "td",
        "th",
        "rtl",
        "html",
        "comment",
        "python",
        "diff",
        "xml",
        "go",
        "default",
        "Image",
        "TicketQuery",
        "Workflow",
        "unknown",
        "text/plain",
    ] {
        let start = format!("{{{{{{#!{name}");
        let end = "\n||a||\n}}}";
        check_list(name, &start, " a#=b", end);
        check_list(name, &start, " data-a#=\"b\"", end);
        check_list(name, &start, " a#", end);
        check_list(name, &start, " -a#", end);
        check_list(name, &format!("{start} lineno marks="), "#,", end);
        check_list(name, &format!("{start} lineno marks="), "#-#,", end);
        check_list(name, &format!("{start} class=\""), "a# ", "\"\na\n}}}");
        check_list(
            name,
            &format!("{start} style=\""),
            "color#: red;",
            "\"\na\n}}}",
        );
        check_list(
            name,
            &format!("{start} style=\""),
            "\\61 url(#",
            "\"\na\n}}}",
        );
    }
}

#[test]
fn parameters_of_rows_and_cells() {
    check_list("row", "||a||\n|-", " a#=b", "\n||b||\n");
    check_list("row", "||a||\n|-", " class=\"a#\"", "\n||b||\n");
    check_list("rows", "", "|- a#=b\n||b||\n", "");
    check_list("spans", "||", "a#||||||", "\n");
    check_list("one span", "", "||", "a||\n");
    check_list("aligned cells", "||", "  a#  ||", "\n");
    check_list("cells that go on", "||", "a#||\\\n||", "\n");
    check_list(
        "table of cells",
        "{{{#!table\n",
        "{{{#!td a#=b\nc\n}}}\n",
        "}}}\n",
    );
    check_list(
        "rows of rows",
        "{{{#!table\n",
        "{{{#!tr a#=b\n||c||\n}}}\n",
        "}}}\n",
    );
}

#[test]
fn arguments_of_macros() {
    for name in [
        "span",
        "Span",
        "CommitTicketReference",
        "Image",
        "InterTrac",
        "InterWiki",
        "KnownMimeTypes",
        "MacroList",
        "PageOutline",
        "RecentChanges",
        "RepositoryIndex",
        "SubscriberList",
        "TicketQuery",
        "TitleIndex",
        "TracAdminHelp",
        "TracGuideToc",
        "TracIni",
        "Workflow",
        "br",
        "Unknown",
        "html",
        "div",
    ] {
        let start = format!("[[{name}(");
        for item in [
            "a#,",
            "a#=b,",
            "or,",
            "or,a#=b,",
            "id=#,",
            "id=#-#\\,",
            "a#\\,",
            "a#:",
            "col=a#,",
            "a#=b|",
            "a#&",
            "a#=b&",
            "1-",
            "#px,",
            "\"a#\",",
            "link=a#,",
            "include=*a#*:",
            "*",
        ] {
            check_list(&format!("{name}: {item}"), &start, item, "x)]]");
        }
        check_list(
            &format!("many {name}"),
            "",
            &format!("[[{name}(a#)]]\n"),
            "",
        );
    }
}

#[test]
fn many_outlines() {
    for arguments in ["", "1-#", "2,title #", "1-6,,inline"] {
        let call = format!("[[PageOutline({arguments})]]\n");
        check_list(&call, "= a heading\n", &call, "= another\n");
        let block = format!("{{{{{{#!div\n{call}}}}}}}\n");
        check_list(&block, "= a heading\n", &block, "= another\n");
    }
}

#[test]
fn attributes_and_styles_of_html() {
    let blocks = [("{{{#!html\n", "\n}}}"), ("{{{\n#!html\n", "\n}}}")];
    for (start, end) in blocks {
        let tag = |inside: &str| format!("{start}<p{inside}");
        check_list("attributes", &tag(" "), "a#=b ", &format!(">x</p>{end}"));
        check_list("titles", &tag(" "), "title='a#' ", &format!(">x</p>{end}"));
        check_list("no values", &tag(" "), "a# ", &format!(">x</p>{end}"));
        let style = tag(" style=\"");
        for item in [
            "color: a#;",
            "a#: b;",
            "a#",
            "/* a# */",
            "\\61 a#",
            "background: url(a#);",
            "url(#",
            "expression(#",
            "color: \\",
        ] {
            check_list(item, &style, item, &format!("\">x</p>{end}"));
        }
        for item in [
            "<b>a#",
            "<b a#=c>d</b>",
            "</b#>",
            "&a#;",
            "&#",
            "<!-- a# -->",
            "<!--",
            "<![if a#]>",
            "<a#",
            "<script>a#</script>",
            "<style>a#",
            "<a href='#",
            "<a href='#'>",
            "<a href='x:#'>",
            "<img src='//h#/'>",
            "<?a#",
            "<!a#",
        ] {
            check_list(item, start, item, end);
        }
    }
}

#[test]
fn headings() {
    check_list("headings", "", "= a# =\n", "");
    check_list("headings with anchors", "", "= a = #b#\n", "");
    check_list("headings of all depths", "", "= a\n== a#\n=== a\n", "");
    check_list("outline", "[[PageOutline]]\n", "= a# =\n", "");
    check("anchors that are numbers of others", |items| {
        text("", items / 2, |n| format!("= a{n} =\n= a =\n"), "")
    });
    check_list("anchors", "", "[=#a# b]", "");
    check_list("numbered blocks", "", "{{{#!python lineno=1\na#\n}}}\n", "");
    check_list(
        "numbered blocks with names",
        "",
        "{{{#!sh lineno=1 id=a#\na\n}}}\n",
        "",
    );
}

#[test]
fn lists_quotes_and_terms() {
    for (name, item) in [
        ("bullets", " * a#\n"),
        ("numbers", " 1. a#\n"),
        ("ordinals", " #. a\n"),
        ("terms", " a#:: b\n"),
        ("a term", " a#"),
        ("bullets that go on", " * a#\n   b\n"),
        ("two depths", " * a\n  * b#\n"),
        ("kinds that change", " * a#\n 1. b\n"),
        ("quotes", "  a#\n\n"),
        ("quotes of two depths", "  a#\n    b\n"),
        ("citations", "> a#\n"),
        ("citations of two depths", "> a#\n>> b\n"),
        ("citations in lists", " * a\n> b#\n"),
        ("styles", "'''a#''b"),
        ("styles that cross", "'''a''b'''#''"),
        ("blocks", "{{{\na#\n}}}\n"),
        ("blocks in items", " * {{{\n   a#\n   }}}\n"),
        ("paragraphs", "a#\n\n"),
        ("rulers", "----\n"),
    ] {
        check_list(name, "", item, "\n");
    }
    // As many characters as items: the depths are the square root of it.
    check("depths", |items| {
        let depth = (2 * items).isqrt();
        text("", depth, |n| format!("{}* a\n", " ".repeat(n)), "")
    });
    check("depths of quotes", |items| {
        let depth = (2 * items).isqrt();
        text("", depth, |n| format!("{}a\n", " ".repeat(n)), "")
    });
    check("marks of citations", |items| {
        let depth = (2 * items).isqrt();
        text("", depth, |n| format!("{} a\n", ">".repeat(n)), "")
    });
    check("a deep citation", |items| {
        format!("{} a\n", ">".repeat(items))
    });
    check("a deep list", |items| {
        format!("{}* a\n * b", " ".repeat(items))
    });
}

#[test]
fn links() {
    for item in [
        "wiki:a#|",
        "[wiki:a#|b#]",
        "[[a#|b]]",
        "[[a",
        "[[a#|",
        "WikiName#|",
        "#1#,",
        "ticket:1",
        "1#,",
        "comment:1:ticket:#",
        "attachment:a#:ticket:1",
        "diff:a#//b",
        "log:a@#:",
        "r1:#,",
        "query:a#=b&",
        "query:?a#=b&",
        "query:a#=b|c&or&",
        "search:a# ",
        "report:1?a#=b&",
        "milestone:a#",
        "source:a#/",
        "export:@#/",
        "timeline:2008-01-#",
        "a#@b.org ",
        "mailto:a#",
        "MeatBall:a#:",
        "T#:",
        "{1}",
        "[#]",
        "http://a#|",
        "<http://a#>",
        "./a#",
        "../a#",
        "[/a# b]",
        "htdocs:a#/",
        "intertrac:#1:",
    ] {
        check_list(&format!("{item} in a line"), "", item, "\n");
        check_list(&format!("{item} in lines"), "", &format!("{item}\n"), "");
    }
    for start in [
        "ticket:",
        "#",
        "log:a@",
        "r",
        "query:",
        "query:?",
        "report:1?",
        "wiki:a?",
        "diff:",
        "[",
        "{",
        "[[query:",
        "search:?",
        "source:a?",
        "milestone:a?",
        "MeatBall:",
    ] {
        for item in [
            "1#,", "#-#,", "a#=b&", "or&", "a#=b&or&", "a#=c|", "#:", "/a#", "../", "$1",
        ] {
            check_list(&format!("{start}{item}"), start, item, "\n");
        }
    }
}

#[test]
fn source_code_by_lines() {
    for language in [
        "python",
        "c",
        "java",
        "js",
        "json",
        "sh",
        "sql",
        "css",
        "ini",
        "yaml",
        "html",
        "xml",
        "console",
        "pycon",
        "pytb",
        "diff",
        "text/plain",
        "default",
        "mysterious",
    ] {
        for item in [
            "a#\n",
            "a# ",
            "\"a#\n",
            "'''a#",
            "/*#",
            "#\n",
            "--- a#\n+++ b\n@@ -1 +1 @@\n-a\n+b\n",
            "Index: a#\n",
            "<a# b=c>",
            "{#",
            "[#",
            "(#",
            ": #\n",
            "  - a#\n",
            "$ a#\n",
            ">>> a#\n",
            "\n",
            "&a#: *b\n",
            "<<a#\n",
            "@@ -1 +# @@\n",
            " a#\n",
            "import a#, ",
        ] {
            check_list(
                &format!("{language}: {item:?}"),
                &format!("{{{{{{#!{language}\n"),
                item,
                "\n}}}\n",
            );
        }
    }
}

/// The maps of a site are as long as its `InterMapTxt` page.
#[test]
fn maps_of_a_site() {
    let page = |items: usize, unit: &str| {
        let line = |n: usize| {
            format!(
                "{} http://h{n}/$1/$2 # {unit}\n",
                unit.replace('#', &n.to_string())
            )
        };
        format!("----\n{}----\n", (0..items).map(line).collect::<String>())
    };
    for unit in ["A#", "A"] {
        check_linear(format!("InterMapTxt: {unit}"), ITEMS, |items| {
            let mut settings = Settings::default();
            settings.interwiki.read_page(&page(items, unit));
            let mut context = Context::plain();
            context.settings = &settings;
            let text = text("[[InterWiki]] ", items, |n| format!("A{n}:b:c "), "");
            render_html(&text, &context)
        });
    }
}

#[test]
fn other_renderings() {
    let context = Context::plain();
    for item in [
        "= a# =\n",
        "[[span(a#=b)]]",
        "{{{#!div a#=b\nc\n}}}\n",
        "a# ",
        "&a#; ",
        "<a#>",
        "||a#||\n",
        "[[PageOutline(a#)]]\n",
    ] {
        let make = |items| text("", items, |n| item.replace('#', &n.to_string()), "");
        check_linear(item, ITEMS, |items| render_oneliner(&make(items), &context));
        check_linear(item, ITEMS, |items| render_text(&make(items), &context));
        check_linear(item, ITEMS, |items| {
            render_outline(&make(items), &context, &OutlineOptions::default())
        });
    }
}
