//! What a process is given, how it is replaced, and how it ends.

use std::path::Path;
use std::time::{Duration, Instant};

use tracrpc_plugin::host::{Asking, Failure, State};
use tracrpc_wire::Value;

use crate::support::{LONG, World, call, eventually, settings, start, world};

fn texts(value: Value) -> Vec<String> {
    let items = value.as_array().unwrap().iter();
    items
        .map(|item| item.as_str().unwrap().to_owned())
        .collect()
}

fn process(world: &World) -> u32 {
    world.plugin.status().process.unwrap()
}

fn is_gone(process: u32) -> bool {
    !Path::new(&format!("/proc/{process}")).exists()
}

#[test]
fn it_has_the_variables_that_it_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings("");
    settings.variables.insert("MY_OPTION".into(), "1".into());
    settings.directory = Some(folder.path().to_owned());
    let world = start(settings);
    let mut names = texts(world.call("variables", 0).unwrap());
    names.retain(|name| !name.starts_with("LC_"));
    assert!(names.contains(&"MY_OPTION".to_owned()));
    let allowed = ["PATH", "HOME", "LANG", "TZ", "TMPDIR", "MY_OPTION"];
    assert!(
        names.iter().all(|name| allowed.contains(&name.as_str())),
        "{names:?}"
    );
    let directory = world.call("directory", 0).unwrap();
    let directory = Path::new(directory.as_str().unwrap());
    assert_eq!(
        directory.canonicalize().unwrap(),
        folder.path().canonicalize().unwrap()
    );
}

#[test]
#[cfg(target_os = "linux")]
fn it_inherits_no_descriptors() {
    let _open = tempfile::tempfile().unwrap();
    let world = world("");
    let open = texts(world.call("descriptors", 0).unwrap());
    // Those of the folder that it is reading come and go.
    let inherited = open.iter().filter(|name| !name.contains("pipe:"));
    let inherited: Vec<_> = inherited.filter(|name| !name.contains("/proc/")).collect();
    assert!(inherited.is_empty(), "{inherited:?}");
    assert_eq!(open.iter().filter(|name| name.contains("pipe:")).count(), 3);
}

#[test]
#[cfg(target_os = "linux")]
fn its_state_can_be_shown() {
    let world = world("");
    world.await_answer();
    let status = world.plugin.status();
    assert_eq!(
        (status.name.as_str(), status.title.as_str()),
        ("odd", "misbehaving")
    );
    assert_eq!(status.state, State::Ready);
    assert!(status.memory.unwrap() > 100_000);
    assert_eq!((status.restarts, status.concurrency), (0, 4));
    assert!(status.calls >= 1);
    let _ = world.call("mistake", 0);
    assert_eq!(world.plugin.status().errors, 1);
    world.plugin.stop();
    let status = world.plugin.status();
    assert_eq!((status.state, status.process), (State::Stopped, None));
    assert_eq!(world.call("echo", 1), Err(Failure::Unavailable));
}

#[test]
#[cfg(target_os = "linux")]
fn however_it_takes_its_end_it_is_gone() {
    for mode in ["", "exit-in-shutdown", "stays"] {
        let world = world(mode);
        let process = process(&world);
        world.plugin.stop();
        assert!(is_gone(process), "{mode}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn one_that_ignores_everything_is_killed() {
    let mut settings = settings("");
    let script =
        r#"trap "" TERM; read line; echo '{"id":1,"result":{}}'; while :; do sleep 1; done"#;
    settings.command = vec!["sh".into(), "-c".into(), script.into()];
    let world = start(settings);
    assert!(world.plugin.wait_until_ready(Instant::now() + LONG));
    let process = process(&world);
    world.plugin.stop();
    assert!(is_gone(process));
}

/// A stop that has little time takes no more, and leaves nothing behind.
#[test]
#[cfg(target_os = "linux")]
fn one_that_ignores_everything_is_killed_in_time() {
    let mut settings = settings("");
    let script =
        r#"trap "" TERM; read line; echo '{"id":1,"result":{}}'; while :; do sleep 1; done"#;
    settings.command = vec!["sh".into(), "-c".into(), script.into()];
    let world = start(settings);
    assert!(world.plugin.wait_until_ready(Instant::now() + LONG));
    let process = process(&world);
    let begun = Instant::now();
    world.plugin.stop_by(begun + Duration::from_millis(600));
    let time = begun.elapsed();
    assert!(time < Duration::from_millis(1600), "{time:?}");
    assert!(is_gone(process));
}

#[test]
fn what_waits_when_it_is_stopped_is_told() {
    let world = world("");
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| world.call("sleep", 60_000));
        eventually(|| world.plugin.status().active == 1);
        world.plugin.stop();
        assert_eq!(slow.join().unwrap(), Err(Failure::Unavailable));
    });
}

#[test]
fn stopping_does_not_wait_for_a_start() {
    let world = start(settings("silent"));
    eventually(|| world.plugin.status().state == State::Starting);
    let begun = Instant::now();
    world.plugin.stop();
    assert!(begun.elapsed() < LONG / 2);
}

#[test]
fn one_that_wants_it_is_replaced_and_ends_what_it_has_begun() {
    let mut settings = settings("wants-restart");
    settings.timing.idle = Duration::from_millis(300);
    let world = start(settings);
    let before = world.call("process", 0).unwrap();
    eventually(|| world.plugin.status().restarts > 0);
    eventually(|| world.call("process", 0) != Ok(before.clone()));
}

#[test]
fn one_that_is_never_idle_is_replaced_when_it_wants_it() {
    let mut settings = settings("wants-restart");
    settings.timing.idle = Duration::from_millis(300);
    let world = start(settings);
    world.await_answer();
    let before = process(&world);
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| world.call("sleep", 3000));
        eventually(|| world.plugin.status().process != Some(before));
        assert!(!slow.is_finished(), "it was not busy any more");
        assert_eq!(slow.join().unwrap(), Ok(Value::Int(3000)));
    });
}

#[test]
fn one_that_is_busy_may_leave_a_ping_waiting() {
    let mut settings = settings("no-pong");
    settings.timing.idle = Duration::from_millis(300);
    settings.timing.pong = Duration::from_millis(50);
    let world = start(settings);
    // From its first moment on, so that it is not asked while it is idle.
    assert_eq!(world.call("sleep", 1000), Ok(Value::Int(1000)));
    assert_eq!(world.plugin.status().restarts, 0);
}

#[test]
fn one_that_does_not_answer_pings_is_replaced() {
    let mut settings = settings("no-pong");
    settings.timing.idle = Duration::from_millis(50);
    settings.timing.pong = Duration::from_millis(50);
    let world = start(settings);
    eventually(|| world.plugin.status().restarts >= 2);
}

#[test]
fn a_process_that_somebody_holds_on_to_answers_after_its_replacement() {
    let world = world("");
    let soon = || Asking::until(Instant::now() + LONG);
    let (_, process) = world
        .plugin
        .ask_process(call("process", Vec::new()), soon())
        .unwrap();
    let before = world.call("process", 0).unwrap();
    let outcome = world.call_within("silent", 1, Duration::from_millis(20));
    assert_eq!(outcome, Err(Failure::TimedOut));
    eventually(|| {
        world
            .call("process", 0)
            .is_ok_and(|process| process != before)
    });
    let answer = world
        .plugin
        .ask(call("process", Vec::new()), soon().by(Some(&process)));
    assert_eq!(crate::support::value(answer), Ok(before));
}

#[test]
fn delays_double_up_to_a_bound() {
    let mut settings = settings("exit-at-once");
    settings.timing.first_delay = Duration::from_millis(20);
    settings.timing.longest_delay = Duration::from_millis(160);
    let world = start(settings);
    let begun = Instant::now();
    eventually(|| world.plugin.status().restarts >= 5);
    // 20 + 40 + 80 + 160 + 160
    assert!(begun.elapsed() >= Duration::from_millis(400));
}
