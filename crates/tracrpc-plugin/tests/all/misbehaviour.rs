//! Whatever a plugin does, everybody has exactly one answer, and the next call is answered
//! as if nothing had been.

use std::time::{Duration, Instant};

use tracrpc_plugin::host::Asking;
use tracrpc_plugin::host::{Failure, State};
use tracrpc_plugin_protocol::messages::{Describe, Environment};
use tracrpc_wire::Value;

use crate::support::{LONG, eventually, settings, start, world};

/// What becomes of a call of `method`, and of those beside and after it.
fn check(method: &str, expected: impl Fn(&Result<Value, Failure>) -> bool) {
    let world = world("");
    std::thread::scope(|scope| {
        let beside = scope.spawn(|| world.call("sleep", 30));
        let outcome = world.call_within(method, 1, Duration::from_millis(400));
        // One that ends the process in the middle of this ends it too.
        let beside = beside.join().unwrap();
        assert!(
            matches!(beside, Ok(_) | Err(Failure::Unavailable)),
            "{beside:?}"
        );
        assert!(expected(&outcome), "{method}: {outcome:?}");
    });
    world.await_answer();
}

fn is_unavailable(outcome: &Result<Value, Failure>) -> bool {
    *outcome == Err(Failure::Unavailable)
}

fn is_broken(outcome: &Result<Value, Failure>) -> bool {
    matches!(outcome, Err(Failure::Broken(_)))
}

fn is_answered(outcome: &Result<Value, Failure>) -> bool {
    *outcome == Ok(Value::Int(1))
}

#[test]
fn it_exits() {
    check("exit", is_unavailable);
    check("abort", is_unavailable);
}

#[test]
fn it_stops_within_a_message() {
    check("half", is_unavailable);
    check("cut-blob", is_unavailable);
}

#[test]
fn it_says_what_is_no_message() {
    check("garbage", is_unavailable);
}

#[test]
fn it_writes_a_line_that_is_too_long() {
    check("huge", |outcome| {
        is_unavailable(outcome) || *outcome == Err(Failure::TimedOut)
    });
}

#[test]
fn it_prints() {
    check("noise", is_answered);
}

#[test]
fn it_answers_what_was_not_asked() {
    check("wrong-id", is_answered);
    check("wrong-id-only", |outcome| {
        *outcome == Err(Failure::TimedOut)
    });
    check("twice", is_answered);
}

#[test]
fn it_answers_what_makes_no_sense() {
    check("senseless", is_broken);
    check("no-value", is_broken);
    check("mistake", is_broken);
}

#[test]
fn it_closes_its_output_and_stays() {
    check("close-stdout", |outcome| {
        is_unavailable(outcome) || *outcome == Err(Failure::TimedOut)
    });
}

#[test]
fn what_it_has_started_holds_its_output_open() {
    check("child", is_unavailable);
}

#[test]
fn a_fault_is_handed_on() {
    check("fault", |outcome| match outcome {
        Err(Failure::Fault(fault)) => fault.code == Some(42) && fault.message == "no such thing",
        _ => false,
    });
    let failure = Failure::Broken("Traceback: secret".into());
    assert_eq!(failure.into_fault("odd").message, "plugin odd has failed");
}

#[test]
fn a_description_that_is_too_large_is_refused() {
    let world = world("");
    let describe = Describe {
        environment: Environment {
            name: "e".into(),
            path: "/e".into(),
            base_url: String::new(),
        },
    };
    let answer = world
        .plugin
        .ask(describe, Asking::until(Instant::now() + LONG));
    assert!(matches!(answer, Err(Failure::Broken(_))), "{answer:?}");
    world.await_answer();
}

#[test]
fn a_process_that_never_answers_is_replaced() {
    let world = world("");
    let before = world.call("process", 0).unwrap();
    let outcome = world.call_within("silent", 1, Duration::from_millis(50));
    assert_eq!(outcome, Err(Failure::TimedOut));
    eventually(|| {
        world
            .call("process", 0)
            .is_ok_and(|process| process != before)
    });
    assert!(world.plugin.status().restarts >= 1);
}

#[test]
fn with_one_request_at_a_time_the_others_wait_for_the_replacement() {
    let mut settings = settings("");
    settings.command.push("1".into());
    let world = start(settings);
    world.await_answer();
    std::thread::scope(|scope| {
        let silent = scope.spawn(|| world.call_within("silent", 1, Duration::from_millis(50)));
        eventually(|| world.plugin.status().active == 1);
        let next = scope.spawn(|| world.call("echo", 5));
        assert_eq!(silent.join().unwrap(), Err(Failure::TimedOut));
        assert_eq!(next.join().unwrap(), Ok(Value::Int(5)));
    });
}

#[test]
fn a_start_that_fails_is_tried_again_and_again() {
    for mode in [
        "exit-at-once",
        "exit-in-initialize",
        "refuses",
        "version-2",
        "garbage",
    ] {
        let world = start(settings(mode));
        eventually(|| world.plugin.status().restarts >= 3);
        world.await_state(|state| matches!(state, State::Waiting { .. }));
        assert!(world.plugin.status().last_end.is_some(), "{mode}");
        let failures = [Failure::Unavailable, Failure::TimedOut];
        let outcome = world.call_within("echo", 1, Duration::from_millis(10));
        assert!(failures.contains(&outcome.unwrap_err()), "{mode}");
    }
}

#[test]
fn a_command_that_does_not_exist_is_told() {
    let mut settings = settings("");
    settings.command = vec!["/there/is/no/such/program".into()];
    let world = start(settings);
    world.await_state(|state| matches!(state, State::Waiting { .. }));
    let reason = world.plugin.status().last_end.unwrap();
    assert!(reason.starts_with("cannot be started"), "{reason}");
}

#[test]
fn one_that_says_nothing_at_the_start_is_started_again() {
    let mut settings = settings("silent");
    settings.timing.start = Duration::from_millis(50);
    let world = start(settings);
    eventually(|| world.plugin.status().restarts >= 2);
    assert!(!world.plugin.wait_until_ready(Instant::now()));
}

#[test]
fn one_that_exits_when_it_is_ready_is_started_again() {
    let world = start(settings("exit-after-initialize"));
    eventually(|| world.plugin.status().restarts >= 2);
}

#[test]
fn noise_and_floods_at_the_start_do_no_harm() {
    for mode in ["noisy", "flooding"] {
        world(mode).await_answer();
    }
}
