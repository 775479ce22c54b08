//! The lists of values from which tickets choose their type, priority,
//! severity and resolution.

use tracrpc_db::{Connection, SqlValue};
use tracrpc_env::name::{checked_name, unless_taken};
use tracrpc_env::stored::Text;
use tracrpc_env::text::parse_int;
use tracrpc_env::{Environment, Error, Result, cache_table};
use tracrpc_translation::{Message, message};

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EnumKind {
    /// `ticket_type`.
    Type,
    /// `resolution`.
    Resolution,
    /// `priority`.
    Priority,
    /// `severity`.
    Severity,
}

/// One value of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumValue {
    /// What tickets have.
    pub name: String,
    /// Where it stands in the list: a number as text, usually. A value that
    /// has lost its place has none.
    pub value: Option<String>,
    /// What it is for.
    pub description: String,
}

impl EnumKind {
    /// The list's name in the `enum` table.
    #[must_use]
    pub fn table_type(self) -> &'static str {
        match self {
            Self::Type => "ticket_type",
            Self::Resolution => "resolution",
            Self::Priority => "priority",
            Self::Severity => "severity",
        }
    }

    /// What Trac calls a value of the list in messages.
    #[must_use]
    pub fn label(self) -> Message {
        match self {
            Self::Type => message!("Ticket Type"),
            Self::Resolution => message!("Resolution"),
            Self::Priority => message!("Priority"),
            Self::Severity => message!("Severity"),
        }
    }

    /// The ticket's column that has a value of the list.
    fn ticket_column(self) -> &'static str {
        match self {
            Self::Type => "type",
            other => other.table_type(),
        }
    }
}

/// The values in their order: by number, what is no number counting as 0.
///
/// # Errors
/// *Storage*.
pub fn list(env: &Environment, kind: EnumKind) -> Result<Vec<EnumValue>> {
    env.db().read(|connection| select(connection, kind))
}

/// A value by its name.
///
/// # Errors
/// *Not found*; *storage*.
pub fn get(env: &Environment, kind: EnumKind, name: &str) -> Result<EnumValue> {
    env.db().read(|connection| fetch(connection, kind, name))
}

/// Makes a value. Without a place it comes last.
///
/// # Errors
/// *Invalid*: no name; *conflict*: there is one of that name; *storage*.
pub fn create(env: &Environment, kind: EnumKind, name: &str, value: Option<&str>) -> Result<()> {
    let name = checked_name(|| nameless(kind), name)?;
    env.db().write(|connection| {
        let value = match value.filter(|value| !value.is_empty()) {
            Some(value) => value.to_owned(),
            None => next_value(connection, kind)?.to_string(),
        };
        let inserted = connection.execute(
            "INSERT INTO enum (type, name, value, description) VALUES (?, ?, ?, NULL)",
            &[kind.table_type().into(), name.as_str().into(), value.into()],
        );
        unless_taken(inserted, || taken(kind, &name))?;
        Ok(cache_table::touch(connection, cache_table::TICKET_FIELDS)?)
    })
}

/// Gives a value another place, or none.
///
/// # Errors
/// *Not found*; *invalid*: a name is needed; *storage*.
pub fn set_value(env: &Environment, kind: EnumKind, name: &str, value: Option<&str>) -> Result<()> {
    env.db().write(|connection| {
        let stored = fetch(connection, kind, name)?;
        require_place(&stored, || message!("Cannot update non-existent enum."))?;
        checked_name(|| nameless(kind), name)?;
        place(connection, kind, name, value)
    })
}

/// Renames a value. Tickets that have it follow, without a note in their history.
///
/// # Errors
/// *Not found*; *invalid*: no new name; *conflict*: the new name is taken; *storage*.
pub fn rename(env: &Environment, kind: EnumKind, name: &str, new_name: &str) -> Result<()> {
    env.db().write(|connection| {
        let stored = fetch(connection, kind, name)?;
        require_place(&stored, || message!("Cannot update non-existent enum."))?;
        let new_name = checked_name(|| nameless(kind), new_name)?;
        if new_name == name {
            return Ok(());
        }
        let updated = connection.execute(
            "UPDATE enum SET name = ? WHERE type = ? AND name = ?",
            &[
                new_name.as_str().into(),
                kind.table_type().into(),
                name.into(),
            ],
        );
        unless_taken(updated, || taken(kind, &new_name))?;
        let column = connection.dialect().quote(kind.ticket_column());
        connection.execute(
            &format!("UPDATE ticket SET {column} = ? WHERE {column} = ?"),
            &[new_name.into(), name.into()],
        )?;
        Ok(cache_table::touch(connection, cache_table::TICKET_FIELDS)?)
    })
}

/// Deletes a value; what comes after it moves up. Tickets keep it.
///
/// # Errors
/// *Not found*; *invalid*: the value has no place; *storage*.
pub fn delete(env: &Environment, kind: EnumKind, name: &str) -> Result<()> {
    env.db().write(|connection| {
        let stored = fetch(connection, kind, name)?;
        let gap = require_place(&stored, || undeletable(kind))?;
        // Trac deletes by place: a second value in the same place goes too.
        connection.execute(
            "DELETE FROM enum WHERE type = ? AND value = ?",
            &[kind.table_type().into(), gap.into()],
        )?;
        if let Some(gap) = parse_int(gap) {
            close_gap(connection, kind, gap)?;
        }
        Ok(cache_table::touch(connection, cache_table::TICKET_FIELDS)?)
    })
}

/// Moves a value one place up (`-1`) or down (`1`); whatever was there changes
/// places with it. Without a neighbour in that place nothing happens.
///
/// # Errors
/// *Not found*; *invalid*: the value's place is no number; *storage*.
pub fn shift(env: &Environment, kind: EnumKind, name: &str, direction: i64) -> Result<()> {
    env.db().write(|connection| {
        let moved = number_of(&fetch(connection, kind, name)?)?;
        let target = moved.saturating_add(direction);
        for other in select(connection, kind)? {
            if number_of(&other)? == target {
                place(connection, kind, name, Some(&target.to_string()))?;
                let freed = target.saturating_sub(direction).to_string();
                place(connection, kind, &other.name, Some(&freed))?;
                return Ok(cache_table::touch(connection, cache_table::TICKET_FIELDS)?);
            }
        }
        Ok(())
    })
}

/// The values of a list in their order, within a transaction of the caller.
pub(crate) fn select(connection: &mut Connection, kind: EnumKind) -> Result<Vec<EnumValue>> {
    let rows = connection.query(
        "SELECT name, value, description FROM enum WHERE type = ? ORDER BY name",
        &[kind.table_type().into()],
    )?;
    let values = rows.iter().map(|row| {
        let description: Option<String> = row.get(2)?;
        Ok(EnumValue {
            name: row.get::<Text>(0)?.0,
            value: row.get(1)?,
            description: description.unwrap_or_default(),
        })
    });
    let mut values = values.collect::<Result<Vec<_>>>()?;
    // By SQLite's cast, on every database: PostgreSQL's refuses what is no number.
    values.sort_by_key(|value| value.value.as_deref().map(leading_int));
    Ok(values)
}

fn fetch(connection: &mut Connection, kind: EnumKind, name: &str) -> Result<EnumValue> {
    let row = connection.query_one(
        "SELECT value, description FROM enum WHERE type = ? AND name = ?",
        &[kind.table_type().into(), name.into()],
    )?;
    let missing = || {
        Error::not_found(message!(
            "%(type)s %(name)s does not exist.",
            r#type = kind.label(),
            name = name,
        ))
    };
    let row = row.ok_or_else(missing)?;
    let description: Option<String> = row.get(1)?;
    Ok(EnumValue {
        name: name.to_owned(),
        value: row.get(0)?,
        description: description.unwrap_or_default(),
    })
}

fn place(
    connection: &mut Connection,
    kind: EnumKind,
    name: &str,
    value: Option<&str>,
) -> Result<()> {
    let value = value.map_or(SqlValue::Null, SqlValue::from);
    connection.execute(
        "UPDATE enum SET value = ? WHERE type = ? AND name = ?",
        &[value, kind.table_type().into(), name.into()],
    )?;
    Ok(())
}

fn close_gap(connection: &mut Connection, kind: EnumKind, gap: i64) -> Result<()> {
    for other in select(connection, kind)? {
        match other.value.as_deref().and_then(parse_int) {
            Some(number) if number > gap => {
                place(
                    connection,
                    kind,
                    &other.name,
                    Some(&(number - 1).to_string()),
                )?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn next_value(connection: &mut Connection, kind: EnumKind) -> Result<i64> {
    let values = select(connection, kind)?;
    let last = values
        .iter()
        .filter_map(|value| value.value.as_deref())
        .map(leading_int)
        .max();
    Ok(last.unwrap_or(0).saturating_add(1))
}

/// Trac takes a value without a place for one that does not exist.
fn require_place(stored: &EnumValue, message: impl Fn() -> Message) -> Result<&str> {
    stored
        .value
        .as_deref()
        .ok_or_else(|| Error::invalid(message()))
}

fn taken(kind: EnumKind, name: &str) -> Message {
    message!(
        "%(type)s value \"%(name)s\" already exists",
        r#type = kind.label(),
        name = name,
    )
}

fn nameless(kind: EnumKind) -> Message {
    message!("Invalid %(type)s name.", r#type = kind.label())
}

/// That a value which is not there cannot be deleted.
#[must_use]
pub fn undeletable(kind: EnumKind) -> Message {
    message!(
        "Cannot delete non-existent %(type)s.",
        r#type = kind.label()
    )
}

/// The place as a whole number, cut off behind the point.
fn number_of(stored: &EnumValue) -> Result<i64> {
    let value = stored.value.as_deref().unwrap_or_default();
    let number = value
        .trim()
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite());
    let number = number
        .ok_or_else(|| Error::invalid(format!("could not convert string to float: '{value}'")))?;
    Ok(number.trunc() as i64)
}

/// The number that a text begins with, 0 if it begins with none: SQLite's
/// `CAST(… AS INTEGER)`.
fn leading_int(text: &str) -> i64 {
    let text = text.trim_start_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    let digits = &digits[..end];
    match digits.parse::<i64>() {
        Ok(number) => sign * number,
        Err(_) if digits.is_empty() => 0,
        Err(_) if sign < 0 => i64::MIN,
        Err(_) => i64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::leading_int;

    #[test]
    fn leading_int_is_sqlites_cast() {
        for (text, expected) in [
            ("12", 12),
            (" -3x", -3),
            ("+4", 4),
            ("x", 0),
            ("", 0),
            ("-", 0),
            ("1.9", 1),
            ("99999999999999999999", i64::MAX),
            ("-99999999999999999999", i64::MIN),
        ] {
            assert_eq!(leading_int(text), expected, "{text}");
        }
    }
}
