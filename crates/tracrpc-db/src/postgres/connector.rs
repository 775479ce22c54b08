//! Opens connections to a PostgreSQL server and makes Trac's tables there.

use std::path::Path;
use std::time::Duration;

use postgres::config::Host;
use postgres::{Client, Config, NoTls};

use super::dialect::PostgresDialect;
use super::driver::{LOCK_TIMEOUT, PostgresDriver};
use super::error::translate;
use crate::driver::{Connector, Driver};
use crate::{DatabaseUrl, Dialect, Error, ErrorKind, schema};

/// How long to wait for the server to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait for a server that has stopped to acknowledge anything.
const ACKNOWLEDGE_TIMEOUT: Duration = Duration::from_secs(30);

/// Where the socket of a local server is, by libpq's defaults.
const SOCKET_DIRECTORIES: &[&str] = &["/var/run/postgresql", "/tmp"];

/// What is needed to connect to one environment's schema.
#[derive(Clone)]
pub(crate) struct PostgresConnector {
    config: Config,
    schema: String,
}

impl PostgresConnector {
    pub(crate) fn new(url: &DatabaseUrl) -> PostgresConnector {
        let mut config = Config::new();
        config.dbname(url.path.trim_start_matches('/'));
        config
            .connect_timeout(CONNECT_TIMEOUT)
            .application_name("tracrpc");
        config.tcp_user_timeout(ACKNOWLEDGE_TIMEOUT);
        if let Some(user) = &url.user {
            config.user(user);
        }
        if let Some(password) = &url.password {
            config.password(password);
        }
        if let Some(port) = url.port {
            config.port(port);
        }
        match url.param("host").or(url.host.as_deref()) {
            Some(host) => config.host(host),
            None => config.host(local_socket_directory()),
        };
        let schema = url.param("schema").unwrap_or("public").to_owned();
        PostgresConnector { config, schema }
    }

    /// A connection whose names are looked up in the environment's schema.
    pub(crate) fn client(&self) -> Result<Client, postgres::Error> {
        let mut client = self.config.connect(NoTls)?;
        if self.schema != "public" {
            let schema = PostgresDialect.quote(&self.schema);
            client.batch_execute(&format!("SET search_path TO {schema}"))?;
        }
        Ok(client)
    }

    /// The environment's schema, by which its writers lock each other out.
    pub(crate) fn schema(&self) -> &str {
        &self.schema
    }

    fn create_tables(&self, client: &mut Client) -> Result<(), postgres::Error> {
        let mut transaction = client.transaction()?;
        if self.schema != "public" {
            let schema = PostgresDialect.quote(&self.schema);
            transaction.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {schema}"))?;
        }
        for table in schema::TABLES {
            transaction.batch_execute(&PostgresDialect.create_table(table).join(";\n"))?;
        }
        transaction.commit()
    }

    /// Names the server in an error of the connection.
    fn explain(&self, error: postgres::Error) -> Error {
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(host)) => host.clone(),
            #[cfg(unix)]
            Some(Host::Unix(path)) => path.display().to_string(),
            _ => String::new(),
        };
        let name = self.config.get_dbname().unwrap_or_default();
        let error = translate(error);
        let message = format!("PostgreSQL database \"{name}\" at `{host}`: {error}");
        Error::new(error.kind(), message).with_source(error)
    }
}

impl Connector for PostgresConnector {
    fn dialect(&self) -> &'static dyn Dialect {
        &PostgresDialect
    }

    fn lock_timeout(&self) -> Duration {
        LOCK_TIMEOUT
    }

    fn connect(&self) -> Result<Box<dyn Driver>, Error> {
        let client = self.client().map_err(|error| self.explain(error))?;
        Ok(Box::new(PostgresDriver::new(client, self.clone())))
    }

    fn create(&self) -> Result<Box<dyn Driver>, Error> {
        let mut client = self.client().map_err(|error| self.explain(error))?;
        self.create_tables(&mut client)
            .map_err(translate)
            .map_err(|error| match error.kind() {
                ErrorKind::Exists => {
                    let message = format!("Database already exists in schema \"{}\"", self.schema);
                    Error::new(ErrorKind::Exists, message).with_source(error)
                }
                _ => error,
            })?;
        Ok(Box::new(PostgresDriver::new(client, self.clone())))
    }
}

fn local_socket_directory() -> &'static str {
    let exists = |directory: &&&str| Path::new(directory).join(".s.PGSQL.5432").exists();
    SOCKET_DIRECTORIES
        .iter()
        .find(exists)
        .unwrap_or(&SOCKET_DIRECTORIES[0])
}
