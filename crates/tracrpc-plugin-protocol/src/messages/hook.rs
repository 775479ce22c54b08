//! What a plugin is asked while something else is done.

use tracrpc_wire::{Struct, Timestamp, Value};

use crate::messages::{Context, Resource, asks};
use crate::shape::shape;

shape! {
    /// `policy/check`: whether a user may do something.
    pub struct CheckPolicy {
        /// The name of the environment.
        pub environment: String,
        /// The name of the policy.
        pub policy: String,
        /// The user's name, or `anonymous`.
        pub user: String,
        /// Actions, each on a resource or in general.
        pub questions: Vec<(String, Option<Resource>)>,
    }

    /// The answer to `policy/check`.
    pub struct Policies {
        /// For each question whether it is allowed; null leaves that to others.
        pub answers: Vec<Option<bool>>,
    }

    /// `groups/of`: in which groups a user is.
    pub struct GroupsOf {
        /// The name of the environment.
        pub environment: String,
        /// The user's name, or `anonymous`.
        pub user: String,
    }

    /// The answer to `groups/of`.
    pub struct Groups {
        /// Names of groups.
        pub groups: Vec<String>,
    }

    /// `macro/render`: the HTML of a macro.
    pub struct RenderMacro {
        /// The macro's name.
        pub name: String,
        /// Its argument, or the text of a block.
        pub content: Option<String>,
        /// The attributes of a block.
        pub args: Option<Struct>,
        /// What the text is part of.
        pub resource: Resource,
        /// Whether links are to have a host.
        pub absolute_urls: bool,
        /// Who reads it.
        pub context: Context,
    }

    /// The answer to `macro/render`.
    pub struct Rendered {
        /// What the macro makes.
        pub html: String,
    }

    /// `wiki/link`: the HTML of a link.
    pub struct RenderLink {
        /// What stands before its colon.
        pub namespace: String,
        /// What stands behind it.
        pub target: String,
        /// What is to be shown, as text.
        pub label: String = String::new(),
        /// What the text is part of.
        pub resource: Resource,
        /// Whether links are to have a host.
        pub absolute_urls: bool,
        /// Who reads it.
        pub context: Context,
    }

    /// The answer to `wiki/link`.
    pub struct RenderedLink {
        /// What stands for the link; null leaves it text.
        pub html: Option<String>,
    }

    /// `resource/describe`: a thing of one of the plugin's realms.
    pub struct DescribeResource {
        /// Which one.
        pub resource: Resource,
        /// Who looks.
        pub context: Context,
    }

    /// The answer to `resource/describe`.
    pub struct DescribedResource {
        /// Where it is shown: the path below the environment, not quoted; null for
        /// `/realm/id`.
        pub path: Option<String>,
        /// What it is called; null for `realm:id`.
        pub name: Option<String>,
    }

    /// `search/filters`: in what can be searched.
    pub struct SearchFilters {
        /// Who asks.
        pub context: Context,
    }

    /// The answer to `search/filters`.
    pub struct Filters {
        /// The name of each, and what people read.
        pub filters: Vec<(String, String)>,
    }

    /// `search/query`: what contains all terms.
    pub struct SearchQuery {
        /// Who asks.
        pub context: Context,
        /// What is searched for.
        pub terms: Vec<String>,
        /// In what: names of filters.
        pub filters: Vec<String>,
    }

    /// The answer to `search/query`.
    pub struct Hits {
        /// Address, title, time, author and an excerpt of each.
        pub hits: Vec<(String, String, Option<Timestamp>, Option<String>, Option<String>)>,
    }

    /// `ticket/validate`: whether a ticket may be saved.
    pub struct TicketValidate {
        /// Who saves it.
        pub context: Context,
        /// Its number; null for a new one.
        pub id: Option<i64>,
        /// All its values.
        pub fields: Struct,
        /// The names of the fields that are new.
        pub changed: Vec<String>,
        /// The comment.
        pub comment: String = String::new(),
    }

    /// The answer to `ticket/validate`.
    pub struct TicketProblems {
        /// A field or null, and what is wrong with it.
        pub problems: Vec<(Option<String>, String)>,
        /// Values to take in place of the given ones.
        pub fields: Struct,
    }

    /// `ticket/actions`: what can be done with a ticket.
    pub struct TicketActions {
        /// Who looks at it.
        pub context: Context,
        /// The name by which `[ticket] workflow` has the actions.
        pub controller: String = String::new(),
        /// Its number; null for a new one.
        pub id: Option<i64>,
        /// All its values.
        pub fields: Struct,
    }

    /// The answer to `ticket/actions`.
    pub struct OfferedActions {
        /// The actions.
        pub actions: Vec<Action>,
    }

    /// Something that can be done with a ticket.
    pub struct Action {
        /// Its name.
        pub action: String,
        /// Those with more weight come first.
        pub weight: i64 = 0,
        /// What people read.
        pub label: Option<String>,
        /// What it will do.
        pub hint: String = String::new(),
        /// What it asks for: name, label, value, options.
        pub controls: Vec<(String, String, Value, Vec<String>)>,
    }

    /// `ticket/apply`: what an action changes.
    pub struct TicketApply {
        /// Who does it.
        pub context: Context,
        /// The name by which `[ticket] workflow` has the action.
        pub controller: String = String::new(),
        /// The ticket's number; null for a new one.
        pub id: Option<i64>,
        /// All its values.
        pub fields: Struct,
        /// The action.
        pub action: String,
        /// What its controls were given.
        pub inputs: Struct,
    }

    /// The answer to `ticket/apply`.
    pub struct TicketChanges {
        /// The values that the action sets.
        pub changes: Struct,
    }

    /// `wiki/prepare`: a page before it is shown.
    pub struct PrepareWiki {
        /// Who reads it.
        pub context: Context,
        /// Its name.
        pub page: String,
        /// Its version.
        pub version: Option<i64>,
        /// Its text.
        pub text: String,
    }

    /// The answer to `wiki/prepare`.
    pub struct PreparedText {
        /// The text in its place.
        pub text: String,
    }

    /// `attachment/validate`: whether a file may be attached.
    pub struct AttachmentValidate {
        /// Who attaches it.
        pub context: Context,
        /// To what.
        pub resource: Resource,
        /// Its name.
        pub filename: String,
        /// What is said about it.
        pub description: String = String::new(),
        /// How many bytes it has.
        pub size: i64,
        /// Who is said to have attached it.
        pub author: String = String::new(),
    }

    /// The answer to `attachment/validate`.
    pub struct AttachmentProblems {
        /// A field or null, and what is wrong with it.
        pub problems: Vec<(Option<String>, String)>,
    }

    /// `auth/check`: whose password that is.
    pub struct CheckPassword {
        /// The name of the environment.
        pub environment: String,
        /// The name that was given.
        pub user: String,
        /// The password that was given.
        pub password: String,
    }

    /// The answer to `auth/check`.
    pub struct User {
        /// The user's name; null if it is not theirs.
        pub user: Option<String>,
        /// Whether there may be a user of the name that was given.
        pub known: bool = true,
    }
}

asks! {
    CheckPolicy, "policy/check", Policies;
    GroupsOf, "groups/of", Groups;
    RenderMacro, "macro/render", Rendered;
    RenderLink, "wiki/link", RenderedLink;
    DescribeResource, "resource/describe", DescribedResource;
    SearchFilters, "search/filters", Filters;
    SearchQuery, "search/query", Hits;
    TicketValidate, "ticket/validate", TicketProblems;
    TicketActions, "ticket/actions", OfferedActions;
    TicketApply, "ticket/apply", TicketChanges;
    PrepareWiki, "wiki/prepare", PreparedText;
    AttachmentValidate, "attachment/validate", AttachmentProblems;
    CheckPassword, "auth/check", User;
}
