//! The processors of the markup itself.

use tracrpc_translation::{Catalog, Message};

use super::element::element;
use super::inner_table::{Part, inner_table};
use super::{Parameter, Parameters};
use crate::formatter::{Formatter, format_blocks, format_html, format_oneliner};
use crate::highlight::Language;
use crate::html::{Element, escape_text, system_message};
use crate::macros::arguments::Arguments;
use crate::macros::{Expansion, ExpansionError};
use crate::sanitize::Sanitizer;

/// A processor of the markup itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Builtin {
    Default,
    Comment,
    Html,
    HtmlComment,
    Div,
    Rtl,
    Span,
    Table,
    Tr,
    Th,
    Td,
}

/// Their names.
const NAMES: [(&str, Builtin); 12] = [
    ("default", Builtin::Default),
    ("comment", Builtin::Comment),
    ("html", Builtin::Html),
    ("htmlcomment", Builtin::HtmlComment),
    ("div", Builtin::Div),
    ("rtl", Builtin::Rtl),
    ("span", Builtin::Span),
    ("Span", Builtin::Span),
    ("table", Builtin::Table),
    ("tr", Builtin::Tr),
    ("th", Builtin::Th),
    ("td", Builtin::Td),
];

/// Elements that the `html` processor may write into a one-liner.
const INLINE_ELEMENTS: [&str; 26] = [
    "a", "span", "bdo", "img", "big", "small", "font", "tt", "i", "b", "u", "s", "strike", "em",
    "strong", "dfn", "code", "q", "samp", "kbd", "var", "cite", "abbr", "acronym", "sub", "sup",
];

impl Builtin {
    pub(crate) fn find(name: &str) -> Option<Builtin> {
        NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, builtin)| *builtin)
    }

    pub(crate) fn is_inline(self, text: Option<&str>) -> bool {
        match self {
            Builtin::Html => text.is_some_and(starts_with_inline_element),
            Builtin::HtmlComment | Builtin::Comment | Builtin::Span => true,
            _ => false,
        }
    }
}

/// Whether the first word, without its first character, names an inline element.
fn starts_with_inline_element(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next();
    let tag = chars.as_str().trim_start_matches(crate::chars::is_space);
    let tag = tag.split(' ').next().unwrap_or_default().to_lowercase();
    INLINE_ELEMENTS.contains(&tag.as_str())
}

impl Formatter<'_> {
    /// Runs a processor of the markup itself. Without text, it was called as `[[name]]`.
    pub(crate) fn run_builtin(
        &mut self,
        builtin: Builtin,
        text: Option<&str>,
        parameters: Option<Parameters>,
    ) -> Result<Expansion, ExpansionError> {
        let body = text.unwrap_or_default();
        let given = parameters.unwrap_or_default();
        match builtin {
            Builtin::Default => Ok(Expansion::element(
                Element::new("pre").attribute("class", "wiki").text(body),
            )),
            Builtin::Comment => Ok(Expansion::html("")),
            Builtin::Html => self.html_processor(text),
            Builtin::HtmlComment => html_comment(self.context().catalog, text),
            Builtin::Div => {
                self.block_element("div", body, with_default(given, "class", "wikipage"))
            }
            Builtin::Rtl => self.block_element("div", body, with_rtl(given)),
            Builtin::Span => self.span(body, given),
            Builtin::Table => self.table_element(body, with_default(given, "class", "wiki")),
            Builtin::Tr => self.row_element(body, &given),
            Builtin::Th => self.cell_element("th", body, given),
            Builtin::Td => self.cell_element("td", body, given),
        }
    }

    /// `[[span(text, class=x)]]`: the parameters stand among the arguments.
    pub(crate) fn span_macro(&mut self, text: Option<&str>) -> Result<Expansion, ExpansionError> {
        let arguments = Arguments::parse(text.unwrap_or_default());
        let mut parameters = Parameters::default();
        for (name, value) in arguments.named() {
            parameters.set(name, Parameter::Text(value.to_owned()));
        }
        let body = arguments.positional().join(", ");
        self.span(&body, parameters)
    }

    fn html_processor(&self, text: Option<&str>) -> Result<Expansion, ExpansionError> {
        let settings = self.context().settings;
        if settings.render_unsafe_content {
            return Ok(Expansion::html(text.unwrap_or("None")));
        }
        let text = text.ok_or_else(|| {
            ExpansionError::failure("can only concatenate str (not \"NoneType\") to str")
        })?;
        let sanitizer = Sanitizer {
            safe_schemes: &settings.safe_schemes,
            safe_origins: &settings.safe_origins,
        };
        Ok(Expansion::html(sanitizer.sanitize(text)))
    }

    fn block_element(
        &self,
        name: &str,
        text: &str,
        parameters: Parameters,
    ) -> Result<Expansion, ExpansionError> {
        let inner = self.context().deeper();
        let html = format_html(&inner, self.session(), text);
        Ok(Expansion::element(
            element(self.context(), name, &parameters).html(&html),
        ))
    }

    fn span(&self, text: &str, parameters: Parameters) -> Result<Expansion, ExpansionError> {
        let inner = self.context().deeper();
        let html = format_oneliner(&inner, self.session(), text, false);
        Ok(Expansion::element(
            element(self.context(), "span", &parameters).html(&html),
        ))
    }

    fn cell_element(
        &mut self,
        name: &str,
        text: &str,
        parameters: Parameters,
    ) -> Result<Expansion, ExpansionError> {
        self.open_row("");
        self.block_element(name, text, parameters)
    }

    fn row_element(
        &mut self,
        text: &str,
        parameters: &Parameters,
    ) -> Result<Expansion, ExpansionError> {
        match self.format_inner_table("tr", text, Part::Cells) {
            Ok(html) => {
                self.open_table();
                Ok(Expansion::element(
                    element(self.context(), "tr", parameters).html(&html),
                ))
            }
            Err(error) => Ok(Expansion::element(self.table_error(&error))),
        }
    }

    fn table_element(
        &self,
        text: &str,
        parameters: Parameters,
    ) -> Result<Expansion, ExpansionError> {
        Ok(Expansion::element(
            match self.format_inner_table("table", text, Part::Rows) {
                Ok(html) => element(self.context(), "table", &parameters).html(&html),
                Err(error) => self.table_error(&error),
            },
        ))
    }

    fn table_error(&self, error: &Message) -> Element {
        let text = error.in_language(self.context().catalog);
        system_message(&escape_text(&text), None)
    }

    fn format_inner_table(&self, name: &str, text: &str, part: Part) -> Result<String, Message> {
        if text.is_empty() {
            return Ok(String::new());
        }
        let inner = self.context().deeper();
        inner_table(
            name,
            &format_blocks(&inner, self.session(), text, false),
            part,
        )
    }
}

fn html_comment(catalog: &Catalog, text: Option<&str>) -> Result<Expansion, ExpansionError> {
    let text =
        text.ok_or_else(|| ExpansionError::failure("argument of type 'NoneType' is not iterable"))?;
    if text.contains("--") {
        let message = catalog
            .gettext("Error: Forbidden character sequence \"--\" in htmlcomment wiki code block");
        return Ok(Expansion::element(system_message(message, None)));
    }
    Ok(Expansion::html(format!("<!--\n{text}-->\n")))
}

fn with_default(mut parameters: Parameters, name: &str, value: &str) -> Parameters {
    if parameters.get(name).is_none() {
        parameters.set(name, Parameter::Text(value.to_owned()));
    }
    parameters
}

fn with_rtl(mut parameters: Parameters) -> Parameters {
    let class = parameters.get("class").map_or("", Parameter::as_str);
    let class = format!("rtl {class}").trim_end().to_owned();
    parameters.set("class", Parameter::Text(class));
    parameters
}

/// The MIME type of a default block with line numbers.
pub(crate) fn plain_text_language() -> Option<Language> {
    Language::find("text/plain")
}
