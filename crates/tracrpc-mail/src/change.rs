//! What an event changed, as the change log has it.

use tracrpc_db::Row;
use tracrpc_env::{Environment, Result};

use super::news::{News, NewsKind};

/// A change of a ticket.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// The number of its comment.
    pub(super) number: Option<i64>,
    /// The text of its comment.
    pub(super) comment: String,
    /// Who made it.
    pub(super) author: String,
    /// The fields that it changed, in the order of their names.
    pub(super) fields: Vec<ChangedField>,
    /// All that the change log has of it.
    pub(super) rows: Vec<LoggedValue>,
}

/// A row of the change log.
#[derive(Clone, Debug)]
pub(super) struct LoggedValue {
    pub(super) field: String,
    pub(super) author: String,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
}

/// A field that was changed.
#[derive(Debug)]
pub(super) struct ChangedField {
    pub(super) name: String,
    pub(super) old: String,
    pub(super) new: String,
}

impl Change {
    /// What the database knows of an event; nothing of what is no change of fields.
    pub(super) fn read(env: &Environment, event: &News) -> Result<Self> {
        let mut change = Self {
            author: event.author.clone(),
            ..Self::default()
        };
        let (NewsKind::Changed, Some(time)) = (&event.kind, event.time) else {
            return Ok(change);
        };
        let sql = "SELECT field, author, oldvalue, newvalue FROM ticket_change \
                   WHERE ticket=? AND time=? ORDER BY field";
        let params = [event.number().into(), time.as_microsecond().into()];
        for row in env.db().read(|connection| connection.query(sql, &params))? {
            change.add(&row)?;
        }
        Ok(change)
    }

    fn add(&mut self, row: &Row) -> Result<()> {
        let logged = LoggedValue {
            field: row.get::<Option<String>>(0)?.unwrap_or_default(),
            author: row.get::<Option<String>>(1)?.unwrap_or_default(),
            old: row.get(2)?,
            new: row.get(3)?,
        };
        self.rows.push(logged.clone());
        let (name, author) = (logged.field, logged.author);
        let old = logged.old.unwrap_or_default();
        let new = logged.new.unwrap_or_default();
        if name == "comment" {
            // An answer has the number of what it answers before its own.
            self.number = old
                .rsplit('.')
                .next()
                .and_then(|number| number.parse().ok());
            self.comment = new;
            self.author = author;
        } else if !name.starts_with('_') && old != new {
            self.fields.push(ChangedField { name, old, new });
        }
        Ok(())
    }

    /// The change of a field, if it changed.
    pub(super) fn field(&self, name: &str) -> Option<&ChangedField> {
        self.fields.iter().find(|field| field.name == name)
    }
}
