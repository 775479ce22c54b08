//! Who else knows in which groups users are.

use crate::environment::Environment;
use crate::error::Result;

/// An extension that puts users into groups, which the permission table may grant
/// actions: `trac/perm.py: IPermissionGroupProvider`.
pub trait GroupProvider: Send + Sync {
    /// The names of groups that a user is in, `anonymous` for nobody in particular.
    /// Groups within groups are found by the table.
    ///
    /// # Errors
    /// What keeps it from answering. Nothing is allowed to the user then.
    fn groups_of(&self, env: &Environment, username: &str) -> Result<Vec<String>>;
}
