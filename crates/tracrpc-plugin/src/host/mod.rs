//! One plugin as a process: how it is started, asked, replaced and ended.
//!
//! A [`Plugin`] has a supervisor, a thread that starts processes and ends them. A process
//! has four threads: one reads what it says, one writes what it is told, one copies its
//! log, one waits for its end. Who asks waits on a thread of its own.
//!
//! ```no_run
//! use std::sync::Arc;
//! use std::time::{Duration, Instant};
//! use tracrpc_plugin::host::{Asking, Plugin, Settings};
//! use tracrpc_plugin_protocol::messages::{Ping, Pong};
//!
//! let settings = Settings::new("hello", ["python3", "hello.py"]);
//! let plugin = Plugin::start(settings, Arc::new(|_: &Plugin, _| {}));
//! let deadline = Instant::now() + Duration::from_secs(10);
//! let Pong { restart_wanted } = plugin.ask(Ping {}, Asking::until(deadline)).unwrap();
//! plugin.stop();
//! ```

mod asking;
mod connection;
mod error;
mod input;
mod log;
mod pending;
mod plugin;
mod process;
mod settings;
mod shared;
mod signal;
mod signals;
mod start;
mod status;
mod supervisor;

pub use asking::{Asking, HostCalls, MAX_DEPTH, Nesting};
pub use connection::Process;
pub use error::Failure;
pub use plugin::{Observer, Plugin};
pub use settings::{Settings, Timing};
pub use signal::Notice;
pub use status::{State, Status};
