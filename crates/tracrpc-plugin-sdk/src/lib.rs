//! Plugins for tracrpc, written in Rust.
//!
//! A plugin is a program that the server starts (`tracrpc serve --plugin hello=target/release/hello`)
//! and that speaks with it over standard input and output. This crate does the speaking:
//!
//! ```no_run
//! use tracrpc_plugin_sdk::{Fault, Method, Plugin, Value};
//!
//! fn main() -> std::io::Result<()> {
//!     let greet = Method::new("hello.greet", |request, args| {
//!         let whom = args.first().and_then(Value::as_str);
//!         let whom = whom.ok_or_else(|| Fault::invalid_params("whom?"))?;
//!         Ok(format!("Hello {whom}, says {}", request.user()).into())
//!     });
//!     Plugin::new("hello")
//!         .method(greet.returns("string").parameter("string", "whom").help("Greets."))
//!         .run()
//! }
//! ```
//!
//! Methods, macros and policies have functions of their own; everything else of the
//! protocol is answered by [`Plugin::answer`], which takes any of the [`messages`]. A plugin
//! calls the server back by [`Request::host_call`].
//!
//! What a plugin prints on standard output is taken for noise; what it writes to standard
//! error is its log. Without a server it can be tried by [`Plugin::serve`]:
//!
//! ```
//! use tracrpc_plugin_sdk::{Method, Plugin};
//!
//! let plugin = Plugin::new("sums").method(Method::new("sums.count", |_, args| {
//!     Ok(i64::try_from(args.len()).unwrap_or(i64::MAX).into())
//! }));
//! let asked = concat!(
//!     r#"{"id":1,"method":"initialize","params":{"host":{"name":"test"},"limits":{"frame":1000}}}"#,
//!     "\n",
//!     r#"{"id":2,"method":"call","params":{"method":"sums.count","args":[7,8],"context":{"environment":"e"}}}"#,
//!     "\n",
//! );
//! let (answers, written) = std::io::pipe()?;
//! plugin.serve(asked.as_bytes(), written)?;
//! let answers = std::io::read_to_string(answers)?;
//! assert!(answers.contains(r#""id":2,"result":{"value":2}"#), "{answers}");
//! # Ok::<(), std::io::Error>(())
//! ```

mod method;
mod plugin;
mod request;
mod serve;

pub use method::Method;
pub use plugin::Plugin;
pub use request::Request;
pub use tracrpc_plugin_protocol::messages;
pub use tracrpc_wire::{Fault, Struct, Timestamp, Value};
