//! Shows source code in colours: `highlight NAME FILE …`, each with a NUL behind it. Alone it says which of
//! the names in the lines of its input mean a language that has colours.

use tracrpc_wiki::highlight::{Language, Options, Patience};

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.is_empty() {
        for name in std::io::stdin().lines() {
            let name = name?;
            if Language::find(&name).is_some_and(|language| language.has_colours()) {
                println!("{name}");
            }
        }
    }
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
