//! What happens to attachments, for those who want to know.

use super::Attachment;

/// Something that happened to an attachment: what
/// `IAttachmentChangeListener` of `trac/attachment.py` is told.
#[derive(Clone, Debug)]
pub struct AttachmentEvent {
    /// The attachment, as it is now or was before it was deleted.
    pub attachment: Attachment,
    /// What happened.
    pub kind: AttachmentEventKind,
    /// Where the environment was reached, for links; empty for administrators.
    pub base_url: String,
}

/// What can happen to an attachment.
#[derive(Clone, Debug, PartialEq)]
pub enum AttachmentEventKind {
    /// It was attached.
    Added,
    /// It is gone.
    Deleted,
    /// It belongs to something else now, or has another name.
    Moved {
        /// What it was.
        from: Attachment,
    },
}
