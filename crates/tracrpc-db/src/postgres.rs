//! PostgreSQL: for environments that outgrew one machine.

mod connector;
mod dialect;
mod driver;
mod error;
mod libpq;
mod numeric;
mod params;
mod password_file;
mod service_file;
mod surroundings;

use std::path::Path;

use crate::driver::Connector;
use crate::{DatabaseUrl, Error};

/// A connector for `postgres://user:password@host:port/database?schema=name`.
/// Without a schema it is `public`; `?host=` names another host, or the
/// directory of a Unix socket. What the URL leaves out is looked for where
/// libpq, and so Trac, finds it.
pub(crate) fn connector(url: &DatabaseUrl, _env_dir: &Path) -> Result<Box<dyn Connector>, Error> {
    Ok(Box::new(connector::PostgresConnector::new(url)?))
}
