//! Running processors and macros.

use tracrpc_translation::{Catalog, Message, message};

use super::{Formatter, MAX_DEPTH, format_html};
use crate::component;
use crate::context::Context;
use crate::highlight::{Language, Options, Renderers, without_mark};
use crate::html::{Element, escape_text, system_message};
use crate::macros::{Call, Expansion, ExpansionError};
use crate::processor::{Builtin, Parameters, ProcessorCall, Target, plain_text_language};
use crate::session::Session;

impl Formatter<'_> {
    pub(crate) fn context(&self) -> &Context<'_> {
        self.context
    }

    pub(crate) fn session(&self) -> &Session {
        self.session
    }

    /// Runs the processor of a block.
    pub(super) fn run_processor(&mut self, processor: ProcessorCall<'_>, text: &str) -> String {
        let name = processor.name.clone();
        let is_macro = matches!(processor.target, Target::Macro(_));
        let expansion = self.run(processor, Some(text)).unwrap_or_else(|error| {
            let is_usage = error.is_processor_usage() || (error.is_usage() && !is_macro);
            let id = match is_usage {
                true => "Processor %(name)s failed",
                false => "Error: Processor %(name)s failed",
            };
            self.failure(&message(id).with("name", &name), &error)
        });
        expansion.into_html()
    }

    /// Runs `[[name(arguments)]]`.
    ///
    /// # Errors
    /// The box that tells what went wrong. Trac leaves it within its paragraph.
    pub(super) fn expand(
        &mut self,
        processor: ProcessorCall<'_>,
        name: &str,
        arguments: Option<&str>,
    ) -> Result<Expansion, Expansion> {
        self.run(processor, arguments).map_err(|error| {
            let id = match error.is_usage() {
                true => "Macro %(name)s(%(args)s) failed",
                false => "Error: Macro %(name)s(%(args)s) failed",
            };
            let args = arguments.unwrap_or("None");
            self.failure(&message(id).with("name", name).with("args", args), &error)
        })
    }

    /// The box that tells why there is no result.
    fn failure(&self, heading: &Message, error: &ExpansionError) -> Expansion {
        let catalog = self.context.catalog;
        let heading = escape_text(&heading.in_language(catalog));
        Expansion::element(system_message(&heading, Some(&error.html_in(catalog))))
    }

    fn run(
        &mut self,
        processor: ProcessorCall<'_>,
        text: Option<&str>,
    ) -> Result<Expansion, ExpansionError> {
        let ProcessorCall {
            name,
            parameters,
            target,
        } = processor;
        if self.context.depth >= MAX_DEPTH {
            return Err(ExpansionError::failure("maximum recursion depth exceeded"));
        }
        match target {
            Target::Builtin(Builtin::Span) if parameters.is_none() => self.span_macro(text),
            Target::Builtin(Builtin::Default) if has_line_numbers(parameters.as_ref()) => {
                Ok(self.highlight(plain_text_language(), text, parameters))
            }
            Target::Builtin(builtin) => self.run_builtin(builtin, text, parameters),
            Target::Source(language) => Ok(self.highlight(Some(language), text, parameters)),
            Target::WikiText => Ok(self.wiki_text(text, parameters)),
            Target::Unknown => Ok(unknown_processor(self.context.catalog, &name)),
            Target::Macro(called) => {
                self.call(&name, text, parameters.as_ref(), |call| called.expand(call))
            }
            Target::Processor(called) => self.call(&name, text, parameters.as_ref(), |call| {
                called.process(call)
            }),
        }
    }

    /// The markup itself, as a kind of source text; what it makes nothing of is shown as it is.
    fn wiki_text(&self, text: Option<&str>, parameters: Option<Parameters>) -> Expansion {
        let context = self.context.deeper();
        let shown = without_mark(text.unwrap_or_default());
        let html = format_html(&context, self.session, shown);
        match html.as_str() {
            "" => self.highlight(plain_text_language(), text, parameters),
            html => wiki_code(html),
        }
    }

    fn call(
        &self,
        name: &str,
        text: Option<&str>,
        parameters: Option<&Parameters>,
        expand: impl FnOnce(&Call<'_>) -> Result<Expansion, ExpansionError>,
    ) -> Result<Expansion, ExpansionError> {
        if self.session.postpone() {
            return Ok(Expansion::html(""));
        }
        if !self.session.has_room() {
            let message = "The macros of this page have written more than a page can hold.";
            return Err(ExpansionError::failure(message));
        }
        let (context, source) = (self.context, self.source);
        let (anchors, outlines) = (&self.anchors, &self.outlines);
        let expansion = expand(&Call {
            name,
            text,
            parameters,
            context,
            source,
            anchors,
            outlines,
        });
        self.session.fill(match &expansion {
            Ok(expansion) => expansion.len(),
            Err(error) => error.html().len(),
        });
        expansion
    }

    /// Source code in colours; the parameters that are not about lines are for the lexer.
    fn highlight(
        &self,
        language: Option<Language>,
        text: Option<&str>,
        parameters: Option<Parameters>,
    ) -> Expansion {
        self.session.postpone();
        let Some(patience) = self.session.patience() else {
            return Expansion::html("");
        };
        let text = text.unwrap_or_default();
        let options = self.highlight_options(&parameters.unwrap_or_default());
        let html = language.map_or_else(
            || escape_text(text),
            |language| language.render(text, &options, patience),
        );
        wiki_code(&html)
    }

    fn highlight_options(&self, parameters: &Parameters) -> Options {
        let settings = self.context.settings;
        let mut options = Options {
            renderers: Renderers {
                patch: settings.is_on(component::PATCH),
                pygments: settings.is_on(component::PYGMENTS),
                plain_text: settings.is_on(component::PLAIN_TEXT),
                line_numbers: settings.is_on(component::LINE_NUMBERS),
            },
            tab_width: settings.tab_width,
            catalog: self.context.catalog.clone(),
            pygments: settings.pygments.clone(),
            ..Options::default()
        };
        if let Some(first) = parameters.get("lineno") {
            let first = first
                .as_str()
                .trim()
                .parse::<u64>()
                .ok()
                .map_or(1, |first| first.max(1));
            options.line_numbers = Some(first);
            let id = parameters.text("id").filter(|id| !id.is_empty());
            let id = id.map_or_else(|| self.anchors.borrow_mut().unique("a"), str::to_owned);
            options.id_prefix = format!("{id}-");
            options.marks = parameters.text("marks").map(str::to_owned);
        }
        let own = if options.line_numbers.is_some() {
            &["lineno", "id", "marks"][..]
        } else {
            &[]
        };
        let others = parameters.iter().filter(|(name, _)| !own.contains(name));
        options.lexer_options = others
            .map(|(name, value)| (name.to_owned(), value.as_str().to_owned()))
            .collect();
        options
    }
}

fn has_line_numbers(parameters: Option<&Parameters>) -> bool {
    parameters.is_some_and(|parameters| parameters.get("lineno").is_some())
}

/// The frame of source text.
fn wiki_code(html: &str) -> Expansion {
    let frame = Element::new("div").attribute("class", "wiki-code");
    Expansion::element(frame.html(html))
}

fn message(id: &'static str) -> Message {
    Message::new(id)
}

fn unknown_processor(catalog: &Catalog, name: &str) -> Expansion {
    let code = Element::new("code").text(name).to_html();
    let heading = catalog.html(
        "Error: Failed to load processor %(name)s",
        escape_text,
        &[("name", &code)],
    );
    let details = message!("No macro or processor named '%(name)s' found", name = name);
    let details = escape_text(&details.in_language(catalog));
    Expansion::element(system_message(&heading, Some(&details)))
}
