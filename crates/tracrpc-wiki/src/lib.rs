#![doc = include_str!("../README.md")]

mod added;
mod anchors;
mod chars;
mod component;
mod context;
mod entities;
mod extensions;
mod formatter;
pub mod highlight;
mod href;
mod html;
mod inline;
mod interwiki;
mod iso_date;
mod link;
pub mod macros;
mod outline_options;
mod plaintext;
mod processor;
mod render;
mod resolver;
mod resource;
pub mod sanitize;
mod session;
mod settings;
mod text;

pub use added::{Described, LinkCall, LinkResolver, RealmManager};
pub use context::Context;
pub use extensions::{Extensions, builtin_macros};
pub use href::Href;
pub use html::{Element, escape_attribute, escape_text};
pub use interwiki::{InterTracMap, InterWikiMap, InterWikiSite};
pub use link::wiki::split_name;
pub use macros::{
    AttachmentAnswer, Call, Expansion, ExpansionError, Library, Macro, NoLibrary, PageChange,
    QueriedTicket, TicketGroup,
};
pub use outline_options::OutlineOptions;
pub use processor::{Parameter, Parameters, Processor};
pub use render::{
    link_url, render_html, render_oneliner, render_oneliner_shortened, render_outline, render_text,
};
pub use resolver::{
    Answers, MilestoneAnswer, NoResolver, PageAnswer, RepositoryLink, RepositoryTarget, Resolver,
    Targets, TicketAnswer,
};
pub use resource::Resource;
pub use settings::Settings;
