//! Any text is rendered, in every way, and what comes out is well formed HTML
//! in which nothing of the text is left unescaped.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tracrpc_wiki::{
    Context, OutlineOptions, Resource, render_html, render_oneliner, render_oneliner_shortened,
    render_outline, render_text,
};

#[path = "../../crates/tracrpc-wiki/tests/all/oracle.rs"]
mod oracle;

fuzz_target!(|text: &str| {
    let mut context = Context::plain();
    context.resource = Some(Resource::wiki("Sub/Page"));
    for html in [
        render_html(text, &context),
        render_oneliner(text, &context),
        render_outline(text, &context, &OutlineOptions::default()),
    ] {
        if let Err(error) = oracle::check_text(text, &html) {
            panic!("{error} in {html}");
        }
    }
    // Cut within markup, it may end anywhere; it must only end.
    let _ = render_oneliner_shortened(text, &context);
    let _ = render_text(text, &context);
});
