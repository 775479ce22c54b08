//! `[attachment]`

use super::section;
use crate::config::value::Checked;

section! {
    /// What may be attached to pages, tickets and milestones.
    AttachmentSection = "attachment" {
        /// The largest attachment, in bytes.
        max_size: Checked<i64> = "262144",
        /// The largest sum of sizes that is offered as one archive, in bytes;
        /// -1 for no limit, 0 for never.
        max_zip_size: Checked<i64> = "2097152",
        /// Whether attachments are shown as they are, scripts included.
        render_unsafe_content: bool = "disabled",
    }
}
