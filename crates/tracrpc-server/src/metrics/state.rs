//! What is looked up when somebody reads the metrics. It never waits for a database, and
//! opens no environment.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use prometheus::{IntCounterVec, IntGaugeVec, Opts, Registry};
use tracrpc_env::plugins::{PluginHost, Process, State as ProcessState};
use tracrpc_env::{Environment, MemoryBudget};

use super::registered;
use crate::app::App;
use crate::budget::Budget;

/// The states of a plugin's process.
const STATES: [&str; 4] = ["starting", "ready", "waiting", "stopped"];

/// Metrics that are set when they are read.
pub(super) struct State {
    metrics: BTreeMap<&'static str, Metric>,
    /// Of whom there is one at a time, as all are set anew.
    reader: Mutex<()>,
}

/// What a number is: one whose name ends in `_total` only ever grows.
enum Metric {
    Gauge(IntGaugeVec),
    Counter(IntCounterVec),
}

/// Name, help and labels of each.
type Row = (&'static str, &'static str, &'static [&'static str]);

const ROWS: [Row; 22] = [
    ("build_info", "1, with what this program is.", &["version"]),
    ("connections", "Connections that are open.", &[]),
    ("connections_max", "How many there may be.", &[]),
    (
        "workers",
        "Threads that answer requests, by what they do.",
        &["lane"],
    ),
    (
        "jobs",
        "What threads do, or what waits for one of them.",
        &["lane"],
    ),
    ("jobs_waiting", "What waits for a thread.", &["lane"]),
    (
        "threads_aside",
        "Threads that wait for others, in whose place spare ones work.",
        &["lane"],
    ),
    (
        "budget_bytes",
        "Bytes that all large requests together may take up.",
        &["budget"],
    ),
    (
        "budget_taken_bytes",
        "Bytes of them that are taken.",
        &["budget"],
    ),
    ("environments_open", "Environments that are open.", &[]),
    (
        "database_connections",
        "Connections of an open environment's pool.",
        &["environment", "state"],
    ),
    (
        "database_connections_max",
        "How many there may be in use.",
        &["environment"],
    ),
    (
        "mails_waiting",
        "Mails that are yet to be sent.",
        &["environment"],
    ),
    (
        "mails_waiting_bytes",
        "The bytes that they have.",
        &["environment"],
    ),
    (
        "plugin_state",
        "1 for the state in which a plugin's process is.",
        &["plugin", "state"],
    ),
    (
        "plugin_restarts_total",
        "Processes of a plugin after its first.",
        &["plugin"],
    ),
    (
        "plugin_calls_total",
        "Questions to a plugin since the start.",
        &["plugin"],
    ),
    (
        "plugin_errors_total",
        "Those of them that it did not answer as it should.",
        &["plugin"],
    ),
    (
        "plugin_active",
        "Questions that a plugin is answering.",
        &["plugin"],
    ),
    (
        "plugin_memory_bytes",
        "The memory of a plugin's process, where it is known.",
        &["plugin"],
    ),
    (
        "audit_lines_lost_total",
        "Lines of the audit log that were lost since the start.",
        &[],
    ),
    (
        "mails_given_up_total",
        "Mails that were given up since the environment was opened.",
        &["environment"],
    ),
];

impl State {
    pub(super) fn new(registry: &Registry) -> prometheus::Result<Self> {
        let mut metrics = BTreeMap::new();
        for (name, help, labels) in ROWS {
            metrics.insert(name, Metric::new(registry, Opts::new(name, help), labels)?);
        }
        Ok(Self {
            metrics,
            reader: Mutex::default(),
        })
    }

    /// Sets all of them. They stay as they are for as long as one holds what this returns.
    pub(super) fn read(&self, app: &App) -> MutexGuard<'_, ()> {
        let reading = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        self.metrics.values().for_each(Metric::reset);
        self.set("build_info", &[env!("CARGO_PKG_VERSION")], 1);
        self.read_server(app);
        let open = app.environments.opened();
        self.set("environments_open", &[], open.len());
        for environment in &open {
            self.read_environment(environment);
        }
        for host in app.extensions.of::<dyn PluginHost>() {
            for (name, process) in host.processes() {
                self.read_plugin(&name, &process);
            }
        }
        reading
    }

    fn read_server(&self, app: &App) {
        let most = app.limits().connections;
        // Who listens has a place for the connection that comes next.
        self.set("connections", &[], app.places.count());
        self.set("connections_max", &[], most);
        for (lane, workers) in app.lanes() {
            let load = workers.load();
            self.set("workers", &[lane], load.threads);
            self.set("jobs", &[lane], load.jobs);
            self.set("jobs_waiting", &[lane], load.waiting);
            self.set("threads_aside", &[lane], load.aside);
        }
        let kept = app.extensions.of::<MemoryBudget>().iter();
        let kept = kept.map(|kept| ("kept", kept.limit(), kept.taken()));
        let of = |name, budget: &Budget| (name, budget.size(), budget.taken());
        let budgets = [of("memory", &app.memory), of("files", &app.files)];
        for (name, size, taken) in budgets.into_iter().chain(kept) {
            self.set("budget_bytes", &[name], size);
            self.set("budget_taken_bytes", &[name], taken);
        }
        let lost = app.watch.audit.as_ref().map(|audit| audit.lost());
        self.set("audit_lines_lost_total", &[], lost.unwrap_or_default());
    }

    fn read_environment(&self, environment: &Environment) {
        let folder = environment.path().file_name().unwrap_or_default();
        let name = &*folder.to_string_lossy();
        let pool = environment.db().load();
        self.set("database_connections", &[name, "in_use"], pool.in_use);
        self.set("database_connections", &[name, "idle"], pool.idle);
        self.set("database_connections_max", &[name], pool.max);
        let mail = tracrpc_mail::load(environment);
        self.set("mails_waiting", &[name], mail.waiting);
        self.set("mails_waiting_bytes", &[name], mail.waiting_bytes);
        self.set("mails_given_up_total", &[name], mail.given_up);
    }

    fn read_plugin(&self, name: &str, process: &Process) {
        let state = match process.state {
            ProcessState::Starting => "starting",
            ProcessState::Ready => "ready",
            ProcessState::Waiting(_) => "waiting",
            ProcessState::Stopped => "stopped",
        };
        for known in STATES {
            self.set("plugin_state", &[name, known], u64::from(known == state));
        }
        self.set("plugin_restarts_total", &[name], process.restarts);
        self.set("plugin_calls_total", &[name], process.calls);
        self.set("plugin_errors_total", &[name], process.errors);
        self.set("plugin_active", &[name], process.active);
        if let Some(memory) = process.memory {
            self.set("plugin_memory_bytes", &[name], memory);
        }
    }

    fn set(&self, name: &str, labels: &[&str], value: impl TryInto<u64>) {
        if let Some(metric) = self.metrics.get(name) {
            metric.set(labels, value.try_into().unwrap_or(u64::MAX));
        }
    }
}

impl Metric {
    fn new(registry: &Registry, options: Opts, labels: &[&str]) -> prometheus::Result<Self> {
        Ok(match options.name.ends_with("_total") {
            true => Self::Counter(registered(registry, IntCounterVec::new(options, labels)?)?),
            false => Self::Gauge(registered(registry, IntGaugeVec::new(options, labels)?)?),
        })
    }

    fn reset(&self) {
        match self {
            Self::Gauge(gauge) => gauge.reset(),
            Self::Counter(counter) => counter.reset(),
        }
    }

    fn set(&self, labels: &[&str], value: u64) {
        match self {
            Self::Gauge(gauge) => {
                let value = i64::try_from(value).unwrap_or(i64::MAX);
                gauge.with_label_values(labels).set(value);
            }
            Self::Counter(counter) => counter.with_label_values(labels).inc_by(value),
        }
    }
}
