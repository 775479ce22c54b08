//! A plugin: `tracrpc serve --plugin hello=target/release/hello …`

use tracrpc_plugin_sdk::{Fault, Method, Plugin, Request, Struct, Value};

fn main() -> std::io::Result<()> {
    Plugin::new("hello")
        .version(env!("CARGO_PKG_VERSION"))
        .namespace("hello", "Greetings, as an example of a plugin.")
        .method(
            Method::new("hello.greet", greet)
                .returns("string")
                .optional("string", "whom", "world")
                .help("Greets somebody. The option `greeting` says how."),
        )
        .method(
            Method::new("hello.summary", summary)
                .returns("string")
                .parameter("int", "id")
                .permission("TICKET_VIEW")
                .help("The summary of a ticket, as the user may see it."),
        )
        .wiki_macro("Hello", true, |request, asked| {
            let whom = asked.content.as_deref().unwrap_or(request.user());
            Ok(format!("<strong>Hello {}</strong>", escaped(whom)))
        })
        // Takes effect where `[trac] permission_policies` names it.
        .policy("QuietPolicy", |user, action, _| {
            let is_guest = user == "anonymous" && action == "TICKET_CREATE";
            is_guest.then_some(false)
        })
        .on_event(&["ticket"], |request, event| {
            request.log("info", format!("{} {:?}", event.kind.name(), event.id));
        })
        .run()
}

fn greet(request: &Request<'_>, args: Vec<Value>) -> Result<Value, Fault> {
    let options: Struct = request.options();
    let greeting = options.get("greeting").and_then(Value::as_str);
    let whom = match args.first() {
        None => "world",
        Some(Value::String(whom)) => whom,
        Some(_) => return Err(Fault::invalid_params("whom: expected a text")),
    };
    Ok(format!("{} {whom}", greeting.unwrap_or("Hello")).into())
}

/// Asks the server, which sees to it that the user may know.
fn summary(request: &Request<'_>, args: Vec<Value>) -> Result<Value, Fault> {
    let ticket = request.host_call("ticket.get", args)?;
    let fields = ticket.as_array().and_then(|parts| parts.get(3));
    let fields = fields.and_then(Value::as_struct);
    let summary = fields.and_then(|fields| fields.get("summary"));
    Ok(summary.cloned().unwrap_or_default())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
