//! Source code in any language: its tokens are all of the text, and it ends.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tracrpc_pygments::{Lexer, Page, prepare};

fuzz_target!(|input: (u16, &str)| {
    let (number, text) = input;
    let lexers: Vec<Lexer> = Lexer::all().map(|(lexer, _, _)| lexer).collect();
    let Some(lexer) = lexers.get(usize::from(number) % lexers.len()) else {
        return;
    };
    let text = prepare(text, &[]);
    let tokens = lexer.tokens(&text, &[], &Page::default());
    let joined: String = tokens.iter().map(|(_, piece)| *piece).collect();
    assert_eq!(joined, text);
});
