//! The components of a project: the parts that tickets are about.

use tracrpc_db::{Connection, Row, SqlValue};
use tracrpc_env::name::{checked_name, simplify_whitespace, unless_taken};
use tracrpc_env::stored::Text;
use tracrpc_env::{Environment, Error, Result, cache_table};
use tracrpc_translation::{Message, message};

use crate::assign::assign;

/// A component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Component {
    /// What tickets have.
    pub name: String,
    /// Who gets its tickets; empty for nobody.
    pub owner: String,
    /// What it is about.
    pub description: String,
}

/// What is to change of a component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComponentChange {
    /// The new name.
    pub name: Option<String>,
    /// The new owner; empty for nobody.
    pub owner: Option<String>,
    /// The new description.
    pub description: Option<String>,
}

/// The components, sorted by name as the database sorts.
///
/// # Errors
/// *Storage*.
pub fn list(env: &Environment) -> Result<Vec<Component>> {
    env.db().read(|connection| {
        let sql = "SELECT name, owner, description FROM component ORDER BY name";
        connection.query(sql, &[])?.iter().map(from_row).collect()
    })
}

/// A component by its name.
///
/// # Errors
/// *Not found*; *storage*.
pub fn get(env: &Environment, name: &str) -> Result<Component> {
    env.db().read(|connection| fetch(connection, name))
}

/// Makes a component. White space in its name and owner is simplified.
///
/// # Errors
/// *Invalid*: no name; *conflict*: there is one of that name; *storage*.
pub fn create(env: &Environment, component: &Component) -> Result<()> {
    let component = checked(component)?;
    env.db().write(|connection| {
        let inserted = connection.execute(
            "INSERT INTO component (name, owner, description) VALUES (?, ?, ?)",
            &[
                component.name.as_str().into(),
                or_null(&component.owner),
                or_null(&component.description),
            ],
        );
        unless_taken(inserted, || taken(&component.name))?;
        Ok(cache_table::touch(connection, cache_table::TICKET_FIELDS)?)
    })
}

/// Changes a component. Tickets follow a new name, without a note in their history.
///
/// # Errors
/// *Not found*; *invalid*: no new name; *conflict*: the new name is taken; *storage*.
pub fn update(env: &Environment, name: &str, change: &ComponentChange) -> Result<()> {
    env.db().write(|connection| {
        fetch(connection, name)?;
        let new_name = checked_name(nameless, change.name.as_deref().unwrap_or(name))?;
        let owner = change.owner.as_deref().map(simplify_whitespace);
        let assignments = [
            ("name", (new_name != name).then(|| new_name.as_str().into())),
            ("owner", owner.as_deref().map(or_null)),
            ("description", change.description.as_deref().map(or_null)),
        ];
        let updated = assign(connection, "component", name, assignments);
        unless_taken(updated, || taken(&new_name))?;
        if new_name == name {
            return Ok(());
        }
        connection.execute(
            "UPDATE ticket SET component = ? WHERE component = ?",
            &[new_name.into(), name.into()],
        )?;
        Ok(cache_table::touch(connection, cache_table::TICKET_FIELDS)?)
    })
}

/// Deletes a component. Tickets keep its name.
///
/// # Errors
/// *Not found*; *storage*.
pub fn delete(env: &Environment, name: &str) -> Result<()> {
    env.db().write(|connection| {
        fetch(connection, name)?;
        connection.execute("DELETE FROM component WHERE name = ?", &[name.into()])?;
        Ok(cache_table::touch(connection, cache_table::TICKET_FIELDS)?)
    })
}

fn fetch(connection: &mut Connection, name: &str) -> Result<Component> {
    let sql = "SELECT name, owner, description FROM component WHERE name = ?";
    match connection.query_one(sql, &[name.into()])? {
        Some(row) => from_row(&row),
        None => Err(Error::not_found(message!(
            "Component %(name)s does not exist.",
            name = name,
        ))),
    }
}

fn from_row(row: &Row) -> Result<Component> {
    Ok(Component {
        name: row.get::<Text>(0)?.0,
        owner: row.get::<Text>(1)?.0,
        description: row.get::<Text>(2)?.0,
    })
}

fn checked(component: &Component) -> Result<Component> {
    let name = checked_name(nameless, &component.name)?;
    let owner = simplify_whitespace(&component.owner);
    Ok(Component {
        name,
        owner,
        description: component.description.clone(),
    })
}

/// Trac stores no empty texts of components.
fn or_null(text: &str) -> SqlValue {
    match text {
        "" => SqlValue::Null,
        text => text.into(),
    }
}

fn taken(name: &str) -> Message {
    message!("Component \"%(name)s\" already exists.", name = name)
}

fn nameless() -> Message {
    message!("Invalid component name.")
}
