//! Tickets as methods: what arguments may be, and what comes back. The
//! expectations are Trac's answers.

use tracrpc_methods::Registry;
use tracrpc_testing::TestEnv;
use tracrpc_wire::Timestamp;
use tracrpc_wire::{Fault, FaultKind, Output, Struct, Value};

/// Users who call methods of an environment on each database.
struct Caller {
    env: TestEnv,
    registry: Registry,
}

fn each(test: impl Fn(&Caller)) {
    TestEnv::each(|env| {
        let env = env.user("admin", ["TRAC_ADMIN"]).user("joe", ["XML_RPC"]);
        let registry = Registry::builtin().unwrap();
        test(&Caller { env, registry });
    });
}

impl Caller {
    fn call(&self, user: &str, method: &str, arguments: &[Value]) -> Result<Value, Fault> {
        let actor = self.env.actor(user);
        match self.registry.call(&actor, method, arguments.to_vec())? {
            Output::Value(value) => Ok(value),
            Output::Outcomes(_) => panic!("{method} is no multicall"),
        }
    }

    #[track_caller]
    fn check(&self, method: &str, arguments: &[Value], expected: impl Into<Value>) {
        let result = self.call("admin", method, arguments);
        assert_eq!(result, Ok(expected.into()), "{method} {arguments:?}");
    }

    #[track_caller]
    fn refuse(&self, method: &str, arguments: &[Value], kind: FaultKind, message: &str) {
        let fault = self.call("admin", method, arguments).unwrap_err();
        let found = (fault.kind, fault.message.as_str());
        assert_eq!(found, (kind, message), "{method} {arguments:?}");
    }
}

fn attributes<const N: usize>(members: [(&str, Value); N]) -> Value {
    let members = members.into_iter();
    Value::Struct(
        members
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

fn array<const N: usize>(items: [Value; N]) -> Value {
    Value::Array(items.into())
}

fn day(number: i64) -> Value {
    Timestamp::from_second(number * 86_400).unwrap().into()
}

fn member<'a>(ticket: &'a Value, name: &str) -> Option<&'a Value> {
    let Value::Array(parts) = ticket else {
        panic!("{ticket:?}")
    };
    let Some(Value::Struct(values)) = parts.get(3) else {
        panic!("{ticket:?}")
    };
    values.get(name)
}

#[test]
fn a_ticket_has_four_parts() {
    each(|caller| {
        let when = day(14_000);
        let create = [
            "s".into(),
            "d".into(),
            attributes([]),
            false.into(),
            when.clone(),
        ];
        caller.check("ticket.create", &create, 1);
        let ticket = caller.call("admin", "ticket.get", &[1.into()]).unwrap();
        let Value::Array(parts) = &ticket else {
            panic!("{ticket:?}")
        };
        assert_eq!(parts[..3], [1.into(), when.clone(), when]);
        assert_eq!(member(&ticket, "summary"), Some(&"s".into()));
        assert_eq!(member(&ticket, "_ts"), Some(&"1209600000000000".into()));
    });
}

#[test]
fn numbers_of_tickets() {
    each(|caller| {
        caller.check("ticket.create", &["s".into(), "d".into()], 1);
        for id in [1.into(), "1".into(), " 01 ".into(), 1.5.into(), true.into()] {
            let ticket = caller.call("admin", "ticket.get", std::slice::from_ref(&id));
            assert!(ticket.is_ok(), "{id:?}");
        }
        let check = |id: Value, shown: &str| {
            let message = format!("Ticket {shown} does not exist.");
            caller.refuse("ticket.get", &[id], FaultKind::NotFound, &message);
        };
        check(2.into(), "2");
        check(0.into(), "0");
        check((-1).into(), "-1");
        check(i64::MAX.into(), "9223372036854775807");
        check("x".into(), "x");
        check("".into(), "");
    });
}

#[test]
fn arguments_that_python_takes_for_nothing() {
    each(|caller| {
        caller.check("ticket.create", &["s".into(), Value::Nil], 1);
        let joe = |when: Value| {
            let attributes = attributes([]);
            let arguments = ["s".into(), "d".into(), attributes, Value::Nil, when];
            caller.call("joe", "ticket.create", &arguments)
        };
        // Who may not choose the time may say what he likes.
        assert!(joe("yesterday".into()).is_ok());
        assert!(joe(day(1)).is_ok());
        let update = [1.into(), Value::Nil, attributes([("keywords", "k".into())])];
        let ticket = caller.call("admin", "ticket.update", &update).unwrap();
        assert_eq!(member(&ticket, "keywords"), Some(&"k".into()));
        caller.check("ticket.changeLog", &[1.into(), 5.into()], array([]));
    });
}

#[test]
fn arguments_of_other_types() {
    each(|caller| {
        caller.check("ticket.create", &["s".into(), "d".into()], 1);
        let check = |method: &str, arguments: &[Value], message: &str| {
            let misfit = message.contains(": parameter ");
            let kind = if misfit {
                FaultKind::InvalidParams
            } else {
                FaultKind::Application
            };
            caller.refuse(method, arguments, kind, message);
        };
        check(
            "ticket.create",
            &["s".into(), "d".into(), Value::Nil],
            "ticket.create: parameter attributes: expected a struct, got nil",
        );
        check(
            "ticket.update",
            &[1.into(), 5.into()],
            "ticket.update: parameter comment: expected a string, got an int",
        );
        check(
            "ticket.create",
            &[
                "s".into(),
                "d".into(),
                attributes([]),
                false.into(),
                "soon".into(),
            ],
            "when: expected a DateTime, got a string",
        );
        check(
            "ticket.update",
            &[
                1.into(),
                "".into(),
                attributes([("cc", array(["joe".into()]))]),
            ],
            "Multi-values fields not supported yet",
        );
        check(
            "ticket.update",
            &[
                1.into(),
                "".into(),
                attributes([("cc", Value::Binary(vec![1]))]),
            ],
            "ticket field cc: expected a string, got a Binary",
        );
    });
}

#[test]
fn actions_with_their_controls() {
    each(|caller| {
        caller.check("ticket.create", &["s".into(), "d".into()], 1);
        let resolve = [
            1.into(),
            "".into(),
            attributes([("action", "resolve".into())]),
        ];
        caller.call("admin", "ticket.update", &resolve).unwrap();
        let owner = "<span class=\"trac-author\">&lt; default &gt;</span>";
        let leave = format!("The owner will remain {owner}.");
        let reopen = "The resolution will be deleted. Next status will be 'reopened'.";
        let expected = array([
            array(["leave".into(), "leave".into(), leave.into(), array([])]),
            array(["reopen".into(), "reopen".into(), reopen.into(), array([])]),
        ]);
        caller.check("ticket.getActions", &[1.into()], expected);
        let names = array(["leave".into(), "reopen".into()]);
        caller.check("ticket.getAvailableActions", &[1.into()], names);
    });
}

/// Trac keeps the options of fields until a name changes, but asks for the
/// resolutions of an action each time.
#[test]
fn resolutions_are_offered_in_their_present_order() {
    each(|caller| {
        caller.check("ticket.create", &["a".into(), "b".into()], 1);
        let last = ["fixed".into(), "9".into()];
        caller.check("ticket.resolution.update", &last, 0);
        let actions = caller
            .call("admin", "ticket.getActions", &[1.into()])
            .unwrap();
        let resolve = actions.as_array().unwrap()[1].as_array().unwrap();
        let controls = resolve[3].as_array().unwrap();
        let names = ["invalid", "wontfix", "duplicate", "worksforme", "fixed"];
        let expected = array(names.map(Value::from));
        assert_eq!(controls[0].as_array().unwrap()[2], expected);
    });
}

#[test]
fn the_log_of_changes_and_attachments() {
    each(|caller| {
        caller.check("ticket.create", &["s".into(), "d".into()], 1);
        let keywords = attributes([("keywords", "k".into())]);
        let update = [
            1.into(),
            "c".into(),
            keywords,
            false.into(),
            "ann".into(),
            day(14_000),
        ];
        caller.call("admin", "ticket.update", &update).unwrap();
        let file = [
            1.into(),
            "a.txt".into(),
            "what".into(),
            Value::Binary(b"x".to_vec()),
        ];
        caller.check("ticket.putAttachment", &file, "a.txt");
        let entry = |field: &str, old: &str, new: &str| {
            let texts = [old.into(), new.into()];
            let [old, new] = texts;
            array([day(14_000), "ann".into(), field.into(), old, new, 1.into()])
        };
        let of_that_day = array([entry("comment", "1", "c"), entry("keywords", "", "k")]);
        caller.check("ticket.changeLog", &[1.into(), day(14_000)], of_that_day);
        let log = caller
            .call("admin", "ticket.changeLog", &[1.into()])
            .unwrap();
        let Value::Array(entries) = log else { panic!() };
        let permanent: Vec<_> = entries
            .iter()
            .map(|entry| match entry {
                Value::Array(parts) => (parts[2].clone(), parts[5].clone()),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(
            permanent,
            [
                ("comment".into(), 1.into()),
                ("keywords".into(), 1.into()),
                ("attachment".into(), 0.into()),
                ("comment".into(), 0.into()),
            ]
        );
        caller.check("ticket.delete", &[1.into()], Value::Int(0));
        caller.check("ticket.listAttachments", &[1.into()], array([]));
    });
}

#[test]
fn fields_with_their_attributes() {
    each(|caller| {
        let fields = caller.call("admin", "ticket.getTicketFields", &[]).unwrap();
        let Value::Array(fields) = fields else {
            panic!()
        };
        let status = fields.iter().find_map(|field| match field {
            Value::Struct(field) if field.get("name") == Some(&"status".into()) => Some(field),
            _ => None,
        });
        let states = ["accepted", "assigned", "closed", "new", "reopened"];
        let expected: Struct = [
            ("name", "status".into()),
            ("type", "radio".into()),
            ("label", "Status".into()),
            ("value", "".into()),
            ("options", array(states.map(Value::from))),
            ("optional", true.into()),
        ]
        .into_iter()
        .map(|(name, value): (&str, Value)| (name.to_owned(), value))
        .collect();
        assert_eq!(status, Some(&expected));
    });
}
