//! What a plugin has, and its run.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write};
use std::sync::Arc;

use tracrpc_plugin_protocol::messages::{
    Ask, Call, CallAnswer, CheckPolicy, Context, Describe, Description, Environment, Event,
    EventAnswer, GroupsOf, MacroRow, Policies, RenderLink, RenderMacro, Rendered, RenderedLink,
    Resource,
};
use tracrpc_plugin_protocol::{ErrorCode, RpcError, Shape};
use tracrpc_wire::{Fault, Struct, Value};

use crate::method::{Method, Run};
use crate::request::Request;
use crate::serve;

/// What answers a request of some name.
type Answer = dyn Fn(&Request<'_>, Struct) -> Result<Value, RpcError> + Send + Sync;

/// Describes a plugin for an environment.
type Details = dyn Fn(&Environment, &mut Description) + Send + Sync;

/// What renders a macro.
type Render = dyn Fn(&Request<'_>, &RenderMacro) -> Result<String, Fault> + Send + Sync;

/// What renders a link.
type RenderLinks = dyn Fn(&Request<'_>, &RenderLink) -> Result<Option<String>, Fault> + Send + Sync;

/// What decides about an action on a resource.
type Decide = dyn Fn(&str, &str, Option<&Resource>) -> Option<bool> + Send + Sync;

/// A plugin: what it has, and what answers for it.
pub struct Plugin {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) concurrency: usize,
    description: Description,
    details: Vec<Arc<Details>>,
    answers: HashMap<&'static str, Arc<Answer>>,
    methods: HashMap<String, Arc<Run>>,
    macros: HashMap<String, Arc<Render>>,
    links: HashMap<String, Arc<RenderLinks>>,
    policies: HashMap<String, Arc<Decide>>,
}

impl Plugin {
    /// A plugin that has nothing yet. `name` is for people.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: String::new(),
            concurrency: 4,
            description: Description::default(),
            details: Vec::new(),
            answers: HashMap::new(),
            methods: HashMap::new(),
            macros: HashMap::new(),
            links: HashMap::new(),
            policies: HashMap::new(),
        }
    }

    /// Its version, for people.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// How many requests it answers at a time, each on a thread: 4 if it is not said.
    #[must_use]
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests.max(1);
        self
    }

    /// Adds a method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        let row = method.row();
        self.methods.insert(row.name.clone(), method.run);
        self.description.methods.push(row);
        self
    }

    /// Takes the place of a built-in method, where the server's configuration allows it; `why`
    /// is for who administers the server. Of `method` only the name counts and what it does.
    #[must_use]
    pub fn delegate(mut self, method: Method, why: impl Into<String>) -> Self {
        let name = method.row().name;
        self.methods.insert(name.clone(), method.run);
        self.description.delegates.push((name, why.into()));
        self
    }

    /// Says what a namespace is for, in wiki markup.
    #[must_use]
    pub fn namespace(mut self, name: impl Into<String>, help: impl Into<String>) -> Self {
        let row = tracrpc_plugin_protocol::messages::NamespaceRow {
            name: name.into(),
            help: help.into(),
        };
        self.description.namespaces.push(row);
        self
    }

    /// Adds a macro, whose HTML `render` makes. `is_inline` says whether it may stand
    /// within a paragraph.
    #[must_use]
    pub fn wiki_macro(
        mut self,
        name: impl Into<String>,
        is_inline: bool,
        render: impl Fn(&Request<'_>, &RenderMacro) -> Result<String, Fault> + Send + Sync + 'static,
    ) -> Self {
        let name = name.into();
        self.description.macros.push(MacroRow {
            name: name.clone(),
            help: String::new(),
            inline: is_inline,
        });
        self.macros.insert(name, Arc::new(render));
        self
    }

    /// Adds a namespace of links, such as `tag` of `tag:x`. `render` gets what stands behind
    /// the colon and what is to be shown, both as text, and returns HTML; `None` leaves the
    /// link as it was written.
    #[must_use]
    pub fn wiki_link(
        mut self,
        namespace: impl Into<String>,
        render: impl Fn(&Request<'_>, &RenderLink) -> Result<Option<String>, Fault>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let namespace = namespace.into();
        self.description.links.push(namespace.clone());
        self.links.insert(namespace, Arc::new(render));
        self
    }

    /// Adds a permission policy. `decide` gets the user, the action and the resource, and
    /// leaves what is not its own to others by `None`.
    #[must_use]
    pub fn policy(
        mut self,
        name: impl Into<String>,
        decide: impl Fn(&str, &str, Option<&Resource>) -> Option<bool> + Send + Sync + 'static,
    ) -> Self {
        let name = name.into();
        self.description.policies.push(name.clone());
        self.policies.insert(name, Arc::new(decide));
        self
    }

    /// Is told of what happens in `realms`, of `ticket`, `wiki`, `attachment` and
    /// `milestone`.
    #[must_use]
    pub fn on_event(
        mut self,
        realms: &[&str],
        tell: impl Fn(&Request<'_>, &Event) + Send + Sync + 'static,
    ) -> Self {
        let realms = realms.iter().map(|realm| (*realm).to_owned());
        self.description.events.extend(realms);
        self.answer(move |request, event: Event| {
            tell(request, &event);
            Ok(EventAnswer {
                problems: Vec::new(),
            })
        })
    }

    /// Answers a request of the protocol, such as `TicketValidate`. A hook is named in the
    /// description by that.
    #[must_use]
    pub fn answer<A: Ask + 'static>(
        mut self,
        answer: impl Fn(&Request<'_>, A) -> Result<A::Answer, Fault> + Send + Sync + 'static,
    ) -> Self {
        match A::METHOD {
            GroupsOf::METHOD => self.description.groups = true,
            "search/filters" | "search/query" => self.hook("search"),
            "ticket/apply" => self.hook("ticket/actions"),
            "ticket/validate"
            | "ticket/actions"
            | "wiki/prepare"
            | "attachment/validate"
            | "auth/check" => self.hook(A::METHOD),
            _ => {}
        }
        let answer = move |request: &Request<'_>, params: Struct| {
            let ask = A::read(params.into())
                .map_err(|error| RpcError::new(ErrorCode::PARAMS, error.to_string()))?;
            let answered = answer(request, ask);
            answered.map(A::Answer::write).map_err(RpcError::from)
        };
        self.answers.insert(A::METHOD, Arc::new(answer));
        self
    }

    /// Adds to the description what nothing else adds, such as actions, or what differs by
    /// environment.
    #[must_use]
    pub fn describe(
        mut self,
        details: impl Fn(&Environment, &mut Description) + Send + Sync + 'static,
    ) -> Self {
        self.details.push(Arc::new(details));
        self
    }

    /// Answers the server until it ends.
    ///
    /// # Errors
    /// If what the server says cannot be read or is none of the protocol.
    pub fn run(self) -> io::Result<()> {
        self.serve(BufReader::new(io::stdin()), io::stdout())
    }

    /// The same over other ways than standard input and output.
    ///
    /// # Errors
    /// As [`Plugin::run`].
    pub fn serve(self, input: impl BufRead, output: impl Write + Send + 'static) -> io::Result<()> {
        serve::serve(self, input, Box::new(output))
    }

    fn hook(&mut self, name: &str) {
        if !self.description.has_hook(name) {
            self.description.hooks.push(name.to_owned());
        }
    }

    /// The answer to a request.
    pub(crate) fn answered(
        &self,
        request: &mut Request<'_>,
        method: &str,
        params: Struct,
    ) -> Result<Value, RpcError> {
        let context = params.get("context").cloned();
        request.context = context.and_then(|context| Context::read(context).ok());
        if let Some(answer) = self.answers.get(method) {
            return answer(request, params);
        }
        let params = Value::from(params);
        match method {
            Describe::METHOD => Ok(self.described(&read::<Describe>(params)?).write()),
            Call::METHOD => self.called(request, read(params)?),
            RenderMacro::METHOD => self.rendered(request, &read(params)?),
            RenderLink::METHOD => self.linked(request, &read(params)?),
            CheckPolicy::METHOD => self.checked(&read(params)?),
            _ => Err(RpcError::new(
                ErrorCode::NO_SUCH_REQUEST,
                format!("there is no request `{method}`"),
            )),
        }
    }

    fn described(&self, asked: &Describe) -> Description {
        let mut description = self.description.clone();
        for details in &self.details {
            details(&asked.environment, &mut description);
        }
        description
    }

    fn called(&self, request: &Request<'_>, call: Call) -> Result<Value, RpcError> {
        let Some(run) = self.methods.get(&call.method) else {
            return Err(Fault::method_not_found(&call.method).into());
        };
        let value = run(request, call.args)?;
        Ok(CallAnswer::Value(value).write())
    }

    fn rendered(&self, request: &Request<'_>, asked: &RenderMacro) -> Result<Value, RpcError> {
        let Some(render) = self.macros.get(&asked.name) else {
            return Err(Fault::not_found(format!("there is no macro `{}`", asked.name)).into());
        };
        let html = render(request, asked)?;
        Ok(Rendered { html }.write())
    }

    fn linked(&self, request: &Request<'_>, asked: &RenderLink) -> Result<Value, RpcError> {
        let Some(render) = self.links.get(&asked.namespace) else {
            let text = format!("there are no links `{}:`", asked.namespace);
            return Err(Fault::not_found(text).into());
        };
        let html = render(request, asked)?;
        Ok(RenderedLink { html }.write())
    }

    fn checked(&self, asked: &CheckPolicy) -> Result<Value, RpcError> {
        let Some(decide) = self.policies.get(&asked.policy) else {
            return Err(Fault::not_found(format!("there is no policy `{}`", asked.policy)).into());
        };
        let questions = asked.questions.iter();
        let answers = questions
            .map(|(action, resource)| decide(&asked.user, action, resource.as_ref()))
            .collect();
        Ok(Policies { answers }.write())
    }
}

fn read<A: Shape>(params: Value) -> Result<A, RpcError> {
    A::read(params).map_err(|error| RpcError::new(ErrorCode::PARAMS, error.to_string()))
}
