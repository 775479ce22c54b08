//! One of each thing that can be added to tracrpc.

pub mod badge;
pub mod clock;
pub mod escalate;
pub mod freeze;
pub mod journal;
pub mod limit;
pub mod lines;
pub mod links;
pub mod mail;
pub mod markup;
pub mod notes;
pub mod summary;
pub mod sums;
pub mod transfer;
pub mod visitors;

use tracrpc_env::Extensions;
use tracrpc_server::{Server, ServerBuilder, ServerConfig};

/// A server with everything of this crate.
pub fn server(config: ServerConfig) -> ServerBuilder {
    Server::builder(config)
        .extend(extend)
        .namespace(journal::namespace())
        .namespace(sums::namespace())
        .protocol(lines::Lines)
        .auth_method(badge::method())
        .endpoint(clock::Clock)
        .endpoint(transfer::Count)
        .endpoint(transfer::Export)
        .layer(limit::NoDeletedPages)
}

/// Adds what belongs to an environment, whoever opens it.
pub fn extend(extensions: &mut Extensions) {
    freeze::extend(extensions);
    markup::extend(extensions);
    links::extend(extensions);
    visitors::extend(extensions);
    mail::extend(extensions);
    notes::extend(extensions);
    escalate::extend(extensions);
    summary::extend(extensions);
    journal::extend(extensions);
}
