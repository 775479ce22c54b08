//! `[[MacroList(name)]]` and `[[Name?]]`: the macros that there are, and their help.

use super::{Call, Expansion, ExpansionError, Macro};
use crate::{Element, render_oneliner_shortened};

pub(super) struct MacroList;

impl Macro for MacroList {
    fn name(&self) -> &str {
        "MacroList"
    }

    fn component(&self) -> &str {
        "trac.wiki.macros.MacroListMacro"
    }

    fn description(&self) -> Option<&str> {
        Some(
            "List the macros that there are, with their help. The argument is the start of a name, or `*` for one line each.",
        )
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let content = crate::text::strip(call.text.unwrap_or_default());
        let wanted = content.trim_matches('*');
        let context = call.context;
        let is_on = |known: &&dyn Macro| context.settings.is_on(known.component());
        let mut known: Vec<&dyn Macro> = context.extensions.macros().filter(is_on).collect();
        known.sort_by_key(|known| known.name().to_owned());
        let mut html = String::new();
        for known in known
            .into_iter()
            .filter(|known| known.name().starts_with(wanted))
        {
            if let Some(description) = known.description() {
                html.push_str(&entry(call, known.name(), description, content == "*"));
            }
        }
        Ok(Expansion::element(
            Element::new("div")
                .attribute("class", "trac-macrolist")
                .html(&html),
        ))
    }
}

fn entry(call: &Call<'_>, name: &str, description: &str, is_short: bool) -> String {
    let code = Element::new("code").text(&format!("[[{name}]]")).to_html();
    let heading = Element::new("h3")
        .attribute("id", &format!("{name}-macro"))
        .html(&code)
        .to_html();
    let help = if description.is_empty() {
        Element::new("em").text("No documentation found").to_html()
    } else if is_short {
        render_oneliner_shortened(description, &call.context.deeper())
    } else {
        call.render_html(description)
    };
    heading + &help
}
