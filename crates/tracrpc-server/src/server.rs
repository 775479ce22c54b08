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
use crate::config::{ServerConfig, ServerLimits};
use crate::connection;
use crate::handler;
use crate::listen;
use crate::metrics::{self, Ready};
use crate::origin::TrustedProxies;
use crate::parts::Parts;
use crate::places::Places;
use crate::signals::{self, Event};
use crate::start_error::StartError;
use crate::trail;

/// A running server. It stops when it is dropped.
pub struct Server {
    addresses: Vec<SocketAddr>,
    metrics_address: Option<SocketAddr>,
    app: Arc<App>,
    stop: watch::Sender<bool>,
    runtime: Handle,
    /// Returns until when the stop may take.
    thread: Option<JoinHandle<Instant>>,
}

impl Server {
    pub(crate) fn start_with(
        mut config: ServerConfig,
        mut parts: Parts,
    ) -> Result<Self, StartError> {
        let runtime = runtime().map_err(StartError::Runtime)?;
        let listeners = match std::mem::take(&mut parts.listeners) {
            none if none.is_empty() => listen::bind(&config.addresses)?,
            given => given,
        };
        let listeners = listen::attend(&runtime, listeners).map_err(StartError::Runtime)?;
        let addresses = addresses_of(&listeners)?;
        config.addresses.clone_from(&addresses);
        let metrics = match config.operations.metrics_address {
            Some(address) => listen::bind(&[address])?,
            None => Vec::new(),
        };
        let metrics = listen::attend(&runtime, metrics).map_err(StartError::Runtime)?;
        let metrics_address = addresses_of(&metrics)?.first().copied();
        if let Some(address) = metrics_address {
            tracing::info!(%address, "metrics can be read");
        }
        let app = Arc::new(App::new(config, parts)?);
        let served = Arc::clone(&app);
        let (stop, stopped) = watch::channel(false);
        let handle = runtime.handle().clone();
        let thread = std::thread::Builder::new()
            .name("tracrpc-server".to_owned())
            .spawn(move || run(runtime, listeners, metrics, &served, stopped))
            .map_err(StartError::Runtime)?;
        Ok(Self {
            addresses,
            metrics_address,
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

    /// The address of the metrics, with its real port, if they have one.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// Serves until the process gets SIGTERM or SIGINT, then stops. A second
    /// one ends the process at once. SIGHUP has configurations and password
    /// files read again.
    ///
    /// Returns when everything has to have ended that the stop waits for.
    pub fn run_until_signal(self) -> Instant {
        self.heed_signals(|_| {});
        self.run_until_stopped()
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

    /// Serves until a signal that is heeded says otherwise. Returns as
    /// [`run_until_signal`](Self::run_until_signal).
    pub fn run_until_stopped(self) -> Instant {
        self.join()
    }

    /// Lets running requests finish, for a bounded time, and takes no new ones.
    pub fn stop(self) {
        drop(self);
    }

    fn join(mut self) -> Instant {
        let deadline = self.thread.take().and_then(|thread| thread.join().ok());
        deadline.unwrap_or_else(Instant::now)
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

fn addresses_of(listeners: &[TcpListener]) -> Result<Vec<SocketAddr>, StartError> {
    let addresses = listeners.iter().map(TcpListener::local_addr);
    addresses
        .collect::<Result<_, _>>()
        .map_err(StartError::Runtime)
}

/// Serves until told to stop, then waits for what still runs and for mail that is to be sent.
/// All that together takes the time to stop; what is not done then is given up. Returns when
/// that is.
fn run(
    runtime: Runtime,
    listeners: Vec<TcpListener>,
    metrics: Vec<TcpListener>,
    app: &Arc<App>,
    stopped: watch::Receiver<bool>,
) -> Instant {
    let limits = Arc::new(app.limits().clone());
    let service = connection::Service {
        router: handler::router(Arc::clone(app)),
        limits: Arc::clone(&limits),
        tls: app.tls.clone(),
        no_http: trail::no_http(app),
        further: Arc::new(Semaphore::new(limits.connections)),
    };
    if let Some(tls) = &app.tls {
        runtime.spawn(Arc::clone(tls).follow());
    }
    // Whoever asks for the state of the server hears of it to the end.
    let _watched = runtime.block_on(serve_metrics(metrics, app, &stopped));
    let deadline = runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for listener in listeners {
            let (service, places) = (service.clone(), Arc::clone(&app.places));
            tasks.spawn(connection::serve(
                listener,
                service,
                places,
                stopped.clone(),
            ));
        }
        let mut stopped = stopped.clone();
        let _ = stopped.wait_for(|stopped| *stopped).await;
        let deadline = Instant::now() + limits.stop_time;
        while tasks.join_next().await.is_some() {}
        deadline
    });
    // A call whose client went away may still be at work.
    for workers in app.all_workers() {
        workers.finish(deadline);
    }
    for env in app.environments.opened() {
        let left = deadline.saturating_duration_since(Instant::now());
        if !tracrpc_mail::finish(&env, left) {
            tracing::error!(env.path = %env.path().display(), "mail that waits is given up");
        }
    }
    // What is left of it are connections whose time is up.
    runtime.shutdown_timeout(LAST);
    if let Some(audit) = &app.watch.audit
        && !audit.finish(deadline.max(Instant::now() + LAST))
    {
        tracing::error!("the end of the audit log is not written");
    }
    deadline
}

/// How long may be taken, when the time to stop is up, by what needs no time but for a thread
/// to get around to it.
const LAST: Duration = Duration::from_millis(200);

/// Serves the metrics until what this returns is dropped.
async fn serve_metrics(
    listeners: Vec<TcpListener>,
    app: &Arc<App>,
    stopped: &watch::Receiver<bool>,
) -> watch::Sender<bool> {
    let (end, ended) = watch::channel(false);
    let ready = Ready {
        app: Arc::clone(app),
        stopped: stopped.clone(),
    };
    for listener in listeners {
        let service = connection::Service {
            router: metrics::router(ready.clone()),
            limits: Arc::new(app.limits().clone()),
            tls: None,
            no_http: Arc::new(|_| {}),
            further: Arc::new(Semaphore::new(WATCHERS)),
        };
        let bounds = ServerLimits {
            connections: WATCHERS,
            connections_of_one: WATCHERS,
            ..app.limits().clone()
        };
        let places = Places::new(&bounds, TrustedProxies::default());
        tokio::spawn(connection::serve(listener, service, places, ended.clone()));
    }
    end
}

/// How many connections there may be at a time for metrics.
const WATCHERS: usize = 16;
