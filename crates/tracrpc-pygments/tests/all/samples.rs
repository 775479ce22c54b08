//! The tokens of the samples are those that Pygments has for them: `tests/oracle/highlight-compare --write` wrote them.

use std::fs;
use std::path::Path;

use tracrpc_pygments::{Lexer, Page, prepare};

#[test]
fn samples_have_the_tokens_of_pygments() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        count += 1;
        let name = path.file_stem().unwrap().to_str().unwrap();
        let name = name.split('.').next().unwrap();
        let expected = fs::read_to_string(path.with_extension("tokens")).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let found = tokens(name, &text);
        if let Some((line, (a, b))) = (1..)
            .zip(expected.lines().zip(found.lines()))
            .find(|(_, (a, b))| a != b)
        {
            wrong.push(format!("{name}, token {line}: Pygments {a:?}, here {b:?}"));
        } else if expected != found {
            wrong.push(format!("{name}: more or fewer tokens than Pygments"));
        }
    }
    assert!(count > 60);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A line for each class and text, with escapes.
fn tokens(name: &str, text: &str) -> String {
    let lexer = Lexer::by_alias(name).unwrap_or_else(|| panic!("{name} is no lexer"));
    let text = prepare(text, &[]);
    let mut tokens: Vec<(&str, String)> = Vec::new();
    for (class, piece) in lexer.tokens(&text, &[], &Page::default()) {
        match tokens.last_mut() {
            Some((last, text)) if *last == class => text.push_str(piece),
            _ => tokens.push((class, piece.to_owned())),
        }
    }
    let escape = |text: &str| {
        text.replace('\\', "\\\\")
            .replace('\n', "\\n")
            .replace('\t', "\\t")
    };
    let lines = tokens
        .iter()
        .map(|(class, text)| format!("{class}\t{}\n", escape(text)));
    lines.collect()
}

#[test]
fn options_of_lexers() {
    let page = Page::default();
    let classes = |name: &str, text: &str, options: &[(&str, &str)]| -> Vec<&str> {
        let options: Vec<_> = options
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        let lexer = Lexer::by_alias(name).unwrap();
        lexer
            .tokens(text, &options, &page)
            .into_iter()
            .map(|(class, _)| class)
            .collect()
    };
    assert_eq!(classes("php", "strlen();\n", &[]), ["x"]);
    assert_eq!(
        classes("php", "strlen();\n", &[("startinline", "True")]),
        ["nb", "p", ""]
    );
    let both = [("startinline", "1"), ("funcnamehighlighting", "off")];
    assert_eq!(classes("php", "strlen();\n", &both), ["nx", "p", ""]);
    assert_eq!(classes("c", "uint8_t\n", &[]), ["kt", "w"]);
    assert_eq!(
        classes("c", "uint8_t\n", &[("c99highlighting", "no")]),
        ["n", "w"]
    );
    assert_eq!(
        classes("lua", "print\n", &[("func_name_highlighting", "0")]),
        ["n", "w"]
    );
    let accepts = |name: &str, option: &str, value: &str| {
        let options = [(option.to_owned(), value.to_owned())];
        Lexer::by_alias(name).unwrap().accepts(&options, &page)
    };
    assert!(accepts("php", "startinline", "OFF") && !accepts("php", "startinline", "maybe"));
    assert!(accepts("python", "startinline", "maybe"));
    assert!(!accepts("html+php", "startinline", "maybe"));
    assert!(accepts("c", "tabsize", " -4 ") && !accepts("c", "tabsize", "four"));
}
