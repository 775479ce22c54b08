//! Trac's remote API over HTTP: routing, authentication, limits, pages.
//!
//! The only crate that knows HTTP. Connections are served asynchronously;
//! everything from the registry of methods down is ordinary blocking code on
//! a bounded number of worker threads.
//!
//! ```no_run
//! use tracrpc_server::{Server, ServerConfig};
//!
//! let mut config = ServerConfig::single("/srv/trac/project");
//! config.addresses = vec!["127.0.0.1:8000".parse()?];
//! let server = Server::start(config)?;
//! println!("serving on {}", server.address());
//! server.run_until_signal();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access_log;
mod activity;
mod app;
mod audit;
mod auth;
mod body;
mod budget;
mod builder;
mod call;
mod coding;
mod config;
mod connection;
mod conversation;
mod cors;
mod endpoint;
mod environments;
mod handler;
mod headers;
mod job;
mod line;
mod listen;
mod metrics;
mod negotiate;
mod operations;
mod origin;
mod outcome;
mod pages;
mod parts;
mod place;
mod places;
mod prepare;
mod refused;
mod request_id;
mod routes;
mod server;
mod signals;
mod spool;
mod start_error;
mod stream;
mod tls;
mod trail;
mod transfer;
mod turned_away;
mod visitor;
mod work;
mod workers;

pub use axum::body::Body;
pub use axum::http;
pub use axum::response::Response;

pub use auth::{AuthMethod, AuthRequest, AuthRule, Authenticator, Verdict};
pub use builder::ServerBuilder;
pub use config::{EnvironmentSource, ServerConfig, ServerLimits};
pub use endpoint::{Answer, BodyForm, Endpoint, EndpointRequest, NoEnvironment, RequestBody};
pub use listen::bind;
pub use operations::{AuditTarget, Operations};
pub use origin::TrustedProxies;
pub use server::Server;
pub use signals::Event;
pub use start_error::StartError;
pub use stream::ResponseWriter;
pub use tls::{
    CertificateDemand, CertificateUser, ClientCertificates, DistinguishedName, TlsConfig,
    TlsIdentity,
};
