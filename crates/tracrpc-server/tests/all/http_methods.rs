//! HTTP methods, and headers that every answer has.

use tracrpc_server::{EnvironmentSource, Server, ServerConfig};

use crate::http::{Request, call, exchange, get, rule, world};

fn with_method<'a>(method: &'a str, path: &'a str) -> Request<'a> {
    Request {
        method,
        ..call(path).user("user")
    }
}

#[test]
fn other_methods_are_refused_with_the_list_of_those_that_there_are() {
    let world = world();
    let check = |method: &str, path: &str, status: u16, allowed: Option<&str>| {
        let response = world.send(&with_method(method, path));
        assert_eq!(response.status, status, "{method} {path}: {response:?}");
        assert_eq!(response.header("allow"), allowed, "{method} {path}");
    };
    let all = Some("GET, HEAD, POST, OPTIONS");
    for method in ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "FOO"] {
        for path in ["/login/rpc", "/rpc", "/", "/login", "/login/jsonrpc"] {
            check(method, path, 405, all);
        }
    }
    check("TRACE", "/nothing", 405, all);
    check("PUT", "/nothing", 404, None);
    check("PUT", "/healthz", 405, Some("GET, HEAD, OPTIONS"));
    check("POST", "/healthz", 405, Some("GET, HEAD, OPTIONS"));
    check("OPTIONS", "/healthz", 204, Some("GET, HEAD, OPTIONS"));
    check("OPTIONS", "/login/rpc", 204, all);
    check("HEAD", "/healthz", 200, None);
    check("POST", "/login/rpc", 200, None);
    let connect = exchange(
        world.server.address(),
        b"CONNECT example.org:80 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(connect.status, 405, "{connect:?}");
    assert!(!connect.body.contains("example.org"));
}

/// Clients of Trac's plugin may call by any method that carries a body; these two do.
#[test]
fn calls_by_get_are_answered_as_by_post() {
    let world = world();
    let response = world.send(&with_method("GET", "/login/rpc"));
    assert!(response.body.contains("<methodResponse>"), "{response:?}");
}

#[test]
fn every_answer_keeps_browsers_from_guessing() {
    let world = world();
    let mut broken = call("/login/rpc").user("user");
    broken.body = b"<";
    for (request, status) in [
        (call("/login/rpc").user("user"), 200),
        (broken, 200),
        (get("/rpc").user("user"), 200),
        (get("/login/rpc"), 401),
        (get("/nothing"), 404),
        (get("/"), 302),
        (get("/healthz"), 200),
        (with_method("PUT", "/rpc"), 405),
        (with_method("OPTIONS", "/rpc"), 204),
    ] {
        let response = world.send(&request);
        assert_eq!(response.status, status, "{response:?}");
        let header = |name: &str| response.header(name);
        assert_eq!(header("x-content-type-options"), Some("nosniff"));
        assert_eq!(header("referrer-policy"), Some("no-referrer"));
    }
    let page = world.send(&get("/nothing"));
    assert!(page.header("content-security-policy").is_some());
}

/// `--no-index`: who does not know an environment's name does not learn it.
#[test]
fn the_list_of_environments_can_be_hidden() {
    let world = world();
    let check = |hides_index: bool, status: u16| {
        let parent = world.env.path().parent().unwrap();
        let mut config = ServerConfig::new(EnvironmentSource::Parent(parent.to_owned()));
        config.auth.push(rule("*", &world.env, "realm"));
        config.operations.hides_index = hides_index;
        config.base_path = "/trac".to_owned();
        let server = Server::start(config).unwrap();
        for path in ["/", "/trac", "/trac/"] {
            let response = get(path).send(server.address());
            assert_eq!(response.status, status, "{path}: {response:?}");
            assert_eq!(response.body.contains("/trac/env"), !hides_index, "{path}");
        }
        let response = call("/trac/env/login/rpc")
            .user("user")
            .send(server.address());
        assert_eq!(response.status, 200);
    };
    check(false, 200);
    check(true, 404);
}
