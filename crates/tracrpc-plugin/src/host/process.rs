//! A process: its start, its threads, its end.

use std::env;
use std::io::{self, BufReader, BufWriter};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use tracrpc_plugin_protocol::Frame;

use super::connection::Connection;
use super::log::{self, Throttle};
use super::settings::Settings;
use super::signals::{self, Ending};

/// The environment variables that a plugin has of the server's.
const VARIABLES: [&str; 5] = ["PATH", "HOME", "LANG", "TZ", "TMPDIR"];

/// How long the rest of what a process said is waited for after its end, and its end after
/// the rest.
pub(crate) const LAST_WORDS: Duration = Duration::from_secs(1);

/// A process that was started. It is waited for by a thread of its own, so that none is
/// left behind as a zombie.
pub(crate) struct Body {
    id: u32,
    state: Mutex<Life>,
    changed: Condvar,
}

#[derive(Default)]
struct Life {
    /// How it ended. Its number belongs to it until then.
    ended: Option<String>,
}

/// The ends of a process's pipes that are the server's.
pub(crate) struct Pipes {
    pub(crate) input: ChildStdin,
    pub(crate) output: ChildStdout,
    pub(crate) errors: ChildStderr,
}

/// Starts the process of a plugin, which has its three pipes and no other descriptor.
pub(crate) fn begin(settings: &Settings) -> io::Result<(Child, Pipes)> {
    let (program, arguments) = settings
        .command
        .split_first()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "there is no command"))?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .envs(env::vars_os().filter(|(name, _)| {
            let name = name.to_string_lossy();
            VARIABLES.contains(&&*name) || name.starts_with("LC_")
        }))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(directory) = &settings.directory {
        command.current_dir(directory);
    }
    if let Some(user) = &settings.user {
        signals::become_user(&mut command, user)?;
    }
    command.envs(&settings.variables);
    signals::alone(&mut command);
    let mut child = command.spawn()?;
    match (child.stdin.take(), child.stdout.take(), child.stderr.take()) {
        (Some(input), Some(output), Some(errors)) => Ok((
            child,
            Pipes {
                input,
                output,
                errors,
            },
        )),
        _ => Err(io::Error::other("there are no pipes")),
    }
}

impl Body {
    /// What is known of a process, with a thread that waits for its end.
    pub(crate) fn watch(mut child: Child, connection: Arc<Connection>) -> io::Result<Arc<Self>> {
        let name = connection.plugin().to_owned();
        let body = Arc::new(Self {
            id: child.id(),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let watched = Arc::clone(&body);
        spawn(&name, move || {
            signals::wait(&child);
            let how = watched.reap(&mut child);
            connection.wait_for_reader(LAST_WORDS);
            connection.close(&how);
        })?;
        Ok(body)
    }

    /// Takes the process out of the system's table, with all that it has started.
    fn reap(&self, child: &mut Child) -> String {
        let mut life = self.lock();
        signals::end_group(self.id, Ending::Force);
        let how = signals::reap(child);
        life.ended = Some(how.clone());
        self.changed.notify_all();
        how
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// How much memory it has, while it lives.
    pub(crate) fn memory(&self) -> Option<u64> {
        let life = self.lock();
        match life.ended {
            None => signals::memory(self.id),
            Some(_) => None,
        }
    }

    /// Sends a signal to it and what it has started, if it lives.
    pub(crate) fn end(&self, how: Ending) {
        let life = self.lock();
        if life.ended.is_none() {
            signals::end_group(self.id, how);
        }
    }

    /// Waits until it has ended; `false` if it has not at `deadline`.
    pub(crate) fn wait_until(&self, deadline: Instant) -> bool {
        let mut life = self.lock();
        while life.ended.is_none() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.changed.wait_timeout(life, left);
            life = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, Life> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts a thread for a plugin.
pub(crate) fn spawn(
    plugin: &str,
    run: impl FnOnce() + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    // A name with a NUL in it would be refused.
    let name = format!("plugin {}", plugin.replace('\0', ""));
    Builder::new().name(name).spawn(run)
}

/// Writes frames until nobody sends any, then closes the pipe.
pub(crate) fn write(input: ChildStdin, frames: &Receiver<Frame>) {
    let mut input = BufWriter::with_capacity(64 * 1024, input);
    for frame in frames {
        if frame.write_to(&mut input).is_err() {
            // The process has gone, which its other pipe tells.
            return;
        }
    }
}

/// Copies the log of a process.
pub(crate) fn copy_log(plugin: &str, errors: ChildStderr, throttle: &Throttle) {
    log::copy(plugin, BufReader::new(errors), throttle);
}
