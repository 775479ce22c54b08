//! Lexes texts: each line of the input is `name TAB path`, and each line of the output has the microseconds that it
//! took, and the tokens of the file: `class|length in characters`, with tabs between. Without input it prints
//! the names of all lexers.

use std::io::{BufWriter, Write, stdin, stdout};
use std::time::Instant;

use tracrpc_pygments::{Lexer, Page, prepare};

fn main() -> std::io::Result<()> {
    let mut out = BufWriter::new(stdout().lock());
    let lines: Vec<String> = stdin().lines().collect::<Result<_, _>>()?;
    if lines.is_empty() {
        for (_, class, names) in Lexer::all() {
            writeln!(out, "{class} {}", names.join(" "))?;
        }
    }
    for line in lines {
        let (name, path) = line.split_once('\t').unwrap_or((&line, ""));
        let Some(lexer) = Lexer::by_alias(name) else {
            writeln!(out, "none")?;
            continue;
        };
        let text = std::fs::read_to_string(path)?;
        let text = prepare(&text, &[]);
        let start = Instant::now();
        let tokens = lexer.tokens(&text, &[], &Page::default());
        write!(out, "{}", start.elapsed().as_micros())?;
        for (class, piece) in tokens {
            write!(out, "\t{class}|{}", piece.chars().count())?;
        }
        writeln!(out)?;
    }
    Ok(())
}
