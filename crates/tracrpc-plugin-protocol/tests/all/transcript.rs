//! A whole conversation, to the letter: what other implementations can be held against.

use tracrpc_plugin_protocol::messages::{
    Ask, Call, CallAnswer, Capabilities, ComponentRow, Context, Describe, Description, Environment,
    FaultData, Host, HostCall, HostCapabilities, HostedRow, Initialize, Initialized, LimitsRow,
    MethodRow, ParameterRow, PluginRow, Shutdown,
};
use tracrpc_plugin_protocol::{Given, Limits, Message, Shape};
use tracrpc_wire::{Fault, Struct, Timestamp, Value};

const EXPECTED: &str = include_str!("transcript.txt");

fn asked(id: i64, ask: impl Ask) -> (char, Message) {
    ('>', request(id, ask))
}

fn request<A: Ask>(id: i64, ask: A) -> Message {
    Message::request(id, A::METHOD, ask.params())
}

fn answered(id: i64, answer: impl Shape) -> (char, Message) {
    ('<', Message::answer(id, Ok(answer.write())))
}

fn environment() -> Environment {
    Environment {
        name: "project".into(),
        path: "/srv/trac/project".into(),
        base_url: "https://example.org/project".into(),
    }
}

fn conversation() -> Vec<(char, Message)> {
    let initialize = Initialize {
        protocols: vec![1],
        host: Host {
            name: "tracrpc".into(),
            version: "0.1.0".into(),
        },
        capabilities: HostCapabilities { blobs: true },
        environments: vec![environment()],
        native: vec!["trac.".into(), "tracrpc.".into()],
        limits: LimitsRow {
            frame: 100_663_296,
            requests: None,
        },
        options: [("greeting", "Hello")].into_iter().collect(),
    };
    let initialized = Initialized {
        protocol: 1,
        plugin: PluginRow {
            name: "hello".into(),
            version: "1.0".into(),
            runtime: Value::Nil,
        },
        capabilities: Capabilities {
            concurrency: 4,
            cancel: true,
            blobs: true,
        },
    };
    let greet = MethodRow {
        name: "hello.greet".into(),
        namespace: None,
        permission: None,
        signatures: vec![vec!["string".into(), "string".into()]],
        prototype: None,
        parameters: vec![ParameterRow {
            name: "whom".into(),
            default: Given(Some("world".into())),
        }],
        variadic: false,
        help: "Greets.".into(),
        origin: String::new(),
        heavy: false,
    };
    let description = Description {
        revision: 1.into(),
        methods: vec![greet],
        plugins: vec![HostedRow {
            name: "TracGreet".into(),
            version: "1.2".into(),
            summary: "Greets".into(),
            author: String::new(),
            home_page: String::new(),
            license: "BSD".into(),
            components: vec![ComponentRow {
                name: "greet.api.Greeter".into(),
                summary: String::new(),
                enabled: true,
                required: false,
            }],
        }],
        ..Description::default()
    };
    let args: Vec<Value> = vec![
        "Ä \" \n".into(),
        Value::Binary(b"hello".to_vec()),
        Timestamp::from_microsecond(1_769_860_800_250_000)
            .unwrap()
            .into(),
        [("$date", "just a text")]
            .into_iter()
            .collect::<Struct>()
            .into(),
        f64::INFINITY.into(),
        2.0.into(),
        Value::Nil,
    ];
    let call = Call {
        method: "hello.greet".into(),
        args,
        context: Context {
            environment: "project".into(),
            user: "joe".into(),
            base_url: "https://example.org/project".into(),
            remote_addr: "127.0.0.1".into(),
            method: "POST".into(),
            path_info: "/login/rpc".into(),
            query: String::new(),
            headers: vec![("Content-Type".into(), "application/json".into())],
            within_multicall: false,
        },
        exchange: None,
    };
    let back = HostCall {
        within: Some(3),
        method: "ticket.get".into(),
        args: vec![7.into()],
    };
    let fault = Fault::not_found("Ticket 7 does not exist.").with_title("Invalid ticket number");
    let whole = FaultData {
        class: Some("ResourceNotFound".into()),
        ..fault.clone().into()
    };
    vec![
        asked(1, initialize),
        answered(1, initialized),
        asked(
            2,
            Describe {
                environment: environment(),
            },
        ),
        answered(2, description),
        asked(3, call),
        ('<', request(1, back)),
        ('>', Message::answer(1, Err(fault.into()))),
        ('<', Message::answer(3, Err(whole.into()))),
        ('>', Message::cancel(3)),
        asked(4, Shutdown {}),
        answered(4, CallAnswer::Value(Value::Nil)),
    ]
}

#[test]
fn a_conversation_is_written_as_recorded() {
    let mut written = String::new();
    for (side, message) in conversation() {
        let frame = message.into_frame(true, &Limits::default()).unwrap();
        let line = String::from_utf8(frame.line).unwrap();
        written.push_str(&format!("{side} {line}\n"));
    }
    assert_eq!(written, EXPECTED, "{written}");
}

#[test]
fn what_was_recorded_is_read() {
    let lines = EXPECTED.lines();
    for (line, (_, message)) in lines.zip(conversation()) {
        let frame = tracrpc_plugin_protocol::Frame {
            line: line.as_bytes()[2..].to_vec(),
            blobs: Vec::new(),
        };
        assert_eq!(Message::from_frame(frame, &Limits::default()), Ok(message));
    }
}
