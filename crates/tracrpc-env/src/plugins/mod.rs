//! What extends an environment, as who administers it sees that: which plugins there are,
//! what they have, and which of their components are on.
//!
//! There are three kinds: what this program has of Trac's own components, programs that the
//! server's configuration names, and the plugins of Trac that such a program runs in turn.

mod native;
mod switch;

use std::time::Duration;

pub use self::switch::switch;
use crate::environment::Environment;
use crate::error::{Error, Result};
use tracrpc_translation::own_message;

/// Who runs plugins: an extension point.
pub trait PluginHost: Send + Sync {
    /// The plugins that an environment has of it, those that are off included.
    fn plugins(&self, env: &Environment) -> Vec<Plugin>;

    /// The programs that it runs by their names, whichever environments have them.
    fn processes(&self) -> Vec<(String, Process)>;

    /// Has the plugins follow the environment's configuration, and returns when they do.
    ///
    /// # Errors
    /// If one cannot be asked what it has now.
    fn follow(&self, env: &Environment) -> Result<()>;

    /// Has another process take the place of that of the plugin `name`, and returns when that is
    /// ready. `false` if the environment has no such plugin.
    ///
    /// # Errors
    /// If the new process ends, or is not ready in time.
    fn restart(&self, env: &Environment, name: &str) -> Result<bool>;
}

/// A plugin.
#[derive(Clone, Debug)]
pub struct Plugin {
    /// Its name, by which it is asked for.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Who made it, and what it is for.
    pub about: About,
    /// The program that runs it, if it is a [`Kind::Python`].
    pub host: Option<Host>,
    /// Whether it, or one of its components, is on.
    pub is_enabled: bool,
    /// Whether it may not be switched off.
    pub is_required: bool,
    /// Its components, of which `[components]` says whether they are on.
    pub components: Vec<Component>,
    /// How it is, if it is a program.
    pub process: Option<Process>,
    /// What the environment has of it, by the name of what that is (`methods`, `macros`); only
    /// of programs.
    pub has: Vec<(&'static str, Vec<String>)>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// What a plugin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Part of this program.
    Native,
    /// A program that the server runs.
    Process,
    /// A plugin of Trac that such a program runs.
    Python,
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Process => "process",
            Self::Python => "python",
        }
    }
}

/// A program that runs plugins of Trac.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// Whether it can be asked.
    pub state: State,
}

/// Who made a plugin, and what it is for. What is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// What it calls itself, if that is not its name.
    pub title: String,
    /// Its version.
    pub version: String,
    /// What it is for.
    pub summary: String,
    /// Who made it.
    pub author: String,
    /// Where more is known of it.
    pub home_page: String,
    /// How it may be used.
    pub license: String,
}

/// A component of a plugin, in the sense of `trac/core.py: Component`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its Python name, such as `tractags.wiki.TagWikiSyntaxProvider`.
    pub name: String,
    /// What it is for.
    pub summary: String,
    /// Whether it is on.
    pub is_enabled: bool,
    /// Whether it may not be switched off.
    pub is_required: bool,
}

/// How a program is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process {
    /// Whether it can be asked.
    pub state: State,
    /// The number of its process, if it has one.
    pub id: Option<u32>,
    /// The memory of the process in bytes, where that is known.
    pub memory: Option<u64>,
    /// How many requests it was asked since the server started.
    pub calls: u64,
    /// How many of them it has not answered, or not as it should.
    pub errors: u64,
    /// How many processes were started after the first.
    pub restarts: u64,
    /// How many requests it is answering.
    pub active: usize,
    /// How many it takes at a time.
    pub concurrency: usize,
    /// Why its last process ended, if one did.
    pub last_end: Option<String>,
}

/// Whether a program can be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Its process has not said yet that it is ready.
    #[default]
    Starting,
    /// It can be asked.
    Ready,
    /// Its process has ended; another is started after this time.
    Waiting(Duration),
    /// It was stopped.
    Stopped,
}

impl Plugin {
    /// Whether it can be asked, it or the program that runs it.
    #[must_use]
    pub fn state(&self) -> State {
        let own = self.process.as_ref().map(|process| process.state);
        let host = self.host.as_ref().map(|host| host.state);
        own.or(host).unwrap_or(State::Ready)
    }
}

impl State {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Ready => "ready",
            Self::Waiting(_) => "waiting",
            Self::Stopped => "stopped",
        }
    }
}

/// Something that is wrong with a plugin, or that cannot be carried over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The plugin's name.
    pub plugin: String,
    /// What of it has the problem; empty for the whole.
    pub origin: String,
    /// What is wrong.
    pub problem: String,
}

/// All plugins of an environment, those that are part of this program first.
#[must_use]
pub fn list(env: &Environment) -> Vec<Plugin> {
    let mut all = native::plugins(&env.config());
    for host in env.extensions().of::<dyn PluginHost>() {
        all.extend(host.plugins(env));
    }
    all
}

/// The plugin with this name.
///
/// # Errors
/// There is none.
pub fn get(env: &Environment, name: &str) -> Result<Plugin> {
    let found = list(env).into_iter().find(|plugin| plugin.name == name);
    found.ok_or_else(|| unknown(name))
}

/// Has another process take the place of that of a plugin: of its own, or of the one that
/// runs it. Returns when the new one is ready.
///
/// # Errors
/// There is no such plugin, it is part of this program, or the new process does not get ready.
pub fn restart(env: &Environment, name: &str) -> Result<()> {
    let plugin = get(env, name)?;
    let process = match plugin.kind {
        Kind::Native => {
            return Err(Error::invalid(own_message!(
                "The plugin %(name)s has no process of its own.",
                name = name
            )));
        }
        Kind::Process => name,
        Kind::Python => plugin.host.as_ref().map_or("", |host| &host.name),
    };
    let extensions = env.extensions();
    for host in extensions.of::<dyn PluginHost>() {
        if host.restart(env, process)? {
            return Ok(());
        }
    }
    Err(unknown(name))
}

fn unknown(name: &str) -> Error {
    Error::not_found(own_message!("There is no plugin %(name)s.", name = name))
}
