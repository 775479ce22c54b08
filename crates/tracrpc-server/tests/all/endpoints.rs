//! The table of endpoints, and what others add to it.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tracrpc_env::Actor;
use tracrpc_server::{
    Answer, Body, Endpoint, EndpointRequest, EnvironmentSource, NoEnvironment, RequestBody,
    Response, http,
};

use crate::http::{Request, call, get, post, world_of};

/// Answers everywhere, with what it sees.
struct Everywhere;

impl Endpoint for Everywhere {
    fn answers(&self, _: &EndpointRequest<'_>) -> bool {
        true
    }

    fn answer(&self, request: &EndpointRequest<'_>, body: &mut RequestBody) -> Answer {
        let secret = ["authorization", "Cookie"].map(|name| request.header(name).is_some());
        let count = request.headers().count();
        let text = format!(
            "{} {} {secret:?} {count} headers, {} bytes",
            request.actor.authname(),
            request.path_info,
            body.bytes().len(),
        );
        Response::new(Body::from(text)).into()
    }
}

/// `/metrics` of the whole server.
struct Metrics;

impl Endpoint<NoEnvironment> for Metrics {
    fn answers(&self, request: &EndpointRequest<'_, NoEnvironment>) -> bool {
        request.path_info == "/metrics"
    }

    fn answer(
        &self,
        request: &EndpointRequest<'_, NoEnvironment>,
        body: &mut RequestBody,
    ) -> Answer<NoEnvironment> {
        let text = format!("{} {}\n", request.base_url, body.bytes().len());
        let head = http::Response::new(());
        match request.query {
            Some(_) => Answer::written(head, move |_, out| out.write_all(text.as_bytes())),
            None => Answer::later(|_| Response::new(Body::from(text)).into()),
        }
    }
}

/// `/written` says whether it has been written.
struct Written(Arc<AtomicBool>);

impl Endpoint for Written {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        request.path_info == "/written"
    }

    fn answer(&self, request: &EndpointRequest<'_>, _: &mut RequestBody) -> Answer {
        let is_written = Arc::clone(&self.0);
        let mut head = http::Response::builder().status(203).header("X-A", "b");
        if request.query.is_some() {
            head = head.header("Content-Length", 9);
        }
        let name = request.actor.authname().to_owned();
        Answer::written(
            head.body(()).unwrap_or_default(),
            move |actor: &Actor, out| {
                is_written.store(true, Ordering::SeqCst);
                assert_eq!(actor.authname(), name);
                writeln!(out, "for {}", actor.authname())
            },
        )
    }
}

#[test]
fn the_paths_of_the_remote_api_cannot_be_taken() {
    let world = world_of(|_| {}, |builder| builder.endpoint(Everywhere));
    let check = |request: Request<'_>, status: u16, text: &str| {
        let response = world.send(&request.user("user"));
        assert_eq!(response.status, status, "{response:?}");
        assert!(response.body.contains(text), "{response:?}");
    };
    check(call("/rpc"), 200, "<int>2</int>");
    check(call("/login/xmlrpc"), 200, "<int>2</int>");
    check(get("/jsonrpc"), 200, "id=\"JSON-RPC\"");
    check(post("/rpc", "text/plain", b""), 415, "No protocol matching");
    check(get("/"), 302, "");
    check(get("/login"), 302, "");
    check(get("/other/"), 301, "");
    check(get("/healthz"), 200, "ok\n");
    let seen = "user /other [false, false] 3 headers, 0 bytes";
    check(get("/other").with("Cookie", "secret"), 200, seen);
    check(
        post("/a%20b", "text/plain", b"12345"),
        200,
        "user /a b [false, false] 4 headers, 5 bytes",
    );
}

#[test]
fn what_belongs_to_the_server_is_found_before_any_environment() {
    let single = world_of(|_| {}, |builder| builder.server_endpoint(Metrics));
    let based = world_of(
        |config| {
            config.base_path = "/trac".to_owned();
            if let EnvironmentSource::Single(path) = &config.environments {
                config.environments = EnvironmentSource::Several(vec![path.clone()]);
            }
        },
        |builder| builder.server_endpoint(Metrics),
    );
    for (world, path, expected) in [
        (&single, "/metrics", "http://test 0\n"),
        (&single, "/metrics?a", "http://test 0\n"),
        (&based, "/metrics", "http://test/trac 0\n"),
        (&based, "/trac/metrics", "http://test/trac 0\n"),
    ] {
        let response = world.send(&post(path, "text/plain", b"12345"));
        assert!(response.body.contains(expected), "{path} {response:?}");
    }
    assert_eq!(single.send(&get("/metrics/x")).status, 404);
    assert_eq!(
        based.send(&call("/trac/env/login/rpc").user("user")).status,
        200
    );
}

#[test]
fn a_written_answer_has_its_head_and_the_actor() {
    let is_written = Arc::new(AtomicBool::new(false));
    let endpoint = Written(Arc::clone(&is_written));
    let world = world_of(|_| {}, |builder| builder.endpoint(endpoint));
    let head = Request {
        method: "HEAD",
        ..get("/written")
    };
    let response = world.send(&head);
    assert_eq!((response.status, response.body.as_str()), (203, ""));
    assert_eq!(response.header("content-length"), None);
    assert!(
        !is_written.load(Ordering::SeqCst),
        "nothing is written for HEAD"
    );
    let response = world.send(&get("/written").user("user"));
    assert_eq!((response.status, response.header("x-a")), (203, Some("b")));
    assert_eq!(response.body, "9\r\nfor user\n\r\n0\r\n\r\n");
    let sized = world.send(&get("/written?sized").user("user"));
    assert_eq!(sized.header("content-length"), Some("9"));
    assert_eq!(sized.body, "for user\n");
}
