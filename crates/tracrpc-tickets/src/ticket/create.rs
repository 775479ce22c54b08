//! Making tickets.

use tracrpc_db::{Connection, SqlValue};
use tracrpc_env::time::{Timestamp, now};
use tracrpc_env::{Actor, Error, Result};

use super::custom_default::custom_default;
use super::definitions::definitions;
use super::event::{TicketEvent, TicketEventKind};
use super::model::{PROTECTED, Ticket, to_sql};
use super::value::{FieldValue, GivenValue};
use super::{Attributes, cc};

/// What a new ticket is to be.
#[derive(Clone, Debug)]
pub struct NewTicket {
    /// The summary, which has to be there.
    pub summary: GivenValue,
    /// The description.
    pub description: GivenValue,
    /// Values of further fields. Names that are no fields are passed over.
    pub attributes: Attributes,
    /// Whether to tell those who want to know.
    pub notify: bool,
    /// The time of creation, if it is not now. Only counts for those who have
    /// `TICKET_ADMIN`.
    pub when: GivenValue,
}

/// Makes a ticket and returns its number.
///
/// The values are not validated, as in the RPC plugin.
///
/// # Errors
/// `Invalid` without a summary or for values that no field can hold, or a
/// database that fails. `TICKET_CREATE` is the caller's to check.
pub fn create(actor: &Actor, new: NewTicket) -> Result<i64> {
    if !new.summary.is_truthy() {
        return Err(Error::invalid("Tickets must contain a summary."));
    }
    let mut ticket = Ticket::blank(definitions(actor.env())?);
    set_defaults(&mut ticket)?;
    set_values(
        &mut ticket,
        actor,
        new.summary,
        new.description,
        new.attributes,
    )?;
    let when = chosen_time(actor, &new.when)?.unwrap_or_else(now);
    actor
        .env()
        .db()
        .write(|connection| insert(connection, &mut ticket, when))?;
    let id = ticket.id().unwrap_or_default();
    actor.env().tell(TicketEvent {
        author: ticket.text("reporter").to_owned(),
        sender: actor.authname().to_owned(),
        ticket,
        kind: TicketEventKind::Created,
        time: Some(when),
        notify: new.notify,
        base_url: actor.base_url().to_owned(),
    });
    Ok(id)
}

fn chosen_time(actor: &Actor, when: &GivenValue) -> Result<Option<Timestamp>> {
    if !when.is_truthy() {
        return Ok(None);
    }
    if actor.can_anywhere("TICKET_ADMIN")? {
        return when.to_time("when").map(Some);
    }
    tracing::warn!(
        user.name = actor.authname(),
        "may not choose the time of a new ticket"
    );
    Ok(None)
}

fn set_defaults(ticket: &mut Ticket) -> Result<()> {
    let definitions = std::sync::Arc::clone(ticket.definitions());
    for field in definitions.fields() {
        let default = if PROTECTED.contains(&field.name.as_str()) {
            FieldValue::Null
        } else if field.is_custom() {
            custom_default(&definitions, field)?
        } else {
            let option = format!("default_{}", field.name);
            definitions
                .config()
                .get("ticket", &option)
                .unwrap_or_default()
                .into()
        };
        if !default.is_empty() {
            ticket.put(field.name.clone(), default);
        }
    }
    Ok(())
}

fn set_values(
    ticket: &mut Ticket,
    actor: &Actor,
    summary: GivenValue,
    description: GivenValue,
    attributes: Attributes,
) -> Result<()> {
    ticket.set("summary", summary)?;
    ticket.set("description", description)?;
    ticket.set("reporter", actor.authname().into())?;
    for (name, value) in attributes {
        // The clock sets these, whatever was given.
        if !matches!(name.as_str(), "time" | "changetime") {
            ticket.set(&name, value)?;
        }
    }
    ticket.set("status", "new".into())?;
    ticket.set("resolution", "".into())
}

fn insert(connection: &mut Connection, ticket: &mut Ticket, when: Timestamp) -> Result<()> {
    if ticket.get("cc").is_some() {
        let list = cc::normalized(ticket.text("cc"));
        ticket.set("cc", GivenValue::Text(list))?;
    }
    ticket.put("time", FieldValue::Time(when));
    ticket.put("changetime", FieldValue::Time(when));
    let (columns, values) = standard_row(ticket)?;
    let id = connection.insert("ticket", &columns, &values, "id")?;
    insert_custom(connection, ticket, id)?;
    ticket.stored(id);
    Ok(())
}

fn standard_row(ticket: &Ticket) -> Result<(Vec<&str>, Vec<SqlValue>)> {
    let mut columns = Vec::new();
    let mut row = Vec::new();
    for (name, value) in ticket
        .values()
        .filter(|(name, _)| !ticket.fields().is_custom(name))
    {
        columns.push(name.as_str());
        row.push(to_sql(ticket.fields(), name, value)?);
    }
    Ok((columns, row))
}

fn insert_custom(connection: &mut Connection, ticket: &Ticket, id: i64) -> Result<()> {
    let mut rows = Vec::new();
    for (name, value) in ticket
        .values()
        .filter(|(name, _)| ticket.fields().is_custom(name))
    {
        rows.push([
            id.into(),
            name.as_str().into(),
            to_sql(ticket.fields(), name, value)?,
        ]);
    }
    let columns = ["ticket", "name", "value"];
    super::rows::insert(connection, "ticket_custom", columns, rows)?;
    Ok(())
}
