//! What a server is made of.

use std::net::TcpListener;
use std::sync::Arc;

use tracrpc_env::{Extensions, MemoryBudget};
use tracrpc_methods::{Layer, Namespace, ReadOnly, Registry};
use tracrpc_wire::Protocol;

use crate::auth::{self, AuthMethod};
use crate::config::ServerConfig;
use crate::endpoint::{Endpoint, NoEnvironment};
use crate::parts::Parts;
use crate::routes::Added;
use crate::server::Server;
use crate::start_error::StartError;
use crate::trail::Footsteps;

/// A server that is being put together. It begins with all that this program
/// has; what is added is asked after that.
#[must_use]
pub struct ServerBuilder {
    config: ServerConfig,
    parts: Parts,
}

impl Server {
    /// A server that others add to.
    pub fn builder(config: ServerConfig) -> ServerBuilder {
        ServerBuilder::new(config)
    }

    /// Binds the addresses and starts to serve Trac's own methods.
    ///
    /// # Errors
    ///
    /// Those of [`ServerBuilder::start`].
    pub fn start(config: ServerConfig) -> Result<Self, StartError> {
        Self::builder(config).start()
    }
}

impl ServerBuilder {
    fn new(config: ServerConfig) -> Self {
        let mut extensions = tracrpc_site::builtin();
        if config.operations.audit_log.is_some() || config.operations.metrics_address.is_some() {
            // It sees what all others refuse.
            extensions.add::<dyn Layer>(Arc::new(Footsteps));
        }
        tracrpc_methods::register(&mut extensions);
        if config.operations.is_read_only {
            extensions.add(Arc::new(ReadOnly));
        }
        extensions.add(Arc::new(MemoryBudget::new(config.limits.kept)));
        Self {
            config,
            parts: Parts {
                extensions,
                methods: auth::methods(),
                endpoints: Added::default(),
                listeners: Vec::new(),
            },
        }
    }

    /// Listens on these sockets, which exist already, instead of
    /// [`ServerConfig::addresses`].
    pub fn listeners(mut self, listeners: Vec<TcpListener>) -> Self {
        self.parts.listeners = listeners;
        self
    }

    /// Adds to what each environment is made to do: policies, listeners, macros and
    /// whatever else is an extension point.
    pub fn extend(mut self, add: impl FnOnce(&mut Extensions)) -> Self {
        add(&mut self.parts.extensions);
        self
    }

    /// Adds methods.
    pub fn namespace(self, namespace: Namespace) -> Self {
        self.extend(|extensions| {
            extensions.add(Arc::new(namespace));
        })
    }

    /// Adds a protocol.
    pub fn protocol(self, protocol: impl Protocol + 'static) -> Self {
        self.extend(|extensions| {
            extensions.add::<dyn Protocol>(Arc::new(protocol));
        })
    }

    /// Adds something that stands around each call, within those that were added
    /// before.
    pub fn layer(self, layer: impl Layer + 'static) -> Self {
        self.extend(|extensions| {
            extensions.add::<dyn Layer>(Arc::new(layer));
        })
    }

    /// Adds a way to log in, for [`AuthRule`](crate::AuthRule)s that name it.
    pub fn auth_method(mut self, method: AuthMethod) -> Self {
        self.parts.methods.push(method);
        self
    }

    /// Adds an answer to requests at paths of each environment. It is asked after those
    /// that were added before.
    pub fn endpoint(mut self, endpoint: impl Endpoint + 'static) -> Self {
        self.parts.endpoints.environment.push(Box::new(endpoint));
        self
    }

    /// Adds an answer to requests to the server as a whole. It is asked before any
    /// environment, about the path below [`ServerConfig::base_path`] and then about the whole
    /// path, both as they were sent. It gets no bodies.
    pub fn server_endpoint(mut self, endpoint: impl Endpoint<NoEnvironment> + 'static) -> Self {
        self.parts.endpoints.server.push(Arc::new(endpoint));
        self
    }

    /// Binds the addresses and starts to serve.
    ///
    /// # Errors
    ///
    /// If an address cannot be bound, a password file cannot be read, two methods
    /// have the same name, or the system has no more threads.
    pub fn start(self) -> Result<Server, StartError> {
        let namespaces = self.parts.extensions.of::<Namespace>().iter();
        Registry::new(namespaces.map(|namespace| Namespace::clone(namespace)))
            .map_err(StartError::Registry)?;
        Server::start_with(self.config, self.parts)
    }
}
