//! A method, and what callers may know about it.

use std::sync::Arc;

use tracrpc_plugin_protocol::Given;
use tracrpc_plugin_protocol::messages::{MethodRow, ParameterRow};
use tracrpc_wire::{Fault, Value};

use crate::request::Request;

/// What answers a call.
pub(crate) type Run = dyn Fn(&Request<'_>, Vec<Value>) -> Result<Value, Fault> + Send + Sync;

/// A method: a function, and what callers may know about it.
pub struct Method {
    pub(crate) row: MethodRow,
    pub(crate) run: Arc<Run>,
    result: String,
    types: Vec<String>,
}

impl Method {
    /// The method `name`, such as `hello.greet`, which `run` answers. It gets the arguments
    /// as they came.
    pub fn new(
        name: impl Into<String>,
        run: impl Fn(&Request<'_>, Vec<Value>) -> Result<Value, Fault> + Send + Sync + 'static,
    ) -> Self {
        Self {
            row: MethodRow {
                name: name.into(),
                namespace: None,
                permission: None,
                signatures: Vec::new(),
                prototype: None,
                parameters: Vec::new(),
                variadic: false,
                help: String::new(),
                origin: String::new(),
                heavy: false,
            },
            run: Arc::new(run),
            result: "string".to_owned(),
            types: Vec::new(),
        }
    }

    /// The type of the result: `int`, `boolean`, `double`, `string`, `dateTime.iso8601`,
    /// `base64`, `array`, `struct` or `nil`. `string` if it is not said.
    #[must_use]
    pub fn returns(mut self, kind: impl Into<String>) -> Self {
        self.result = kind.into();
        self
    }

    /// The next parameter, with its type.
    #[must_use]
    pub fn parameter(self, kind: impl Into<String>, name: impl Into<String>) -> Self {
        self.with(kind.into(), name.into(), Given(None))
    }

    /// The next parameter, which can be left out. The function does not get the default:
    /// it gets one argument less.
    #[must_use]
    pub fn optional(
        self,
        kind: impl Into<String>,
        name: impl Into<String>,
        default: impl Into<Value>,
    ) -> Self {
        self.with(kind.into(), name.into(), Given(Some(default.into())))
    }

    fn with(mut self, kind: String, name: String, default: Given<Value>) -> Self {
        self.types.push(kind);
        self.row.parameters.push(ParameterRow { name, default });
        self
    }

    /// It takes any number of further arguments.
    #[must_use]
    pub fn variadic(mut self) -> Self {
        self.row.variadic = true;
        self
    }

    /// The action that the user needs besides `XML_RPC`.
    #[must_use]
    pub fn permission(mut self, action: impl Into<String>) -> Self {
        self.row.permission = Some(action.into());
        self
    }

    /// What it does, in wiki markup.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.row.help = text.into();
        self
    }

    /// It takes long, and waits for its turn behind others that do.
    #[must_use]
    pub fn heavy(mut self) -> Self {
        self.row.heavy = true;
        self
    }

    /// The row of a description, with a signature for each number of arguments.
    pub(crate) fn row(&self) -> MethodRow {
        let needed = |row: &&ParameterRow| row.default.0.is_none();
        let least = self.row.parameters.iter().filter(needed).count();
        let signature = |count: usize| {
            let types = self.types.iter().take(count).cloned();
            std::iter::once(self.result.clone()).chain(types).collect()
        };
        MethodRow {
            signatures: (least..=self.types.len()).map(signature).collect(),
            ..self.row.clone()
        }
    }
}
