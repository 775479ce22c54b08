//! A macro, a processor, links of a namespace, and a realm whose things have files.

use std::sync::Arc;

use tracrpc_env::Extensions;
use tracrpc_markup::{Call, Expansion, ExpansionError, Macro, Processor, reader};

/// Adds both.
pub fn extend(extensions: &mut Extensions) {
    extensions.add::<dyn Macro>(Arc::new(Shout));
    extensions.add::<dyn Processor>(Arc::new(Backwards));
}

struct Shout;

impl Macro for Shout {
    fn name(&self) -> &str {
        "Shout"
    }

    fn is_inline(&self, _: Option<&str>) -> bool {
        true
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let text = match (call.text, reader(call)) {
            (Some(text), _) => text,
            (None, Some(actor)) => actor.authname(),
            (None, None) => return Err(ExpansionError::usage("what is to be shouted?")),
        };
        Ok(Expansion::text(&text.to_uppercase()))
    }
}

struct Backwards;

impl Processor for Backwards {
    fn name(&self) -> &str {
        "backwards"
    }

    fn process(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let text: String = call.text.unwrap_or_default().chars().rev().collect();
        Ok(Expansion::text(text.trim()))
    }
}
