//! What tickets choose from. The expectations are Trac's answers.

use tracrpc_methods::Registry;
use tracrpc_testing::TestEnv;
use tracrpc_wire::Timestamp;
use tracrpc_wire::{Fault, FaultKind, Output, Struct, Value};

/// An administrator who calls methods of an environment on each database.
struct Caller {
    env: TestEnv,
    registry: Registry,
}

fn each(test: impl Fn(&Caller)) {
    TestEnv::each(|env| {
        let env = env.user("admin", ["TRAC_ADMIN"]);
        let registry = Registry::builtin().unwrap();
        test(&Caller { env, registry });
    });
}

impl Caller {
    fn call(&self, method: &str, arguments: &[Value]) -> Result<Value, Fault> {
        match self
            .registry
            .call(&self.env.actor("admin"), method, arguments.to_vec())?
        {
            Output::Value(value) => Ok(value),
            Output::Outcomes(_) => panic!("{method} is no multicall"),
        }
    }

    #[track_caller]
    fn check(&self, method: &str, arguments: &[Value], expected: impl Into<Value>) {
        assert_eq!(
            self.call(method, arguments),
            Ok(expected.into()),
            "{method} {arguments:?}"
        );
    }

    #[track_caller]
    fn refuse(&self, method: &str, arguments: &[Value], kind: FaultKind, message: &str) {
        let fault = self.call(method, arguments).unwrap_err();
        assert_eq!(
            (fault.kind, fault.message.as_str()),
            (kind, message),
            "{method} {arguments:?}"
        );
    }

    #[track_caller]
    fn names(&self, list: &str, expected: &[&str]) {
        self.check(&format!("ticket.{list}.getAll"), &[], names(expected));
    }
}

fn names(names: &[&str]) -> Value {
    Value::Array(names.iter().map(|&name| name.into()).collect())
}

fn attributes<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Struct(
        members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

fn nothing() -> Value {
    Value::Struct(Struct::new())
}

fn date(text: &str) -> Value {
    Value::DateTime(text.parse::<Timestamp>().unwrap())
}

#[test]
fn components() {
    each(|caller| {
        let component = |name: &str, owner: &str, description: &str| {
            attributes([
                ("name", name.into()),
                ("owner", owner.into()),
                ("description", description.into()),
            ])
        };
        let given = attributes([
            ("owner", " a  b ".into()),
            ("description", 5.into()),
            ("nosuch", 1.into()),
        ]);
        caller.check("ticket.component.create", &[" x \n y ".into(), given], 0);
        caller.check(
            "ticket.component.get",
            &["x y".into()],
            component("x y", "a b", "5"),
        );
        let named = attributes([("name", "other".into()), ("owner", Value::Nil)]);
        caller.check("ticket.component.create", &["given".into(), named], 0);
        caller.names("component", &["component1", "component2", "other", "x y"]);
        caller.check(
            "ticket.component.update",
            &["x y".into(), attributes([("description", 0.into())])],
            0,
        );
        caller.check(
            "ticket.component.get",
            &["x y".into()],
            component("x y", "a b", ""),
        );
        caller.check("ticket.component.get", &[Value::Nil], component("", "", ""));
        caller.check("ticket.component.delete", &["other".into()], 0);
        caller.refuse(
            "ticket.component.update",
            &["x y".into(), attributes([("name", "component1".into())])],
            FaultKind::Application,
            "Component \"component1\" already exists.",
        );
        caller.refuse(
            "ticket.component.create",
            &[
                "z".into(),
                attributes([("owner", Value::Array(vec![1.into()]))]),
            ],
            FaultKind::Application,
            "attribute owner: expected a string, got an array",
        );
    });
}

#[test]
fn what_has_no_name_does_not_exist() {
    each(|caller| {
        let check = |method: &str, more: Vec<Value>, message: &str| {
            let arguments = [vec!["".into()], more].concat();
            caller.refuse(method, &arguments, FaultKind::Application, message);
        };
        check(
            "ticket.component.delete",
            vec![],
            "Cannot delete non-existent component.",
        );
        check(
            "ticket.component.update",
            vec![nothing()],
            "Cannot update non-existent component.",
        );
        check(
            "ticket.component.create",
            vec![nothing()],
            "Invalid component name.",
        );
        check(
            "ticket.version.delete",
            vec![],
            "Cannot delete non-existent version.",
        );
        check(
            "ticket.version.update",
            vec![nothing()],
            "Cannot update non-existent version.",
        );
        check(
            "ticket.version.create",
            vec![nothing()],
            "Invalid version name.",
        );
        check(
            "ticket.milestone.update",
            vec![nothing()],
            "Invalid milestone name.",
        );
        check(
            "ticket.milestone.create",
            vec![nothing()],
            "Invalid milestone name.",
        );
        check(
            "ticket.type.delete",
            vec![],
            "Cannot delete non-existent Ticket Type.",
        );
        check(
            "ticket.type.update",
            vec!["1".into()],
            "Cannot update non-existent enum.",
        );
        check(
            "ticket.type.create",
            vec!["1".into()],
            "Invalid Ticket Type name.",
        );
        caller.check("ticket.milestone.delete", &["".into()], 0);
        caller.check(
            "ticket.milestone.update",
            &["".into(), attributes([("name", "x".into())])],
            0,
        );
        caller.check("ticket.priority.get", &["".into()], 0);
    });
}

#[test]
fn names_are_texts() {
    each(|caller| {
        for (method, content) in [("component.create", nothing()), ("type.create", "1".into())] {
            let method = format!("ticket.{method}");
            let message = "parameter name: expected a string, got an int";
            caller.refuse(
                &method,
                &[5.into(), content],
                FaultKind::Application,
                message,
            );
        }
        for (method, attribute) in [("component.create", "owner"), ("version.create", "name")] {
            let method = format!("ticket.{method}");
            let message = format!("attribute {attribute}: expected a string, got a double");
            let arguments = ["x".into(), attributes([(attribute, 2.5.into())])];
            caller.refuse(&method, &arguments, FaultKind::Application, &message);
        }
        let named = attributes([("name", "five".into())]);
        caller.check("ticket.milestone.create", &[5.into(), named], 0);
        caller.refuse(
            "ticket.version.get",
            &[5.into()],
            FaultKind::NotFound,
            "Version 5 does not exist.",
        );
        caller.check("ticket.version.create", &["3.5".into(), nothing()], 0);
        caller.check("ticket.version.delete", &[3.5.into()], 0);
    });
}

#[test]
fn missing_things_are_named() {
    each(|caller| {
        for (list, noun) in [
            ("component", "Component"),
            ("version", "Version"),
            ("milestone", "Milestone"),
            ("type", "Ticket Type"),
            ("resolution", "Resolution"),
            ("priority", "Priority"),
            ("severity", "Severity"),
        ] {
            let message = format!("{noun}  é does not exist.");
            for (method, more) in [
                ("get", vec![]),
                ("delete", vec![]),
                ("update", vec![nothing()]),
            ] {
                let arguments = [vec![" é".into()], more].concat();
                caller.refuse(
                    &format!("ticket.{list}.{method}"),
                    &arguments,
                    FaultKind::NotFound,
                    &message,
                );
            }
        }
    });
}

#[test]
fn milestones_and_versions_are_ordered_by_date_and_name() {
    each(|caller| {
        for (name, due, completed) in [
            ("m10", Value::Nil, Value::Nil),
            ("m9", Value::Nil, Value::Nil),
            ("late", date("2020-01-02T00:00:00Z"), Value::Nil),
            ("early", date("2020-01-01T00:00:00Z"), Value::Int(0)),
            (
                "done",
                date("2035-01-01T00:00:00Z"),
                date("2021-01-01T00:00:00Z"),
            ),
        ] {
            let given = attributes([("due", due), ("completed", completed)]);
            caller.check("ticket.milestone.create", &[name.into(), given], 0);
        }
        let expected = [
            "done",
            "early",
            "late",
            "m9",
            "m10",
            "milestone1",
            "milestone2",
            "milestone3",
            "milestone4",
        ];
        caller.names("milestone", &expected);
        for (name, time) in [
            ("10.0", Value::Nil),
            ("9.0", Value::Nil),
            ("old", date("2001-01-01T00:00:00Z")),
        ] {
            caller.check(
                "ticket.version.create",
                &[name.into(), attributes([("time", time)])],
                0,
            );
        }
        caller.names("version", &["10.0", "9.0", "2.0", "1.0", "old"]);
        caller.refuse(
            "ticket.version.update",
            &["old".into(), attributes([("time", "soon".into())])],
            FaultKind::Application,
            "attribute time: expected a DateTime, got a string",
        );
        caller.check(
            "ticket.version.update",
            &["old".into(), attributes([("time", false.into())])],
            0,
        );
        caller.names("version", &["old", "10.0", "9.0", "2.0", "1.0"]);
    });
}

#[test]
fn tickets_follow_new_names() {
    each(|caller| {
        let chosen = ["component", "version", "milestone"]
            .map(|field| (field, format!("{field}1").replace("version1", "1.0").into()));
        let ticket = caller
            .call(
                "ticket.create",
                &["s".into(), "d".into(), attributes(chosen)],
            )
            .unwrap();
        for (list, old) in [
            ("component", "component1"),
            ("version", "1.0"),
            ("milestone", "milestone1"),
        ] {
            let new = attributes([("name", format!("{list} new").into())]);
            caller.check(&format!("ticket.{list}.update"), &[old.into(), new], 0);
        }
        let Ok(Value::Array(stored)) = caller.call("ticket.get", std::slice::from_ref(&ticket))
        else {
            panic!("a ticket is an array")
        };
        let Some(Value::Struct(values)) = stored.last() else {
            panic!("and ends with its values")
        };
        for list in ["component", "version", "milestone"] {
            assert_eq!(values.get(list), Some(&format!("{list} new").into()));
        }
        let Ok(Value::Array(log)) = caller.call("ticket.changeLog", &[ticket]) else {
            panic!("a log is an array")
        };
        let fields: Vec<Value> = log
            .iter()
            .filter_map(|entry| match entry {
                Value::Array(columns) => Some(Value::Array(columns[1..].to_vec())),
                _ => None,
            })
            .collect();
        let entry = |field: &str, old: &str, new: &str| {
            Value::Array(vec![
                Value::Nil,
                field.into(),
                old.into(),
                new.into(),
                1.into(),
            ])
        };
        assert_eq!(
            fields,
            [
                entry("comment", "1", "Milestone renamed"),
                entry("milestone", "milestone1", "milestone new")
            ]
        );
    });
}

#[test]
fn a_refused_new_name_of_a_milestone_leaves_its_tickets() {
    each(|caller| {
        let given = attributes([("milestone", "milestone1".into())]);
        let ticket = caller
            .call("ticket.create", &["s".into(), "d".into(), given])
            .unwrap();
        caller.refuse(
            "ticket.milestone.update",
            &[
                "milestone1".into(),
                attributes([("name", "milestone2".into())]),
            ],
            FaultKind::Application,
            "Milestone \"milestone2\" already exists.",
        );
        caller.check("ticket.changeLog", &[ticket], Value::Array(Vec::new()));
        caller.check(
            "ticket.query",
            &["milestone=milestone1".into()],
            Value::Array(vec![1.into()]),
        );
    });
}

#[test]
fn values_have_places() {
    each(|caller| {
        for (name, value) in [
            ("nil", Value::Nil),
            ("empty", "".into()),
            ("zero", 0.into()),
            ("true", true.into()),
            ("half", 2.5.into()),
            ("text", "abc".into()),
            ("padded", " 4 ".into()),
            ("negative", (-5).into()),
        ] {
            caller.check("ticket.severity.create", &[name.into(), value], 0);
        }
        let expected = [
            "negative", "text", "nil", "true", "empty", "half", "zero", "padded",
        ];
        caller.names("severity", &expected);
        for (name, value) in [
            ("nil", "1"),
            ("zero", "3"),
            ("half", "2.5"),
            ("padded", " 4 "),
            ("true", "1"),
        ] {
            caller.check("ticket.severity.get", &[name.into()], value);
        }
        caller.check("ticket.severity.delete", &["empty".into()], 0);
        caller.check("ticket.severity.get", &["zero".into()], "2");
        caller.check("ticket.severity.get", &["padded".into()], "3");
        caller.check("ticket.severity.get", &["half".into()], "2.5");
        // Two in one place go together.
        caller.check("ticket.severity.delete", &["nil".into()], 0);
        caller.names("severity", &["negative", "text", "zero", "half", "padded"]);
        caller.check("ticket.severity.update", &["text".into(), Value::Nil], 0);
        caller.check("ticket.severity.get", &["text".into()], 0);
        caller.refuse(
            "ticket.severity.delete",
            &["text".into()],
            FaultKind::Application,
            "Cannot delete non-existent Severity.",
        );
        caller.refuse(
            "ticket.severity.create",
            &["half".into(), "9".into()],
            FaultKind::Application,
            "Severity value \"half\" already exists",
        );
    });
}

#[test]
fn states_come_from_the_workflow() {
    each(|caller| {
        caller.names(
            "status",
            &["accepted", "assigned", "closed", "new", "reopened"],
        );
        caller.check("ticket.status.get", &["nosuch".into()], "0");
        caller.check("ticket.status.create", &["mine".into(), 5.into()], 0);
        caller.check("ticket.status.delete", &["new".into()], 0);
        caller.names(
            "status",
            &["accepted", "assigned", "closed", "new", "reopened"],
        );
    });
}
