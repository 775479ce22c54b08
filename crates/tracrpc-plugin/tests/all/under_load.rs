//! Kills and replacements while many call.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tracrpc_plugin::host::Failure;
use tracrpc_wire::Value;

use crate::support::{LONG, World, eventually, settings, start, world};

/// How many processes are killed; `scripts/kill-plugins` has it 500.
fn kills() -> u32 {
    let given = std::env::var("TRACRPC_TEST_KILLS").ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(60)
}

#[test]
fn kills_leave_nobody_without_an_answer_and_nothing_behind() {
    let mut settings = settings("");
    settings.timing.first_delay = Duration::from_millis(1);
    settings.timing.longest_delay = Duration::from_millis(1);
    let world = start(settings);
    world.await_answer();
    let before = descriptors();
    let is_over = AtomicBool::new(false);
    let answered = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    match world.call("echo", 1) {
                        Ok(Value::Int(1)) => {
                            answered.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(Failure::Unavailable) => std::thread::yield_now(),
                        other => panic!("{other:?}"),
                    }
                }
            });
        }
        for number in 0..kills() {
            let calls = answered.load(Ordering::Relaxed);
            eventually(|| answered.load(Ordering::Relaxed) > calls + 3);
            match number % 2 {
                0 => kill(&world),
                _ => drop(world.call("exit", 0)),
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
    world.await_answer();
    assert!(world.plugin.status().restarts >= u64::from(kills()));
    eventually(|| descriptors() <= before);
    eventually(|| zombies() == 0);
}

/// Ends the process without its knowing, whatever it is about.
fn kill(world: &World) {
    let process = world.plugin.status().process;
    if let Some(process) = process {
        let process = process.to_string();
        let mut killed = std::process::Command::new("kill");
        killed.args(["-s", "KILL", &process]);
        assert!(killed.status().unwrap().success());
        eventually(|| {
            world.plugin.status().process.map(|id| id.to_string()) != Some(process.clone())
        });
    }
}

#[test]
fn replacements_cost_no_call() {
    let world = world("");
    let deadline = Instant::now() + Duration::from_secs(2);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while Instant::now() < deadline {
                    assert_eq!(world.call("sleep", 5), Ok(Value::Int(5)));
                }
            });
        }
        while Instant::now() < deadline {
            // One of four places is taken by what never answers, until it is replaced.
            let before = world.plugin.status().process;
            let outcome = world.call_within("silent", 1, Duration::from_millis(20));
            assert_eq!(outcome, Err(Failure::TimedOut));
            eventually(|| world.plugin.status().process != before);
        }
    });
    assert!(world.call_within("echo", 1, LONG).is_ok());
}

/// How many descriptors this process has; none where that is not told.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

/// How many children of this process have ended and were not waited for.
fn zombies() -> usize {
    let me = format!("PPid:\t{}\n", std::process::id());
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let status = processes.map(|entry| std::fs::read_to_string(entry.path().join("status")));
    let dead = |text: &String| text.contains(&me) && text.contains("State:\tZ");
    status.flatten().filter(dead).count()
}
