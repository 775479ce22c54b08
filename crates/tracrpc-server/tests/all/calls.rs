//! Which requests are calls, and what else the others are.

use crate::http::{CALL, Request, post, world};

const JSON_CALL: &[u8] = br#"{"method": "system.getAPIVersion", "id": 1}"#;

#[test]
fn path_and_media_type_choose_the_protocol() {
    let world = world();
    let check = |path: &str, content_type: &str, body: &[u8], status: u16, contains: &str| {
        let response = world.send(&post(path, content_type, body).user("user"));
        assert_eq!(
            response.status, status,
            "{path} {content_type}: {response:?}"
        );
        assert!(
            response.body.contains(contains),
            "{path} {content_type}: {response:?}"
        );
        if status == 200 {
            assert_eq!(response.header("content-type"), Some(content_type));
        }
    };
    check(
        "/login/rpc",
        "text/xml",
        CALL,
        200,
        "<value><int>2</int></value>",
    );
    check(
        "/rpc",
        "application/xml",
        CALL,
        200,
        "<value><int>2</int></value>",
    );
    check(
        "/login/xmlrpc",
        "TEXT/xml; charset=\"utf-8\"",
        CALL,
        200,
        "<value><int>2</int></value>",
    );
    check(
        "/login/rpc?a=b",
        "text/xml",
        CALL,
        200,
        "<value><int>2</int></value>",
    );
    check(
        "/login/rpc",
        "application/json",
        JSON_CALL,
        200,
        "[1, 2, 0]",
    );
    check(
        "/login/jsonrpc",
        "application/json;",
        JSON_CALL,
        200,
        "[1, 2, 0]",
    );
    check(
        "/jsonrpc",
        "text/xml",
        CALL,
        415,
        "No protocol matching Content-Type 'text/xml' at path '/jsonrpc'.",
    );
    check(
        "/login/rpc",
        "text/plain",
        CALL,
        415,
        "No protocol matching Content-Type 'text/plain' at path '/login/rpc'.",
    );
    check(
        "/rpc",
        "application/x-www-form-urlencoded",
        CALL,
        400,
        "Missing or invalid form token. Do you have cookies enabled?",
    );
    check(
        "/rpc",
        "multipart/form-data; boundary=x",
        CALL,
        400,
        "Missing or invalid form token. Do you have cookies enabled?",
    );
    check(
        "/rpc/x",
        "text/xml",
        CALL,
        404,
        "No handler matched request to /rpc/x",
    );
    check(
        "//rpc",
        "text/xml",
        CALL,
        200,
        "<value><int>2</int></value>",
    );
    check("/login", "text/xml", CALL, 302, "");
    check("/login/login/rpc", "text/xml", CALL, 404, "");
    check("/wiki/A%3Cb%3E", "text/xml", CALL, 404, "/wiki/A&lt;b&gt;");
}

#[test]
fn a_slash_at_the_end_is_left_out() {
    let world = world();
    let check = |path: &str, location: &str| {
        let response = world.send(&post(path, "text/xml", CALL).user("user"));
        assert_eq!(response.status, 301, "{path}: {response:?}");
        assert_eq!(response.header("location"), Some(location), "{path}");
    };
    check("/rpc/", "http://test/rpc");
    check("/login/rpc//?a=b", "http://test/login/rpc?a=b");
    check("/a%0Ab%20c/", "http://test/a%0Ab%20c");
    check("//evil.org/", "http://test/evil.org");
}

#[test]
fn faults_are_answers() {
    let world = world();
    let check = |request: Request<'_>, contains: &str| {
        let response = world.send(&request);
        assert_eq!(response.status, 200, "{response:?}");
        assert!(response.body.contains(contains), "{contains}: {response:?}");
    };
    check(post("/rpc", "text/xml", CALL), "<int>403</int>");
    check(
        post("/rpc", "text/xml", b"<methodCall>"),
        "<int>-32700</int>",
    );
    check(post("/rpc", "text/xml", b""), "<int>-32700</int>");
    check(post("/rpc", "application/json", b"[1"), "\"code\": -32700");
    check(
        post("/rpc", "application/json", b"{\"id\": 5}"),
        "\"code\": 403",
    );
    check(
        post("/rpc", "application/json", b"{\"id\": 5}").user("user"),
        "Missing method name",
    );
    check(
        post("/rpc", "application/json", b"\xff\xfe{"),
        "\"code\": -32700",
    );
    check(
        post("/rpc", "text/xml", b"<methodCall>\xff</methodCall>"),
        "<int>-32700</int>",
    );
}

#[test]
fn notifications_get_no_body() {
    let body = br#"{"jsonrpc": "2.0", "method": "system.getAPIVersion"}"#;
    let response = world().send(&post("/login/rpc", "application/json", body).user("user"));
    assert_eq!((response.status, response.body.as_str()), (204, ""));
}

#[test]
fn login_without_any_passwords_is_a_fault() {
    let world = crate::http::world_with(|config| config.auth.clear());
    let response = world.send(&post("/login/rpc", "text/xml", CALL));
    assert_eq!(response.status, 200);
    assert!(
        response
            .body
            .contains("Authentication information not available"),
        "{response:?}"
    );
    // Nobody checks these credentials, so they count for nothing.
    let response = world.send(&post("/rpc", "text/xml", CALL).user("user"));
    assert!(response.body.contains("<int>403</int>"), "{response:?}");
}
