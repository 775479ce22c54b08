//! `system.*`: the methods about methods.

use tracrpc_env::Actor;
use tracrpc_translation::{Message, own_message, type_in_words};
use tracrpc_wire::{Fault, Outcome, Output, Struct, Value};

use crate::cost::{A_CALL, Cost, HEAVY};
use crate::method::{Method, Namespace};
use crate::registry::{Registry, Scope};

/// The version of the API: the epoch (Trac 0.11 or later), then the version of
/// Trac's plugin that it is compatible with.
const API_VERSION: [i64; 3] = [1, 2, 0];

/// How much memory the results of a multicall within another may take: they
/// cannot be sent as they come.
const MAX_NESTED: usize = 16 * 1024 * 1024;

/// The namespace.
pub(crate) fn namespace() -> Namespace {
    Namespace::new(
        "system",
        "What the server can do, and several calls in one.",
    )
    .method(
        Method::new("multicall", multicall)
            .reads()
            .permission("XML_RPC")
            .costs_within(cost)
            .returns("array")
            .parameters(&["array signatures"])
            .doc(
                "Makes several calls in one request. Each is a struct of `methodName` and \
                     `params`. The answers come in the same order, each an array with the result \
                     as its only item, or a struct with `faultCode` and `faultString`: a call that \
                     fails does not stop the others.\n\n\
                     In JSON-RPC each call is a struct of `method`, `params` and (optional) `id`, \
                     and each answer one of `result`, `error` and `id`.",
            ),
    )
    .method(
        Method::new("listMethods", list_methods)
            .reads()
            .permission("XML_RPC")
            .returns("array")
            .doc(
                "The names of all methods that Trac's own plugin and other plugins have. Those \
                 that only this server has are named, too, where `[tracrpc] list_all_methods` in \
                 `trac.ini` says so.",
            ),
    )
    .method(
        Method::new("methodHelp", method_help)
            .reads()
            .permission("XML_RPC")
            .returns("string")
            .parameters(&["string method"])
            .doc(
                "What a method does: on the first line its result, parameters and their \
                     defaults, then a description in wiki markup.",
            ),
    )
    .method(
        Method::new("methodSignature", method_signature)
            .reads()
            .permission("XML_RPC")
            .returns("array")
            .parameters(&["string method"])
            .doc(
                "The signatures of a method. Each is a text of types with commas between \
                     them: first that of the result, then those of the parameters.",
            ),
    )
    .method(
        Method::new("getAPIVersion", api_version)
            .reads()
            .permission("XML_RPC")
            .returns("array")
            .doc(
                "The version of this API as three numbers: the epoch (1 since Trac 0.11), the \
                     major version (its changes may break clients) and the minor version.",
            ),
    )
}

/// A call that fails leaves its fault in its place. What the calls read they
/// read together, which spares most of the time that a short one takes.
fn multicall(scope: &Scope<'_>, signatures: Vec<Value>) -> Result<Output, Fault> {
    let mut outcomes = Vec::new();
    let mut weight = 0;
    let make = || {
        signatures.into_iter().try_for_each(|entry| {
            let outcome = one_of_many(scope, entry);
            if let Some(tell) = scope.listener() {
                return tell(outcome);
            }
            weight += outcome.as_ref().map_or(0, Value::weight);
            if scope.is_inner() && weight > MAX_NESTED {
                return Err(scope.refusal(&own_message!(
                    "system.multicall: the results of one within another are larger than \
                     %(most)s bytes",
                    most = MAX_NESTED,
                )));
            }
            outcomes.push(outcome);
            Ok(())
        })
    };
    scope.actor().env().db().snapshot(make)?;
    Ok(Output::Outcomes(outcomes))
}

/// What a multicall costs: as much as its calls, and those of the multicalls within it. What
/// is heavy already is not looked at to its end.
fn cost(registry: &Registry, actor: &Actor, arguments: &[Value]) -> Cost {
    let entries = arguments.first().and_then(Value::as_array);
    let mut sum: Cost = 0;
    for entry in entries.unwrap_or_default() {
        let member = |name| entry.as_struct().and_then(|entry| entry.get(name));
        let arguments = member("params").and_then(Value::as_array);
        let name = member("methodName").and_then(Value::as_str);
        let own = registry.cost(
            actor,
            name.unwrap_or_default(),
            arguments.unwrap_or_default(),
        );
        sum = sum.saturating_add(A_CALL).saturating_add(own);
        if sum > HEAVY {
            break;
        }
    }
    sum
}

fn list_methods(scope: &Scope<'_>) -> Result<Vec<String>, Fault> {
    let config = scope.actor().env().config();
    let namespaces = scope.registry().namespaces_on(&config);
    let listed = namespaces.filter(|namespace| namespace.is_listed(&config));
    let methods = listed.flat_map(Namespace::methods);
    Ok(methods.map(|method| method.name().to_owned()).collect())
}

fn method_help(scope: &Scope<'_>, method: String) -> Result<String, Fault> {
    Ok(scope.method(&method)?.help())
}

fn method_signature(scope: &Scope<'_>, method: String) -> Result<Vec<String>, Fault> {
    Ok(scope.method(&method)?.all_signatures())
}

fn api_version(_actor: &Actor) -> Result<Vec<i64>, Fault> {
    Ok(API_VERSION.to_vec())
}

fn one_of_many(scope: &Scope<'_>, entry: Value) -> Outcome {
    let (name, mut entry) = scope.telling("", named(scope, entry))?;
    // A name that there is not is said before anything about its arguments.
    scope.telling(&name, scope.method(&name))?;
    let arguments = scope.telling(&name, arguments(scope, entry.remove("params")))?;
    match scope.call(&name, arguments)? {
        Output::Value(value) => Ok(value),
        Output::Outcomes(outcomes) => Ok(nested(outcomes)),
    }
}

/// The name of the method that an entry calls, and the rest of it.
fn named(scope: &Scope<'_>, entry: Value) -> Result<(String, Struct), Fault> {
    let Value::Struct(mut entry) = entry else {
        let expected = own_message!("an array of structs");
        return Err(refused(scope, "signatures", expected, Some(&entry)));
    };
    match entry.remove("methodName") {
        Some(Value::String(name)) => Ok((name, entry)),
        other => {
            let expected = type_in_words("string");
            Err(refused(scope, "methodName", expected, other.as_ref()))
        }
    }
}

fn arguments(scope: &Scope<'_>, params: Option<Value>) -> Result<Vec<Value>, Fault> {
    match params {
        Some(Value::Array(arguments)) => Ok(arguments),
        // Languages with one type for both send an empty struct for no arguments.
        Some(Value::Struct(members)) if members.is_empty() => Ok(Vec::new()),
        other => Err(refused(
            scope,
            "params",
            type_in_words("array"),
            other.as_ref(),
        )),
    }
}

fn refused(scope: &Scope<'_>, what: &str, expected: Message, given: Option<&Value>) -> Fault {
    let given = given.map_or_else(
        || own_message!("nothing"),
        |value| type_in_words(value.type_name()),
    );
    let message = own_message!(
        "%(method)s: %(name)s: expected %(expected)s, got %(type)s",
        method = "system.multicall",
        name = what,
        expected = expected,
        r#type = given,
    );
    Fault::invalid_params(message.in_language(scope.actor().catalog()))
}

/// The outcomes of a multicall within a multicall, as one value: a protocol
/// gives its own shape to the outermost only.
fn nested(outcomes: Vec<Outcome>) -> Value {
    let entry = |outcome: Outcome| match outcome {
        Ok(value) => Value::Array(vec![value]),
        Err(fault) => Value::Struct(fault_members(fault)),
    };
    Value::Array(outcomes.into_iter().map(entry).collect())
}

/// The members that Trac's plugin writes of an exception.
fn fault_members(fault: Fault) -> Struct {
    let mut members = Struct::default();
    members.insert("_message", fault.message.as_str());
    members.insert("title", fault.title.as_str());
    members.insert("show_traceback", false);
    members
}
