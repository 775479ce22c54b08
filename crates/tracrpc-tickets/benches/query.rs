//! How long ticket queries take on an environment of 100,000 tickets: in a
//! database that stays as it is, right after a ticket was changed, and right
//! after another process has written, when they are asked of the database.

#![allow(missing_docs, reason = "the macros of criterion make public functions")]
#![allow(
    clippy::unwrap_used,
    reason = "a benchmark may stop at the first surprise"
)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use tracrpc_db::{Connection, Error, SqlValue};
use tracrpc_env::{Actor, Environment};
use tracrpc_site::InitOptions;
use tracrpc_tickets::query;

const TICKETS: i64 = 100_000;

const QUERIES: [(&str, &str); 11] = [
    ("open tickets, page 1", "status!=closed&max=100"),
    ("open tickets, page 300", "status!=closed&max=100&page=300"),
    ("my tickets by number", "owner=$USER&order=id&max=100"),
    ("all by summary, page 2", "order=summary&max=100&page=2"),
    (
        "all by summary, page 1000",
        "order=summary&max=100&page=1000",
    ),
    ("all by last change", "order=changetime&desc=1&max=100"),
    (
        "grouped by milestone",
        "group=milestone&order=priority&max=100",
    ),
    (
        "two words in the summary",
        "summary~=word77 &summary~=word94&max=100",
    ),
    (
        "changed in some year",
        "changetime=2012-01-01..2013-01-01&order=time&max=100",
    ),
    ("one by its number", "id=4711"),
    ("a word in the description", "description~=word77&max=100"),
];

fn choose<'a>(number: i64, values: &[&'a str]) -> &'a str {
    values[(number * 7919 / 13) as usize % values.len()]
}

fn text(number: i64, words: i64) -> String {
    let words = (0..words).map(|at| format!("word{} ", (number * 31 + at * 17) % 500));
    words.collect()
}

fn fill(connection: &mut Connection) -> Result<(), Error> {
    let columns = "id, time, changetime, type, priority, status, owner, milestone, component, \
                   summary, description";
    let sql = format!("INSERT INTO ticket ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for id in 1..=TICKETS {
        let time = 1_262_304_000_000_000 + id * 3_600_000_000;
        let params: [SqlValue; 11] = [
            id.into(),
            time.into(),
            (time + id * 7919 % 100_000 * 1_000_000).into(),
            choose(id, &["defect", "enhancement", "task"]).into(),
            choose(
                id + 1,
                &["blocker", "critical", "major", "minor", "trivial"],
            )
            .into(),
            choose(id + 2, &["new", "accepted", "assigned", "closed", "closed"]).into(),
            choose(id + 3, &["joe", "ann", "somebody", ""]).into(),
            choose(id + 4, &["milestone1", "milestone2", "milestone3", ""]).into(),
            choose(id + 5, &["component1", "component2"]).into(),
            text(id, 6).into(),
            text(id, 80).into(),
        ];
        connection.execute(&sql, &params)?;
    }
    Ok(())
}

/// Gives a ticket a summary that no other has.
fn change(env: &Environment) {
    let sql = "UPDATE ticket SET summary = hex(randomblob(20)) WHERE id = 4712";
    let written = env.db().write(|connection| connection.execute(sql, &[]));
    assert_eq!(written.unwrap(), 1);
}

fn find(actor: &Actor, text: &str) -> Vec<i64> {
    query::run(actor, black_box(text)).unwrap()
}

fn queries(criterion: &mut Criterion) {
    let directory = tempfile::tempdir().unwrap();
    let env =
        tracrpc_site::create(directory.path().join("env"), &InitOptions::new("Bench")).unwrap();
    env.db().write(fill).unwrap();
    let other = tracrpc_site::open(env.path()).unwrap();
    let actor = env.actor("joe", "http://localhost");
    let mut group = criterion.benchmark_group("ticket.query of 100,000");
    group.sample_size(20);
    for (name, text) in QUERIES {
        tracrpc_tickets::query::prepare(&env);
        group.bench_function(name, |bencher| bencher.iter(|| find(&actor, text)));
        group.bench_function(format!("{name}, after a change"), |bencher| {
            bencher.iter_batched(
                || change(&env),
                |()| find(&actor, text),
                BatchSize::PerIteration,
            );
        });
        group.bench_function(format!("{name}, after another's change"), |bencher| {
            bencher.iter_batched(
                || change(&other),
                |()| find(&actor, text),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
    criterion.bench_function("preparing queries of 100,000", |bencher| {
        bencher.iter(|| tracrpc_tickets::query::prepare(&env));
    });
}

criterion_group!(benches, queries);
criterion_main!(benches);
