//! Fills an environment with tickets and pages to measure on.
//!
//! `cargo run --release --example fill -- URL [TICKETS]`
//!
//! What is written depends on the number alone, so that two environments that
//! are filled alike can be compared.

use std::error::Error;

use tracrpc_client::{Client, Struct, Value};

const WORDS: [&str; 16] = [
    "printer", "login", "crash", "window", "upload", "search", "slow", "colour", "report", "mail",
    "session", "cache", "export", "timeout", "menu", "install",
];

/// How many tickets one request creates.
const TOGETHER: usize = 50;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let client = Client::new(&words.next().ok_or("usage: fill URL [TICKETS]")?)?;
    let tickets: usize = words.next().map_or(Ok(5000), |word| word.parse())?;
    for page in 0..50 {
        let text = format!("= Page {page} =\n\n{}\n", paragraph(page, 60));
        let params = [
            format!("Sample/Page{page}").into(),
            text.into(),
            Struct::new().into(),
        ];
        client.call("wiki.putPage", params)?;
    }
    for first in (0..tickets).step_by(TOGETHER) {
        let mut batch = client.batch();
        for number in first..(first + TOGETHER).min(tickets) {
            batch = batch.call("ticket.create", ticket(number));
        }
        let made = batch
            .send()?
            .into_iter()
            .collect::<Result<Vec<Value>, _>>()?;
        let mut batch = client.batch();
        for id in made.into_iter().step_by(3) {
            let comment = paragraph(first, 20);
            batch = batch.call("ticket.update", [id, comment.into(), Struct::new().into()]);
        }
        batch
            .send()?
            .into_iter()
            .collect::<Result<Vec<Value>, _>>()?;
    }
    Ok(())
}

fn ticket(number: usize) -> [Value; 3] {
    let mut attributes = Struct::new();
    attributes.insert(
        "priority",
        ["blocker", "critical", "major", "minor", "trivial"][number % 5],
    );
    attributes.insert("type", ["defect", "enhancement", "task"][number % 3]);
    attributes.insert("component", ["component1", "component2"][number % 2]);
    attributes.insert(
        "milestone",
        ["milestone1", "milestone2", "milestone3", ""][number % 4],
    );
    attributes.insert("keywords", WORDS[number % 7]);
    // A word that a few tickets share, to search for.
    let description = format!("{} lot{}", paragraph(number * 7, 40), number % 500);
    [
        paragraph(number, 6).into(),
        description.into(),
        attributes.into(),
    ]
}

/// So many words, always the same ones for a seed.
fn paragraph(seed: usize, words: usize) -> String {
    let word = |place: usize| WORDS[(seed * 31 + place * place * 7 + place) % WORDS.len()];
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}
