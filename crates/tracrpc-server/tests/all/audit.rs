//! The audit log of a server.

use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;
use tracrpc_env::Actor;
use tracrpc_methods::{Method, Namespace};
use tracrpc_server::{AuditTarget, ServerBuilder, ServerConfig};
use tracrpc_wire::Fault;

use crate::http::{Request, World, call, get, post, world_of};

/// A world that is watched.
struct Watched {
    world: World,
    path: PathBuf,
    _folder: TempDir,
}

fn watched() -> Watched {
    watched_with(|_| {}, |builder| builder)
}

fn watched_with(
    change: impl FnOnce(&mut ServerConfig),
    add: impl FnOnce(ServerBuilder) -> ServerBuilder,
) -> Watched {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("audit.log");
    let change = |config: &mut ServerConfig| {
        config.operations.audit_log = Some(AuditTarget::File(path.clone()));
        change(config);
    };
    let world = world_of(change, add);
    Watched {
        world,
        path,
        _folder: folder,
    }
}

impl Watched {
    /// Stops the server, and returns what it has written, in the order of the requests.
    fn log(self) -> (String, Vec<Value>) {
        let World { server, env: _env } = self.world;
        server.stop();
        let text = fs::read_to_string(&self.path).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        (text.clone(), lines.collect())
    }
}

fn json_call<'a>(path: &'a str, body: &'a str) -> Request<'a> {
    post(path, "application/json", body.as_bytes())
}

/// The calls in a line without the times that they took.
fn calls(line: &Value) -> Value {
    let mut calls = line["calls"].clone();
    for call in calls.as_array_mut().unwrap() {
        call.as_object_mut().unwrap().remove("ms");
    }
    calls
}

#[test]
fn a_request_is_one_line() {
    let watched = watched_with(
        |config| config.trusted_proxies.add("127.0.0.1").unwrap(),
        |builder| builder,
    );
    let body = r#"{"method": "ticket.get", "params": [7], "id": 1}"#;
    let request = json_call("/login/rpc?token=secret", body).user("user");
    let request = request
        .with("X-Forwarded-For", "198.51.100.7")
        .with("X-Request-Id", "abc");
    let answer = watched.world.send(&request);
    let (text, lines) = watched.log();
    let [line] = lines.as_slice() else {
        panic!("{text}")
    };
    let keys: Vec<_> = line.as_object().unwrap().keys().collect();
    let expected = [
        "time",
        "event",
        "client",
        "id",
        "user",
        "login",
        "environment",
        "http",
        "path",
        "protocol",
        "calls",
        "status",
        "ms",
        "in",
        "out",
    ];
    assert_eq!(keys, expected);
    let time = line["time"].as_str().unwrap();
    assert_eq!(
        (time.len(), &time[19..20], &time[26..]),
        (27, ".", "Z"),
        "{time}"
    );
    assert_eq!(line["event"], "request");
    assert_eq!(line["client"], "198.51.100.7");
    assert_eq!(line["id"], "abc");
    assert_eq!(line["user"], "user");
    assert_eq!(line["login"], "basic");
    assert_eq!(line["environment"], "env");
    assert_eq!(line["http"], "POST");
    assert_eq!(line["path"], "/login/rpc");
    assert_eq!(line["protocol"], "JSON-RPC");
    assert_eq!(line["status"], 200);
    assert_eq!(line["in"], body.len());
    assert_eq!(line["out"], answer.body.len());
    assert!(line["ms"].as_f64().unwrap() > 0.0);
    assert!(line["calls"][0]["ms"].as_f64().unwrap() > 0.0);
    let expected = json!([{"method": "ticket.get", "realm": "ticket", "resource": "7",
        "outcome": "not_found", "code": 404}]);
    assert_eq!(calls(line), expected);
    assert!(!text.contains("secret"), "{text}");
}

#[test]
fn every_call_of_a_multicall_is_noted_with_its_own_end() {
    let watched = watched();
    let body = r#"{"method": "system.multicall", "id": 1, "params": [
        {"method": "wiki.putPage", "params": ["Page", "a secret", {"comment": "secret"}], "id": 1},
        {"method": "wiki.getAttachment", "params": ["Page/secret-plans.txt"], "id": 2},
        {"method": "no.such", "params": ["secret"], "id": 3},
        {"method": "ticket.milestone.get", "params": ["1.0"], "id": 4},
        {"method": "system.multicall", "id": 5, "params": [[
            {"methodName": "system.getAPIVersion", "params": []}]]},
        {"method": "ticket.query", "params": ["owner=secret"], "id": 7}]}"#;
    watched
        .world
        .send(&json_call("/login/rpc", body).user("user"));
    let (text, lines) = watched.log();
    assert_eq!(lines.len(), 1, "{text}");
    assert_eq!(
        calls(&lines[0]),
        json!([
            {"method": "wiki.putPage", "realm": "wiki", "resource": "Page", "inner": true,
                "outcome": "ok"},
            {"method": "wiki.getAttachment", "realm": "attachment",
                "resource": "secret-plans.txt", "parent_realm": "wiki", "parent": "Page",
                "inner": true, "outcome": "not_found", "code": 404},
            {"method": "no.such", "inner": true, "outcome": "method_not_found", "code": -32601},
            {"method": "ticket.milestone.get", "realm": "milestone", "resource": "1.0",
                "inner": true, "outcome": "not_found", "code": 404},
            {"method": "system.getAPIVersion", "inner": true, "outcome": "ok"},
            {"method": "system.multicall", "inner": true, "outcome": "ok"},
            {"method": "ticket.query", "inner": true, "outcome": "ok"},
            {"method": "system.multicall", "outcome": "ok"},
        ])
    );
    assert_eq!(
        text.replace("secret-plans.txt", "")
            .matches("secret")
            .count(),
        0,
        "{text}"
    );
}

#[test]
fn a_new_ticket_is_named() {
    let watched = watched();
    let world = &watched.world;
    let body = r#"{"method": "ticket.create", "params": ["secret", "secret"], "id": 1}"#;
    world.send(&json_call("/login/rpc", body).user("user"));
    let (text, lines) = watched.log();
    let made = json!([{"method": "ticket.create", "realm": "ticket", "resource": "1",
        "outcome": "ok"}]);
    assert_eq!(calls(&lines[0]), made, "{text}");
    assert!(!text.contains("secret"));
}

/// Whom programs ban that read the log: who guesses at passwords, and who sends nonsense.
#[test]
fn failed_logins_and_nonsense_are_events_of_their_own() {
    let watched = watched();
    let world = &watched.world;
    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
    let long = "x".repeat(3000);
    let names = ["user", "nobody", "a\"\\b", "line\nfeed", long.as_str()];
    for name in names {
        let credentials = basic(&format!("{name}:hunter2"));
        world.send(&call("/login/rpc").with("Authorization", &credentials));
    }
    world.send(&call("/login/rpc").with("Authorization", "Digest username=\"joe\""));
    world.send(&get("/login/rpc"));
    world.send(&json_call("/rpc", "{nonsense"));
    world.send(&post("/login/rpc", "text/xml", b"<nonsense").user("user"));
    let (text, lines) = watched.log();
    let seen: Vec<_> = lines
        .iter()
        .map(|line| (&line["event"], &line["name"]))
        .collect();
    let failed = json!("login_failed");
    let cut = format!("{}…", &long[..100]);
    let (name, none) = (|name: &str| json!(name), Value::Null);
    for (place, expected) in names[..4].iter().enumerate() {
        assert_eq!(seen[place], (&failed, &name(expected)), "{text}");
    }
    assert_eq!(seen[4], (&failed, &name(&cut)));
    // Where there is no Digest authentication nobody has failed at it.
    assert_eq!(seen[5], (&json!("request"), &none));
    assert_eq!(seen[6], (&json!("request"), &none));
    assert_eq!(lines[6]["status"], 401);
    assert_eq!(seen[7], (&json!("malformed"), &none));
    assert_eq!(seen[8], (&json!("malformed"), &none));
    assert_eq!(lines[8]["user"], "user");
    assert_eq!(lines[0]["user"], Value::Null);
    assert!(!text.contains("hunter2") && !text.contains(&STANDARD.encode("user:hunter2")));
    // The three members by which programs find whom to ban come first.
    for line in text.lines() {
        let mut members = line.split(',');
        assert!(
            members.next().unwrap().starts_with("{\"time\":\""),
            "{line}"
        );
        assert!(
            members.next().unwrap().starts_with("\"event\":\""),
            "{line}"
        );
        assert_eq!(members.next(), Some("\"client\":\"127.0.0.1\""), "{line}");
    }
}

/// What is no HTTP reaches no environment. A proxy is not to be blamed for it.
#[test]
fn nonsense_in_place_of_http_is_noted() {
    for (is_proxy, expected) in [(false, 1), (true, 0)] {
        let watched = watched_with(
            |config| {
                if is_proxy {
                    config.trusted_proxies.add("127.0.0.1").unwrap();
                }
            },
            |builder| builder,
        );
        let address = watched.world.server.address();
        crate::http::exchange(address, b"\x16\x03\x01 is no HTTP\r\n\r\n");
        let (text, lines) = watched.log();
        assert_eq!(lines.len(), expected, "{text}");
        for line in lines {
            assert_eq!(
                (&line["event"], &line["client"]),
                (&json!("malformed"), &json!("127.0.0.1"))
            );
        }
    }
}

/// Whatever a client sends, it cannot write a line of its own.
#[test]
fn no_line_can_be_forged() {
    let watched = watched();
    let world = &watched.world;
    let forged = r#"\n{\"time\":\"2000\",\"event\":\"login_failed\",\"client\":\"192.0.2.1\"}\n"#;
    let body = format!(
        r#"[{{"method": "{forged}", "params": [], "id": 1}},
            {{"method": "wiki.getPage", "params": ["{forged}"], "id": 2}}]"#
    );
    let body = format!(r#"{{"method": "system.multicall", "params": {body}, "id": 3}}"#);
    world.send(&json_call("/login/rpc", &body).user("user"));
    world.send(&call("/%0a%7b%22time/rpc"));
    let agent = STANDARD.encode("\r\n{\"time\":\u{2028}:x");
    world.send(&call("/login/rpc").with("Authorization", &format!("Basic {agent}")));
    let (text, lines) = watched.log();
    assert_eq!(lines.len(), 3, "{text}");
    assert_eq!(text.lines().count(), 3);
    assert!(!text.contains('\r') && !text.contains('\u{2028}'));
    assert!(
        lines.iter().all(|line| line["client"] == "127.0.0.1"),
        "{text}"
    );
}

/// So that no request makes a line without bounds.
#[test]
fn many_calls_have_several_lines() {
    let watched = watched();
    let entry = r#"{"method": "system.getAPIVersion", "params": [], "id": 1}"#;
    let entries = vec![entry; 250].join(",");
    let body = format!(r#"{{"method": "system.multicall", "params": [{entries}], "id": 1}}"#);
    watched
        .world
        .send(&json_call("/login/rpc", &body).user("user"));
    let (_, lines) = watched.log();
    let shapes: Vec<_> = lines
        .iter()
        .map(|line| {
            let count = line["calls"].as_array().unwrap().len();
            (
                line["event"].as_str().unwrap(),
                count,
                line["status"].as_i64(),
            )
        })
        .collect();
    assert_eq!(
        shapes,
        [
            ("calls", 100, None),
            ("calls", 100, None),
            ("request", 51, Some(200))
        ]
    );
    assert!(
        lines
            .iter()
            .all(|line| line["id"] == lines[0]["id"] && line["user"] == "user")
    );
}

/// What takes effect after its client was told that it takes too long is in the log.
#[test]
fn calls_that_end_after_the_answer_and_those_that_panic_are_noted() {
    let (go, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let waiting =
        move |_: &Actor| -> Result<bool, Fault> { Ok(wait.lock().unwrap().recv().is_ok()) };
    let panicking = |_: &Actor| -> Result<bool, Fault> { panic!("on purpose") };
    let namespace = Namespace::new("test", "For tests.")
        .method(Method::new("wait", waiting).returns("boolean"))
        .method(Method::new("panic", panicking).returns("boolean"));
    let watched = watched_with(
        |config| config.limits.request_time = Duration::from_millis(300),
        |builder| builder.namespace(namespace),
    );
    let body = r#"{"method": "test.wait", "id": 1}"#;
    let answer = watched
        .world
        .send(&json_call("/login/rpc", body).user("user"));
    assert_eq!(answer.status, 503);
    go.send(()).unwrap();
    let body = r#"{"method": "test.panic", "id": 1}"#;
    watched
        .world
        .send(&json_call("/login/rpc", body).user("user"));
    let (text, lines) = watched.log();
    let find = |method: &str| {
        let mut lines = lines.iter();
        let is_it = |line: &&Value| line["calls"][0]["method"] == method;
        lines.find(is_it).unwrap_or_else(|| panic!("{text}"))
    };
    let late = find("test.wait");
    assert_eq!(late["status"], 503);
    assert_eq!(late["calls"][0]["outcome"], "ok");
    assert_eq!(find("test.panic")["calls"][0]["outcome"], "panic");
}

/// Nobody can be told apart where nobody writes it down: that is said at start.
#[test]
fn a_log_that_cannot_be_opened_keeps_the_server_from_starting() {
    let world = crate::http::world();
    let mut config = ServerConfig::single(world.env.path());
    let path = world.env.path().join("no/such/folder/audit.log");
    config.operations.audit_log = Some(AuditTarget::File(path));
    let error = tracrpc_server::Server::start(config).err().unwrap();
    assert!(
        error.to_string().starts_with("cannot open the audit log: "),
        "{error}"
    );
}

/// Requests of many clients at once are each there, and whole.
#[test]
fn no_line_is_lost_among_many() {
    let watched = watched();
    let address = watched.world.server.address();
    let clients: Vec<_> = (0..8)
        .map(|_| {
            std::thread::spawn(move || {
                for _ in 0..50 {
                    assert_eq!(call("/login/rpc").user("user").send(address).status, 200);
                }
            })
        })
        .collect();
    clients
        .into_iter()
        .for_each(|client| client.join().unwrap());
    let (_, lines) = watched.log();
    assert_eq!(lines.len(), 400);
    let ids: std::collections::HashSet<_> = lines.iter().map(|line| line["id"].as_str()).collect();
    assert_eq!(ids.len(), 400);
}
