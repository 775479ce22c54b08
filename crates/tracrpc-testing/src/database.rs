//! Where the tables of a test environment are.

use std::sync::atomic::{AtomicU32, Ordering};

use tracrpc_env::Environment;

/// A database for one environment.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    schema: Option<String>,
}

impl TestDatabase {
    /// A file in the environment.
    #[must_use]
    pub fn sqlite() -> Self {
        Self {
            url: "sqlite:db/trac.db".to_owned(),
            schema: None,
        }
    }

    /// A schema of its own on the server that the variable
    /// `TRACRPC_TEST_POSTGRES` names by its URL; none if there is no such
    /// variable.
    #[must_use]
    pub fn postgres() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("TRACRPC_TEST_POSTGRES").ok()?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let schema = format!("testing-{}-{number}", std::process::id());
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}schema={schema}");
        Some(Self {
            url,
            schema: Some(schema),
        })
    }

    /// What goes into `[trac] database`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Removes what is not in the environment's directory.
    pub fn remove(&self, env: &Environment) {
        let Some(schema) = &self.schema else { return };
        let drop = format!("DROP SCHEMA IF EXISTS \"{schema}\" CASCADE");
        let result = env.db().write(|connection| connection.batch(&drop));
        if let Err(error) = result {
            eprintln!("schema {schema} is left behind: {error}");
        }
    }
}
