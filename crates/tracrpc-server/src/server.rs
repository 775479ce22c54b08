//! A server from its start to its end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::runtime::{Handle, Runtime};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::app::App;
use crate::config::ServerConfig;
use crate::connection;
use crate::handler;
use crate::listen;
use crate::parts::Parts;
use crate::places::Places;
use crate::signals::{self, Event};
use crate::start_error::StartError;

/// A running server. It stops when it is dropped.
pub struct Server {
    addresses: Vec<SocketAddr>,
    app: Arc<App>,
    stop: watch::Sender<bool>,
    runtime: Handle,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start_with(config: ServerConfig, mut parts: Parts) -> Result<Self, StartError> {
        let runtime = runtime().map_err(StartError::Runtime)?;
        let listeners = match std::mem::take(&mut parts.listeners) {
            none if none.is_empty() => listen::bind(&config.addresses)?,
            given => given,
        };
        let listeners = listen::attend(&runtime, listeners).map_err(StartError::Runtime)?;
        let mut addresses = Vec::new();
        for listener in &listeners {
            addresses.push(listener.local_addr().map_err(StartError::Runtime)?);
        }
        let app = Arc::new(App::new(config, parts)?);
        let served = Arc::clone(&app);
        let (stop, stopped) = watch::channel(false);
        let handle = runtime.handle().clone();
        let thread = std::thread::Builder::new()
            .name("tracrpc-server".to_owned())
            .spawn(move || run(runtime, listeners, &served, stopped))
            .map_err(StartError::Runtime)?;
        Ok(Self {
            addresses,
            app,
            stop,
            runtime: handle,
            thread: Some(thread),
        })
    }

    /// The first of the addresses that are listened on, with its real port.
    pub fn address(&self) -> SocketAddr {
        self.addresses[0]
    }

    /// All addresses that are listened on, with their real ports.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Serves until the process gets SIGTERM or SIGINT, then stops. A second
    /// one ends the process at once. SIGHUP has configurations and password
    /// files read again.
    pub fn run_until_signal(self) {
        self.heed_signals(|_| {});
        self.run_until_stopped();
    }

    /// Heeds signals as [`run_until_signal`](Self::run_until_signal) does, from the moment on in
    /// which this returns. `tell` hears of what they bring about.
    pub fn heed_signals(&self, tell: impl Fn(Event) + Send + 'static) {
        signals::heed(Arc::clone(&self.app), self.stop.clone(), tell);
    }

    /// Calls `beat` at once, and again each time that `period` has passed, as long as
    /// connections are attended to.
    pub fn while_alive(&self, period: Duration, beat: impl Fn() + Send + 'static) {
        self.runtime.spawn(async move {
            let mut ticks = tokio::time::interval(period);
            loop {
                ticks.tick().await;
                beat();
            }
        });
    }

    /// Serves until a signal that is heeded says otherwise.
    pub fn run_until_stopped(self) {
        self.join();
    }

    /// Lets running requests finish, for a bounded time, and takes no new ones.
    pub fn stop(self) {
        drop(self);
    }

    fn join(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn runtime() -> std::io::Result<Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.clamp(1, 4))
        .thread_name("tracrpc")
        .enable_all()
        .build()
}

/// Serves until told to stop, then waits for what still runs and for mail that is to be sent.
fn run(
    runtime: Runtime,
    listeners: Vec<TcpListener>,
    app: &Arc<App>,
    stopped: watch::Receiver<bool>,
) {
    let limits = Arc::new(app.limits().clone());
    let places = Places::new(&limits, app.config.trusted_proxies.clone());
    let service = connection::Service {
        router: handler::router(Arc::clone(app)),
        limits: Arc::clone(&limits),
        tls: app.tls.clone(),
        further: Arc::new(Semaphore::new(limits.connections)),
    };
    if let Some(tls) = &app.tls {
        runtime.spawn(Arc::clone(tls).follow());
    }
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for listener in listeners {
            let (service, places) = (service.clone(), Arc::clone(&places));
            tasks.spawn(connection::serve(
                listener,
                service,
                places,
                stopped.clone(),
            ));
        }
        while tasks.join_next().await.is_some() {}
    });
    // A call whose client went away may still be at work; it gets the same time.
    let deadline = Instant::now() + limits.stop_time;
    runtime.shutdown_timeout(limits.stop_time);
    for workers in app.all_workers() {
        workers.finish(deadline);
    }
    for env in app.environments.opened() {
        if !tracrpc_mail::finish(&env, limits.stop_time) {
            tracing::error!(env.path = %env.path().display(), "mail that waits is given up");
        }
    }
}
