//! Namespaces and methods.

use std::sync::Arc;

use tracrpc_env::Extensions;
use tracrpc_methods::{Method, Namespace, Parameter, Scope};
use tracrpc_plugin_protocol::messages::{Call, CallAnswer, Description, MethodRow};
use tracrpc_wire::{Fault, Output, Value};

use crate::link::{InRequest, Link};

pub(super) fn fill(extensions: &mut Extensions, link: &Link, description: &Description) {
    let mut namespaces: Vec<Namespace> = Vec::new();
    for row in &description.namespaces {
        if namespaces.iter().all(|known| known.name() != row.name) {
            namespaces.push(Namespace::new(&row.name, &row.help));
        }
    }
    for row in &description.methods {
        let Some((space, name)) = parted(row) else {
            let method = &row.name;
            tracing::error!(plugin = link.name(), method, "a method without a namespace");
            continue;
        };
        let place = namespaces.iter().position(|known| known.name() == space);
        let namespace = match place {
            Some(place) => namespaces.remove(place),
            None => Namespace::new(space, ""),
        };
        let namespace = namespace.method(method(link, row, name));
        namespaces.insert(place.unwrap_or(namespaces.len()), namespace);
    }
    for namespace in namespaces {
        extensions.add(Arc::new(namespace));
    }
}

/// The namespace and the name within it.
fn parted(row: &MethodRow) -> Option<(&str, &str)> {
    let given = row.namespace.as_deref().and_then(|space| {
        let name = row.name.strip_prefix(space)?.strip_prefix('.')?;
        Some((space, name))
    });
    let parted = given.or_else(|| row.name.rsplit_once('.'));
    parted.filter(|(space, name)| !space.is_empty() && !name.is_empty())
}

fn method(link: &Link, row: &MethodRow, name: &str) -> Method {
    let longest = row.signatures.iter().max_by_key(|types| types.len());
    let types = longest.map_or(&[][..], Vec::as_slice);
    let result = types.first().map_or("string", String::as_str);
    let parameters = row.parameters.iter().enumerate().map(|(place, row)| {
        let kind = types.get(place + 1).map_or("string", String::as_str);
        let default = row.default.0.clone();
        Parameter::new(
            kind,
            &row.name,
            default.map(|value| {
                let literal = literal(&value);
                (value, literal)
            }),
        )
    });
    let signatures: Vec<String> = row.signatures.iter().map(|types| types.join(",")).collect();
    let signatures: Vec<&str> = signatures.iter().map(String::as_str).collect();
    let (called, full) = (link.clone(), row.name.clone());
    let mut method = Method::dynamic(name, move |scope, args| call(&called, &full, scope, args))
        .returns(result)
        .unchecked(parameters.collect())
        .doc(&row.help);
    if !signatures.is_empty() {
        method = method.signatures(&signatures);
    }
    if let Some(permission) = &row.permission {
        method = method.permission(permission);
    }
    if let Some(prototype) = &row.prototype {
        method = method.shown_as(prototype);
    }
    match row.heavy {
        true => method.heavy_if(|_, _| true),
        false => method,
    }
}

/// A default as documentation shows it, in the spelling of Python.
fn literal(value: &Value) -> String {
    match value {
        Value::Nil => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Double(number) => format!("{number:?}"),
        Value::String(text) => format!("{text:?}"),
        Value::DateTime(moment) => moment.to_string(),
        Value::Binary(_) => "b\"…\"".to_owned(),
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(_) => "[…]".to_owned(),
        Value::Struct(members) if members.is_empty() => "{}".to_owned(),
        Value::Struct(_) => "{…}".to_owned(),
    }
}

fn call(link: &Link, name: &str, scope: &Scope<'_>, args: Vec<Value>) -> Result<Output, Fault> {
    let actor = scope.actor();
    let exchange = actor.env().request_slot::<InRequest>();
    let exchange = exchange.exchange_of(link.name());
    let call = Call {
        method: name.to_owned(),
        args,
        context: link.context(actor, scope.is_inner()),
        exchange: exchange.as_ref().and_then(|exchange| exchange.number),
    };
    let process = exchange.as_ref().map(|exchange| &exchange.process);
    let answer = link.ask_by(actor, process, call);
    output(answer.map_err(|failure| failure.into_fault(link.name()))?)
}

/// What a call of a plugin's method returns.
pub(super) fn output(answer: CallAnswer) -> Result<Output, Fault> {
    match answer {
        CallAnswer::Value(value) => Ok(Output::Value(value)),
        CallAnswer::Outcomes(outcomes) => {
            let outcomes = outcomes.into_iter();
            let outcomes = outcomes.map(|outcome| outcome.map_err(Fault::from));
            Ok(Output::Outcomes(outcomes.collect()))
        }
        CallAnswer::Response(_) => Err(Fault::application(
            "the method answers requests in the plugin's own protocol only",
        )),
    }
}
