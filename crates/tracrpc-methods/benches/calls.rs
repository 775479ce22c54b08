//! Calls in process: no HTTP, no protocol, an environment of 1,000 tickets.
//!
//! Each call has an actor of its own, as a request has.

#![allow(missing_docs, reason = "the macros of criterion make public functions")]
#![allow(
    clippy::unwrap_used,
    reason = "a benchmark may stop at the first surprise"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tracrpc_methods::Registry;
use tracrpc_testing::TestEnv;
use tracrpc_wire::{Struct, Value};

const TICKETS: usize = 1_000;

fn calls(criterion: &mut Criterion) {
    let env = TestEnv::new().user("joe", ["XML_RPC", "TRAC_ADMIN"]);
    let registry = Registry::builtin().unwrap();
    fill(&env, &registry);
    let hundred: Vec<Value> = (1..=100)
        .map(|id| entry("ticket.get", vec![Value::Int(id)]))
        .collect();
    let cases = [
        ("ticket.get", "ticket.get", vec![Value::Int(500)]),
        (
            "ticket.query, 100 of 1,000",
            "ticket.query",
            vec!["status!=closed&max=100".into()],
        ),
        (
            "ticket.changeLog",
            "ticket.changeLog",
            vec![Value::Int(500)],
        ),
        ("wiki.getPage", "wiki.getPage", vec!["Sample".into()]),
        (
            "wiki.getPageHTML",
            "wiki.getPageHTML",
            vec!["Sample".into()],
        ),
        (
            "a multicall of 100 ticket.get",
            "system.multicall",
            vec![hundred.into()],
        ),
    ];
    for (name, method, arguments) in cases {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| {
                let output = registry.call(&env.actor("joe"), method, arguments.clone());
                black_box(output.unwrap())
            });
        });
    }
}

fn fill(env: &TestEnv, registry: &Registry) {
    let actor = env.actor("joe");
    let call =
        |method: &str, arguments: Vec<Value>| registry.call(&actor, method, arguments).unwrap();
    for number in 0..TICKETS {
        let summary = format!("Ticket {number} about printers");
        call(
            "ticket.create",
            vec![summary.into(), "A description of some words".into()],
        );
    }
    for comment in 0..5 {
        call(
            "ticket.update",
            vec![500.into(), format!("Comment {comment}").into()],
        );
    }
    let text =
        "= Sample =\nSome '''bold''' text, a link to #5 and WikiStart.\n\n * a list\n".repeat(20);
    call(
        "wiki.putPage",
        vec!["Sample".into(), text.into(), Struct::new().into()],
    );
}

fn entry(method: &str, params: Vec<Value>) -> Value {
    let members = [
        ("methodName", Value::from(method)),
        ("params", Value::from(params)),
    ];
    Value::Struct(
        members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

criterion_group!(benches, calls);
criterion_main!(benches);
