//! A server for a test.

use std::ops::Deref;

use tracrpc_env::PasswordFile;
use tracrpc_server::{AuthRule, Server, ServerConfig};

use crate::TestEnv;

/// A [`TestEnv`] that is served on a free port of 127.0.0.1 until it is dropped.
///
/// Users log in with the passwords of the environment's password file.
pub struct TestServer {
    // Fields are dropped in their order: the server goes before its environment.
    server: Server,
    env: TestEnv,
}

impl TestServer {
    pub(crate) fn start(env: TestEnv) -> Self {
        let mut config = ServerConfig::single(env.path());
        let passwords = PasswordFile::of(&env);
        if passwords.path().exists() {
            config.auth.push(AuthRule {
                method: "basic".to_owned(),
                environment: "*".to_owned(),
                file: passwords.path().to_owned(),
                realm: "test".to_owned(),
            });
        }
        let server = Server::start(config).unwrap();
        Self { server, env }
    }

    /// The URL of a path: `server.url("/login/rpc")`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    /// The same with a user whose password is their name.
    #[must_use]
    pub fn url_as(&self, user: &str, path: &str) -> String {
        format!("http://{user}:{user}@{}{path}", self.server.address())
    }
}

impl Deref for TestServer {
    type Target = TestEnv;

    fn deref(&self) -> &TestEnv {
        &self.env
    }
}
