//! The databases of a Trac environment behind one small interface.
//!
//! SQL is written once, upstairs, with `?` placeholders; what differs between
//! databases is asked of a [`Dialect`]. No type of a database driver leaves
//! this crate.
//!
//! ```
//! use tracrpc_db::{Database, Error, Options};
//!
//! # fn main() -> Result<(), Error> {
//! let database = Database::create("sqlite::memory:", "/tmp".as_ref(), Options::default())?;
//! database.write(|connection| {
//!     connection.execute(
//!         "INSERT INTO component (name, owner) VALUES (?, ?)",
//!         &["parser".into(), "joe".into()],
//!     )
//! })?;
//! let row = database.read(|connection| {
//!     connection.query_one("SELECT owner FROM component WHERE name = ?", &["parser".into()])
//! })?;
//! assert_eq!(row.map(|row| row.get::<String>(0)).transpose()?.as_deref(), Some("joe"));
//! # Ok(())
//! # }
//! ```

mod cancel;
mod change_mark;
mod connection;
mod database;
mod dialect;
mod driver;
mod error;
mod lent;
mod placeholder;
mod pool;
mod postgres;
pub mod schema;
mod snapshot;
mod sqlite;
mod transaction;
mod turn;
mod url;
mod value;
mod waiting;
mod watch;

pub use cancel::Cancel;
pub use change_mark::ChangeMark;
pub use connection::Connection;
pub use database::{Database, Options};
pub use dialect::{ColumnType, Dialect};
pub use error::{Error, ErrorKind};
pub use lent::LentRow;
pub use pool::PoolLoad;
pub use url::DatabaseUrl;
pub use value::{FromSql, Row, SqlValue};
pub use waiting::{StepAside, WaitBudget};
pub use watch::{Change, Changes, Watched};
