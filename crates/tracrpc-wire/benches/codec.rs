//! How long requests take to read and answers to write, in both protocols.

#![allow(missing_docs, reason = "the macros of criterion make public functions")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tracrpc_wire::jsonrpc::{self, JsonRpc};
use tracrpc_wire::xmlrpc::{self, XmlRpc};
use tracrpc_wire::{Call, Limits, Message, Outcome, Output, Protocol, Struct, Value, multicall};

type Write = fn(&Call) -> Vec<u8>;

/// The protocols, each with how its client writes a call.
const PROTOCOLS: [(&dyn Protocol, Write); 2] = [
    (&XmlRpc, xmlrpc::write_call),
    (&JsonRpc, |call| jsonrpc::write_call(call, 1)),
];

fn get(id: i64) -> Call {
    Call {
        method: "ticket.get".into(),
        params: vec![id.into()],
    }
}

/// What `ticket.get` returns for a ticket of ordinary size.
fn ticket(id: i64) -> Value {
    let moment = tracrpc_wire::Timestamp::from_microsecond(1_700_000_000_000_000 + id * 61_000_000)
        .unwrap_or_default();
    let mut attributes: Struct = [
        "status",
        "owner",
        "priority",
        "milestone",
        "component",
        "version",
        "cc",
    ]
    .into_iter()
    .map(|name| (name, format!("{name} {id}")))
    .collect();
    attributes.insert(
        "summary",
        format!("The <b>summary</b> & title of Grüße {id}"),
    );
    attributes.insert(
        "description",
        "A line of text with '''markup''' in it.\r\n".repeat(20),
    );
    attributes.insert("time", moment);
    attributes.insert("_ts", "1700000000000000");
    vec![id.into(), moment.into(), moment.into(), attributes.into()].into()
}

fn tickets() -> Vec<Outcome> {
    (1..=100).map(ticket).map(Ok).collect()
}

fn requests(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode");
    let calls = [
        ("small call", get(1)),
        ("multicall of 100", multicall::call((1..=100).map(get))),
    ];
    for (protocol, write) in PROTOCOLS {
        for (name, call) in &calls {
            let body = write(call);
            group.throughput(Throughput::Bytes(body.len() as u64));
            group.bench_function(format!("{} {name}", protocol.name()), |bencher| {
                let message = Message::new(black_box(&body));
                bencher.iter(|| protocol.decode(&message, &Limits::default()));
            });
        }
    }
}

fn answers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("encode");
    let outputs = [
        ("small result", Output::Value(2.into())),
        ("100 tickets", Output::Outcomes(tickets())),
    ];
    for (protocol, write) in PROTOCOLS {
        for (name, output) in &outputs {
            group.bench_function(format!("{} {name}", protocol.name()), |bencher| {
                let request = write(&get(1));
                let ready = || {
                    (
                        protocol
                            .decode(&Message::new(&request), &Limits::default())
                            .responder,
                        vec![Ok(output.clone())],
                    )
                };
                bencher.iter_batched(
                    ready,
                    |(responder, outcomes)| responder.respond(outcomes),
                    criterion::BatchSize::LargeInput,
                );
            });
        }
    }
}

fn responses(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read response");
    let read: [fn(&[u8]) -> bool; 2] = [
        |body| xmlrpc::read_response(body, &Limits::default()).is_ok(),
        |body| jsonrpc::read_response(body, &Limits::default()).is_ok(),
    ];
    for ((protocol, write), read) in PROTOCOLS.into_iter().zip(read) {
        let responder = protocol
            .decode(&Message::new(&write(&get(1))), &Limits::default())
            .responder;
        let body = responder
            .respond(vec![Ok(Output::Outcomes(tickets()))])
            .unwrap_or_default();
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(format!("{} 100 tickets", protocol.name()), |bencher| {
            bencher.iter(|| read(black_box(&body)));
        });
    }
}

criterion_group!(benches, requests, answers, responses);
criterion_main!(benches);
