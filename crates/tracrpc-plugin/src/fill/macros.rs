//! Macros, whose HTML is cleaned unless the plugin is trusted.

use std::sync::Arc;

use tracrpc_env::{Extensions, Resource};
use tracrpc_markup::{Call, Expansion, ExpansionError, Macro, reader};
use tracrpc_plugin_protocol::messages::{self, Description, MacroRow, RenderMacro};
use tracrpc_wiki::sanitize::Sanitizer;
use tracrpc_wiki::{Context, Parameter};
use tracrpc_wire::{Struct, Value};

use crate::link::{Link, resource};

pub(super) fn fill(extensions: &mut Extensions, link: &Link, description: &Description) {
    for row in &description.macros {
        let mut known = extensions.of::<dyn Macro>().iter();
        if known.any(|known| known.name() == row.name) {
            let name = &row.name;
            tracing::error!(
                plugin = link.name(),
                name,
                "a macro of that name is there already"
            );
            continue;
        }
        extensions.add::<dyn Macro>(Arc::new(PluginMacro {
            link: link.clone(),
            row: row.clone(),
        }));
    }
}

struct PluginMacro {
    link: Link,
    row: MacroRow,
}

impl Macro for PluginMacro {
    fn name(&self) -> &str {
        &self.row.name
    }

    fn description(&self) -> Option<&str> {
        Some(&self.row.help)
    }

    fn is_inline(&self, _: Option<&str>) -> bool {
        self.row.inline
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let actor =
            reader(call).ok_or_else(|| ExpansionError::failure("nobody reads this text"))?;
        let asked = RenderMacro {
            name: self.row.name.clone(),
            content: call.text.map(str::to_owned),
            args: call.parameters.map(attributes),
            resource: seen_from(call.context),
            absolute_urls: true,
            context: self.link.context(actor, false),
        };
        let rendered = self.link.ask(actor, asked).map_err(|failure| {
            ExpansionError::failure(&failure.into_fault(self.link.name()).message)
        })?;
        let html = cleaned(&self.link, call.context, rendered.html);
        Ok(Expansion::html(html))
    }
}

/// What a text belongs to, as plugins know it; empty for nothing.
pub(super) fn seen_from(context: &Context<'_>) -> messages::Resource {
    context.resource.as_ref().map_or_else(Vec::new, |about| {
        let about = Resource::new(about.realm.clone(), &about.id).at_version(about.version);
        resource(&about)
    })
}

/// HTML of a plugin as it may be shown.
pub(super) fn cleaned(link: &Link, context: &Context<'_>, html: String) -> String {
    let settings = context.settings;
    if link.is_trusted || settings.render_unsafe_content {
        return html;
    }
    let sanitizer = Sanitizer {
        safe_schemes: &settings.safe_schemes,
        safe_origins: &settings.safe_origins,
    };
    sanitizer.sanitize(&html)
}

/// What stands behind `#!name`.
fn attributes(parameters: &tracrpc_wiki::Parameters) -> Struct {
    let value = |parameter: &Parameter| match parameter {
        Parameter::Text(text) => Value::from(text.as_str()),
        Parameter::Flag(flag) => Value::Bool(*flag),
    };
    let items = parameters.iter();
    items
        .map(|(name, parameter)| (name, value(parameter)))
        .collect()
}
