//! What a plugin has.

use tracrpc_wire::{Struct, Value};

use crate::messages::{Environment, asks};
use crate::shape::{members, shape, take};
use crate::{Given, Mismatch, Shape};

shape! {
    /// `describe`: what the plugin has for an environment.
    pub struct Describe {
        /// The environment.
        pub environment: Environment,
    }

    /// A namespace.
    pub struct NamespaceRow {
        /// Its name, such as `hello`.
        pub name: String,
        /// What it is for, in wiki markup.
        pub help: String = String::new(),
    }

    /// A method.
    pub struct MethodRow {
        /// The whole name, such as `hello.greet`.
        pub name: String,
        /// What stands before its last dot, if that is not the namespace.
        pub namespace: Option<String>,
        /// The action that the user needs besides `XML_RPC`.
        pub permission: Option<String>,
        /// The types of the result and the parameters, for each way to call it.
        pub signatures: Vec<Vec<String>>,
        /// The line that documentation shows.
        pub prototype: Option<String>,
        /// The parameters.
        pub parameters: Vec<ParameterRow>,
        /// Whether it takes any number of further arguments.
        pub variadic: bool,
        /// What it does, in wiki markup.
        pub help: String = String::new(),
        /// Where it comes from, for who administers the server.
        pub origin: String = String::new(),
        /// Whether it takes long.
        pub heavy: bool,
    }

    /// A parameter of a method.
    pub struct ParameterRow {
        /// Its name.
        pub name: String,
        /// Its default, if there is one.
        pub default: Given<Value>,
    }

    /// A protocol.
    pub struct ProtocolRow {
        /// How the plugin calls it.
        pub id: String,
        /// The name for people.
        pub name: String,
        /// An introduction, in wiki markup.
        pub help: String = String::new(),
        /// Where it answers: the path after `/` or `/login/`, and the media type.
        pub endpoints: Vec<(String, String)>,
    }

    /// A macro.
    pub struct MacroRow {
        /// Its name.
        pub name: String,
        /// What it does, in wiki markup.
        pub help: String = String::new(),
        /// Whether its HTML may stand within a paragraph.
        pub inline: bool,
    }

    /// A plugin that the plugin runs in turn, of those that are written for Trac.
    pub struct HostedRow {
        /// Its name.
        pub name: String,
        /// Its version.
        pub version: String = String::new(),
        /// What it is for.
        pub summary: String = String::new(),
        /// Who made it.
        pub author: String = String::new(),
        /// Where more is known of it.
        pub home_page: String = String::new(),
        /// How it may be used.
        pub license: String = String::new(),
        /// Its components.
        pub components: Vec<ComponentRow>,
    }

    /// A component of such a plugin, which `[components]` switches on and off.
    pub struct ComponentRow {
        /// Its Python name, such as `tractags.wiki.TagWikiSyntaxProvider`.
        pub name: String,
        /// What it is for.
        pub summary: String = String::new(),
        /// Whether it is on.
        pub enabled: bool,
        /// Whether it cannot be switched off.
        pub required: bool,
    }

    /// Something that who administers the server should know.
    pub struct Problem {
        /// What it is about.
        pub origin: String = String::new(),
        /// What is wrong.
        pub problem: String,
    }
}

asks! {
    Describe, "describe", Description;
}

/// The answer to `describe`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Description {
    /// Any value that differs when the description does.
    pub revision: Value,
    /// Namespaces. What a method names need not be among them.
    pub namespaces: Vec<NamespaceRow>,
    /// Methods.
    pub methods: Vec<MethodRow>,
    /// Protocols.
    pub protocols: Vec<ProtocolRow>,
    /// Macros.
    pub macros: Vec<MacroRow>,
    /// Namespaces of links, such as `tag` of `tag:x`.
    pub links: Vec<String>,
    /// The names of permission policies.
    pub policies: Vec<String>,
    /// Actions, and the actions that each implies.
    pub actions: Vec<(String, Vec<String>)>,
    /// Whether `groups/of` is to be asked.
    pub groups: bool,
    /// Which hooks are to be asked, such as `ticket/validate`.
    pub hooks: Vec<String>,
    /// The realms of which the plugin is to be told.
    pub events: Vec<String>,
    /// Further values of a ticket's status.
    pub statuses: Vec<String>,
    /// The names by which `[ticket] workflow` has the plugin's actions; that of the plugin
    /// if there are none.
    pub controllers: Vec<String>,
    /// Further realms of resources.
    pub realms: Vec<String>,
    /// Built-in methods that are to go to the plugin, and why.
    pub delegates: Vec<(String, String)>,
    /// The plugins that it runs in turn, those that are off included.
    pub plugins: Vec<HostedRow>,
    /// What who administers the server should know.
    pub problems: Vec<Problem>,
}

impl Description {
    /// Whether a hook is to be asked.
    pub fn has_hook(&self, name: &str) -> bool {
        self.hooks.iter().any(|hook| hook == name)
    }
}

/// What makes no sense is left out, and becomes a problem: one row of many should not
/// take the others away.
impl Shape for Description {
    fn read(value: Value) -> Result<Self, Mismatch> {
        let mut members = members(value)?;
        let mut lenient = Lenient {
            problems: Vec::new(),
        };
        let mut description = Self {
            revision: take(&mut members, "revision")?,
            namespaces: lenient.list(&mut members, "namespaces"),
            methods: lenient.list(&mut members, "methods"),
            protocols: lenient.list(&mut members, "protocols"),
            macros: lenient.list(&mut members, "macros"),
            links: lenient.list(&mut members, "links"),
            policies: lenient.list(&mut members, "policies"),
            actions: lenient.list(&mut members, "actions"),
            groups: lenient.truth(&mut members, "groups"),
            hooks: lenient.list(&mut members, "hooks"),
            events: lenient.list(&mut members, "events"),
            statuses: lenient.list(&mut members, "statuses"),
            controllers: lenient.list(&mut members, "controllers"),
            realms: lenient.list(&mut members, "realms"),
            delegates: lenient.texts(&mut members, "delegates"),
            plugins: lenient.list(&mut members, "plugins"),
            problems: lenient.list(&mut members, "problems"),
        };
        description.problems.append(&mut lenient.problems);
        Ok(description)
    }

    fn write(self) -> Value {
        let delegates: Struct = self.delegates.into_iter().collect();
        let members = [
            ("revision", self.revision),
            ("namespaces", self.namespaces.write()),
            ("methods", self.methods.write()),
            ("protocols", self.protocols.write()),
            ("macros", self.macros.write()),
            ("links", self.links.write()),
            ("policies", self.policies.write()),
            ("actions", self.actions.write()),
            ("groups", self.groups.write()),
            ("hooks", self.hooks.write()),
            ("events", self.events.write()),
            ("statuses", self.statuses.write()),
            ("controllers", self.controllers.write()),
            ("realms", self.realms.write()),
            ("delegates", delegates.write()),
            ("plugins", self.plugins.write()),
            ("problems", self.problems.write()),
        ];
        members.into_iter().collect::<Struct>().into()
    }
}

/// Reads what it can, and notes the rest.
struct Lenient {
    problems: Vec<Problem>,
}

impl Lenient {
    fn list<T: Shape>(&mut self, members: &mut Struct, name: &str) -> Vec<T> {
        let rows: Vec<Value> = self.noted(take(members, name)).unwrap_or_default();
        let rows = rows.into_iter().enumerate();
        let read = |(place, row)| {
            let row = T::read(row);
            self.noted(row.map_err(|error| error.within(&format!("{name}[{place}]"))))
        };
        rows.filter_map(read).collect()
    }

    fn truth(&mut self, members: &mut Struct, name: &str) -> bool {
        self.noted(take(members, name)).unwrap_or_default()
    }

    fn texts(&mut self, members: &mut Struct, name: &str) -> Vec<(String, String)> {
        let texts: Struct = self.noted(take(members, name)).unwrap_or_default();
        let read = |(key, text): (String, Value)| {
            let text = String::read(text).map_err(|error| error.within(&key).within(name));
            self.noted(text).map(|text| (key, text))
        };
        texts.into_iter().filter_map(read).collect()
    }

    fn noted<T>(&mut self, read: Result<T, Mismatch>) -> Option<T> {
        let note = |error: &Mismatch| {
            self.problems.push(Problem {
                origin: "describe".to_owned(),
                problem: error.to_string(),
            });
        };
        read.inspect_err(note).ok()
    }
}
