//! Questions, their order, their number, and questions in return.

use std::time::{Duration, Instant};

use tracrpc_plugin::host::{Asking, Failure, MAX_DEPTH, Nesting, Notice, Plugin};
use tracrpc_plugin_protocol::messages::{CallAnswer, HostCall};
use tracrpc_wire::{Fault, Struct, Value};

use crate::support::{LONG, World, call, eventually, settings, start, value, world};

#[test]
fn values_go_there_and_back() {
    let world = world("");
    let values: Vec<Value> = vec![
        Value::Nil,
        "Ä\n".into(),
        1.0.into(),
        Value::Binary(vec![0; 3_000_000]),
        Struct::from_iter([("$bin", 7)]).into(),
    ];
    assert_eq!(world.call("echo", values.clone()), Ok(values.into()));
}

#[test]
fn answers_come_in_any_order() {
    let world = world("");
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| world.call("sleep", 300));
        eventually(|| world.plugin.status().active == 1);
        assert_eq!(world.call("echo", 2), Ok(Value::Int(2)));
        assert!(!slow.is_finished());
        assert_eq!(slow.join().unwrap(), Ok(Value::Int(300)));
    });
}

#[test]
fn as_many_wait_as_are_answered_and_further_ones_are_refused() {
    let mut settings = settings("");
    settings.concurrency = Some(2);
    let world = start(settings);
    world.await_answer();
    std::thread::scope(|scope| {
        let calls: Vec<_> = (0..20)
            .map(|_| scope.spawn(|| world.call("sleep", 300)))
            .collect();
        let outcomes: Vec<_> = calls.into_iter().map(|call| call.join().unwrap()).collect();
        let answered = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let refused = outcomes
            .iter()
            .filter(|outcome| **outcome == Err(Failure::Overloaded))
            .count();
        assert_eq!(answered + refused, 20, "{outcomes:?}");
        assert!(answered >= 4 && refused >= 1, "{outcomes:?}");
    });
    eventually(|| world.plugin.status().active == 0);
}

#[test]
fn who_waits_too_long_for_a_turn_is_told_so() {
    let mut settings = settings("");
    settings.concurrency = Some(1);
    settings.timing.grace = LONG;
    let world = start(settings);
    world.await_answer();
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| world.call("sleep", 500));
        eventually(|| world.plugin.status().active == 1);
        let outcome = world.call_within("echo", 1, Duration::from_millis(20));
        assert_eq!(outcome, Err(Failure::TimedOut));
        assert!(slow.join().unwrap().is_ok());
    });
}

#[test]
fn a_late_answer_makes_room_and_replaces_nothing() {
    let mut settings = settings("");
    settings.concurrency = Some(1);
    settings.timing.grace = LONG;
    let world = start(settings);
    world.await_answer();
    let outcome = world.call_within("sleep", 200, Duration::from_millis(20));
    assert_eq!(outcome, Err(Failure::TimedOut));
    assert_eq!(world.call("echo", 1), Ok(Value::Int(1)));
    assert_eq!(world.plugin.status().restarts, 0);
}

/// Calls `host` of the plugin, which calls `method` of the server, which may call the
/// plugin again.
fn host(world: &World, how: Asking<'_>, args: Vec<Value>) -> Result<Value, Failure> {
    let mut answer = |asked: HostCall, nesting: &Nesting| match asked.method.as_str() {
        "again" => {
            let within = Asking::until(Instant::now() + LONG).within(Some(nesting));
            host(world, within, vec!["again".into()])
                .map(CallAnswer::Value)
                .map_err(|failure| failure.into_fault("odd"))
        }
        "refused" => Err(Fault::forbidden("you may not")),
        "slow" => {
            std::thread::sleep(Duration::from_millis(200));
            Ok(CallAnswer::Value(Value::Nil))
        }
        _ => Ok(CallAnswer::Value(asked.args.into())),
    };
    value(
        world
            .plugin
            .ask(call("host", args), how.with_host(&mut answer)),
    )
}

fn soon<'a>() -> Asking<'a> {
    Asking::until(Instant::now() + LONG)
}

#[test]
fn the_plugin_asks_in_return() {
    let world = world("");
    let echoed = host(&world, soon(), vec!["echo".into(), 7.into()]);
    assert_eq!(echoed, Ok(vec![Value::Int(7)].into()));
    let refused = host(&world, soon(), vec!["refused".into()]);
    assert_eq!(refused, Ok("error -32000: you may not".into()));
}

#[test]
fn nested_calls_need_no_further_place_and_end_at_a_depth() {
    let mut settings = settings("");
    settings.concurrency = Some(1);
    let world = start(settings);
    let outcome = host(&world, soon(), vec!["again".into()]);
    let expected = format!("error -32000: calls are nested deeper than {MAX_DEPTH}");
    assert_eq!(outcome, Ok(expected.into()));
}

#[test]
fn what_is_asked_within_nothing_is_refused() {
    let world = world("");
    let outside = world.call("host-outside", "echo").unwrap();
    assert!(
        outside.as_str().unwrap().starts_with("error -32602"),
        "{outside:?}"
    );
    let unwanted = world.call("host", "echo").unwrap();
    assert!(
        unwanted.as_str().unwrap().starts_with("error -32000"),
        "{unwanted:?}"
    );
    let unknown = world.call("unknown-request", 1).unwrap();
    assert!(
        unknown.as_str().unwrap().starts_with("error -32601"),
        "{unknown:?}"
    );
    assert_eq!(world.call("host-later", 1), Ok(Value::Int(1)));
    world.await_answer();
}

#[test]
fn a_question_in_return_does_not_outlive_the_deadline() {
    let world = world("");
    let asking = Asking::until(Instant::now() + Duration::from_millis(50));
    let outcome = host(&world, asking, vec!["slow".into()]);
    // The answer may just have come when the deadline is looked at.
    assert!(
        [Err(Failure::TimedOut), Ok(Value::Nil)].contains(&outcome),
        "{outcome:?}"
    );
    world.await_answer();
}

#[test]
fn changes_are_noticed_in_their_order() {
    let world = world("");
    world.call("changed", "project").unwrap();
    world.call("changed", Value::Nil).unwrap();
    let noticed: Vec<Notice> = world.notices.lock().unwrap().iter().take(3).collect();
    let expected = [
        Notice::Ready,
        Notice::Changed(Some("project".into())),
        Notice::Changed(None),
    ];
    assert_eq!(noticed, expected);
}

#[test]
fn an_observer_may_ask() {
    let (sender, answers) = std::sync::mpsc::channel();
    let sender = std::sync::Mutex::new(sender);
    let observer = move |plugin: &Plugin, _: Notice| {
        let answer = value(plugin.ask(call("echo", vec![5.into()]), soon()));
        let _ = sender.lock().unwrap().send(answer);
    };
    let plugin = Plugin::start(settings(""), std::sync::Arc::new(observer));
    assert_eq!(answers.recv(), Ok(Ok(Value::Int(5))));
    plugin.stop();
}
