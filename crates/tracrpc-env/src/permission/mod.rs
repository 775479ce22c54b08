//! Permissions: which actions there are, who has been granted which, and the
//! policies that decide on a resource.
//!
//! Mirrors Trac's `trac.perm`. [`Actor`](crate::Actor) is how the rest of the
//! crate asks; [`store`] is what the administration changes.

mod action;
mod glob;
mod group;
mod policy;
mod session;
pub mod store;
mod table;

pub use action::{ActionDefinition, Actions, is_action_name, is_administrative};
pub use group::GroupProvider;
pub use policy::register;
pub use policy::{
    Differs, PermissionCache, Policy, PolicyProvider, PolicySetting, Question, check_configuration,
};
pub(crate) use session::{PermissionSystem, UserPermissions};
pub use table::Table;
