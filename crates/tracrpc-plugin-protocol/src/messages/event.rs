//! What has happened.

use tracrpc_wire::{Struct, Timestamp, Value};

use crate::messages::{Problem, Resource, asks};
use crate::shape::{members, shape, take};
use crate::{Mismatch, Shape};

/// `event`: something has happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// The name of the environment.
    pub environment: String,
    /// To what: the number of a ticket, the name of something else.
    pub id: Value,
    /// Who did it.
    pub author: String,
    /// When.
    pub time: Timestamp,
}

macro_rules! kinds {
    ($($(#[$about:meta])* $name:ident = $text:literal
        $({ $($(#[$what:meta])* $field:ident: $type:ty,)* })?;)*) => {
        /// What has happened, and what that kind of event tells further.
        #[derive(Clone, Debug, PartialEq)]
        pub enum EventKind {
            $($(#[$about])* $name $({ $($(#[$what])* $field: $type,)* })?,)*
        }

        impl EventKind {
            /// Its name, such as `ticket.created`.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $text,)*
                }
            }

            fn read(kind: &str, members: &mut Struct) -> Result<Self, Mismatch> {
                match kind {
                    $($text => Ok(Self::$name $({ $($field: take(members, stringify!($field))?,)* })?),)*
                    _ => Err(Mismatch::new(format!("there is no event `{kind}`"))),
                }
            }

            fn write(self, members: &mut Struct) {
                match self {
                    $(Self::$name $({ $($field,)* })? => {
                        $($(members.insert(stringify!($field), $field.write());)*)?
                    })*
                }
            }
        }
    };
}

kinds! {
    /// A ticket was made.
    TicketCreated = "ticket.created";
    /// A ticket was changed.
    TicketChanged = "ticket.changed" {
        /// The comment.
        comment: String,
        /// The old values of what changed.
        old: Struct,
    };
    /// A ticket was deleted.
    TicketDeleted = "ticket.deleted" {
        /// Its last values.
        fields: Struct,
    };
    /// A comment was edited.
    TicketCommentChanged = "ticket.comment_changed" {
        /// Which change.
        cdate: Option<Timestamp>,
        /// What the comment was.
        old: Value,
    };
    /// A change was taken back.
    TicketChangeDeleted = "ticket.change_deleted" {
        /// Which change.
        cdate: Option<Timestamp>,
        /// What it had changed.
        old: Value,
    };
    /// A page was made.
    WikiCreated = "wiki.created" {
        /// Its version.
        version: Option<i64>,
        /// The comment.
        comment: String,
    };
    /// A page was changed.
    WikiChanged = "wiki.changed" {
        /// Its version.
        version: Option<i64>,
        /// The comment.
        comment: String,
    };
    /// A page was deleted.
    WikiDeleted = "wiki.deleted" {
        /// Its last version.
        version: Option<i64>,
    };
    /// A version of a page was deleted.
    WikiVersionDeleted = "wiki.version_deleted" {
        /// Which one.
        version: Option<i64>,
    };
    /// A page was renamed.
    WikiRenamed = "wiki.renamed" {
        /// Its former name.
        old: String,
    };
    /// A file was attached.
    AttachmentCreated = "attachment.created" {
        /// To what.
        parent: Resource,
    };
    /// A file was taken away.
    AttachmentDeleted = "attachment.deleted" {
        /// From what.
        parent: Resource,
    };
    /// A file was replaced.
    AttachmentReplaced = "attachment.replaced" {
        /// To what it is attached.
        parent: Resource,
    };
    /// A file was moved or renamed.
    AttachmentMoved = "attachment.moved" {
        /// To what it is attached now.
        parent: Resource,
        /// Its former `parent` and `id`.
        old: Struct,
    };
    /// A milestone was made.
    MilestoneCreated = "milestone.created";
    /// A milestone was deleted.
    MilestoneDeleted = "milestone.deleted";
    /// A milestone was changed.
    MilestoneChanged = "milestone.changed" {
        /// The old values of what changed, `name` among them.
        old: Struct,
    };
}

impl Shape for Event {
    fn read(value: Value) -> Result<Self, Mismatch> {
        let mut members = members(value)?;
        let kind: String = take(&mut members, "kind")?;
        Ok(Self {
            environment: take(&mut members, "environment")?,
            id: take(&mut members, "id")?,
            author: take(&mut members, "author")?,
            time: take(&mut members, "time")?,
            kind: EventKind::read(&kind, &mut members)?,
        })
    }

    fn write(self) -> Value {
        let mut members = Struct::new();
        members.insert("kind", self.kind.name());
        members.insert("environment", self.environment);
        members.insert("id", self.id);
        members.insert("author", self.author);
        members.insert("time", self.time);
        self.kind.write(&mut members);
        members.into()
    }
}

shape! {
    /// The answer to `event`.
    pub struct EventAnswer {
        /// What went wrong. It undoes nothing.
        pub problems: Vec<Problem>,
    }
}

asks! {
    Event, "event", EventAnswer;
}
