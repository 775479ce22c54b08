//! The threads on which everything below HTTP runs.
//!
//! What opens databases and files blocks, so it never runs on the threads
//! that serve connections. The number of threads is bounded; a request waits
//! for one without holding anything but its own body.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// A bounded number of threads for work that blocks.
#[derive(Clone)]
pub(crate) struct Workers {
    permits: Arc<Semaphore>,
}

/// The work panicked; what it says was logged.
#[derive(Debug)]
pub(crate) struct Panicked;

impl Workers {
    pub(crate) fn new(count: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(count)),
        }
    }

    /// Runs `job` on a thread of its own. The job runs to its end even if
    /// nobody waits for its result any more, and counts as running until then.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Panicked> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| Panicked)?;
        let span = tracing::Span::current();
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            span.in_scope(job)
        })
        .await
        .map_err(|error| {
            tracing::error!(%error, "a worker panicked");
            Panicked
        })
    }
}
