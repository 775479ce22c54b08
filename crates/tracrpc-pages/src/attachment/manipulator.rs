//! Who else has a say in what may be attached.

use tracrpc_env::{Actor, Error, Result};
use tracrpc_translation::message;

use super::Attachment;

/// An extension that is asked before somebody attaches a file:
/// `trac/attachment.py: IAttachmentManipulator`. It is asked while nobody is kept from
/// writing, and may take its time.
pub trait AttachmentManipulator: Send + Sync {
    /// What is wrong with a file that is to be attached, and whose name, should it be
    /// taken, may yet become another. Anything wrong keeps it from being stored.
    ///
    /// # Errors
    /// What keeps it from answering; the file is not stored then.
    fn validate(&self, actor: &Actor, attachment: &Attachment) -> Result<Vec<AttachmentProblem>>;
}

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachmentProblem {
    /// `description`, `username`, `filename` or `content`; none for the file as a whole.
    pub field: Option<String>,
    /// What is wrong, as text.
    pub message: String,
}

/// Refuses what any extension finds something wrong with, in the words of Trac's form.
pub(super) fn validate(actor: &Actor, attachment: &Attachment) -> Result<()> {
    let extensions = actor.env().extensions();
    let mut problems = Vec::new();
    for manipulator in extensions.of::<dyn AttachmentManipulator>() {
        let found = manipulator.validate(actor, attachment)?.into_iter();
        problems.extend(found.map(|problem| said(actor, problem)));
    }
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Error::invalid(problems.join(" "))),
    }
}

fn said(actor: &Actor, problem: AttachmentProblem) -> String {
    let message = match problem.field {
        Some(field) => message!(
            "Attachment field %(field)s is invalid: %(message)s",
            field = field,
            message = problem.message
        ),
        None => message!("Invalid attachment: %(message)s", message = problem.message),
    };
    message.in_language(actor.catalog())
}
