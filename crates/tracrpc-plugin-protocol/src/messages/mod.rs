//! The requests of the protocol with their parameters and answers, one type each.
//!
//! A request is an [`Ask`]: its parameters, its name, and what answers it. What all of
//! them share is in this file, the others are in the order of the specification.

mod call;
mod describe;
mod event;
mod fault;
mod hook;
mod life;

pub use call::{
    Call, CallAnswer, Decode, Decoded, DecodedAs, Encode, Encoded, Forget, HostCall, Outcome,
    Response,
};
pub use describe::{
    ComponentRow, Describe, Description, HostedRow, MacroRow, MethodRow, NamespaceRow,
    ParameterRow, Problem, ProtocolRow,
};
pub use event::{Event, EventAnswer, EventKind};
pub use fault::{FaultData, FaultName};
pub use hook::{
    Action, AttachmentProblems, AttachmentValidate, CheckPassword, CheckPolicy, DescribeResource,
    DescribedResource, Filters, Groups, GroupsOf, Hits, OfferedActions, Policies, PrepareWiki,
    PreparedText, RenderLink, RenderMacro, Rendered, RenderedLink, SearchFilters, SearchQuery,
    TicketActions, TicketApply, TicketChanges, TicketProblems, TicketValidate, User,
};
pub use life::{
    Capabilities, Changed, Environment, Host, HostCapabilities, Initialize, Initialized, LimitsRow,
    Log, Ping, PluginRow, Pong, Shutdown,
};

use tracrpc_wire::{Struct, Value};

use crate::shape::shape;
use crate::{Mismatch, Shape};

/// A request, by its parameters.
pub trait Ask: Shape {
    /// Its name, such as `policy/check`.
    const METHOD: &'static str;
    /// What answers it.
    type Answer: Shape;

    /// The parameters as they are sent.
    fn params(self) -> Struct {
        match self.write() {
            Value::Struct(members) => members,
            _ => Struct::new(),
        }
    }
}

/// Says which request the parameters belong to, and what answers it.
macro_rules! asks {
    ($($params:ident, $method:literal, $answer:ty;)*) => {$(
        impl $crate::messages::Ask for $params {
            const METHOD: &'static str = $method;
            type Answer = $answer;
        }
    )*};
}

pub(crate) use asks;

/// An answer in which nothing matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anything;

impl Shape for Anything {
    fn read(_: Value) -> Result<Self, Mismatch> {
        Ok(Self)
    }

    fn write(self) -> Value {
        Struct::new().into()
    }
}

/// What a resource is, outermost first: realm, id and version. The ids of tickets are
/// integers, others are texts; id and version may be missing.
pub type Resource = Vec<(String, Value, Option<i64>)>;

shape! {
    /// For whom something is done, and where it comes from.
    pub struct Context {
        /// The name of the environment.
        pub environment: String,
        /// The user's name, or `anonymous`.
        pub user: String = "anonymous".to_owned(),
        /// The address of the environment.
        pub base_url: String = String::new(),
        /// The address of the client.
        pub remote_addr: String = String::new(),
        /// The method of the HTTP request.
        pub method: String = String::new(),
        /// Its path below the environment.
        pub path_info: String = String::new(),
        /// What stands behind the question mark.
        pub query: String = String::new(),
        /// Its headers, without those that hold credentials.
        pub headers: Vec<(String, String)>,
        /// Whether this is one of the calls of a `system.multicall`.
        pub within_multicall: bool,
    }
}
