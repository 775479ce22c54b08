//! The allocator, and how it is told what a server needs of it.

#[cfg(unix)]
use std::env;
#[cfg(unix)]
use std::os::unix::process::CommandExt as _;

/// Gives memory back to the system after a large request, which the system's
/// own allocator keeps.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// After how many milliseconds the allocator gives back what it does not use.
/// By itself it waits for a second, and then for the thread to be busy again:
/// a few large requests in a row then hold the memory of all of them.
#[cfg(unix)]
const DELAY: &str = "MIMALLOC_PURGE_DELAY";

/// Has the allocator give memory back as soon as it is free, unless the
/// environment says when. It reads that as the process begins, so the process
/// begins once more; where it cannot, it goes on as it is.
pub(crate) fn give_back_at_once() {
    #[cfg(unix)]
    if env::var_os(DELAY).is_none()
        && let Ok(mut again) = crate::again::again()
    {
        // It only returns if it has failed.
        let error = again.env(DELAY, "0").exec();
        eprintln!("Warning: freed memory is given back later than it might be: {error}");
    }
}
