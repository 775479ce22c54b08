//! `[[TracIni(section, option)]]`: the options of `trac.ini` and their defaults.

use super::glob;
use super::{Arguments, Call, ConfigOption, ConfigSection, Expansion, ExpansionError, Macro};
use crate::Element;
use crate::text::strip;

pub(super) struct TracIni;

impl Macro for TracIni {
    fn name(&self) -> &str {
        "TracIni"
    }

    fn component(&self) -> &str {
        "trac.wiki.macros.TracIniMacro"
    }

    fn description(&self) -> Option<&str> {
        Some(
            "List the options of `trac.ini`, what they are for, and their defaults.\n\n\
             The arguments are the start of the names of sections and of options; `section` and \
             `option` are patterns instead.",
        )
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let arguments = Arguments::parse(call.text.unwrap_or_default());
        let section_filter = Filter::new(&arguments, "section", 0);
        let option_filter = Filter::new(&arguments, "option", 1);
        let mut html = String::new();
        for mut section in call.context.library.config_sections() {
            section
                .options
                .retain(|option| option_filter.fits(&option.name));
            let is_empty = section.options.is_empty() && option_filter != Filter::All;
            if section_filter.fits(&section.name) && !is_empty {
                html.push_str(&section_html(call, &section));
            }
        }
        let list = Element::new("div").attribute("class", "tracini");
        Ok(Expansion::element(list.html(&html)))
    }
}

/// Which names are shown; upper and lower case are the same.
#[derive(PartialEq, Eq)]
enum Filter {
    All,
    Start(String),
    Pattern(String),
}

impl Filter {
    fn new(arguments: &Arguments, name: &str, index: usize) -> Self {
        let pattern = strip(arguments.get(name).unwrap_or_default());
        if !pattern.is_empty() {
            return Filter::Pattern(pattern.to_lowercase());
        }
        let start = arguments.positional().get(index);
        match strip(start.map_or("", String::as_str)) {
            "" => Filter::All,
            start => Filter::Start(start.to_lowercase()),
        }
    }

    fn fits(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        match self {
            Filter::All => true,
            Filter::Start(start) => name.starts_with(start),
            Filter::Pattern(pattern) => glob::matches(pattern, &name),
        }
    }
}

fn section_html(call: &Call<'_>, section: &ConfigSection) -> String {
    let name = code(&format!("[{}]", section.name));
    let heading = Element::new("h3")
        .attribute("id", &format!("{}-section", section.name))
        .html(&name);
    let heading = heading.to_html() + &call.render_html(&section.doc);
    if section.options.is_empty() {
        return heading;
    }
    let rows = section.options.iter().enumerate();
    let rows: String = rows
        .map(|(index, option)| row(call, &section.name, index, option))
        .collect();
    let body = Element::new("tbody").html(&rows).to_html();
    let table = Element::new("table").attribute("class", "wiki").html(&body);
    heading + &table.to_html()
}

fn row(call: &Call<'_>, section: &str, index: usize, option: &ConfigOption) -> String {
    let id = format!("{section}-{}-option", option.name);
    let link = Element::new("a")
        .attribute("class", "tracini-option")
        .attribute("href", &format!("#{id}"))
        .html(&code(&option.name));
    let default = match option.default.as_str() {
        "" => Element::new("td")
            .attribute("class", "nodefault")
            .text(call.say("(no default)")),
        default => Element::new("td")
            .attribute("class", "default")
            .html(&code(default)),
    };
    Element::new("tr")
        .attribute(
            "class",
            if index.is_multiple_of(2) {
                "even"
            } else {
                "odd"
            },
        )
        .attribute("id", &id)
        .html(&Element::new("td").html(&link.to_html()).to_html())
        .html(
            &Element::new("td")
                .html(&call.render_html(&option.doc))
                .to_html(),
        )
        .html(&default.to_html())
        .to_html()
}

fn code(text: &str) -> String {
    Element::new("code").text(text).to_html()
}
