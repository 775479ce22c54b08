//! Opens connections to a PostgreSQL server and makes Trac's tables there.

use std::time::Duration;

use postgres::config::Host;
use postgres::{Client, Config, NoTls};

use super::dialect::PostgresDialect;
use super::driver::{LOCK_TIMEOUT, PostgresDriver};
use super::error::translate;
use super::libpq::Target;
use super::surroundings::Process;
use crate::driver::{Connector, Driver};
use crate::{DatabaseUrl, Dialect, Error, ErrorKind, WaitBudget, schema};

/// How long to wait for the server to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait for a server that has stopped to acknowledge anything.
const ACKNOWLEDGE_TIMEOUT: Duration = Duration::from_secs(30);

/// What is needed to connect to one environment's schema.
#[derive(Clone)]
pub(crate) struct PostgresConnector {
    /// Hosts that are tried before the last.
    others: Vec<Config>,
    last: Config,
    /// What to add to the error if nobody lets us in.
    hint: String,
    schema: String,
}

impl PostgresConnector {
    pub(crate) fn new(url: &DatabaseUrl) -> Result<PostgresConnector, Error> {
        let target = Target::find(url, &Process)?;
        let hint = match &target.ignored {
            Some(file) => format!(
                " (`{}` was not looked at: others may read it; chmod 600)",
                file.display()
            ),
            None => String::new(),
        };
        let schema = url.param("schema").unwrap_or("public").to_owned();
        let last = target.hosts.len().saturating_sub(1);
        Ok(PostgresConnector {
            others: (0..last).map(|index| config(&target, index)).collect(),
            last: config(&target, last),
            hint,
            schema,
        })
    }

    /// A connection whose names are looked up in the environment's schema.
    pub(crate) fn client(&self) -> Result<Client, postgres::Error> {
        let mut client = self.connect_to_first()?;
        if self.schema != "public" {
            let schema = PostgresDialect.quote(&self.schema);
            client.batch_execute(&format!("SET search_path TO {schema}"))?;
        }
        Ok(client)
    }

    /// The connection to the first host that takes it, or the error of the last.
    fn connect_to_first(&self) -> Result<Client, postgres::Error> {
        let mut tried = self.others.iter().map(|config| config.connect(NoTls));
        match tried.find_map(Result::ok) {
            Some(client) => Ok(client),
            None => self.last.connect(NoTls),
        }
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
        let host = |config: &Config| match config.get_hosts().first() {
            Some(Host::Tcp(host)) => host.clone(),
            #[cfg(unix)]
            Some(Host::Unix(path)) => path.display().to_string(),
            _ => String::new(),
        };
        let hosts: Vec<_> = self.others.iter().chain([&self.last]).map(host).collect();
        let name = self.last.get_dbname().unwrap_or_default();
        let error = translate(error);
        let hosts = hosts.join(", ");
        let message = format!(
            "PostgreSQL database \"{name}\" at `{hosts}`: {error}{}",
            self.hint
        );
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

    fn connect(&self, budget: &WaitBudget) -> Result<Box<dyn Driver>, Error> {
        let client = self.client().map_err(|error| self.explain(error))?;
        Ok(Box::new(PostgresDriver::new(client, self.clone(), budget)))
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
        let budget = WaitBudget::alone();
        Ok(Box::new(PostgresDriver::new(client, self.clone(), &budget)))
    }
}

/// How to connect to the host at `index`.
fn config(target: &Target, index: usize) -> Config {
    let mut config = Config::new();
    config
        .connect_timeout(CONNECT_TIMEOUT)
        .application_name("tracrpc")
        .tcp_user_timeout(ACKNOWLEDGE_TIMEOUT)
        .user(&target.user)
        .dbname(&target.database)
        .port(target.port(index));
    if let Some(host) = target.hosts.get(index) {
        config.host(host);
    }
    if let Some(password) = target.password(index) {
        config.password(password);
    }
    if let Some(options) = &target.options {
        config.options(options);
    }
    config
}
