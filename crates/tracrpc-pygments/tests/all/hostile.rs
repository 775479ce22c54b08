//! Whatever a text is: its tokens are all of it, and that takes bounded time and stack.

use std::thread;
use std::time::{Duration, Instant};

use tracrpc_pygments::{Lexer, Page};

/// What a worker may have left when a page is rendered.
const STACK: usize = 1 << 20;

/// The tokens of a text put together are the text.
fn check(lexer: Lexer, class: &str, text: &str, page: &Page) {
    let tokens = lexer.tokens(text, &[], page);
    let joined: String = tokens.iter().map(|(_, piece)| *piece).collect();
    assert!(
        joined == text,
        "{class} changes {:?}",
        &text[..text.len().min(80)]
    );
}

fn with_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new()
        .stack_size(STACK)
        .spawn(test)
        .expect("a thread starts");
    thread.join().expect("it ends well");
}

/// Lines of a text of many languages, in an order that depends on a number.
fn shuffled(mut seed: u64) -> String {
    let text = include_str!("../samples/odd.in");
    let mut lines: Vec<&str> = text.lines().collect();
    for index in (1..lines.len()).rev() {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from(seed >> 33).unwrap_or(0) % (index + 1);
        lines.swap(index, other);
    }
    lines.join("\n") + "\n"
}

#[test]
fn all_lexers_keep_all_of_a_text() {
    with_small_stack(|| {
        let mut count = 0;
        for (lexer, class, _) in Lexer::all() {
            count += 1;
            for text in ["", "\n", "a", "é\u{a0}\u{2028}x\n", "\r\n\0\t "] {
                check(lexer, class, text, &Page::default());
            }
            for seed in 0..3 {
                check(lexer, class, &shuffled(seed), &Page::default());
            }
        }
        assert!(count > 560, "{count} lexers");
    });
}

#[test]
fn all_lexers_are_bounded() {
    let start = Instant::now();
    with_small_stack(|| {
        for (lexer, class, _) in Lexer::all() {
            for pattern in [
                "(", "\"\\", "<a ", "{{", "/*", "$", "a b", "\n ", "<?", "[[",
            ] {
                check(
                    lexer,
                    class,
                    &pattern.repeat(600 / pattern.len()),
                    &Page::default(),
                );
            }
        }
    });
    assert!(start.elapsed() < Duration::from_secs(600));
}

/// A megabyte whose matches could leave a trail a byte.
#[test]
fn long_strings_are_bounded() {
    for (name, pattern) in [
        ("go", "\"\\a"),
        ("js", "'a"),
        ("java", "\"\\\"\"\""),
        ("perl6", "q(("),
        ("haxe", "#if {"),
    ] {
        let lexer = Lexer::by_alias(name).unwrap();
        let start = Instant::now();
        check(
            lexer,
            name,
            &pattern.repeat((1 << 20) / pattern.len()),
            &Page::default(),
        );
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{name}: {:?}",
            start.elapsed()
        );
    }
}

#[test]
fn blocks_of_a_page_share_its_steps() {
    let page = Page::default();
    let myghty = Lexer::by_alias("myghty").unwrap();
    let python = Lexer::by_alias("python").unwrap();
    // Three times `anything, up to`: the time grows with the third power.
    let hostile = "<%def ".repeat(2000) + &">".repeat(2000);
    assert_eq!(
        python.tokens("if\n", &[], &page).first(),
        Some(&("k", "if"))
    );
    let start = Instant::now();
    for _ in 0..20 {
        check(myghty, "myghty", &hostile, &page);
    }
    assert!(
        start.elapsed() < Duration::from_secs(120),
        "{:?}",
        start.elapsed()
    );
    // What is short still has some.
    assert_eq!(
        python.tokens("if\n", &[], &page).first(),
        Some(&("k", "if"))
    );
}

#[test]
fn lexers_within_lexers_end() {
    with_small_stack(|| {
        for (name, open) in [
            ("ruby", "x = <<A + \"#{"),
            ("md", "```md\n"),
            ("groovy", "\"${"),
            ("haxe", "#if "),
            ("rst", ".. code:: rst\n\n  "),
        ] {
            let lexer = Lexer::by_alias(name).unwrap();
            check(lexer, name, &open.repeat(2000), &Page::default());
        }
    });
}
