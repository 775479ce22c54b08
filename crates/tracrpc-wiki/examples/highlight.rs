//! Shows source code in colours: `highlight NAME FILE …`, each with a NUL behind it.

use tracrpc_wiki::highlight::{Language, Options, Patience};

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    for pair in arguments.chunks_exact(2) {
        let text = std::fs::read_to_string(&pair[1])?;
        let language = Language::find(&pair[0]);
        let html = language.map_or_else(String::new, |l| {
            l.render(&text, &Options::default(), &Patience::default())
        });
        print!("{html}\0");
    }
    Ok(())
}
