//! How a plugin begins, lives and ends.

use tracrpc_wire::{Struct, Value};

use crate::VERSION;
use crate::messages::{Anything, asks};
use crate::shape::shape;

shape! {
    /// `initialize`: who asks, and what may be expected of it.
    pub struct Initialize {
        /// The versions of the protocol that the server speaks.
        pub protocols: Vec<i64> = vec![VERSION],
        /// Who the server is.
        pub host: Host = Host {
            name: String::new(),
            version: String::new(),
        },
        /// What the server can do.
        pub capabilities: HostCapabilities = HostCapabilities { blobs: false },
        /// The environments that are open.
        pub environments: Vec<Environment> = Vec::new(),
        /// The beginnings of names of components that the server has itself.
        pub native: Vec<String> = Vec::new(),
        /// What the server takes at most.
        pub limits: LimitsRow = LimitsRow {
            frame: 0,
            requests: None,
        },
        /// What is configured for the plugin.
        pub options: Struct = Struct::new(),
    }

    /// Who the server is.
    pub struct Host {
        /// The name of the program.
        pub name: String,
        /// Its version.
        pub version: String = String::new(),
    }

    /// What the server can do.
    pub struct HostCapabilities {
        /// It takes and sends blobs.
        pub blobs: bool = false,
    }

    /// What the server takes at most.
    pub struct LimitsRow {
        /// How many bytes a message may have; 0 if that is not known.
        pub frame: i64 = 0,
        /// How many requests it sends at once; null before the plugin has told its own.
        pub requests: Option<i64>,
    }

    /// An environment of Trac.
    pub struct Environment {
        /// Its name.
        pub name: String,
        /// Its folder.
        pub path: String,
        /// Its address; empty if that is not known.
        pub base_url: String = String::new(),
    }

    /// The answer to `initialize`.
    pub struct Initialized {
        /// The version of the protocol that the plugin speaks.
        pub protocol: i64 = VERSION,
        /// Who the plugin is.
        pub plugin: PluginRow = PluginRow {
            name: String::new(),
            version: Value::Nil,
            runtime: Value::Nil,
        },
        /// What the plugin can do.
        pub capabilities: Capabilities = Capabilities::default(),
    }

    /// Who a plugin is.
    pub struct PluginRow {
        /// Its name.
        pub name: String = String::new(),
        /// Its version.
        pub version: Value,
        /// What it runs on, such as `Python 3.11`.
        pub runtime: Value,
    }

    /// What a plugin can do.
    pub struct Capabilities {
        /// How many requests it takes at a time.
        pub concurrency: i64 = 1,
        /// Whether `$/cancel` has an effect.
        pub cancel: bool,
        /// It takes and sends blobs.
        pub blobs: bool,
    }

    /// `ping`: whether the plugin is there.
    pub struct Ping {}

    /// The answer to `ping`.
    pub struct Pong {
        /// The plugin wants a new process in its place.
        pub restart_wanted: bool,
    }

    /// `shutdown`: the plugin is to end.
    pub struct Shutdown {}

    /// The notification `changed`: `describe` would answer otherwise now.
    pub struct Changed {
        /// The name of the environment; null for all.
        pub environment: Option<String>,
    }

    /// The notification `log`: a line for the server's log.
    pub struct Log {
        /// `debug`, `info`, `warning` or `error`.
        pub level: String = "info".to_owned(),
        /// The line.
        pub message: String,
    }
}

impl Default for Capabilities {
    fn default() -> Self {
        Self {
            concurrency: 1,
            cancel: false,
            blobs: false,
        }
    }
}

asks! {
    Initialize, "initialize", Initialized;
    Ping, "ping", Pong;
    Shutdown, "shutdown", Anything;
}
