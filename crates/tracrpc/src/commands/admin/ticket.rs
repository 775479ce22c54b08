//! `ticket`: removes tickets, and comments with the changes that they tell of.

use tracrpc_tickets::ticket::{self, GivenValue, TicketId};

use super::{AdminCommand, Failure, Session};

pub(super) const COMMANDS: &[AdminCommand] = &[
    AdminCommand {
        name: "ticket remove",
        usage: "<ticket#>",
        help: "Remove ticket",
        run: remove,
    },
    AdminCommand {
        name: "ticket remove_comment",
        usage: "<ticket#> <comment#>",
        help: "Remove ticket comment\n\n\
               Fields that were changed with the comment become what they were before, unless \
               they were changed again.",
        run: remove_comment,
    },
];

/// In whose name it is done.
const AUTHOR: &str = "trac";

fn remove(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [number] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let number = parse(number, "<ticket#>")?;
    let id = TicketId::from_given(&GivenValue::Int(number))?;
    let env = session.env()?;
    let ticket = ticket::fetch(&env, id)?;
    ticket::remove(&env.actor(AUTHOR, ""), &ticket, id)?;
    writeln!(
        session.out,
        "Ticket #{number} and all associated data removed."
    )?;
    Ok(())
}

fn remove_comment(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [number, comment] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let number = parse(number, "<ticket#>")?;
    let comment = parse(comment, "<comment#>")?;
    let id = TicketId::from_given(&GivenValue::Int(number))?;
    if !ticket::delete_change(&*session.env()?, id, comment)? {
        return Err(Failure::message(format!("Comment {comment} not found")));
    }
    writeln!(
        session.out,
        "The ticket comment {comment} on ticket #{number} has been deleted."
    )?;
    Ok(())
}

fn parse(text: &str, name: &str) -> Result<i64, Failure> {
    let number = text.trim().parse();
    number.map_err(|_| Failure::message(format!("{name} must be a number")))
}
