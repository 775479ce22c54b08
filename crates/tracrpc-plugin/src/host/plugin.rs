//! A plugin as those see it who ask it.

use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use tracrpc_plugin_protocol::Message;
use tracrpc_plugin_protocol::messages::{Ask, Environment, PluginRow};
use tracrpc_wire::Value;

use super::asking::{self, Asking};
use super::connection::Process;
use super::error::Failure;
use super::process::spawn;
use super::settings::Settings;
use super::shared::{Core, Phase, Shared};
use super::signal::{Notice, Signal};
use super::signals::Ending;
use super::status::Status;
use super::supervisor;

/// A program that extends the server, and the thread that keeps it running.
///
/// A clone is the same plugin.
#[derive(Clone)]
pub struct Plugin {
    shared: Arc<Shared>,
}

/// Who follows what happens to a plugin, on a thread that is there for that and may ask
/// the plugin.
pub trait Observer: Send + Sync {
    /// Something has happened.
    fn notice(&self, plugin: &Plugin, notice: Notice);
}

impl<F: Fn(&Plugin, Notice) + Send + Sync> Observer for F {
    fn notice(&self, plugin: &Plugin, notice: Notice) {
        self(plugin, notice);
    }
}

impl Plugin {
    /// Starts a plugin, and returns at once. `observer` follows what happens to it.
    pub fn start(settings: Settings, observer: Arc<dyn Observer>) -> Self {
        let (signals, received) = mpsc::channel();
        let (notices, noticed) = mpsc::channel();
        let shared = Arc::new(Shared::new(settings, signals));
        let plugin = Self { shared };
        let told = plugin.clone();
        let tell = move || {
            noticed
                .iter()
                .for_each(|notice| observer.notice(&told, notice))
        };
        let supervised = Arc::clone(&plugin.shared);
        let supervise = move || supervisor::run(&supervised, &received, &notices);
        match spawn(plugin.name(), tell).and_then(|_| spawn(plugin.name(), supervise)) {
            Ok(thread) => *plugin.shared.supervisor() = Some(thread),
            Err(error) => {
                tracing::error!(plugin = plugin.name(), %error, "there is no thread for it");
                plugin.shared.change(|core| core.phase = Phase::Stopped);
            }
        }
        plugin
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.shared.settings.name
    }

    /// What is configured for it.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// Its next process is told of an environment when it begins, in place of what it was
    /// told of one of that name.
    pub fn know(&self, environment: &Environment) {
        self.shared.know(environment);
    }

    /// Asks it, and waits for the answer.
    ///
    /// # Errors
    /// If it is not there, has too much to do, does not answer in time, refuses, or answers
    /// what makes no sense. What it has begun is never asked again.
    pub fn ask<A: Ask>(&self, ask: A, how: Asking<'_>) -> Result<A::Answer, Failure> {
        self.ask_process(ask, how).map(|(answer, _)| answer)
    }

    /// The same, with the process that has answered.
    ///
    /// # Errors
    /// As [`Plugin::ask`].
    pub fn ask_process<A: Ask>(
        &self,
        ask: A,
        how: Asking<'_>,
    ) -> Result<(A::Answer, Process), Failure> {
        self.shared.calls.fetch_add(1, Ordering::Relaxed);
        let answered = asking::exchange(&self.shared, ask, how);
        if let Err(failure) = &answered
            && !matches!(failure, Failure::Fault(_))
        {
            self.shared.errors.fetch_add(1, Ordering::Relaxed);
            tracing::warn!(plugin = self.name(), request = A::METHOD, %failure, "no answer");
        }
        answered
    }

    /// Tells `process` something that it does not answer.
    pub fn tell<A: Ask>(&self, process: &Process, ask: A) {
        // A notification holds little; what cannot be sent is of no use without a process.
        let _ = process
            .connection
            .send(Message::notification(A::METHOD, ask.params()));
    }

    /// Waits until it can be asked; `false` if it cannot at `deadline`.
    pub fn wait_until_ready(&self, deadline: Instant) -> bool {
        let is_ready = |core: &Core| core.current.is_some();
        let mut core = self.shared.lock();
        while !is_ready(&core) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || matches!(core.phase, Phase::Stopped) {
                return false;
            }
            core = self.shared.wait(core, left);
        }
        true
    }

    /// What can be shown about it.
    pub fn status(&self) -> Status {
        let core = self.shared.lock();
        let live = core.current.as_deref();
        let body = live.map(|live| Arc::clone(&live.body));
        let about = live.map(|live| &live.about);
        // Plugins write versions as texts, numbers or not at all.
        let text = |member: fn(&PluginRow) -> &Value| match about.map(member) {
            None | Some(Value::Nil) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Double(number)) => number.to_string(),
            Some(Value::Int(number)) => number.to_string(),
            Some(_) => String::new(),
        };
        let status = Status {
            name: self.name().to_owned(),
            title: about.map(|about| about.name.clone()).unwrap_or_default(),
            version: text(|about| &about.version),
            runtime: text(|about| &about.runtime),
            state: core.phase.state(),
            process: body.as_ref().map(|body| body.id()),
            restarts: self.shared.restarts.load(Ordering::Relaxed),
            calls: self.shared.calls.load(Ordering::Relaxed),
            errors: self.shared.errors.load(Ordering::Relaxed),
            active: live.map_or(0, |live| live.connection.active()),
            concurrency: live.map_or(0, |live| live.connection.concurrency()),
            memory: None,
            last_end: core.last_end.clone(),
        };
        drop(core);
        Status {
            memory: body.and_then(|body| body.memory()),
            ..status
        }
    }

    /// Has another process take the place of the one that there is, and waits until it is
    /// ready. What the former one has begun it may end.
    ///
    /// # Errors
    /// The new process ended, or was not ready at `deadline`. A former one that was ready
    /// still is then.
    pub fn restart(&self, deadline: Instant) -> Result<(), Failure> {
        let serial = |core: &Core| {
            let live = core.current.as_ref();
            live.map(|live| live.connection.serial())
        };
        let mut core = self.shared.lock();
        let (former, ends) = (serial(&core), core.ends);
        let _ = self.shared.signals.send(Signal::Replace);
        loop {
            if core.current.is_some() && serial(&core) != former {
                return Ok(());
            }
            if core.ends > ends || matches!(core.phase, Phase::Stopped) {
                return Err(Failure::Unavailable);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Failure::TimedOut);
            }
            core = self.shared.wait(core, left);
        }
    }

    /// As [`stop`](Self::stop), until `deadline` at the latest. What has not ended shortly
    /// before is told so by a signal, and what has not then is killed.
    pub fn stop_by(&self, deadline: Instant) {
        let _ = self.shared.signals.send(Signal::Stop);
        let thread = self.shared.supervisor().take();
        let Some(thread) = thread else { return };
        let left = deadline.saturating_duration_since(Instant::now());
        for (time, how) in [
            (deadline - (left / 4).min(WARNING), Ending::Ask),
            (deadline, Ending::Force),
            (deadline + REAPING, Ending::Force),
        ] {
            while !thread.is_finished() && Instant::now() < time {
                std::thread::sleep(Duration::from_millis(5));
            }
            if thread.is_finished() {
                let _ = thread.join();
                return;
            }
            self.shared.end_all(how);
        }
        tracing::warn!(plugin = self.name(), "its end is not waited for any more");
    }

    /// Ends its process, and waits until that has ended. It cannot be asked any more.
    pub fn stop(&self) {
        let _ = self.shared.signals.send(Signal::Stop);
        let thread = self.shared.supervisor().take();
        if let Some(thread) = thread {
            // It has nothing to say, and a panic of it was told already.
            let _ = thread.join();
        }
    }
}

/// How long before a deadline a process is asked to end by a signal.
const WARNING: Duration = Duration::from_secs(1);

/// How long the system may take to end what is killed.
const REAPING: Duration = Duration::from_millis(300);

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}
