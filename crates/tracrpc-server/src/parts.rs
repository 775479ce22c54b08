//! What a server is made of besides its configuration.

use std::sync::Arc;

use tracrpc_env::Extensions;

use crate::auth::AuthMethod;
use crate::endpoint::Endpoint;

/// What can be added to a server.
pub(crate) struct Parts {
    /// What each environment is given.
    pub(crate) extensions: Extensions,
    pub(crate) methods: Vec<AuthMethod>,
    pub(crate) endpoints: Vec<Arc<dyn Endpoint>>,
}
