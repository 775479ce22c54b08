//! Answers ticket queries for `tests/oracle/query-compare`.
//!
//! usage: query_check ENVIRONMENT
//!
//! Reads pairs of a user and a query from standard input, each text ended by
//! a NUL character; writes an answer to each, ended in the same way: the
//! numbers of the tickets, or `! ` and the error.

use std::io::{Read, Write};

use tracrpc_tickets::query;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("usage: query_check ENVIRONMENT")?;
    let env = tracrpc_site::open(path)?;
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let texts: Vec<_> = input.split_terminator('\0').collect();
    let mut output = std::io::stdout().lock();
    for pair in texts.chunks_exact(2) {
        match query::run(&env.actor(pair[0], "http://localhost"), pair[1]) {
            Ok(ids) => write!(output, "{ids:?}\0")?,
            Err(error) => write!(output, "! {error}\0")?,
        }
    }
    Ok(())
}
