//! `ticket.*`: tickets, their history, their workflow, their attachments.

mod arguments;
mod results;

use std::io::Read;

use tracrpc_env::{Actor, Error, Resource, Result};
use tracrpc_pages::attachment;
use tracrpc_tickets::query;
use tracrpc_tickets::ticket::{self, GivenValue, NewTicket, TicketId, Update};
use tracrpc_wire::Value;

use self::arguments::{Comment, Given};
use self::results::{action_value, field_value, log_value, ticket_value};
use crate::argument::Since;
use crate::attachment_name;
use crate::cost;
use crate::method::{Method, Namespace};

/// The methods of `ticket`.
pub(crate) fn namespace() -> Namespace {
    Namespace::new("ticket", "Tickets: reading, making and changing them.")
        .method(
            Method::new("query", run_query)
                .reads()
                .costs(|actor, arguments| query::cost(actor.env(), cost::text_at(arguments, 0)))
                .returns("array")
                .parameters(&["string qstr=\"status!=closed\""])
                .doc(
                    "The numbers of the tickets that a query in the language of TracQuery finds. \
                     It returns one page of them: `max=n` says how many make a page (`max=0`: \
                     all), `page=n` which page it is. Without `max` the environment's own \
                     setting holds.",
                ),
        )
        .method(
            Method::new("getRecentChanges", get_recent_changes)
                .reads()
                .returns("array")
                .parameters(&["DateTime since"])
                .doc("The numbers of the tickets that were changed at that moment or later."),
        )
        .method(
            Method::new("getAvailableActions", get_available_actions)
                .reads()
                .returns("array")
                .parameters(&["int id"])
                .doc("Deprecated: `getActions` tells more. The names of the actions that you may take on a ticket."),
        )
        .method(
            Method::new("getActions", get_actions)
                .reads()
                .returns("array")
                .parameters(&["int id"])
                .doc(
                    "The actions that you may take on a ticket, each as `[action, label, hints, \
                     [input_fields]]`. An input field is `[name, value, [options]]`; `update` \
                     takes its value as an attribute of that name.",
                ),
        )
        .method(
            Method::new("get", get)
                .reads()
                .returns("array")
                .parameters(&["int id"])
                .doc("A ticket as `[id, time_created, time_changed, attributes]`."),
        )
        .method(
            Method::new("create", create)
                .permission("TICKET_CREATE")
                .returns("int")
                .parameters(&["string summary", "string description", "struct attributes={}", "boolean notify=False", "DateTime when=None"])
                .doc("Makes a ticket and returns its number. Only an administrator can choose the time (`when`)."),
        )
        .method(
            Method::new("update", update)
                .returns("array")
                .parameters(&["int id", "string comment", "struct attributes={}", "boolean notify=False", "string author=\"\"", "DateTime when=None"])
                .doc(
                    "Changes a ticket and returns it as `get` does. Two attributes are special: \
                     `action` names what the workflow shall do (`getActions` lists what there is, \
                     and which further attributes it takes), and `_ts` is the token of that name \
                     which `get` and `update` return: if somebody has changed the ticket since, \
                     nothing is stored. Without an `action` the values are stored unchecked, which \
                     is deprecated.",
                ),
        )
        .method(
            Method::new("delete", delete)
                .returns("int")
                .parameters(&["int id"])
                .doc("Deletes a ticket with its history and its attachments."),
        )
        .method(
            Method::new("changeLog", change_log)
                .reads()
                .returns("struct")
                .parameters(&["int id", "int when=0"])
                .doc(
                    "The history of a ticket, or what changed at one moment, each change as \
                     `[time, author, field, oldvalue, newvalue, permanent]`. What is not \
                     permanent, such as an attachment, may be gone one day.",
                ),
        )
        .method(
            Method::new("listAttachments", list_attachments)
                .reads()
                .returns("array")
                .parameters(&["int ticket"])
                .doc("The attachments of a ticket, each as `[filename, description, size, time, author]`."),
        )
        .method(
            Method::new("getAttachment", get_attachment)
                .reads()
                .returns("Binary")
                .parameters(&["int ticket", "string filename"])
                .doc("The content of an attachment."),
        )
        .method(
            Method::new("putAttachment", put_attachment)
                .returns("string")
                .parameters(&["int ticket", "string filename", "string description", "Binary data", "boolean replace=True"])
                .signatures(&["string,int,string,string,Binary,boolean", "string,int,string,string,Binary"])
                .doc(
                    "Attaches a file and returns its name, which is another one if there is a \
                     file of the given name that is not to be replaced.",
                ),
        )
        .method(
            Method::new("deleteAttachment", delete_attachment)
                .returns("boolean")
                .parameters(&["int ticket", "string filename"])
                .doc("Deletes an attachment."),
        )
        .method(
            Method::new("getTicketFields", get_ticket_fields)
                .reads()
                .permission("TICKET_VIEW")
                .returns("array")
                .doc("All fields that tickets have, each with its type, label, default and options."),
        )
}

fn run_query(actor: &Actor, qstr: String) -> Result<Vec<i64>> {
    query::run(actor, &qstr)
}

fn get_recent_changes(actor: &Actor, since: Since) -> Result<Vec<i64>> {
    ticket::recent_changes(actor, since.0)
}

fn get_available_actions(actor: &Actor, id: TicketId) -> Result<Vec<String>> {
    let names = ticket::available_actions(actor, id)?;
    Ok(names.into_iter().map(String::from).collect())
}

fn get_actions(actor: &Actor, id: TicketId) -> Result<Vec<Value>> {
    let actions = ticket::actions(actor, id)?;
    Ok(actions.into_iter().map(action_value).collect())
}

fn get(actor: &Actor, id: TicketId) -> Result<Vec<Value>> {
    Ok(ticket_value(&ticket::get(actor, id)?))
}

fn create(
    actor: &Actor,
    summary: GivenValue,
    description: GivenValue,
    attributes: Given,
    notify: bool,
    when: GivenValue,
) -> Result<i64> {
    let attributes = attributes.0;
    ticket::create(
        actor,
        NewTicket {
            summary,
            description,
            attributes,
            notify,
            when,
        },
    )
}

fn update(
    actor: &Actor,
    id: TicketId,
    comment: Comment,
    attributes: Given,
    notify: bool,
    author: Option<String>,
    when: GivenValue,
) -> Result<Vec<Value>> {
    let attributes = attributes.0;
    let update = Update {
        comment: comment.0,
        input: attributes.into(),
        notify,
        author,
        when,
    };
    Ok(ticket_value(&ticket::update(actor, id, &update)?))
}

fn delete(actor: &Actor, id: TicketId) -> Result<()> {
    ticket::delete(actor, id)
}

fn change_log(actor: &Actor, id: TicketId, when: GivenValue) -> Result<Vec<Value>> {
    let when = match when {
        GivenValue::Time(when) => Some(when),
        when if !when.is_truthy() => None,
        // The plugin loses Python's error on the way, and nothing is left.
        _ => return ticket::get(actor, id).map(|_| Vec::new()),
    };
    let log = ticket::change_log(actor, id, when)?;
    Ok(log.into_iter().map(log_value).collect())
}

fn list_attachments(actor: &Actor, ticket: GivenValue) -> Result<Vec<Value>> {
    let attachments = attachment::list(actor, &any_ticket(&ticket))?;
    let value = |attachment: attachment::Attachment| {
        Value::Array(vec![
            attachment.filename.into(),
            attachment.description.into(),
            attachment.size.into(),
            attachment.time.into(),
            attachment.author.into(),
        ])
    };
    Ok(attachments.into_iter().map(value).collect())
}

fn get_attachment(actor: &Actor, ticket: GivenValue, filename: String) -> Result<Vec<u8>> {
    let ticket = any_ticket(&ticket);
    let filename = attachment_name::meant(actor, &ticket, filename)?;
    let (_, mut file) = attachment::open(actor, &ticket, &filename)?;
    let mut content = Vec::new();
    file.read_to_end(&mut content).map_err(Error::from)?;
    Ok(content)
}

fn put_attachment(
    actor: &Actor,
    ticket: TicketId,
    filename: String,
    description: Option<String>,
    data: Vec<u8>,
    replace: bool,
) -> Result<String> {
    let ticket = ticket::fetch(actor.env(), ticket)?;
    let upload = attachment::Upload {
        filename: &filename,
        description: description.as_deref(),
        author: actor.authname(),
        replace,
    };
    let stored = attachment::put(actor, &ticket.resource(), &upload, &mut data.as_slice())?;
    Ok(stored.filename)
}

fn delete_attachment(actor: &Actor, ticket: TicketId, filename: String) -> Result<bool> {
    let ticket = ticket::fetch(actor.env(), ticket)?.resource();
    let filename = attachment_name::meant(actor, &ticket, filename)?;
    attachment::remove(actor, &ticket, &filename)?;
    Ok(true)
}

fn get_ticket_fields(actor: &Actor) -> Result<Vec<Value>> {
    let definitions = ticket::definitions(actor.env())?;
    let fields = definitions.fields().iter();
    Ok(fields
        .map(|field| field_value(field, actor.catalog()))
        .collect())
}

/// A ticket that need not exist.
fn any_ticket(id: &GivenValue) -> Resource {
    Resource::new("ticket", id.display())
}
