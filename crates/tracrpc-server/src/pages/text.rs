//! Texts as HTML.

use tracrpc_env::Actor;

/// Documentation, which is wiki markup, as HTML. If it cannot be rendered, it
/// is shown as it is.
pub(super) fn html(actor: &Actor, markup: &str) -> String {
    tracrpc_markup::to_html(actor, markup, None).unwrap_or_else(|error| {
        tracing::warn!(%error, "cannot render documentation");
        format!("<pre>{}</pre>", escape(markup))
    })
}

/// Text as it stands between tags and in attributes.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
