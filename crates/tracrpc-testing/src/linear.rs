//! Whether time grows with the length of an input, or faster. Each crate's tests include this file.

use std::fmt::Debug;
use std::time::Duration;

/// The time below which nothing can be said of growth.
const NOISE: Duration = Duration::from_millis(10);

/// Fails if four times the input takes ten times as long: what is linear takes four times, what is
/// quadratic sixteen times.
///
/// `run` is given a length and does the work once. The time that this thread has spent on a
/// processor is taken, so that what else the machine does does not count; and the best of three.
pub(crate) fn check_linear<R>(name: impl Debug, length: usize, mut run: impl FnMut(usize) -> R) {
    let mut measured = Vec::new();
    for _ in 0..3 {
        let short = spent(|| run(length));
        let long = spent(|| run(4 * length));
        if long < 10 * short.max(NOISE) {
            return;
        }
        measured.push((short, long));
    }
    panic!("{name:?}: time grows faster than the length of the input: {measured:?}");
}

fn spent<R>(run: impl FnOnce() -> R) -> Duration {
    let before = thread_time();
    let result = run();
    let time = thread_time().saturating_sub(before);
    drop(result);
    time
}

/// How long this thread has run; without a kernel that tells, the time of day.
fn thread_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split_whitespace().next()?.parse().ok());
    nanoseconds.map_or_else(
        || {
            std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .unwrap_or_default()
        },
        Duration::from_nanos,
    )
}
