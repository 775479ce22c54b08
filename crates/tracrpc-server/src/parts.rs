//! What a server is made of besides its configuration.

use tracrpc_env::Extensions;

use crate::auth::AuthMethod;
use crate::routes::Added;

/// What can be added to a server.
pub(crate) struct Parts {
    /// What each environment is given.
    pub(crate) extensions: Extensions,
    pub(crate) methods: Vec<AuthMethod>,
    pub(crate) endpoints: Added,
}
