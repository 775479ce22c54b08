//! Which processor or macro a name means.

use super::builtin::Builtin;
use super::{Parameters, Processor};
use crate::component;
use crate::context::Context;
use crate::highlight::Language;
use crate::macros::Macro;

/// A processor that is to be run, with its parameters.
pub(crate) struct ProcessorCall<'a> {
    pub(crate) name: String,
    /// `None` if it is called as `[[name(…)]]`.
    pub(crate) parameters: Option<Parameters>,
    pub(crate) target: Target<'a>,
}

/// What runs.
pub(crate) enum Target<'a> {
    Builtin(Builtin),
    Macro(&'a dyn Macro),
    Processor(&'a dyn Processor),
    Source(Language),
    /// The markup itself, by its MIME type.
    WikiText,
    Unknown,
}

/// The MIME types of Trac's markup.
const WIKI_TEXT: [&str; 2] = ["text/x-trac-wiki", "application/x-trac-wiki"];

impl Target<'_> {
    /// What shows texts of a MIME type, or of what has one by its name.
    fn of_mimetype(context: &Context<'_>, name: &str) -> Option<Self> {
        let suffix = name.rsplit('.').next().unwrap_or(name);
        let settings = context.settings;
        let configured = settings.mime_map.get(suffix);
        let language = match configured {
            Some(mimetype) => Some(Language::of_mimetype(mimetype)),
            None => Language::find_with(name, settings.is_on(component::PYGMENTS)),
        };
        let mimetype = language.as_ref().map_or(name, Language::mimetype);
        match WIKI_TEXT.contains(&mimetype) && settings.is_on(component::WIKI_TEXT) {
            true => Some(Target::WikiText),
            false => language.map(Target::Source),
        }
    }
}

impl<'a> ProcessorCall<'a> {
    pub(crate) fn find(
        context: &'a Context<'a>,
        name: &str,
        parameters: Option<Parameters>,
    ) -> Self {
        let extensions = context.extensions;
        let is_on = |known: &&dyn Macro| context.settings.is_on(known.component());
        let known = extensions.find_macro(name).filter(is_on);
        let target = Builtin::find(name)
            .map(Target::Builtin)
            .or_else(|| known.map(Target::Macro))
            .or_else(|| extensions.find_processor(name).map(Target::Processor))
            .or_else(|| Target::of_mimetype(context, name))
            .unwrap_or(Target::Unknown);
        ProcessorCall {
            name: name.to_owned(),
            parameters,
            target,
        }
    }

    /// What a block without a name gets.
    pub(crate) fn default_processor() -> Self {
        ProcessorCall {
            name: "default".to_owned(),
            parameters: None,
            target: Target::Builtin(Builtin::Default),
        }
    }

    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.target, Target::Unknown)
    }

    /// Whether it goes on with the table that is open.
    pub(crate) fn is_part_of_table(&self) -> bool {
        matches!(
            self.target,
            Target::Builtin(Builtin::Th | Builtin::Td | Builtin::Tr)
        )
    }

    /// Whether it may stand in a one-liner.
    pub(crate) fn is_inline(&self, text: Option<&str>) -> bool {
        match &self.target {
            Target::Builtin(builtin) => builtin.is_inline(text),
            Target::Macro(called) => called.is_inline(text),
            Target::Processor(called) => called.is_inline(text),
            Target::Source(_) | Target::WikiText | Target::Unknown => false,
        }
    }
}
