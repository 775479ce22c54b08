//! A call, as it is noted.

use std::time::Duration;

use tracrpc_wire::Fault;

use super::resource::Resource;
use crate::audit::Line;

/// How many characters of what names a resource are written.
const RESOURCE: usize = 200;

/// What is told of a call. Of its arguments only what names the resource that it is about.
#[derive(Debug)]
pub(crate) struct Note<'a> {
    /// The method, as it was called; empty if that was not said.
    pub(crate) method: &'a str,
    /// Whether there is such a method.
    pub(crate) is_known: bool,
    pub(crate) resource: Option<Resource>,
    /// Whether another call has made it.
    pub(crate) is_inner: bool,
    pub(crate) ended: Ended<'a>,
    /// How long it took; none if it was not made.
    pub(crate) time: Option<Duration>,
}

/// How a call ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ended<'a> {
    Well,
    Failed(&'a Fault),
    Panicked,
}

impl Note<'_> {
    /// The note as JSON, with names of at most `most` characters.
    pub(super) fn json(&self, most: usize) -> String {
        let mut line = Line::new();
        line.text("method", self.method, most);
        if let Some(resource) = &self.resource {
            line.text("realm", &resource.realm, most);
            line.text("resource", &resource.id, RESOURCE);
            if let Some((realm, id)) = &resource.parent {
                line.text("parent_realm", realm, most);
                line.text("parent", id, RESOURCE);
            }
        }
        if self.is_inner {
            line.raw("inner", "true");
        }
        line.text("outcome", self.ended.name(), most);
        if let Ended::Failed(fault) = self.ended {
            line.number("code", Some(fault.xml_code()));
        }
        if let Some(time) = self.time {
            line.milliseconds("ms", time);
        }
        line.finish()
    }
}

impl Ended<'_> {
    /// `ok`, the kind of the fault, or `panic`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Well => "ok",
            Self::Failed(fault) => fault.kind.name(),
            Self::Panicked => "panic",
        }
    }
}
