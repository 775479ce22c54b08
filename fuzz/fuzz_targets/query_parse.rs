//! Any query is answered or refused as invalid, and means the same each time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tracrpc_env::config::Editor;
use tracrpc_env::{Environment, ErrorKind};
use tracrpc_site::InitOptions;
use tracrpc_tickets::query::{self, Query};
use tracrpc_tickets::ticket::{self, GivenValue, NewTicket};

/// A field of each kind.
const FIELDS: &[(&str, &str)] = &[
    ("hint", "text"),
    ("area", "select"),
    ("area.options", "north|south"),
    ("kind", "radio"),
    ("kind.options", "a|b"),
    ("urgent", "checkbox"),
    ("notes", "textarea"),
    ("deadline", "time"),
    ("blocking", "text"),
    ("blocking.format", "list"),
];

/// One environment a thread, for a way to one belongs to a thread.
fn environment() -> Environment {
    thread_local! {
        static ENVIRONMENT: Environment = new_environment();
    }
    ENVIRONMENT.with(Environment::clone)
}

fn new_environment() -> Environment {
    let folder = std::env::temp_dir().join(format!("query_parse-{}", std::process::id()));
    let env = tracrpc_site::create(&folder, &InitOptions::new("Fuzz")).expect("an environment");
    let ini = folder.join("conf").join("trac.ini");
    let text = std::fs::read_to_string(&ini).expect("trac.ini");
    let mut editor = Editor::new(&text).expect("trac.ini can be read");
    for (name, value) in FIELDS {
        editor.set("ticket-custom", name, value).expect("an option");
    }
    std::fs::write(&ini, editor.text()).expect("trac.ini can be written");
    drop(env);
    let env = tracrpc_site::open(&folder).expect("the environment");
    for number in 0..5 {
        add_ticket(&env, number);
    }
    env
}

fn add_ticket(env: &Environment, number: i64) {
    let new = NewTicket {
        summary: format!("summary {number}").as_str().into(),
        description: "text".into(),
        attributes: Default::default(),
        notify: false,
        when: GivenValue::Null,
    };
    ticket::create(&env.actor("joe", "http://localhost"), new).expect("a ticket");
}

fuzz_target!(|text: &str| {
    let env = environment();
    let actor = env.actor("joe", "http://localhost");
    let first = Query::parse(&actor, text);
    let answer = query::run(&actor, text);
    match first {
        Ok(query) => assert_eq!(
            query.columns,
            Query::parse(&actor, text)
                .expect("it could be read")
                .columns
        ),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
            assert!(answer.is_err(), "what cannot be read is refused");
        }
    }
    if let Err(error) = answer {
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    }
});
