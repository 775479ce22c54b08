//! Renders wiki texts for `tests/oracle/wiki-compare`.
//!
//! usage: render_check ENVIRONMENT
//!
//! Reads groups of four texts from standard input, each ended by a NUL
//! character: a user, `html`, `oneliner` or `outline`, what the text belongs
//! to (`realm:id`, or nothing), and the text. Writes the HTML of each, ended
//! in the same way, or `! ` and the error.

use std::io::{Read, Write};

use tracrpc_env::Resource;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("usage: render_check ENVIRONMENT")?;
    let env = tracrpc_site::open(path)?;
    let config = env.config();
    let base_url = config.get("trac", "base_url").unwrap_or_default();
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let texts: Vec<_> = input.split_terminator('\0').collect();
    let mut output = std::io::stdout().lock();
    for case in texts.chunks_exact(4) {
        let actor = env.actor(case[0], base_url);
        let about = case[2].split_once(':');
        let about = about.map(|(realm, id)| Resource::new(realm.to_owned(), id));
        let rendered = match case[1] {
            "oneliner" => tracrpc_markup::to_oneliner(&actor, case[3], about.as_ref()),
            "outline" => tracrpc_markup::to_outline(&actor, case[3], about.as_ref()),
            _ => tracrpc_markup::to_html(&actor, case[3], about.as_ref()),
        };
        match rendered {
            Ok(html) => write!(output, "{html}\0")?,
            Err(error) => write!(output, "! {error}\0")?,
        }
    }
    Ok(())
}
