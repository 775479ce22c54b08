//! Manipulators: no ticket is called "test", every page ends with a line of ours, and no
//! file is empty.

use std::sync::Arc;

use tracrpc_env::{Actor, Extensions, Result};
use tracrpc_pages::attachment::{Attachment, AttachmentManipulator, AttachmentProblem};
use tracrpc_pages::page::{Page, PageManipulator};
use tracrpc_tickets::ticket::{Ticket, TicketManipulator, TicketProblem};

/// Adds all of them.
pub fn extend(extensions: &mut Extensions) {
    extensions.add::<dyn TicketManipulator>(Arc::new(NoTests));
    extensions.add::<dyn PageManipulator>(Arc::new(Footer));
    extensions.add::<dyn AttachmentManipulator>(Arc::new(NotEmpty));
}

struct NoTests;

impl TicketManipulator for NoTests {
    fn validate(
        &self,
        _: &Actor,
        ticket: &mut Ticket,
        _comment: &str,
    ) -> Result<Vec<TicketProblem>> {
        let is_test = ticket.text("summary").trim() == "test";
        let problem = is_test.then(|| TicketProblem {
            field: Some("summary".into()),
            message: "say what is to be done".to_owned(),
        });
        Ok(problem.into_iter().collect())
    }
}

struct Footer;

impl PageManipulator for Footer {
    fn prepare(&self, _: &Actor, _: &Page, text: String) -> Result<String> {
        Ok(format!("{text}\n\n''For our own use.''\n"))
    }
}

struct NotEmpty;

impl AttachmentManipulator for NotEmpty {
    fn validate(&self, _: &Actor, attachment: &Attachment) -> Result<Vec<AttachmentProblem>> {
        let problem = (attachment.size == 0).then(|| AttachmentProblem {
            field: Some("content".to_owned()),
            message: "there is none".to_owned(),
        });
        Ok(problem.into_iter().collect())
    }
}
