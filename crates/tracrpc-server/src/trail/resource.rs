//! What a call is about, as far as its first arguments name it.

use tracrpc_methods::Method;
use tracrpc_wire::{Output, Value};

/// A resource in the sense of `trac/resource.py: Resource`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resource {
    pub(crate) realm: String,
    pub(crate) id: String,
    /// The realm and the id of that to which it belongs.
    pub(crate) parent: Option<(String, String)>,
}

/// The resource that a call is about: what its parameters are called says what names it.
/// Nothing is known of the parameters of others' methods.
pub(super) fn of_call(method: &Method, arguments: &[Value]) -> Option<Resource> {
    let (namespace, _) = method.name().rsplit_once('.')?;
    let mut parameters = method.all_parameters().iter();
    let first = parameters.next()?.name.as_str();
    let second = parameters.next().map(|second| second.name.as_str());
    let id = text(arguments.first()?)?;
    match (namespace, first) {
        ("ticket" | "wiki", "id" | "ticket" | "pagename" | "name") => {
            let parent = (namespace.to_owned(), id);
            match second {
                Some("filename") => attachment(parent, text(arguments.get(1)?)?),
                _ => Some(plain(parent.0, parent.1)),
            }
        }
        ("wiki", "path") => match id.rsplit_once('/') {
            Some((page, file)) => attachment(("wiki".to_owned(), page.to_owned()), file.to_owned()),
            None => Some(plain("attachment", id)),
        },
        ("plugin", "name") => Some(plain("plugin", id)),
        (lists, "name") => Some(plain(lists.strip_prefix("ticket.")?, id)),
        _ => None,
    }
}

/// The resource that a call has made.
pub(super) fn of_result(method: &Method, result: &Output) -> Option<Resource> {
    match result {
        Output::Value(Value::Int(id)) if method.name() == "ticket.create" => {
            Some(plain("ticket", id.to_string()))
        }
        _ => None,
    }
}

fn plain(realm: impl Into<String>, id: impl Into<String>) -> Resource {
    Resource {
        realm: realm.into(),
        id: id.into(),
        parent: None,
    }
}

#[allow(
    clippy::unnecessary_wraps,
    reason = "every other case may find nothing"
)]
fn attachment(parent: (String, String), file: String) -> Option<Resource> {
    Some(Resource {
        parent: Some(parent),
        ..plain("attachment", file)
    })
}

/// What an argument names. Only texts and numbers do.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use tracrpc_methods::Registry;

    use super::*;

    #[test]
    fn resources_are_found_by_what_parameters_are_called() {
        let registry = Registry::builtin().unwrap();
        let check = |method: &str, arguments: &[Value], expected: &str| {
            let method = registry.method(method).unwrap();
            let found = of_call(method, arguments);
            let found = found.map_or_else(String::new, |found| match found.parent {
                Some((realm, id)) => format!("{}:{} of {realm}:{id}", found.realm, found.id),
                None => format!("{}:{}", found.realm, found.id),
            });
            assert_eq!(found, expected, "{}", method.name());
        };
        check("ticket.get", &[5.into()], "ticket:5");
        check("ticket.update", &["5".into(), "secret".into()], "ticket:5");
        check("ticket.changeLog", &[5.into()], "ticket:5");
        check("ticket.getActions", &[5.into()], "ticket:5");
        check("ticket.delete", &[Value::Nil], "");
        check("ticket.delete", &[], "");
        check("ticket.query", &["owner=joe".into()], "");
        check("ticket.create", &["secret".into(), "secret".into()], "");
        check(
            "ticket.getAttachment",
            &[5.into(), "a/b.txt".into()],
            "attachment:a/b.txt of ticket:5",
        );
        check("ticket.putAttachment", &[5.into()], "");
        check("ticket.listAttachments", &[5.into()], "ticket:5");
        check(
            "ticket.milestone.update",
            &["1.0".into(), "secret".into()],
            "milestone:1.0",
        );
        check("ticket.type.delete", &["defect".into()], "type:defect");
        check("ticket.type.getAll", &[], "");
        check("wiki.getPage", &["A/B".into(), 3.into()], "wiki:A/B");
        check("wiki.deletePage", &["A".into()], "wiki:A");
        check("wiki.putPage", &["A".into(), "secret".into()], "wiki:A");
        check(
            "wiki.getAttachment",
            &["A/B/c.txt".into()],
            "attachment:c.txt of wiki:A/B",
        );
        check("wiki.getAttachment", &["c.txt".into()], "attachment:c.txt");
        check(
            "wiki.putAttachmentEx",
            &["A".into(), "c".into()],
            "attachment:c of wiki:A",
        );
        check("wiki.wikiToHtml", &["secret".into()], "");
        check("search.performSearch", &["secret".into()], "");
        check("plugin.enable", &["tags".into()], "plugin:tags");
        check("system.methodHelp", &["x".into()], "");
        check("system.multicall", &[Value::Array(vec![])], "");
        let made = of_result(
            registry.method("ticket.create").unwrap(),
            &Output::Value(7.into()),
        );
        assert_eq!(made, Some(plain("ticket", "7")));
    }
}
