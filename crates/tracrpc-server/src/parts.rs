//! What a server is made of besides its configuration.

use std::net::TcpListener;

use tracrpc_env::Extensions;

use crate::auth::AuthMethod;
use crate::routes::Added;

/// What can be added to a server.
pub(crate) struct Parts {
    /// What each environment is given.
    pub(crate) extensions: Extensions,
    pub(crate) methods: Vec<AuthMethod>,
    pub(crate) endpoints: Added,
    /// What is listened on instead of the addresses of the configuration, unless it is nothing.
    pub(crate) listeners: Vec<TcpListener>,
}
