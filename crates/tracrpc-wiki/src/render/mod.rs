//! The renderers: what a caller gets of a text.

mod call;
mod html;
mod link;
mod oneliner;
mod outline;
mod text;

pub use html::render_html;
pub use link::link_url;
pub use oneliner::{render_oneliner, render_oneliner_shortened};
pub use outline::render_outline;
pub use text::render_text;
