//! What all requests share.

use std::sync::Arc;
use std::time::Instant;

use axum::response::Response;
use tracrpc_env::{Cancel, Extensions, WaitBudget};

use crate::auth::{Gate, Sites};
use crate::budget::Budget;
use crate::config::{ServerConfig, ServerLimits};
use crate::environments::Environments;
use crate::pages;
use crate::parts::Parts;
use crate::places::Places;
use crate::routes::{Room, Routes};
use crate::start_error::StartError;
use crate::stream::Patience;
use crate::tls::Tls;
use crate::trail::Watch;
use crate::workers::{Client, NoResult, Share, Workers};

/// Everything that requests share.
pub(crate) struct App {
    pub(crate) config: ServerConfig,
    pub(crate) environments: Arc<Environments>,
    pub(crate) gate: Gate,
    pub(crate) sites: Sites,
    pub(crate) tls: Option<Arc<Tls>>,
    pub(crate) routes: Routes,
    pub(crate) workers: Workers,
    pub(crate) checkers: Workers,
    /// For heavy calls, so that no number of them uses up the memory, or
    /// keeps short ones waiting.
    pub(crate) heavy_workers: Workers,
    /// For what waits for clients: bodies that are read while they come, or sent while they
    /// are written.
    pub(crate) streamers: Workers,
    /// The memory that large requests share.
    pub(crate) memory: Arc<Budget>,
    /// The room in temporary files that large answers share.
    pub(crate) files: Arc<Budget>,
    /// One for each connection that there may be.
    pub(crate) places: Arc<Places>,
    /// What each environment is given.
    pub(crate) extensions: Extensions,
    /// Where it is told what happens.
    pub(crate) watch: Arc<Watch>,
}

impl App {
    pub(crate) fn new(mut config: ServerConfig, parts: Parts) -> Result<Self, StartError> {
        let base_path = config.base_path.trim_matches('/');
        config.base_path = if base_path.is_empty() {
            String::new()
        } else {
            format!("/{base_path}")
        };
        let environments = Arc::new(Environments::new(
            config.environments.clone(),
            parts.extensions.clone(),
            config.limits.environment_idle,
        ));
        let sites = Sites::new(&environments).map_err(StartError::Runtime)?;
        let memory = Arc::new(Budget::new(config.limits.memory));
        let files = Arc::new(Budget::new(config.limits.files));
        let room = Room {
            memory: Arc::clone(&memory),
            files: Arc::clone(&files),
            answer: config.limits.answer,
            values: config.limits.of_values(),
        };
        let tls = config.tls.as_ref().map(Tls::open).transpose();
        let tls = tls.map_err(StartError::Tls)?;
        Ok(Self {
            gate: Gate::open(parts.methods, &config).map_err(StartError::Auth)?,
            sites,
            tls: tls.map(Arc::new),
            routes: Routes::new(
                &environments,
                config.operations.hides_index,
                room,
                parts.endpoints,
            ),
            environments,
            workers: workers("tracrpc-worker", config.limits.workers, Share::ALL)?,
            checkers: workers("tracrpc-checker", config.limits.checkers(), Share::ALL)?,
            heavy_workers: heavy_workers(&config.limits)?,
            streamers: workers("tracrpc-stream", config.limits.streamers(), Share::ALL)?,
            memory,
            files,
            places: Places::new(&config.limits, config.trusted_proxies.clone()),
            extensions: parts.extensions,
            watch: Arc::new(Watch::open(&config.operations)?),
            config,
        })
    }

    /// All threads that do something for requests.
    pub(crate) fn all_workers(&self) -> [&Workers; 4] {
        self.lanes().map(|(_, workers)| workers)
    }

    /// The same with the names that metrics have for them.
    pub(crate) fn lanes(&self) -> [(&'static str, &Workers); 4] {
        [
            ("calls", &self.workers),
            ("logins", &self.checkers),
            ("heavy", &self.heavy_workers),
            ("streams", &self.streamers),
        ]
    }

    /// How long a thread waits for the client of a body that streams.
    pub(crate) fn patience(&self) -> Patience {
        let limits = self.limits();
        let end = Instant::now() + limits.stream_time();
        Patience::new(self.streamers.aside(), limits.body_time, end)
    }

    /// Reads configurations and password files again.
    pub(crate) fn reread(&self) {
        tracing::info!("configurations and password files are read again");
        if let Some(audit) = &self.watch.audit {
            audit.reopen();
        }
        self.gate.reread();
        self.sites.reread();
        if let Some(tls) = &self.tls {
            tls.reread();
        }
        for environment in self.environments.opened() {
            environment.reread_config();
        }
    }

    pub(crate) fn limits(&self) -> &ServerLimits {
        &self.config.limits
    }

    /// When a request that begins to be answered now must be.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.config.limits.request_time
    }

    /// Runs `job` for `client` on one of `workers`, or says in a response why not. The job is
    /// given up at `deadline`, or when nobody waits for it any more.
    pub(crate) async fn on<T: Send + 'static>(
        self: &Arc<Self>,
        workers: &Workers,
        client: Client,
        deadline: Instant,
        job: impl FnOnce(&Self, WaitBudget) -> T + Send + 'static,
    ) -> Result<T, Response> {
        let app = Arc::clone(self);
        let awaited = Awaited(Cancel::at(deadline));
        let run = workers.run(client, awaited.0.clone(), move |budget| job(&app, budget));
        match tokio::time::timeout_at(deadline.into(), run).await {
            Ok(Err(NoResult::TooMany)) => Err(pages::too_many()),
            Ok(Err(NoResult::Panicked)) if !awaited.0.is_set() => Err(pages::internal_error()),
            Ok(Ok(result)) if !awaited.0.is_set() => Ok(result),
            Ok(_) | Err(_) => Err(pages::too_late()),
        }
    }
}

/// Somebody waits for a job. When this is dropped nobody does.
struct Awaited(Cancel);

impl Drop for Awaited {
    fn drop(&mut self) {
        self.0.set();
    }
}

fn workers(name: &str, count: usize, share: Share) -> Result<Workers, StartError> {
    Workers::start(name, count, share).map_err(StartError::Runtime)
}

/// For heavy calls. Beside as many threads as one client may have there is one more, so that
/// the first call of somebody else finds one.
fn heavy_workers(limits: &ServerLimits) -> Result<Workers, StartError> {
    let share = Share {
        at_once: limits.heavy_workers(),
        waiting: limits.waiting,
    };
    workers("tracrpc-heavy", share.at_once + 1, share)
}
