//! The page about the API: protocols, namespaces, methods.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use tracrpc_env::Actor;
use tracrpc_methods::{Method, Namespace, Registry};
use tracrpc_wire::Protocol;

use super::{Page, html, plugins, text};

/// The page, as `actor` may see it.
pub(crate) fn documentation(
    page: &Page<'_>,
    actor: &Actor,
    registry: &Registry,
    protocols: &[Arc<dyn Protocol>],
) -> Response {
    let url = format!("{}/rpc", page.base_url);
    let login_url = format!("{}/login/rpc", page.base_url);
    let protocols: Vec<Value> = protocols
        .iter()
        .map(|protocol| describe_protocol(actor, &**protocol, &url, &login_url))
        .collect();
    let config = actor.env().config();
    let namespaces: Vec<Value> = registry
        .namespaces_on(&config)
        .map(|namespace| describe_namespace(actor, namespace))
        .collect();
    let methods = registry.namespaces_on(&config).flat_map(Namespace::methods);
    let context = context! {
        title => format!("{} API", page.project()),
        project => page.project(),
        user => page.user,
        version => env!("CARGO_PKG_VERSION"),
        count => methods.count(),
        plugins => plugins::of(actor),
        url, login_url, protocols, namespaces,
    };
    html(StatusCode::OK, "documentation.html", context)
}

fn describe_protocol(actor: &Actor, protocol: &dyn Protocol, url: &str, login_url: &str) -> Value {
    let documentation = protocol
        .documentation()
        .replace("{url}", url)
        .replace("{login_url}", login_url);
    let endpoints = protocol.endpoints().iter();
    let (mut paths, mut media_types): (Vec<String>, Vec<String>) = endpoints
        .map(|endpoint| (endpoint.path.to_string(), endpoint.media_type.to_string()))
        .unzip();
    for list in [&mut media_types, &mut paths] {
        list.sort_unstable();
        list.dedup();
    }
    context! {
        name => protocol.name(),
        documentation => Value::from_safe_string(text::html(actor, &documentation)),
        media_types, paths,
    }
}

fn describe_namespace(actor: &Actor, namespace: &Namespace) -> Value {
    let methods: Vec<Value> = namespace
        .methods()
        .iter()
        .map(|method| describe_method(actor, method))
        .collect();
    context! {
        name => namespace.name(),
        documentation => Value::from_safe_string(text::html(actor, namespace.documentation())),
        methods,
    }
}

fn describe_method(actor: &Actor, method: &Method) -> Value {
    let permission = method.required_permission();
    let prototype = method.prototype();
    let (result, rest) = prototype.split_once(' ').unwrap_or(("", &prototype));
    let parameters = rest.strip_prefix(method.name()).unwrap_or_default();
    // An error here is one of the database; the page says nothing then.
    let missing = permission.is_some_and(|action| !actor.can_anywhere(action).unwrap_or(true));
    context! {
        name => method.name(),
        result, parameters, permission, missing,
        documentation => Value::from_safe_string(text::html(actor, method.documentation())),
    }
}
