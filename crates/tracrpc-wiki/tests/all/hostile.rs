//! Any input takes linear time and bounded stack: a megabyte of what could be expensive.

use std::time::{Duration, Instant};

use tracrpc_wiki::{
    Context, OutlineOptions, Resource, Settings, render_html, render_oneliner, render_outline,
    render_text,
};

use crate::oracle;

const SIZE: usize = 1 << 20;
/// Quadratic time would take minutes, linear time is a second or two even on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);

fn check(name: &str, text: &str) {
    let mut context = Context::plain();
    context.resource = Some(Resource::wiki("A/B/C"));
    let started = Instant::now();
    let html = render_html(text, &context);
    assert!(
        started.elapsed() < LIMIT,
        "{name}: {:?} for {} bytes",
        started.elapsed(),
        text.len()
    );
    assert!(html.len() < 400 * text.len(), "{name}: output explodes");
}

/// Repeats a pattern up to a megabyte: in one line, then with a line for each.
fn check_repeated(pattern: &str) {
    check(pattern, &pattern.repeat(SIZE / pattern.len()));
    let lines = format!("{pattern}\n").repeat(SIZE / 4 / (pattern.len() + 1));
    check(pattern, &lines);
    let started = Instant::now();
    let context = Context::plain();
    render_oneliner(&lines, &context);
    render_outline(&lines, &context, &OutlineOptions::default());
    assert!(
        started.elapsed() < LIMIT,
        "{pattern}: {:?} for {} bytes",
        started.elapsed(),
        lines.len()
    );
}

#[test]
fn repeated_marks() {
    for pattern in [
        "'", "''''' ", "**", "//", "__x", "~~", ",,", "^", "`", "{{{", "}}}", "!", "\\\\", "|",
        "||", "= ", "==",
    ] {
        check_repeated(pattern);
    }
}

#[test]
fn repeated_brackets() {
    for pattern in [
        "[",
        "]",
        "[[",
        "[wiki:",
        "[wiki:a ",
        "[\"",
        "['a",
        "[=#a ",
        "((((",
        "[/",
        "[..",
        "[1",
        "[1:",
        "[aaaaaaaa",
        "{",
        "{1",
    ] {
        check_repeated(pattern);
    }
}

#[test]
fn repeated_links() {
    for pattern in [
        "a:",
        "a:\"",
        "a:b:'",
        "wiki:\"",
        "<a:",
        "a@",
        "a@b",
        "a@b.",
        "a.b",
        "#",
        "#a",
        "#1,",
        "r1:",
        "r1,",
        "WikiStart",
        "FooBar/",
        "FooBar#a:",
        "FooBar@1",
        "../",
        "./",
        ".",
        "/",
        "Ab",
        "A",
        "http://",
        "http://a|",
        "a:b(((",
        "mailto:",
        "http://x.org/ ",
    ] {
        check_repeated(pattern);
    }
}

#[test]
fn repeated_blocks() {
    for pattern in [
        "||a!||",
        "||a ",
        "a:!||",
        "|-",
        "|-a=",
        "|-a=\"",
        "  ",
        " \t",
        " *",
        " * a ",
        " 1. ",
        "> ",
        ">",
        " a::",
        " `a`:",
        "= a =",
        "----",
        "{{{\n",
        "{{{#!div\n",
        "{{{#!td\n",
        "{{{#!div\n}}}\n",
        "&",
        "<",
        "é",
        "\u{2028}",
        "\u{a0}",
        "\u{3000}|",
    ] {
        check_repeated(pattern);
    }
}

#[test]
fn repeated_macros_and_words() {
    for pattern in [
        "[[span(",
        "[[Image(a,",
        "[[TitleIndex(",
        "[[a|",
        "[[a:\"",
        ",,^^",
        "&amp;",
        "WikiStartPage",
        "Ab/",
        "[\" \"]",
        "|-a='",
    ] {
        check(pattern, &pattern.repeat(SIZE / pattern.len()));
    }
    check(
        "a long word",
        &format!("A{}B{}", "b".repeat(SIZE / 2), "a".repeat(SIZE / 2)),
    );
}

/// Fails if a text becomes more than so many megabytes.
fn check_output(name: &str, text: &str, context: &Context<'_>, megabytes: usize) {
    let started = Instant::now();
    let html = render_html(text, context);
    assert!(started.elapsed() < LIMIT, "{name}: {:?}", started.elapsed());
    assert!(html.len() < megabytes << 20, "{name}: {} bytes", html.len());
}

#[test]
fn macros_fill_a_page_and_no_more() {
    let plain = Context::plain();
    for name in [
        "MacroList",
        "KnownMimeTypes",
        "InterTrac",
        "TracAdminHelp",
        "MacroList(*)",
    ] {
        check_output(name, &format!("[[{name}]]\n").repeat(SIZE / 16), &plain, 64);
    }
    let headings = "= a heading\n".repeat(SIZE / 32);
    let outlines = "[[PageOutline]]\n".repeat(SIZE / 32);
    check_output("outlines", &format!("{headings}{outlines}"), &plain, 64);
    let nested = "{{{#!div\n[[MacroList]]\n}}}\n".repeat(SIZE / 32);
    check_output("in blocks", &nested, &plain, 64);
}

#[test]
fn prefixes_of_other_sites_fill_a_page_and_no_more() {
    let arguments = "$1".repeat(SIZE / 8);
    let long = "x".repeat(SIZE / 8);
    let mut settings = Settings::default();
    settings.interwiki.read_page(&format!(
        "----\nA http://a/{arguments}\nB http://b/{long}\nC http://c/ # {arguments}\n----\n"
    ));
    let mut context = Context::plain();
    context.settings = &settings;
    let word = "y".repeat(SIZE / 4);
    for prefix in ["A", "B", "C"] {
        check_output(prefix, &format!("{prefix}:{word}"), &context, 8);
        check_output(prefix, &format!("[[Image({prefix}:{word})]]"), &context, 8);
        check_output(
            prefix,
            &format!("{prefix}:y ").repeat(SIZE / 4),
            &context,
            128,
        );
        check_output(
            prefix,
            &format!("[[Image({prefix}:y)]] ").repeat(SIZE / 16),
            &context,
            128,
        );
    }
    let html = render_html("C:y", &context);
    assert!(html.contains("<a class=\"ext-link\""), "{}", &html[..99]);
}

#[test]
fn hostile_html() {
    for pattern in [
        "<b>",
        "<b",
        "</b>",
        "<!--",
        "<![CDATA[",
        "&lt",
        "<a href='",
        "<p style=\"a:b;",
        "<p style=\"/*",
        "<p style=\"\\75",
    ] {
        let html = pattern.repeat(SIZE / 4 / pattern.len());
        check(pattern, &format!("{{{{{{#!html\n{html}\n}}}}}}"));
    }
    let style = "a:b;".repeat(SIZE / 16);
    check("styles", &format!("{{{{{{#!div style=\"{style}\"\n}}}}}}"));
    check("cells", &"{{{#!td style=\"a:b\"\n}}}\n".repeat(SIZE / 64));
}

#[test]
fn deep_lists() {
    let items: Vec<String> = (0..1400)
        .map(|depth| format!("{}* a\n", " ".repeat(depth)))
        .collect();
    check("lists", &items.concat());
    let reversed: Vec<String> = items.iter().rev().cloned().collect();
    check("lists, deepest first", &reversed.concat());
    let items: String = (0..10_000)
        .map(|depth| format!("{}1. a\n", " ".repeat(depth % 100)))
        .collect();
    check("saw", &items);
}

#[test]
fn ten_thousand_deep() {
    let lists: String = (0..10_000)
        .map(|depth| format!("{}* a\n", " ".repeat(depth)))
        .collect();
    let started = Instant::now();
    let html = render_html(&lists, &Context::plain());
    assert_eq!(html.matches("<ul>").count(), html.matches("</ul>").count());
    assert!(started.elapsed() < LIMIT);
    check("quotes", &format!("{} a\n", ">".repeat(10_000)).repeat(20));
    check(
        "quotes by indentation",
        &(0..1400)
            .map(|depth| format!("{}a\n", " ".repeat(depth)))
            .collect::<String>(),
    );
    check(
        "blocks",
        &format!("{}{}", "{{{#!div\n".repeat(10_000), "}}}\n".repeat(10_000)),
    );
    check(
        "cells",
        &format!("{}{}", "{{{#!td\n".repeat(10_000), "}}}\n".repeat(10_000)),
    );
    check("spans", &"[[span(".repeat(10_000));
}

#[test]
fn plain_text_is_linear_too() {
    for pattern in ["<", "&", "&amp;", "= a\n", "* '''b\n"] {
        let started = Instant::now();
        let text = render_text(&pattern.repeat(SIZE / 4 / pattern.len()), &Context::plain());
        assert!(started.elapsed() < LIMIT, "{pattern}");
        assert!(text.len() <= SIZE, "{pattern}");
    }
}

/// Renders a block of source code, and nothing of it comes through unescaped.
fn check_code(language: &str, pattern: &str, code: &str) {
    let name = format!("{language}: {pattern:?}");
    let code = code.replace("}}}", "");
    let text = format!("{{{{{{#!{language}\n{code}\n}}}}}}");
    let started = Instant::now();
    let html = render_html(&text, &Context::plain());
    assert!(started.elapsed() < LIMIT, "{name}: {:?}", started.elapsed());
    assert_eq!(oracle::check(&html, true), Ok(()), "{name}");
}

#[test]
fn source_code_is_bounded_too() {
    for language in [
        "python",
        "c",
        "c++",
        "java",
        "js",
        "json",
        "sh",
        "sql",
        "css",
        "ini",
        "yaml",
        "application/xhtml+xml",
        "xml",
        "console",
        "pycon",
        "pytb",
    ] {
        for pattern in [
            "\"", "\"\\", "'''", "f'{", "{a[", "\\N{", "/*", "#", "\n", " \n", "a.", "= \"",
            "import ", "$", "a b(", "<a b=\"", "<script>", "&", "<<a", "\\", ">>> ", "(", "[[",
        ] {
            check_code(
                language,
                pattern,
                &pattern.repeat(SIZE / 16 / pattern.len()),
            );
        }
    }
}

#[test]
fn a_megabyte_of_source_code() {
    for language in ["python", "cpp", "go"] {
        for pattern in ["\"\\(", "a\n"] {
            check_code(language, pattern, &pattern.repeat(SIZE / pattern.len()));
        }
    }
}

#[test]
fn patterns_are_bounded() {
    for language in ["go", "php", "ruby", "perl"] {
        for pattern in ["\"\\", "(", "<", "a ", "$", "/*"] {
            let line = pattern.repeat(900 / pattern.len());
            check_code(language, pattern, &format!("{line}\n").repeat(20));
        }
    }
}
