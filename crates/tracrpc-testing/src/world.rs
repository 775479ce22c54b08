//! An environment with tickets in one line.

use std::sync::Arc;

use tempfile::TempDir;
use tracrpc_db::SqlValue;
use tracrpc_env::time::Timestamp;
use tracrpc_env::{Actor, Environment, Result};
use tracrpc_site::InitOptions;
use tracrpc_tickets::ticket::{
    self, Attributes, FieldValue, GivenValue, NewTicket, Ticket, TicketId, Update,
};

/// An environment for one test, with what is done to tickets in a line each.
#[derive(Debug)]
pub struct World {
    directory: Arc<TempDir>,
    /// The environment.
    pub env: Environment,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// An environment whose `trac.ini` has these options besides Trac's own.
    pub fn with(options: &[(&str, &str, &str)]) -> Self {
        let directory = TempDir::new().unwrap();
        let mut init = InitOptions::new("Test");
        init.options = options
            .iter()
            .map(|(section, option, value)| {
                (
                    (*section).to_owned(),
                    (*option).to_owned(),
                    (*value).to_owned(),
                )
            })
            .collect();
        let env = tracrpc_site::create(directory.path().join("env"), &init).unwrap();
        let world = Self {
            directory: Arc::new(directory),
            env,
        };
        world.grant("admin", "TRAC_ADMIN");
        world
    }

    /// An environment with Trac's own options.
    #[must_use]
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// The same environment, for another thread.
    pub fn elsewhere(&self) -> Self {
        Self {
            directory: Arc::clone(&self.directory),
            env: self.env.clone(),
        }
    }

    /// Gives a user an action.
    pub fn grant(&self, user: &str, action: &str) {
        self.sql(
            "INSERT INTO permission (username, action) VALUES (?, ?)",
            &[user.into(), action.into()],
        );
    }

    /// Runs a statement.
    pub fn sql(&self, sql: &str, params: &[SqlValue]) {
        let run = |connection: &mut tracrpc_db::Connection| connection.execute(sql, params);
        self.env.db().write(run).unwrap();
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let row = self
            .env
            .db()
            .read(|connection| connection.query_one(&sql, &[]));
        row.unwrap().unwrap().get(0).unwrap()
    }

    /// A user of the environment.
    pub fn actor(&self, user: &str) -> Actor {
        self.env.actor(user, "http://localhost/env")
    }

    /// Makes a ticket as admin.
    pub fn ticket(&self, attributes: &[(&str, &str)]) -> TicketId {
        let id = self.create("admin", "summary", texts(attributes)).unwrap();
        TicketId::from_given(&GivenValue::Int(id)).unwrap()
    }

    /// Makes a ticket.
    pub fn create(&self, user: &str, summary: &str, attributes: Attributes) -> Result<i64> {
        ticket::create(
            &self.actor(user),
            NewTicket {
                summary: summary.into(),
                description: "text".into(),
                attributes,
                notify: false,
                when: GivenValue::Null,
            },
        )
    }

    /// Changes a ticket as somebody who does not look at what others did.
    pub fn update(
        &self,
        user: &str,
        id: TicketId,
        comment: &str,
        attributes: &[(&str, &str)],
    ) -> Result<Ticket> {
        self.update_at(user, id, comment, texts(attributes), None)
    }

    /// Changes a ticket as it was at a time.
    pub fn update_at(
        &self,
        user: &str,
        id: TicketId,
        comment: &str,
        attributes: Attributes,
        when: Option<Timestamp>,
    ) -> Result<Ticket> {
        let when = when.map_or(GivenValue::Null, GivenValue::Time);
        let update = Update {
            comment: Some(comment.to_owned()),
            input: attributes.into(),
            notify: false,
            author: None,
            when,
        };
        ticket::update(&self.actor(user), id, &update)
    }

    /// A ticket as it is.
    pub fn get(&self, id: TicketId) -> Ticket {
        ticket::fetch(&self.env, id).unwrap()
    }

    /// The history, an entry as `author field old new`.
    pub fn log(&self, id: TicketId) -> Vec<String> {
        let log = ticket::change_log(&self.actor("admin"), id, None).unwrap();
        log.into_iter()
            .map(|entry| {
                let author = entry.author.unwrap_or_default();
                format!(
                    "{author} {} {} {}",
                    entry.field.map(String::from).unwrap_or_default(),
                    show(&entry.old),
                    show(&entry.new)
                )
            })
            .collect()
    }
}

/// Attributes that are all text.
pub fn texts(attributes: &[(&str, &str)]) -> Attributes {
    let pairs = attributes.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect()
}

/// A value in short.
pub fn show(value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) => format!("'{text}'"),
        FieldValue::Time(time) => time.to_string(),
        other => format!("{other:?}"),
    }
}
