//! What a description adds to an environment, one file an extension point.

mod attachments;
mod delegate;
mod events;
mod groups;
mod links;
mod logins;
mod macros;
mod methods;
mod pages;
mod permissions;
mod protocols;
mod realms;
mod search;
mod tickets;
mod values;
mod workflow;

use tracrpc_env::Extensions;
use tracrpc_plugin_protocol::messages::Description;

use crate::link::Link;

pub(crate) use events::EventQueue;

/// Adds what the plugin of `link` has to `extensions`.
pub(crate) fn fill(
    extensions: &mut Extensions,
    link: &Link,
    description: &Description,
    queue: &EventQueue,
    may_delegate: bool,
) {
    methods::fill(extensions, link, description);
    protocols::fill(extensions, link, description);
    macros::fill(extensions, link, description);
    realms::fill(extensions, link, description);
    links::fill(extensions, link, description);
    permissions::fill(extensions, link, description);
    groups::fill(extensions, link, description);
    tickets::fill(extensions, link, description);
    workflow::fill(extensions, link, description);
    pages::fill(extensions, link, description);
    attachments::fill(extensions, link, description);
    logins::fill(extensions, link, description);
    search::fill(extensions, link, description);
    events::fill(extensions, link, description, queue);
    if may_delegate {
        delegate::fill(extensions, link, description);
    }
}
