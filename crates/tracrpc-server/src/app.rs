//! What all requests share.

use std::sync::Arc;
use std::time::Instant;

use axum::response::Response;
use tracrpc_env::{Environment, WaitBudget};
use tracrpc_wire::Protocol;

use crate::auth::Gate;
use crate::budget::Budget;
use crate::config::{ServerConfig, ServerLimits};
use crate::endpoint::Endpoint;
use crate::environments::Environments;
use crate::pages;
use crate::parts::Parts;
use crate::start_error::StartError;
use crate::workers::{Panicked, Workers};

/// Everything that requests share.
pub(crate) struct App {
    pub(crate) config: ServerConfig,
    pub(crate) environments: Environments,
    pub(crate) gate: Gate,
    /// What answers below an environment besides the remote API.
    pub(crate) endpoints: Vec<Arc<dyn Endpoint>>,
    pub(crate) workers: Workers,
    pub(crate) checkers: Workers,
    /// For heavy calls, so that no number of them uses up the memory, or
    /// keeps short ones waiting.
    pub(crate) heavy_workers: Workers,
    /// The memory that large requests share.
    pub(crate) memory: Budget,
    /// The temporary files that large answers share.
    pub(crate) files: Budget,
}

impl App {
    pub(crate) fn new(mut config: ServerConfig, parts: Parts) -> Result<Self, StartError> {
        let base_path = config.base_path.trim_matches('/');
        config.base_path = if base_path.is_empty() {
            String::new()
        } else {
            format!("/{base_path}")
        };
        Ok(Self {
            environments: Environments::new(
                config.environments.clone(),
                parts.extensions,
                config.limits.environment_idle,
            ),
            gate: Gate::open(parts.methods, &config.auth).map_err(StartError::Auth)?,
            endpoints: parts.endpoints,
            workers: workers("tracrpc-worker", config.limits.workers)?,
            checkers: workers("tracrpc-checker", config.limits.checkers())?,
            heavy_workers: workers("tracrpc-heavy", config.limits.heavy_workers())?,
            memory: Budget::new(config.limits.memory),
            files: Budget::new(config.limits.files),
            config,
        })
    }

    /// Reads configurations and password files again.
    pub(crate) fn reread(&self) {
        tracing::info!("configurations and password files are read again");
        self.gate.reread();
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

    /// Runs `job` on one of `workers`, or says in a response why not.
    pub(crate) async fn on<T: Send + 'static>(
        self: &Arc<Self>,
        workers: &Workers,
        deadline: Instant,
        job: impl FnOnce(&Self, WaitBudget) -> T + Send + 'static,
    ) -> Result<T, Response> {
        let app = Arc::clone(self);
        let run = workers.run(move |budget| job(&app, budget));
        match tokio::time::timeout_at(deadline.into(), run).await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(Panicked)) => Err(pages::internal_error()),
            Err(_) => Err(pages::too_late()),
        }
    }
}

fn workers(name: &str, count: usize) -> Result<Workers, StartError> {
    Workers::start(name, count).map_err(StartError::Runtime)
}

/// The protocols that an environment has.
pub(crate) fn protocols_of(env: &Environment) -> Vec<Arc<dyn Protocol>> {
    let config = env.config();
    let extensions = env.extensions();
    let protocols = extensions.of::<dyn Protocol>().iter();
    let is_there = |protocol: &&Arc<dyn Protocol>| config.has_component(protocol.component());
    protocols.filter(is_there).cloned().collect()
}
