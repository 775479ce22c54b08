//! The client library and `tracrpc call`, against a server.

use std::process::{Command, Output};

use tracrpc_client::{Client, ErrorKind, Speech, Value};

use crate::served::{Served, environment};

#[test]
fn both_languages_bring_results_and_faults() {
    let env = environment();
    let server = Served::start(env.path());
    for (speech, code) in [(Speech::Xml, 1), (Speech::Json, -32603)] {
        let client = Client::new(&server.url("admin"))
            .unwrap()
            .with_speech(speech);
        let version = client.call("system.getAPIVersion", []).unwrap();
        assert_eq!(
            version,
            vec![Value::Int(1), Value::Int(2), Value::Int(0)].into()
        );
        let missing = client.call("ticket.get", [99.into()]).unwrap_err();
        let fault = missing.fault().expect("a fault");
        assert_eq!(
            (fault.code, fault.message.as_str()),
            (404, "Ticket 99 does not exist.")
        );
        let replies = client
            .batch()
            .call("wiki.getRPCVersionSupported", [])
            .call("no.such", [])
            .call("ticket.create", ["".into(), "".into()])
            .call("ticket.query", ["status!=closed".into()])
            .send()
            .unwrap();
        let codes = replies
            .iter()
            .map(|reply| reply.as_ref().map_err(|fault| fault.code).err());
        assert_eq!(
            codes.collect::<Vec<_>>(),
            [None, Some(-32601), Some(code), None],
            "{speech:?}"
        );
        assert_eq!(replies[0], Ok(Value::Int(2)));
        assert_eq!(replies[3], Ok(Value::Array(Vec::new())));
    }
}

#[test]
fn what_goes_wrong_on_the_way_is_told_from_faults() {
    let env = environment();
    let server = Served::start(env.path());
    let kind = |url: &str| {
        let client = Client::new(url).unwrap();
        let error = client.call("system.getAPIVersion", []).unwrap_err();
        format!("{:?}", error.kind())
    };
    let url = server.url("admin");
    assert_eq!(
        kind(&url.replace(":admin@", ":wrong@")),
        format!("{:?}", ErrorKind::Status(401))
    );
    assert_eq!(
        kind(&url.replace("login/rpc", "nowhere")),
        format!("{:?}", ErrorKind::Status(404))
    );
    drop(server);
    assert_eq!(kind(&url), format!("{:?}", ErrorKind::Transport));
}

#[test]
fn the_command_prints_json() {
    let env = environment();
    let server = Served::start(env.path());
    let url = server.url("admin").replace("admin:admin@", "");
    let cases = [
        (&["system.getAPIVersion"][..], "[1, 2, 0]\n", ""),
        (
            &[
                "ticket.create",
                "A summary",
                "text",
                "{\"priority\": \"minor\"}",
            ],
            "1\n",
            "",
        ),
        (&["ticket.query", "priority=minor"], "[1]\n", ""),
        (
            &["--xml", "ticket.query", "\"status!=closed\""],
            "[1]\n",
            "",
        ),
        (
            &["ticket.get", "7"],
            "",
            "Error: Ticket 7 does not exist. (code 404)\n",
        ),
        (
            &["no.such"],
            "",
            "Error: RPC method \"no.such\" not found (code -32601)\n",
        ),
    ];
    for (words, wanted, error) in cases {
        let done = call(&url, words, "admin");
        assert_eq!(String::from_utf8_lossy(&done.stderr), error, "{words:?}");
        assert_eq!(String::from_utf8_lossy(&done.stdout), wanted, "{words:?}");
        assert_eq!(done.status.success(), error.is_empty(), "{words:?}");
    }
    let refused = call(&url, &["system.getAPIVersion"], "wrong");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("401"));
}

fn call(url: &str, words: &[&str], password: &str) -> Output {
    let (flags, words): (Vec<&str>, Vec<&str>) = words.iter().partition(|w| w.starts_with("--"));
    Command::new(env!("CARGO_BIN_EXE_tracrpc"))
        .arg("call")
        .args(flags)
        .arg(url)
        .args(words)
        .env("TRACRPC_USER", "admin")
        .env("TRACRPC_PASSWORD", password)
        .output()
        .unwrap()
}
