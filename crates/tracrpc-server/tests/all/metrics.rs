//! `/metrics` and `/readyz`.

use std::fs;
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use tracrpc_env::Actor;
use tracrpc_methods::{Method, Namespace};
use tracrpc_server::{EnvironmentSource, Server, ServerConfig};
use tracrpc_wire::Fault;

use crate::http::{Response, World, call, get, post, rule, world, world_of};

fn metered() -> World {
    world_of(at_free_port, |builder| builder)
}

fn at_free_port(config: &mut ServerConfig) {
    config.operations.metrics_address = Some("127.0.0.1:0".parse().unwrap());
}

fn read(server: &Server, path: &str) -> Response {
    get(path).send(server.metrics_address().unwrap())
}

/// The value of a sample, by its name and labels as they stand in the text.
fn value(server: &Server, sample: &str) -> Option<f64> {
    let page = read(server, "/metrics");
    let mut lines = page.body.lines();
    lines.find_map(|line| line.strip_prefix(sample)?.strip_prefix(' ')?.parse().ok())
}

#[test]
fn what_happens_is_counted() {
    let world = metered();
    let server = &world.server;
    let call_json = |body: &str| {
        world.send(&post("/login/rpc", "application/json", body.as_bytes()).user("user"))
    };
    world.send(&call("/login/rpc").user("user"));
    world.send(&call("/login/rpc").user("user"));
    call_json(r#"{"method": "ticket.get", "params": [7], "id": 1}"#);
    call_json(r#"{"method": "x.1", "id": 1}"#);
    call_json(r#"{"method": "x.2", "id": 1}"#);
    call_json("{nonsense");
    world.send(&call("/login/rpc").with("Authorization", "Basic dXNlcjp4"));
    world.send(&get("/nothing"));
    let check = |sample: &str, expected: f64| {
        assert_eq!(value(server, sample), Some(expected), "{sample}");
    };
    let calls = |method: &str, protocol: &str, outcome: &str| {
        format!(
            "tracrpc_calls_total{{method=\"{method}\",outcome=\"{outcome}\",protocol=\"{protocol}\"}}"
        )
    };
    check(&calls("system.getAPIVersion", "XML-RPC", "ok"), 2.0);
    check(&calls("ticket.get", "JSON-RPC", "not_found"), 1.0);
    check(&calls("unknown", "JSON-RPC", "method_not_found"), 2.0);
    check(&calls("unknown", "JSON-RPC", "parse"), 1.0);
    check("tracrpc_call_duration_seconds_count{group=\"system\"}", 2.0);
    check("tracrpc_call_duration_seconds_count{group=\"ticket\"}", 1.0);
    check("tracrpc_http_requests_total{status=\"2xx\"}", 6.0);
    check("tracrpc_http_requests_total{status=\"4xx\"}", 2.0);
    check("tracrpc_logins_total{outcome=\"ok\",way=\"basic\"}", 6.0);
    check(
        "tracrpc_logins_total{outcome=\"failed\",way=\"basic\"}",
        1.0,
    );
    check("tracrpc_environments_open", 1.0);
    check(
        "tracrpc_database_connections{environment=\"env\",state=\"in_use\"}",
        0.0,
    );
    check("tracrpc_mails_waiting{environment=\"env\"}", 0.0);
    check("tracrpc_jobs{lane=\"calls\"}", 0.0);
    check("tracrpc_budget_taken_bytes{budget=\"memory\"}", 0.0);
    check("tracrpc_audit_lines_lost_total", 0.0);
    let version = env!("CARGO_PKG_VERSION");
    check(&format!("tracrpc_build_info{{version=\"{version}\"}}"), 1.0);
    for gauge in [
        "connections_max",
        "workers{lane=\"heavy\"}",
        "budget_bytes{budget=\"kept\"}",
    ] {
        let sample = format!("tracrpc_{gauge}");
        assert!(
            value(server, &sample).is_some_and(|value| value >= 1.0),
            "{sample}"
        );
    }
    let page = read(server, "/metrics");
    let format = page.header("content-type");
    assert_eq!(format, Some("text/plain; version=0.0.4"), "{page:?}");
}

#[test]
fn what_is_at_work_and_what_waits_is_told() {
    let (begin, begun) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let waiting = move |_: &Actor| -> Result<bool, Fault> {
        let _ = begin.send(());
        Ok(wait.lock().unwrap().recv().is_ok())
    };
    let namespace = Namespace::new("test", "For tests.").method(
        Method::new("wait", waiting)
            .returns("boolean")
            .heavy_if(|_, _| true),
    );
    let world = world_of(
        |config| {
            at_free_port(config);
            config.limits.workers = 2;
        },
        |builder| builder.namespace(namespace),
    );
    let server = &world.server;
    let address = server.address();
    let clients: Vec<_> = (0..3)
        .map(|_| {
            let body = br#"{"method": "test.wait", "id": 1}"#;
            std::thread::spawn(move || {
                post("/login/rpc", "application/json", body)
                    .user("user")
                    .send(address)
            })
        })
        .collect();
    begun.recv().unwrap();
    let until = |sample: &str, expected: f64| {
        let deadline = Instant::now() + Duration::from_secs(30);
        while value(server, sample) != Some(expected) {
            assert!(Instant::now() < deadline, "{sample}");
        }
    };
    until("tracrpc_jobs{lane=\"heavy\"}", 3.0);
    // One for each client, and one more for the next.
    assert_eq!(value(server, "tracrpc_workers{lane=\"heavy\"}"), Some(2.0));
    assert_eq!(
        value(server, "tracrpc_jobs_waiting{lane=\"heavy\"}"),
        Some(2.0)
    );
    until("tracrpc_connections", 3.0);
    for _ in &clients {
        go.send(()).unwrap();
    }
    clients
        .into_iter()
        .for_each(|client| drop(client.join().unwrap()));
    until("tracrpc_jobs{lane=\"heavy\"}", 0.0);
    until("tracrpc_connections", 0.0);
}

/// Nor does it wait for the database of one.
#[test]
fn reading_metrics_opens_no_environment() {
    let world = world();
    let parent = world.env.path().parent().unwrap();
    let mut config = ServerConfig::new(EnvironmentSource::Parent(parent.to_owned()));
    config.auth.push(rule("*", &world.env, "realm"));
    at_free_port(&mut config);
    let server = Server::start(config).unwrap();
    assert_eq!(value(&server, "tracrpc_environments_open"), Some(0.0));
    call("/env/login/rpc").user("user").send(server.address());
    assert_eq!(value(&server, "tracrpc_environments_open"), Some(1.0));
    // What is gone is not shown any more, and what is there does not answer.
    fs::remove_dir_all(world.env.path().join("db")).unwrap();
    assert_eq!(read(&server, "/metrics").status, 200);
}

#[test]
fn the_server_is_ready_while_its_environments_answer() {
    let world = metered();
    assert_eq!(read(&world.server, "/readyz").status, 200);
    let database = world.env.path().join("db/trac.db");
    for name in ["trac.db-wal", "trac.db-shm"] {
        let _ = fs::remove_file(world.env.path().join("db").join(name));
    }
    fs::write(&database, "no database at all").unwrap();
    let response = read(&world.server, "/readyz");
    assert_eq!(
        (response.status, response.body.as_str()),
        (503, "unavailable\n")
    );
    assert_eq!(read(&world.server, "/metrics").status, 200);
}

#[test]
fn nothing_else_is_at_the_address_and_they_are_nowhere_else() {
    let world = metered();
    for path in ["/", "/login/rpc", "/healthz"] {
        assert_eq!(read(&world.server, path).status, 404, "{path}");
    }
    let posted = call("/metrics").send(world.server.metrics_address().unwrap());
    assert_eq!(posted.status, 405);
    for path in ["/metrics", "/readyz"] {
        assert_eq!(world.send(&get(path)).status, 404, "{path}");
    }
    assert_eq!(crate::http::world().server.metrics_address(), None);
}
