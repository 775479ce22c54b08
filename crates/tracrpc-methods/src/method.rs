//! The rows from which everything about a method is derived.

use std::fmt;
use std::sync::Arc;

use tracrpc_env::Actor;
use tracrpc_env::config::Config;
use tracrpc_translation::{Message, own_message};
use tracrpc_wire::{Fault, Output, Struct, Value};

use crate::argument::Arguments;
use crate::callable::{Callable, Handler};
use crate::cost::{Cost, Estimate};
use crate::effect::Effect;
use crate::registry::{Registry, RegistryError, Scope};

/// An extension: a group of methods whose names begin alike, such as
/// `ticket.component`.
#[derive(Clone)]
pub struct Namespace {
    name: String,
    documentation: String,
    component: String,
    is_beyond_trac: bool,
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
            is_beyond_trac: false,
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

    /// The namespace is none that Trac's own plugin has: `system.listMethods` names its methods
    /// where `[tracrpc] list_all_methods` says so, for clients know the others by heart.
    #[must_use]
    pub(crate) fn beyond_trac(mut self) -> Self {
        self.is_beyond_trac = true;
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
        config.has_component(&self.component)
    }

    /// Whether `system.listMethods` names its methods.
    pub(crate) fn is_listed(&self, config: &Config) -> bool {
        !self.is_beyond_trac || config.tracrpc().list_all_methods
    }

    /// The name, without a dot at the end.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the namespace is for, in wiki markup.
    pub fn documentation(&self) -> &str {
        &self.documentation
    }

    /// Keeps only the methods of which `keep` says so.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&Method) -> bool) {
        self.methods.retain(keep);
    }

    /// Its methods in the order in which they were added.
    pub fn methods(&self) -> &[Method] {
        &self.methods
    }
}

/// One method: a function, and what callers may know about it.
///
/// What it takes and returns is said once, in [`Method::parameters`] and
/// [`Method::returns`]; signatures, help, the check of the number of arguments and
/// the documentation page follow from it.
#[derive(Clone)]
pub struct Method {
    name: String,
    full_name: String,
    permission: Option<String>,
    effect: Effect,
    result: String,
    parameters: Vec<Parameter>,
    /// Whether the last parameter takes all arguments that are left.
    has_rest: bool,
    /// In another choice or order than follows from the parameters.
    signatures: Option<Vec<String>>,
    /// In place of the line that follows from the parameters.
    prototype: Option<String>,
    /// Whether the function itself sees to the number of its arguments.
    is_unchecked: bool,
    documentation: String,
    /// How many arguments the function takes; none for any number.
    arity: Option<usize>,
    handler: Handler,
    estimate: Arc<Estimate>,
    /// What is wrong with the row.
    mistake: Option<String>,
}

impl Method {
    /// A method that calls `function`, a function or closure of `&Actor` (or
    /// [`&Scope`](Scope)) and up to seven arguments whose types are
    /// [`FromArgument`](crate::FromArgument).
    pub fn new<A>(name: impl Into<String>, function: impl Callable<A>) -> Self {
        let (arity, handler) = function.into_handler();
        Self::with_handler(name.into(), Some(arity), handler)
    }

    /// A method that is only known when the program runs, such as one of a plugin:
    /// `function` gets the arguments as they came, with the defaults of those that
    /// were left out.
    pub fn dynamic(
        name: impl Into<String>,
        function: impl Fn(&Scope<'_>, Vec<Value>) -> Result<Output, Fault> + Send + Sync + 'static,
    ) -> Self {
        let handler: Handler =
            Arc::new(move |scope, arguments| function(scope, arguments.take_all()));
        Self::with_handler(name.into(), None, handler)
    }

    fn with_handler(name: String, arity: Option<usize>, handler: Handler) -> Self {
        Self {
            full_name: name.clone(),
            name,
            permission: None,
            effect: Effect::Writes,
            result: String::new(),
            parameters: Vec::new(),
            has_rest: false,
            signatures: None,
            prototype: None,
            is_unchecked: false,
            documentation: String::new(),
            arity,
            handler,
            estimate: Arc::new(|_, _, _| 0),
            mistake: None,
        }
    }

    /// The action that the caller needs besides `XML_RPC`. Without one the
    /// function checks for itself.
    #[must_use]
    pub fn permission(mut self, action: impl Into<String>) -> Self {
        self.permission = Some(action.into());
        self
    }

    /// The method changes nothing, whatever its arguments. What does not say so counts as
    /// one that writes: for an environment that may only be read, and for a caller who may
    /// only read.
    #[must_use]
    pub fn reads(mut self) -> Self {
        self.effect = Effect::Reads;
        self
    }

    /// The type of the result, such as `array`.
    #[must_use]
    pub fn returns(mut self, kind: impl Into<String>) -> Self {
        self.result = kind.into();
        self
    }

    /// The parameters, each as type and name, with `=` and a default as Python
    /// writes it where there is one: `int version=None`. An argument that is left
    /// out takes the default.
    #[must_use]
    pub fn parameters(mut self, parameters: &[&str]) -> Self {
        self.parameters.clear();
        for text in parameters {
            match Parameter::parse(text) {
                Ok(parameter) => self.parameters.push(parameter),
                Err(mistake) => self.mistake = Some(mistake),
            }
        }
        self
    }

    /// The last parameter, of type `array`, takes all arguments that are left, none
    /// or more, as `*args` does in Python.
    #[must_use]
    pub fn rest(mut self) -> Self {
        self.has_rest = true;
        self
    }

    /// The signatures where they are not those that follow from the parameters, each
    /// the type of the result and those of the parameters with commas between them,
    /// such as `string,string,int`.
    #[must_use]
    pub fn signatures(mut self, signatures: &[&str]) -> Self {
        self.signatures = Some(signatures.iter().map(ToString::to_string).collect());
        self
    }

    /// The parameters of a method that sees to the number and the types of its arguments
    /// itself: it gets them as they came, without defaults. What is said of them here, and
    /// in the signatures, is for documentation and for calls by name.
    #[must_use]
    pub fn unchecked(mut self, parameters: Vec<Parameter>) -> Self {
        self.parameters = parameters;
        self.is_unchecked = true;
        self
    }

    /// The line that documentation shows, where it is not the one that follows from the
    /// parameters.
    #[must_use]
    pub fn shown_as(mut self, prototype: impl Into<String>) -> Self {
        self.prototype = Some(prototype.into());
        self
    }

    /// A call is heavy if `weight` says so of its arguments: it may take so
    /// much time and memory that not many should run at once.
    #[must_use]
    pub fn heavy_if(
        mut self,
        weight: impl Fn(&Registry, &[Value]) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.estimate = Arc::new(move |registry, _, arguments| {
            let is_heavy = weight(registry, arguments);
            if is_heavy { Cost::MAX } else { 0 }
        });
        self
    }

    /// About how much work a call is, where that differs: in steps of about 0.1
    /// microseconds. What is more than [`HEAVY`](crate::HEAVY) does not keep short calls
    /// waiting. Asked before each call, so that it has to be quick itself.
    #[must_use]
    pub fn costs(
        self,
        estimate: impl Fn(&Actor, &[Value]) -> Cost + Send + Sync + 'static,
    ) -> Self {
        self.costs_within(move |_, actor, arguments| estimate(actor, arguments))
    }

    /// The same where other methods count.
    pub(crate) fn costs_within(
        mut self,
        estimate: impl Fn(&Registry, &Actor, &[Value]) -> Cost + Send + Sync + 'static,
    ) -> Self {
        self.estimate = Arc::new(estimate);
        self
    }

    /// What the method does, in wiki markup.
    #[must_use]
    pub fn doc(mut self, documentation: &str) -> Self {
        self.documentation = documentation.to_owned();
        self
    }

    /// Whether the function itself sees to its arguments.
    pub(crate) fn is_unchecked(&self) -> bool {
        self.is_unchecked
    }

    pub(crate) fn cost(&self, registry: &Registry, actor: &Actor, arguments: &[Value]) -> Cost {
        (self.estimate)(registry, actor, arguments)
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
    pub fn required_permission(&self) -> Option<&str> {
        self.permission.as_deref()
    }

    /// Whether a call may change something. That of `system.multicall` is what it does
    /// itself: the calls that it makes have effects of their own.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// The type of the result.
    pub fn result_type(&self) -> &str {
        &self.result
    }

    /// The signatures: those that were given, or one for each number of arguments
    /// that the method takes, the shortest first.
    pub fn all_signatures(&self) -> Vec<String> {
        if let Some(given) = &self.signatures {
            return given.clone();
        }
        let longest = self.types();
        let least = self.fewest();
        (least..=self.parameters.len())
            .filter_map(|count| longest.get(..=count))
            .map(|types| types.join(","))
            .collect()
    }

    /// The type of the result and those of all parameters.
    fn types(&self) -> Vec<&str> {
        let result = [self.result.as_str()];
        let kinds = self
            .parameters
            .iter()
            .map(|parameter| parameter.kind.as_str());
        result.into_iter().chain(kinds).collect()
    }

    /// The parameters in order.
    pub fn all_parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// What the method does, in wiki markup.
    pub fn documentation(&self) -> &str {
        &self.documentation
    }

    /// The types, names and defaults on one line, such as
    /// `string wiki.getPage(string pagename, int version=None)`.
    pub fn prototype(&self) -> String {
        if let Some(prototype) = &self.prototype {
            return prototype.clone();
        }
        let texts: Vec<_> = self.parameters.iter().map(ToString::to_string).collect();
        format!("{} {}({})", self.result, self.full_name, texts.join(", "))
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
        if self.is_unchecked {
            return (self.handler)(scope, &mut Arguments::new(self, scope.actor(), arguments));
        }
        if let Some(refused) = self.refused_count(arguments.len()) {
            let text = refused.in_language(scope.actor().catalog());
            return Err(Fault::invalid_params(text));
        }
        let arguments = self.gather(arguments);
        (self.handler)(scope, &mut Arguments::new(self, scope.actor(), arguments))
    }

    /// The arguments in order of those that are given by name.
    ///
    /// # Errors
    ///
    /// A fault that names the method and a parameter that is missing, or a name
    /// that is none of a parameter.
    pub(crate) fn in_order(&self, actor: &Actor, mut named: Struct) -> Result<Vec<Value>, Fault> {
        let mut arguments = Vec::with_capacity(self.parameters.len());
        for parameter in &self.parameters {
            match (named.remove(&parameter.name), &parameter.default) {
                (Some(value), _) => arguments.push(value),
                (None, Some(default)) => arguments.push(default.clone()),
                (None, None) if self.is_rest(parameter) => arguments.push(Value::Array(Vec::new())),
                (None, None) => {
                    let message = own_message!(
                        "%(method)s: parameter %(name)s is missing",
                        method = &self.full_name,
                        name = &parameter.name,
                    );
                    return Err(Fault::invalid_params(message.in_language(actor.catalog())));
                }
            }
        }
        if let Some((name, _)) = named.iter().next() {
            let message = own_message!(
                "%(method)s: there is no parameter %(name)s",
                method = &self.full_name,
                name = name,
            );
            return Err(Fault::invalid_params(message.in_language(actor.catalog())));
        }
        if self.has_rest
            && let Some(Value::Array(rest)) = arguments.pop()
        {
            arguments.extend(rest);
        }
        Ok(arguments)
    }

    /// Holds row and function against each other.
    pub(crate) fn check(&self) -> Result<(), RegistryError> {
        if let Some(mistake) = &self.mistake {
            return Err(self.row_error(mistake.clone()));
        }
        let declared = self.parameters.len();
        if let Some(arity) = self.arity.filter(|arity| *arity != declared) {
            return Err(self.row_error(format!(
                "{declared} parameters are declared, the function takes {arity}"
            )));
        }
        if self.result.is_empty() {
            return Err(self.row_error("it does not say what it returns".to_owned()));
        }
        let types = self.types().join(",");
        let given = self.signatures.as_ref().filter(|_| !self.is_unchecked);
        if given.is_some_and(|given| !given.contains(&types)) {
            return Err(self.row_error(format!(
                "no signature has the types of all {declared} parameters"
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

    fn is_rest(&self, parameter: &Parameter) -> bool {
        let is_last = |last: &Parameter| std::ptr::eq(last, parameter);
        self.has_rest && self.parameters.last().is_some_and(is_last)
    }

    /// The last parameter gets the rest of the arguments as an array.
    fn gather(&self, mut arguments: Vec<Value>) -> Vec<Value> {
        if self.has_rest && !self.parameters.is_empty() {
            let before = self.parameters.len() - 1;
            let rest = arguments.split_off(before.min(arguments.len()));
            let missing = self.parameters.iter().take(before).skip(arguments.len());
            let defaults: Vec<_> = missing
                .filter_map(|missing| missing.default.clone())
                .collect();
            arguments.extend(defaults);
            arguments.push(Value::Array(rest));
        }
        arguments
    }

    /// Why it is not called with so many arguments.
    fn refused_count(&self, given: usize) -> Option<Message> {
        if given > self.parameters.len() && !self.has_rest {
            return Some(own_message!(
                "%(method)s: takes %(expected)s, got %(given)s",
                method = &self.full_name,
                expected = self.expected_count(),
                given = given,
            ));
        }
        let missing = self.parameters.get(given)?;
        let is_needed = missing.default.is_none() && !self.is_rest(missing);
        is_needed.then(|| {
            own_message!(
                "%(method)s: parameter %(name)s is missing: takes %(expected)s, got %(given)s",
                method = &self.full_name,
                name = &missing.name,
                expected = self.expected_count(),
                given = given,
            )
        })
    }

    /// With how few arguments it can be called.
    fn fewest(&self) -> usize {
        let needed =
            |parameter: &&Parameter| parameter.default.is_none() && !self.is_rest(parameter);
        self.parameters.iter().filter(needed).count()
    }

    fn expected_count(&self) -> Message {
        let most = self.parameters.len();
        let least = self.fewest();
        let names: Vec<_> = self.parameters.iter().map(Parameter::declared).collect();
        let names = names.join(", ");
        match (least, most) {
            _ if self.has_rest => own_message!(
                "at least %(least)s arguments (%(names)s)",
                least = least,
                names = names,
            ),
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
    /// Its type, such as `string`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What an argument that is left out stands for.
    pub default: Option<Value>,
    /// The default as Python writes it.
    literal: String,
}

impl Parameter {
    /// A parameter of a method that is [unchecked](Method::unchecked). `literal` is the
    /// default as documentation shows it.
    pub fn new(
        kind: impl Into<String>,
        name: impl Into<String>,
        default: Option<(Value, String)>,
    ) -> Self {
        let (default, literal) = default.unzip();
        Self {
            kind: kind.into(),
            name: name.into(),
            default,
            literal: literal.unwrap_or_default(),
        }
    }

    /// Reads type, name and default.
    fn parse(text: &str) -> Result<Self, String> {
        let (kind, rest) = text.split_once(' ').unwrap_or(("", text));
        if kind.is_empty() || kind.contains('=') {
            return Err(format!("`{text}` does not begin with a type"));
        }
        let (name, literal) = rest.split_once('=').unwrap_or((rest, ""));
        let default = match literal {
            "" => None,
            literal => {
                let value = python_literal(literal);
                Some(value.ok_or_else(|| format!("cannot read the default of `{rest}`"))?)
            }
        };
        Ok(Self {
            kind: kind.to_owned(),
            name: name.to_owned(),
            default,
            literal: literal.to_owned(),
        })
    }

    /// Name and default.
    fn declared(&self) -> String {
        match &self.default {
            Some(_) => format!("{}={}", self.name, self.literal),
            None => self.name.clone(),
        }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.declared())
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
