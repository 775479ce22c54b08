//! Environments and servers for tests: each in its own directory, each on its own
//! port, gone when dropped.
//!
//! ```
//! use tracrpc_env::Resource;
//! use tracrpc_testing::TestEnv;
//!
//! let env = TestEnv::new().user("joe", ["TICKET_ADMIN"]).config("ticket", "default_type", "task");
//! assert!(env.actor("joe").can("TICKET_CREATE", &Resource::ticket(1)).unwrap());
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test may stop at the first surprise"
)]

mod database;
mod env;
mod server;
mod world;

pub use database::TestDatabase;
pub use env::TestEnv;
pub use server::TestServer;
pub use world::{World, show, texts};
