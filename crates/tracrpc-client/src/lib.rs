//! A client for Trac's remote API, whoever serves it: tracrpc or Trac's own plugin.
//!
//! ```no_run
//! use tracrpc_client::Client;
//!
//! let client = Client::new("http://user:password@127.0.0.1:8000/demo/login/rpc")?;
//! let open = client.call("ticket.query", ["status!=closed".into()])?;
//! println!("{open:?}");
//! # Ok::<(), tracrpc_client::Error>(())
//! ```

mod address;
mod batch;
mod client;
mod error;

pub use batch::Batch;
pub use client::{Client, Speech};
pub use error::{Error, ErrorKind};
pub use tracrpc_wire::{RemoteFault, Reply, Struct, Value};
