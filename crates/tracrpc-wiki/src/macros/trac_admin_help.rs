//! `[[TracAdminHelp(command)]]`: what the commands of `trac-admin` do.

use tracrpc_translation::message;

use super::{Call, Expansion, ExpansionError, Macro};
use crate::Element;
use crate::chars::is_space;

pub(super) struct TracAdminHelp;

impl Macro for TracAdminHelp {
    fn name(&self) -> &str {
        "TracAdminHelp"
    }

    fn component(&self) -> &str {
        "trac.admin.console.TracAdminHelpMacro"
    }

    fn description(&self) -> Option<&str> {
        Some(
            "Show what the commands of `trac-admin` are for.\n\n\
             Examples:\n\
             {{{\n\
             [[TracAdminHelp]]               # each of them\n\
             [[TracAdminHelp(wiki)]]         # those that begin with \"wiki\"\n\
             [[TracAdminHelp(wiki export)]]  # \"wiki export\"\n\
             [[TracAdminHelp(upgrade)]]      # \"upgrade\"\n\
             }}}",
        )
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let content = call.text.unwrap_or_default();
        let words: Vec<&str> = content
            .split(is_space)
            .filter(|word| !word.is_empty())
            .collect();
        if words.is_empty() && !content.is_empty() {
            return Err(ExpansionError::failure("list index out of range"));
        }
        let help = call.context.library.admin_help(&words).ok_or_else(|| {
            let unknown = message!(
                "Unknown trac-admin command \"%(command)s\"",
                command = content
            );
            ExpansionError::usage(&unknown.in_language(call.context.catalog))
        })?;
        let block = Element::new("pre").attribute("class", "wiki");
        Ok(Expansion::element(block.text(&help)))
    }
}
