//! The rows from which everything about a method is derived.

use tracrpc_env::config::Config;
use tracrpc_translation::{Message, own_message};
use tracrpc_wire::{Fault, Output, Value};

use crate::argument::Arguments;
use crate::callable::{Callable, Handler};
use crate::registry::{Registry, RegistryError, Scope};

/// A group of methods whose names begin alike, such as `ticket.component`.
pub struct Namespace {
    name: String,
    documentation: String,
    component: String,
    methods: Vec<Method>,
}

impl Namespace {
    /// A namespace without methods. `documentation` is one sentence or more in
    /// wiki markup.
    pub fn new(name: impl Into<String>, documentation: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            documentation: documentation.into(),
            component: String::new(),
            methods: Vec::new(),
        }
    }

    /// The component of Trac that the namespace stands for, by its Python name:
    /// in an environment where that is off, there are no such methods.
    #[must_use]
    pub fn component(mut self, name: &str) -> Self {
        name.clone_into(&mut self.component);
        self
    }

    /// Adds a method.
    #[must_use]
    pub fn method(mut self, mut method: Method) -> Self {
        method.full_name = format!("{}.{}", self.name, method.name);
        self.methods.push(method);
        self
    }

    /// Whether the environment's configuration has it.
    pub fn is_on(&self, config: &Config) -> bool {
        self.component.is_empty() || config.is_on(&self.component)
    }

    /// The name, without a dot at the end.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the namespace is for, in wiki markup.
    pub fn documentation(&self) -> &str {
        &self.documentation
    }

    pub(crate) fn methods_mut(&mut self) -> &mut [Method] {
        &mut self.methods
    }

    /// Its methods in the order in which they were added.
    pub fn methods(&self) -> &[Method] {
        &self.methods
    }
}

/// One method: a typed plain function, and what callers may know about it.
pub struct Method {
    name: String,
    full_name: String,
    permission: Option<&'static str>,
    signatures: Vec<String>,
    declared: Vec<String>,
    parameters: Vec<Parameter>,
    documentation: String,
    arity: usize,
    handler: Handler,
    weight: Weight,
}

/// Tells from its arguments whether a call takes so much time and memory that
/// not many should run at once.
type Weight = fn(&Registry, &[Value]) -> bool;

impl Method {
    /// A method that calls `function`, a function of `&Actor` (or [`&Scope`](Scope))
    /// and up to seven arguments whose types are [`FromArgument`](crate::FromArgument).
    pub fn new<A>(name: impl Into<String>, function: impl Callable<A>) -> Self {
        let name = name.into();
        let (arity, handler) = function.into_handler();
        Self {
            full_name: name.clone(),
            name,
            permission: None,
            signatures: Vec::new(),
            declared: Vec::new(),
            parameters: Vec::new(),
            documentation: String::new(),
            arity,
            handler,
            weight: |_, _| false,
        }
    }

    /// The action that the caller needs besides `XML_RPC`. Without one the
    /// function checks for itself.
    #[must_use]
    pub fn permission(mut self, action: impl Into<Option<&'static str>>) -> Self {
        self.permission = action.into();
        self
    }

    /// The signatures, each the type of the result and those of the parameters
    /// with commas between them, such as `string,string,int`.
    #[must_use]
    pub fn signatures(mut self, signatures: &[&str]) -> Self {
        self.signatures = signatures.iter().map(ToString::to_string).collect();
        self
    }

    /// The names of the parameters, with `=` and a default as Python writes it
    /// where there is one, such as `version=None`. An argument that is left
    /// out takes the default.
    #[must_use]
    pub fn parameters(mut self, parameters: &[&str]) -> Self {
        self.declared = parameters.iter().map(ToString::to_string).collect();
        self
    }

    /// A call is heavy if `weight` says so of its arguments: it may take so
    /// much time and memory that not many should run at once.
    #[must_use]
    pub fn heavy_if(mut self, weight: fn(&Registry, &[Value]) -> bool) -> Self {
        self.weight = weight;
        self
    }

    /// What the method does, in wiki markup.
    #[must_use]
    pub fn doc(mut self, documentation: &str) -> Self {
        self.documentation = documentation.to_owned();
        self
    }

    pub(crate) fn is_heavy(&self, registry: &Registry, arguments: &[Value]) -> bool {
        (self.weight)(registry, arguments)
    }

    /// The full name, such as `ticket.get`.
    #[allow(
        clippy::misnamed_getters,
        reason = "callers know a method by its full name only"
    )]
    pub fn name(&self) -> &str {
        &self.full_name
    }

    /// The action that the caller needs besides `XML_RPC`.
    pub fn required_permission(&self) -> Option<&'static str> {
        self.permission
    }

    /// The signatures in the order of their declaration.
    pub fn all_signatures(&self) -> &[String] {
        &self.signatures
    }

    /// The parameters in order.
    pub fn all_parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// What the method does, in wiki markup.
    pub fn documentation(&self) -> &str {
        &self.documentation
    }

    /// The longest signature with the names and defaults of the parameters,
    /// such as `string wiki.getPage(string pagename, int version=None)`.
    pub fn prototype(&self) -> String {
        let mut types = self.longest_signature().split(',');
        let result = types.next().unwrap_or_default();
        let parameters: Vec<String> = types
            .zip(&self.declared)
            .map(|(kind, text)| format!("{kind} {text}"))
            .collect();
        format!("{result} {}({})", self.full_name, parameters.join(", "))
    }

    /// The help for a programmer: the prototype, an empty line, the documentation.
    pub fn help(&self) -> String {
        format!("{}\n\n{}", self.prototype(), self.documentation)
    }

    /// Calls the function with `arguments`, after their number was checked.
    ///
    /// # Errors
    ///
    /// A fault that names the method and the parameter for a wrong number or
    /// type of arguments, and whatever the function refuses.
    pub(crate) fn call(&self, scope: &Scope<'_>, arguments: Vec<Value>) -> Result<Output, Fault> {
        if let Some(refused) = self.refused_count(arguments.len()) {
            let text = refused.in_language(scope.actor().catalog());
            return Err(Fault::invalid_params(text));
        }
        (self.handler)(scope, &mut Arguments::new(self, scope.actor(), arguments))
    }

    /// Reads the declared parameters and holds row and function against each other.
    pub(crate) fn finish(&mut self) -> Result<(), RegistryError> {
        self.parameters = self
            .declared
            .iter()
            .map(|text| {
                Parameter::parse(text)
                    .ok_or_else(|| self.row_error(format!("cannot read the default of `{text}`")))
            })
            .collect::<Result<_, _>>()?;
        if self.parameters.len() != self.arity {
            return Err(self.row_error(format!(
                "{} parameters are declared, the function takes {}",
                self.parameters.len(),
                self.arity
            )));
        }
        let longest = self.longest_signature().split(',').count();
        if self.longest_signature().is_empty() || longest - 1 != self.arity {
            return Err(self.row_error(format!(
                "no signature has the types of all {} parameters",
                self.arity
            )));
        }
        Ok(())
    }

    fn row_error(&self, detail: String) -> RegistryError {
        RegistryError::Row {
            method: self.full_name.clone(),
            detail,
        }
    }

    fn longest_signature(&self) -> &str {
        let mut longest: &str = "";
        for signature in &self.signatures {
            if longest.is_empty() || signature.split(',').count() > longest.split(',').count() {
                longest = signature;
            }
        }
        longest
    }

    /// Why it is not called with so many arguments.
    fn refused_count(&self, given: usize) -> Option<Message> {
        if given > self.parameters.len() {
            return Some(own_message!(
                "%(method)s: takes %(expected)s, got %(given)s",
                method = &self.full_name,
                expected = self.expected_count(),
                given = given,
            ));
        }
        let missing = self.parameters.get(given)?;
        missing.default.is_none().then(|| {
            own_message!(
                "%(method)s: parameter %(name)s is missing: takes %(expected)s, got %(given)s",
                method = &self.full_name,
                name = &missing.name,
                expected = self.expected_count(),
                given = given,
            )
        })
    }

    fn expected_count(&self) -> Message {
        let most = self.parameters.len();
        let required = |parameter: &&Parameter| parameter.default.is_none();
        let least = self.parameters.iter().filter(required).count();
        let names = self.declared.join(", ");
        match (least, most) {
            (_, 0) => own_message!("no arguments"),
            (1, 1) => own_message!("1 argument (%(names)s)", names = names),
            _ if least == most => {
                own_message!("%(most)s arguments (%(names)s)", most = most, names = names)
            }
            _ => own_message!(
                "%(least)s to %(most)s arguments (%(names)s)",
                least = least,
                most = most,
                names = names,
            ),
        }
    }
}

/// A parameter of a method.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What an argument that is left out stands for.
    pub default: Option<Value>,
}

impl Parameter {
    fn parse(text: &str) -> Option<Self> {
        match text.split_once('=') {
            None => Some(Self {
                name: text.to_owned(),
                default: None,
            }),
            Some((name, literal)) => Some(Self {
                name: name.to_owned(),
                default: Some(python_literal(literal)?),
            }),
        }
    }
}

/// The value of a default as Python would print it.
fn python_literal(text: &str) -> Option<Value> {
    Some(match text {
        "None" => Value::Nil,
        "True" => Value::Bool(true),
        "False" => Value::Bool(false),
        "{}" => Value::Struct(tracrpc_wire::Struct::default()),
        "[]" => Value::Array(Vec::new()),
        _ => match text
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
        {
            Some(inner) => Value::String(inner.to_owned()),
            None => Value::Int(text.parse().ok()?),
        },
    })
}
