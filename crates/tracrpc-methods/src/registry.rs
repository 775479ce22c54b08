//! The methods of all namespaces by name, and how one is called.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use tracrpc_env::config::Config;
use tracrpc_env::{Actor, Environment, Error, Fresh, ScopedCall};
use tracrpc_translation::{Message, own_message};
use tracrpc_wire::{Fault, Outcome, Output, Struct, Value};

use crate::cost::{A_CALL, Cost, HEAVY, MANY_CALLS};
use crate::effect::Effect;
use crate::fault::fault_from;
use crate::layer::{Layer, Next, Refused};
use crate::method::{Method, Namespace};

/// How deep calls may call others: a `system.multicall` within one, and so on.
const MAX_DEPTH: usize = 8;

/// Takes the outcomes of several calls as they come. Its error ends them.
pub type Tell<'a> = dyn Fn(Outcome) -> Result<(), Fault> + 'a;

/// All methods that can be called.
#[derive(Default)]
pub struct Registry {
    namespaces: Vec<Namespace>,
    /// Full name to the positions of namespace and method.
    index: HashMap<String, (usize, usize)>,
    layers: Vec<Arc<dyn Layer>>,
    problems: Vec<RegistryError>,
}

/// What an environment keeps of its methods.
#[derive(Default)]
struct Kept {
    registry: Fresh<Registry>,
}

impl Registry {
    /// A registry of `namespaces`.
    ///
    /// # Errors
    ///
    /// If two methods have the same name, or a row does not fit its function.
    pub fn new(namespaces: impl IntoIterator<Item = Namespace>) -> Result<Self, RegistryError> {
        let mut registry = Self::default();
        for namespace in namespaces {
            registry.add(namespace);
        }
        match registry.problems.first() {
            Some(problem) => Err(problem.clone()),
            None => Ok(registry),
        }
    }

    /// The methods of an environment: those of all its extensions that are a
    /// [`Namespace`], with the [`Layer`]s around them. What cannot be is left out,
    /// and among the [`problems`](Self::problems).
    pub fn of(env: &Environment) -> Arc<Self> {
        env.slot::<Kept>().registry.of_settings(env, || {
            let extensions = env.extensions();
            let mut registry = Self::default();
            for namespace in extensions.of::<Namespace>() {
                registry.add(Namespace::clone(namespace));
            }
            registry.layers = extensions.of::<dyn Layer>().to_vec();
            for problem in &registry.problems {
                tracing::error!(%problem, "a method is left out");
            }
            registry
        })
    }

    /// What was left out, and why.
    pub fn problems(&self) -> &[RegistryError] {
        &self.problems
    }

    /// A registry of Trac's own methods.
    ///
    /// # Errors
    ///
    /// Those of [`Registry::new`]; the tests hold that there are none.
    pub fn builtin() -> Result<Self, RegistryError> {
        Self::new(crate::builtin())
    }

    /// All namespaces, in the order in which they were given.
    pub fn namespaces(&self) -> &[Namespace] {
        &self.namespaces
    }

    /// All methods, namespace by namespace.
    pub fn methods(&self) -> impl Iterator<Item = &Method> {
        self.namespaces.iter().flat_map(Namespace::methods)
    }

    /// All namespaces that an environment has.
    pub fn namespaces_on<'a>(&'a self, config: &'a Config) -> impl Iterator<Item = &'a Namespace> {
        let namespaces = self.namespaces.iter();
        namespaces.filter(move |namespace| namespace.is_on(config))
    }

    /// The method with this full name.
    pub fn method(&self, name: &str) -> Option<&Method> {
        self.find(name).map(|(_, method)| method)
    }

    fn find(&self, name: &str) -> Option<(&Namespace, &Method)> {
        let &(namespace, method) = self.index.get(name)?;
        let namespace = self.namespaces.get(namespace)?;
        Some((namespace, namespace.methods().get(method)?))
    }

    /// Whether calls may together take so much time and memory that not many such
    /// requests should run at once.
    pub fn is_heavy<'a>(
        &self,
        actor: &Actor,
        calls: impl IntoIterator<Item = (&'a str, &'a [Value])>,
    ) -> bool {
        let costs = calls
            .into_iter()
            .map(|(name, arguments)| self.cost(actor, name, arguments));
        let mut calls = 0;
        let mut sum = 0;
        for cost in costs {
            calls += 1;
            let beside = if calls == 1 { 0 } else { A_CALL };
            sum = Cost::saturating_add(sum, cost).saturating_add(beside);
            if sum > HEAVY || calls > MANY_CALLS {
                return true;
            }
        }
        false
    }

    /// About how much work a call is; nothing if there is no such method.
    pub(crate) fn cost(&self, actor: &Actor, name: &str, arguments: &[Value]) -> Cost {
        let method = self.method(name);
        method.map_or(0, |method| method.cost(self, actor, arguments))
    }

    /// Calls a method for `actor`, who needs `XML_RPC` and the method's own permission.
    /// After the actor's deadline neither this call nor one that it makes is begun.
    ///
    /// # Errors
    ///
    /// A fault if the permission is missing, there is no such method, the
    /// arguments do not fit, or the method refuses.
    pub fn call(&self, actor: &Actor, name: &str, arguments: Vec<Value>) -> Result<Output, Fault> {
        self.scope(actor, None).begin(name, arguments)
    }

    /// The same, where the outcomes of a `system.multicall` are given to
    /// `tell` as they come, and none are left in what it returns.
    ///
    /// # Errors
    ///
    /// Those of [`Registry::call`], and that of `tell`.
    pub fn call_telling(
        &self,
        actor: &Actor,
        name: &str,
        arguments: Vec<Value>,
        tell: &Tell<'_>,
    ) -> Result<Output, Fault> {
        self.scope(actor, Some(tell)).begin(name, arguments)
    }

    /// Checks that `actor` may call methods at all.
    ///
    /// # Errors
    ///
    /// A fault without `XML_RPC`.
    pub fn admit(&self, actor: &Actor) -> Result<(), Fault> {
        let admitted = actor.require_anywhere("XML_RPC");
        admitted.map_err(|error| fault_from(error, actor))
    }

    fn scope<'a>(&'a self, actor: &'a Actor, tell: Option<&'a Tell<'a>>) -> Scope<'a> {
        Scope {
            registry: self,
            actor,
            tell,
            depth: 0,
        }
    }

    fn add(&mut self, mut namespace: Namespace) {
        let position = self.namespaces.len();
        let mut count = 0;
        namespace.retain(|method| {
            let name = method.name().to_owned();
            let is_taken = self.index.contains_key(&name);
            let problem = match method.check() {
                Err(error) => Some(error),
                Ok(()) => is_taken.then(|| RegistryError::Duplicate {
                    method: name.clone(),
                }),
            };
            if let Some(problem) = problem {
                self.problems.push(problem);
                return false;
            }
            self.index.insert(name, (position, count));
            count += 1;
            true
        });
        self.namespaces.push(namespace);
    }
}

/// Why a registry cannot be made: a mistake of a programmer, found at start.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistryError {
    /// Two methods have the same name.
    Duplicate {
        /// The full name.
        method: String,
    },
    /// What a method's row says does not fit its function.
    Row {
        /// The full name.
        method: String,
        /// What does not fit.
        detail: String,
    },
}

impl std::fmt::Display for RegistryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Duplicate { method } => write!(f, "two methods have the name `{method}`"),
            Self::Row { method, detail } => {
                write!(f, "the row of method `{method}` is wrong: {detail}")
            }
        }
    }
}

impl std::error::Error for RegistryError {}

/// What a method that deals with other methods sees of the call that it is part of.
pub struct Scope<'a> {
    registry: &'a Registry,
    actor: &'a Actor,
    tell: Option<&'a Tell<'a>>,
    depth: usize,
}

impl<'a> Scope<'a> {
    /// All methods.
    pub fn registry(&self) -> &'a Registry {
        self.registry
    }

    /// Who calls.
    pub fn actor(&self) -> &'a Actor {
        self.actor
    }

    /// Who wants to hear the outcomes of a multicall as they come, if this is
    /// not within another one.
    pub(crate) fn listener(&self) -> Option<&'a Tell<'a>> {
        self.tell.filter(|_| self.depth == 1)
    }

    /// Whether what is called by this is called by another call.
    pub(crate) fn is_within_call(&self) -> bool {
        self.depth > 0
    }

    /// Whether this is a call within a call.
    pub fn is_inner(&self) -> bool {
        self.depth > 1
    }

    /// Calls a method for the same actor.
    ///
    /// # Errors
    ///
    /// Those of [`Registry::call`], and one if calls nest too deep.
    pub fn call(&self, name: &str, arguments: Vec<Value>) -> Result<Output, Fault> {
        let method = self.telling(name, self.method(name))?;
        self.telling(name, self.require_scope(method))?;
        let next = Next {
            layers: &self.registry.layers,
            method,
            scope: self,
            arguments,
        };
        next.run()
    }

    /// Calls a method with arguments by their names.
    ///
    /// # Errors
    ///
    /// As [`Scope::call`].
    pub fn call_by_name(&self, name: &str, arguments: Struct) -> Result<Output, Fault> {
        let arguments = self.method(name)?.in_order(self.actor, arguments)?;
        self.call(name, arguments)
    }

    /// Makes the first call, if the actor may make any.
    fn begin(&self, name: &str, arguments: Vec<Value>) -> Result<Output, Fault> {
        self.telling(name, self.registry.admit(self.actor))?;
        self.call(name, arguments)
    }

    /// Has the layers hear why a call is not made.
    pub(crate) fn telling<T>(&self, name: &str, result: Result<T, Fault>) -> Result<T, Fault> {
        if let Err(fault) = &result {
            let refused = Refused {
                method: name,
                fault,
                actor: self.actor,
                is_inner: self.is_within_call(),
            };
            let layers = self.registry.layers.iter();
            layers.for_each(|layer| layer.refused(&refused));
        }
        result
    }

    /// Makes a call, within all layers.
    pub(crate) fn make(&self, method: &Method, arguments: Vec<Value>) -> Result<Output, Fault> {
        if let Some(action) = method.required_permission() {
            let allowed = self.actor.require_anywhere(action);
            allowed.map_err(|error| fault_from(error, self.actor))?;
        }
        let inner = self.inner(method.name())?;
        method.call(&inner, arguments).map(visible)
    }

    /// The method with this full name.
    ///
    /// # Errors
    ///
    /// A fault if the environment has none.
    pub fn method(&self, name: &str) -> Result<&'a Method, Fault> {
        let config = self.actor.env().config();
        let found = self.registry.find(name);
        let found = found.filter(|(namespace, _)| namespace.is_on(&config));
        found
            .map(|(_, method)| method)
            .ok_or_else(|| Fault::method_not_found(name))
    }

    /// Refuses a caller whose login is not good for this method. Each call comes here, before
    /// the layers, which may have it answered elsewhere: those of protocols, of
    /// `system.multicall`, and of plugins.
    fn require_scope(&self, method: &Method) -> Result<(), Fault> {
        let call = ScopedCall {
            method: method.name(),
            writes: method.effect() == Effect::Writes,
            action: method.required_permission(),
        };
        let scopes = self.actor.scopes();
        let Some(missing) = scopes.and_then(|scopes| scopes.missing_for(call)) else {
            return Ok(());
        };
        let error = Error::forbidden(own_message!(
            "%(method)s: your login is not good for this, which needs the scope %(scope)s.",
            method = method.name(),
            scope = missing,
        ));
        Err(fault_from(error, self.actor))
    }

    /// A fault in the language of the one who called.
    pub(crate) fn refusal(&self, message: &Message) -> Fault {
        Fault::application(message.in_language(self.actor.catalog()))
    }

    /// The scope of a call within this one.
    fn inner(&self, name: &str) -> Result<Scope<'a>, Fault> {
        if self.depth >= MAX_DEPTH {
            return Err(self.refusal(&own_message!(
                "%(method)s: calls are nested deeper than %(most)s",
                method = name,
                most = MAX_DEPTH,
            )));
        }
        let going_on = self.actor.env().go_on();
        going_on.map_err(|error| fault_from(error, self.actor))?;
        let deadline = self.actor.deadline();
        if deadline.is_some_and(|deadline| Instant::now() > deadline) {
            return Err(self.refusal(&own_message!(
                "%(method)s: the time for the request is up",
                method = name,
            )));
        }
        Ok(Scope {
            depth: self.depth + 1,
            ..*self
        })
    }
}

/// A missing result is the number 0, as in Trac's plugin.
fn visible(output: Output) -> Output {
    match output {
        Output::Value(Value::Nil) => Output::Value(Value::Int(0)),
        output => output,
    }
}
