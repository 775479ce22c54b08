//! Links of a namespace that Trac does not have: `room:12`.

use std::sync::Arc;

use tracrpc_env::Extensions;
use tracrpc_env::text::escape;
use tracrpc_markup::{LinkCall, LinkResolver};

/// Adds them.
pub fn extend(extensions: &mut Extensions) {
    extensions.add::<dyn LinkResolver>(Arc::new(Rooms));
}

struct Rooms;

impl LinkResolver for Rooms {
    fn namespace(&self) -> &str {
        "room"
    }

    /// What is no number stays text.
    fn link(&self, call: &LinkCall<'_>) -> Option<String> {
        let number: u32 = call.target.parse().ok()?;
        let label = escape(call.label);
        Some(format!(
            "<a href=\"https://rooms.example/{number}\">{label}</a>"
        ))
    }
}
