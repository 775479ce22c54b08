//! A plugin of this crate, spoken with as the server does.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::io::{BufReader, PipeReader, PipeWriter, pipe};
use std::thread::{JoinHandle, spawn};

use tracrpc_plugin_protocol::messages::{CallAnswer, Description, Policies, TicketProblems};
use tracrpc_plugin_protocol::{FrameReader, Incoming, Limits, Message, RpcError, Shape};
use tracrpc_plugin_sdk::messages::TicketValidate;
use tracrpc_plugin_sdk::{Fault, Method, Plugin, Struct, Value};

struct Server {
    input: PipeWriter,
    output: FrameReader<BufReader<PipeReader>>,
    thread: JoinHandle<std::io::Result<()>>,
}

fn plugin() -> Plugin {
    let greet = Method::new("hello.greet", |request, args| {
        let whom = args.first().and_then(Value::as_str).unwrap_or("world");
        Ok(format!("Hello {whom}, says {}", request.user()).into())
    });
    Plugin::new("hello")
        .namespace("hello", "Greetings.")
        .method(greet.optional("string", "whom", "world").help("Greets."))
        .method(Method::new("hello.ask", |request, args| {
            request.host_call("ticket.get", args)
        }))
        .method(Method::new("hello.panic", |_, args| Ok(args[7].clone())))
        .method(Method::new("hello.refuse", |_, _| {
            Err(Fault::not_found("nothing").with_code(7))
        }))
        .policy("HelloPolicy", |user, action, _| {
            (action == "WIKI_VIEW").then_some(user == "joe")
        })
        .wiki_macro("Hello", true, |_, asked| {
            Ok(format!("<b>{}</b>", asked.content.as_deref().unwrap_or("")))
        })
        .answer(|_, asked: TicketValidate| {
            Ok(TicketProblems {
                problems: vec![(None, format!("{} fields", asked.fields.len()))],
                fields: Struct::new(),
            })
        })
        .describe(|environment, description| {
            description.realms.push(environment.name.clone());
        })
}

fn server() -> Server {
    let (theirs, input) = pipe().unwrap();
    let (output, written) = pipe().unwrap();
    let thread = spawn(move || plugin().serve(BufReader::new(theirs), written));
    let mut server = Server {
        input,
        output: FrameReader::new(BufReader::new(output), Limits::default()),
        thread,
    };
    let answer = server.ask(
        1,
        "initialize",
        r#"{"host":{"name":"t"},"limits":{"frame":1000},"capabilities":{"blobs":true}}"#,
    );
    assert!(answer.is_ok(), "{answer:?}");
    server.output.expect_blobs();
    server
}

impl Server {
    fn write(&mut self, line: &str) {
        use std::io::Write;
        writeln!(self.input, "{line}").unwrap();
    }

    fn read(&mut self) -> Message {
        match self.output.read().unwrap() {
            Some(Incoming::Frame(frame)) => Message::from_frame(frame, &Limits::default()).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    fn ask(&mut self, id: i64, method: &str, params: &str) -> Result<Value, RpcError> {
        self.write(&format!(
            "{{\"id\":{id},\"method\":\"{method}\",\"params\":{params}}}"
        ));
        match self.read() {
            Message::Answer { id: of, outcome } if of == id => outcome,
            other => panic!("{other:?}"),
        }
    }

    fn call(&mut self, method: &str, args: &str) -> Result<Value, RpcError> {
        let context = r#"{"environment":"e","user":"joe"}"#;
        let params = format!("{{\"method\":\"{method}\",\"args\":{args},\"context\":{context}}}");
        let answer = self.ask(7, "call", &params)?;
        match CallAnswer::read(answer).unwrap() {
            CallAnswer::Value(value) => Ok(value),
            other => panic!("{other:?}"),
        }
    }

    fn end(self) {
        drop(self.input);
        self.thread.join().unwrap().unwrap();
    }
}

#[test]
fn it_describes_itself() {
    let mut server = server();
    let answer = server.ask(2, "describe", r#"{"environment":{"name":"e","path":"/e"}}"#);
    let description = Description::read(answer.unwrap()).unwrap();
    assert_eq!(description.methods.len(), 4);
    let signatures = &description.methods[0].signatures;
    assert_eq!(*signatures, [vec!["string"], vec!["string", "string"]]);
    assert_eq!(description.hooks, ["ticket/validate"]);
    assert_eq!(description.policies, ["HelloPolicy"]);
    assert_eq!(description.realms, ["e"]);
    assert!(description.problems.is_empty());
    server.end();
}

#[test]
fn it_answers_calls() {
    let mut server = server();
    let greeting = server.call("hello.greet", "[\"Ann\"]");
    assert_eq!(greeting, Ok("Hello Ann, says joe".into()));
    let fault = server.call("hello.refuse", "[]").unwrap_err();
    assert_eq!(fault.into_fault().unwrap().code, Some(7));
    let fault = server.call("hello.none", "[]").unwrap_err();
    assert!(fault.message.contains("not found"), "{fault}");
    let error = server.call("hello.panic", "[]").unwrap_err();
    assert_eq!(error.code, -32603);
    let error = server.ask(3, "no/such", "{}").unwrap_err();
    assert_eq!(error.code, -32601);
    let error = server.ask(3, "call", "{}").unwrap_err();
    assert_eq!(error.code, -32602);
    server.end();
}

#[test]
fn it_answers_hooks() {
    let mut server = server();
    let questions = r#"[["WIKI_VIEW",null],["WIKI_VIEW",[["wiki","A",null]]],["X",null]]"#;
    let params = format!(
        r#"{{"environment":"e","policy":"HelloPolicy","user":"joe","questions":{questions}}}"#
    );
    let answers = Policies::read(server.ask(2, "policy/check", &params).unwrap()).unwrap();
    assert_eq!(answers.answers, [Some(true), Some(true), None]);
    let params = r#"{"name":"Hello","content":"x","resource":[],"context":{"environment":"e"}}"#;
    let html = server.ask(3, "macro/render", params).unwrap();
    assert_eq!(html, Struct::from_iter([("html", "<b>x</b>")]).into());
    let params = r#"{"context":{"environment":"e"},"fields":{"summary":"s"}}"#;
    let problems = server.ask(4, "ticket/validate", params).unwrap();
    let problems = TicketProblems::read(problems).unwrap().problems;
    assert_eq!(problems, [(None, "1 fields".to_owned())]);
    server.end();
}

#[test]
fn it_asks_the_server() {
    let mut server = server();
    let context = r#"{"environment":"e"}"#;
    let call = format!(r#"{{"method":"hello.ask","args":[7],"context":{context}}}"#);
    for (id, answer, expected) in [
        (5, r#""result":{"value":"the ticket"}"#, Ok("the ticket")),
        (6, r#""error":{"code":-32602,"message":"no"}"#, Err("no")),
    ] {
        server.write(&format!(r#"{{"id":{id},"method":"call","params":{call}}}"#));
        let Message::Request {
            id: asked,
            method,
            params,
        } = server.read()
        else {
            panic!();
        };
        assert_eq!(method, "host/call");
        assert_eq!(params.get("within"), Some(&Value::Int(id)));
        // What comes in between is answered, although the plugin waits.
        assert!(server.call("hello.greet", "[]").is_ok());
        server.write(&format!(r#"{{"id":{asked},{answer}}}"#));
        match (server.read(), expected) {
            (
                Message::Answer {
                    outcome: Ok(value), ..
                },
                Ok(expected),
            ) => {
                assert_eq!(value, Struct::from_iter([("value", expected)]).into());
            }
            (
                Message::Answer {
                    outcome: Err(error),
                    ..
                },
                Err(expected),
            ) => {
                assert_eq!(error.message, expected);
            }
            other => panic!("{other:?}"),
        }
    }
    server.end();
}

#[test]
fn what_waits_for_a_server_that_has_gone_ends() {
    let mut server = server();
    let call = r#"{"method":"hello.ask","args":[7],"context":{"environment":"e"}}"#;
    server.write(&format!(r#"{{"id":5,"method":"call","params":{call}}}"#));
    assert!(matches!(server.read(), Message::Request { .. }));
    server.end();
}
