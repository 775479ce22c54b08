//! A server whose plugin is asked much, over HTTP.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use tracrpc_client::{Client, Struct, Value};
use tracrpc_plugin::PluginConfig;
use tracrpc_plugin::host::MAX_DEPTH;
use tracrpc_server::ServerLimits;

use crate::site::{Site, config, environment, texts};
use crate::support::eventually;

/// A method and its arguments, as arguments of another that calls it.
fn asked(method: &str, args: impl IntoIterator<Item = Value>) -> Vec<Value> {
    std::iter::once(method.into()).chain(args).collect()
}

fn attributes() -> Value {
    Struct::new().into()
}

#[test]
fn calls_that_wait_for_more_calls_than_there_are_workers_all_end() {
    let limits = ServerLimits {
        workers: 2,
        ..ServerLimits::default()
    };
    let site = Site::limited(environment(), config(), limits);
    let client = site.client("joe");
    // They wait for each other, so that all hold a worker; then each goes as deep as it is told.
    let call = |calls: i64, depth: usize| {
        let mut args = vec![calls.into()];
        args.extend(vec![Value::from("demo.ask"); depth]);
        args.extend(asked(
            "ticket.create",
            ["s".into(), "d".into(), attributes()],
        ));
        client.call("demo.meet", args)
    };
    let calls = 6;
    std::thread::scope(|scope| {
        let deepest = || call(calls, MAX_DEPTH - 1).unwrap();
        let threads: Vec<_> = (0..calls).map(|_| scope.spawn(deepest)).collect();
        let mut made: Vec<Value> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        made.sort_by_key(|id| format!("{id:?}"));
        let expected: Vec<Value> = (1..=calls).map(Value::from).collect();
        assert_eq!(made, expected);
    });
    let error = call(0, MAX_DEPTH).unwrap_err();
    let message = &error.fault().unwrap().message;
    assert!(message.contains("nested deeper"), "{message}");
}

/// Does something at its end, however that comes.
struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        self.0();
    }
}

/// A plugin that is often asked how it is, and there again at once.
fn attentive() -> PluginConfig {
    let mut config = config();
    config.settings.timing.idle = Duration::from_millis(20);
    config
}

/// What clients do while the plugin changes: all of it has to be answered.
fn one_round(client: &Client) {
    let echoed = client.call("demo.echo", ["a".into()]).unwrap();
    assert_eq!(echoed, vec![Value::from("a")].into());
    let batch = client.batch();
    let batch = batch
        .call("demo.ask", asked("ticket.query", ["status=none".into()]))
        .call("ticket.query", ["status=none".into()])
        .call("demo.secret", []);
    let replies = batch.send().unwrap();
    let nothing = Value::Array(Vec::new());
    let expected = [Ok(nothing.clone()), Ok(nothing), Ok("42".into())];
    assert_eq!(replies, expected);
    let html = client.call("wiki.wikiToHtml", ["[[Demo(x)]]".into()]);
    assert!(html.unwrap().as_str().unwrap().contains("joe x"));
}

/// How often the plugin changes; `scripts/kill-plugins` has it 500.
fn changes() -> u32 {
    let given = std::env::var("TRACRPC_TEST_CHANGES").ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(10)
}

#[test]
fn descriptions_that_change_and_replacements_cost_no_call() {
    let site = Site::with(attentive());
    let is_over = AtomicBool::new(false);
    let rounds = AtomicU32::new(0);
    let process = || site.plugins.all().next().unwrap().status().process;
    let client = site.client("joe");
    let has_grown = || site.methods().contains(&"demo.grown".to_owned());
    std::thread::scope(|scope| {
        let load = || {
            while !is_over.load(Ordering::Relaxed) {
                one_round(&client);
                rounds.fetch_add(1, Ordering::Relaxed);
            }
        };
        let clients = [scope.spawn(load), scope.spawn(load), scope.spawn(load)];
        // Who fails ends the others.
        let _over = OnDrop(|| is_over.store(true, Ordering::Relaxed));
        let is_alive = || clients.iter().all(|client| !client.is_finished());
        for turn in 0..changes() {
            let before = rounds.load(Ordering::Relaxed);
            eventually(|| rounds.load(Ordering::Relaxed) > before + 3 || !is_alive());
            match turn % 2 {
                0 => {
                    site.ok("demo.grow", vec![]);
                    eventually(has_grown);
                    site.ok("demo.grow", vec![false.into()]);
                    eventually(|| !has_grown());
                }
                _ => {
                    let before = process();
                    site.ok("demo.wear_out", vec![]);
                    eventually(|| process() != before);
                }
            }
            assert!(is_alive());
        }
    });
    let status = site.plugins.all().next().unwrap().status();
    assert_eq!(status.restarts, u64::from(changes() / 2));
}

#[test]
fn the_calls_of_a_multicall_see_what_those_before_have_written() {
    let site = Site::new();
    let create = |summary: &str| vec![summary.into(), "d".into(), attributes()];
    let delete = |id: i64| vec![Value::from(id)];
    let all = || Value::from("status!=none&order=id");
    let client = site.client("joe");
    std::thread::scope(|scope| {
        // Another call of the plugin writes beside.
        let beside = scope.spawn(|| {
            for number in 0..20 {
                let page = vec![format!("Beside{number}").into(), "t".into(), attributes()];
                let put = client.call("demo.ask", asked("wiki.putPage", page));
                assert_eq!(put.unwrap(), true.into());
            }
        });
        for _ in 0..10 {
            let batch = client.batch();
            let batch = batch
                .call("ticket.create", create("native"))
                .call("demo.ask", asked("ticket.query", [all()]))
                .call("demo.ask", asked("ticket.create", create("asked for")))
                .call("ticket.query", [all()])
                .call("demo.ask", asked("ticket.delete", delete(1)))
                .call("ticket.query", [all()])
                .call("ticket.delete", delete(2))
                .call("demo.ask", asked("ticket.query", [all()]))
                .call("demo.ask", asked("ticket.get", delete(1)));
            let mut replies = batch.send().unwrap();
            let gone = replies.pop().unwrap().unwrap_err();
            assert_eq!(gone.code, 404, "{}", gone.message);
            let ids = |ids: &[i64]| Ok(ids.iter().copied().collect::<Value>());
            let expected = [
                Ok(1.into()),
                ids(&[1]),
                Ok(2.into()),
                ids(&[1, 2]),
                Ok(0.into()),
                ids(&[2]),
                Ok(0.into()),
                ids(&[]),
            ];
            assert_eq!(replies, expected);
        }
        beside.join().unwrap();
    });
    let pages = texts(&site.ok("wiki.getAllPages", vec![]));
    let written = pages.iter().filter(|name| name.starts_with("Beside"));
    assert_eq!(written.count(), 20);
}

/// Whatever a plugin does to itself, everybody has one answer: what it said, or a fault. Those
/// who do not ask it notice nothing.
#[test]
fn a_plugin_that_misbehaves_leaves_nobody_without_an_answer() {
    let mut config = config();
    config.timeout = Duration::from_millis(500);
    config.settings.timing.grace = Duration::from_millis(100);
    config.settings.timing.longest_delay = Duration::from_millis(50);
    config.settings.timing.end = Duration::from_millis(500);
    config.settings.timing.kill = Duration::from_millis(500);
    let env = environment().config("trac", "permission_policies", "DefaultPermissionPolicy");
    let site = Site::of(env, config);
    let args = vec!["s".into(), "d".into(), attributes()];
    site.ok("ticket.create", args);
    for how in [
        "noise", "garbage", "half", "wrong id", "huge", "abort", "silent", "exit",
    ] {
        let ended = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let _end = OnDrop(|| ended.store(true, Ordering::Relaxed));
            for _ in 0..2 {
                let (client, ended) = (site.client("joe"), &ended);
                scope.spawn(move || {
                    while !ended.load(Ordering::Relaxed) {
                        let ticket = client.call("ticket.get", [1.into()]).unwrap();
                        assert_eq!(ticket.as_array().unwrap()[0], 1.into());
                    }
                });
            }
            // The other calls of the moment may fail with the process, by a fault of their own.
            let calls: Vec<_> = (0..3)
                .map(|number| {
                    let client = site.client("joe");
                    scope.spawn(move || match number {
                        0 => client.call("demo.misbehave", [how.into()]),
                        _ => client.call("demo.echo", [number.into()]),
                    })
                })
                .collect();
            for (number, call) in calls.into_iter().enumerate() {
                let expected = match number {
                    0 => how.into(),
                    _ => Value::Array(vec![(number as i64).into()]),
                };
                match call.join().unwrap() {
                    Ok(value) => assert_eq!(value, expected, "{how}"),
                    Err(error) => {
                        let message = &error.fault().unwrap().message;
                        assert!(message.contains("plugin demo "), "{how}: {message}");
                    }
                }
            }
        });
        eventually(|| site.call("joe", "demo.echo", vec![]).is_ok());
    }
}
