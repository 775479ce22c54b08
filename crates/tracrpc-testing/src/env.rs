//! An environment for a test.

use std::ops::Deref;
use std::path::Path;

use tempfile::TempDir;
use tracrpc_env::config::store;
use tracrpc_env::{Actor, Environment, PasswordFile, permission};
use tracrpc_site::InitOptions;

use crate::{TestDatabase, TestServer};

/// Where actors of tests believe the environment to be.
const BASE_URL: &str = "http://localhost:8000/env";

/// A new environment in a temporary directory, with Trac's initial data.
///
/// Everything else that an environment can do is there by `Deref`.
#[derive(Debug)]
pub struct TestEnv {
    env: Environment,
    database: TestDatabase,
    _directory: TempDir,
}

impl TestEnv {
    /// An environment on SQLite.
    #[must_use]
    pub fn new() -> Self {
        Self::on(TestDatabase::sqlite())
    }

    /// An environment on a database of your choice.
    #[must_use]
    pub fn on(database: TestDatabase) -> Self {
        let directory = TempDir::new().unwrap();
        let mut options = InitOptions::new("Test");
        options.database = Some(database.url().to_owned());
        let env = tracrpc_site::create(directory.path().join("env"), &options).unwrap();
        Self {
            env,
            database,
            _directory: directory,
        }
    }

    /// Runs a test on an environment of each kind of database that is at hand:
    /// always SQLite, and PostgreSQL if `TRACRPC_TEST_POSTGRES` names a server.
    pub fn each(test: impl Fn(Self)) {
        test(Self::new());
        if let Some(database) = TestDatabase::postgres() {
            test(Self::on(database));
        }
    }

    /// Gives a user, or a group, actions or memberships in groups.
    #[must_use]
    pub fn user<'a>(self, name: &str, actions: impl IntoIterator<Item = &'a str>) -> Self {
        for action in actions {
            let grant =
                |connection: &mut _| permission::store::grant(&self.env, connection, name, action);
            self.env.db().write(grant).unwrap();
        }
        self
    }

    /// Takes actions from a user or a group.
    #[must_use]
    pub fn without<'a>(self, name: &str, actions: impl IntoIterator<Item = &'a str>) -> Self {
        for action in actions {
            let revoke = |connection: &mut _| permission::store::revoke(connection, name, action);
            self.env.db().write(revoke).unwrap();
        }
        self
    }

    /// Sets an option of `trac.ini`.
    #[must_use]
    pub fn config(self, section: &str, option: &str, value: &str) -> Self {
        let config = self.env.config();
        store::edit(config.path(), |editor| editor.set(section, option, value)).unwrap();
        self
    }

    /// Writes a file, its path relative to the environment.
    #[must_use]
    pub fn file(self, path: impl AsRef<Path>, text: impl AsRef<[u8]>) -> Self {
        let path = self.env.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// Gives a user a password, so that [`TestEnv::serve`] lets them in.
    #[must_use]
    pub fn password(self, user: &str, password: &str) -> Self {
        PasswordFile::of(&self.env).add(user, password).unwrap();
        self
    }

    /// The environment itself, for what a method here has the name of.
    #[must_use]
    pub fn env(&self) -> &Environment {
        &self.env
    }

    /// A user, as a request of theirs would bring them.
    #[must_use]
    pub fn actor(&self, name: &str) -> Actor {
        self.env.actor(name, BASE_URL)
    }

    /// Serves the environment on a free port.
    #[must_use]
    pub fn serve(self) -> TestServer {
        TestServer::start(self)
    }
}

impl Default for TestEnv {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TestEnv {
    fn drop(&mut self) {
        self.database.remove(&self.env);
    }
}

impl Deref for TestEnv {
    type Target = Environment;

    fn deref(&self) -> &Environment {
        &self.env
    }
}
