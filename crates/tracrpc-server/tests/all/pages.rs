//! The pages for people.

use crate::http::{Request, get, world};

#[test]
fn the_documentation_names_every_method_to_those_who_may_call() {
    let world = world();
    let page = world.send(&get("/login/rpc").user("user"));
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), Some("text/html;charset=utf-8"));
    for name in tracrpc_methods::Registry::builtin()
        .unwrap()
        .methods()
        .map(|method| method.name().to_owned())
    {
        assert!(page.body.contains(&format!("id=\"{name}\"")), "{name}");
    }
    for part in [
        "XML-RPC",
        "JSON-RPC",
        "http://test/login/rpc",
        "http://test/rpc",
        "array signatures",
    ] {
        assert!(page.body.contains(part), "{part}");
    }
    assert!(!page.body.contains("<script"), "the page works without");
}

#[test]
fn the_documentation_is_for_those_who_accept_html() {
    let world = world();
    let check = |request: Request<'_>, status: u16, content_type: &str| {
        let response = world.send(&request);
        assert_eq!(
            response.status, status,
            "{:?}: {response:?}",
            request.headers
        );
        assert_eq!(response.header("content-type"), Some(content_type));
    };
    let plain = |path| Request {
        headers: Vec::new(),
        ..get(path)
    };
    check(plain("/rpc").user("user"), 200, "text/html;charset=utf-8");
    check(
        plain("/jsonrpc").user("user"),
        200,
        "text/html;charset=utf-8",
    );
    check(
        plain("/rpc")
            .user("user")
            .with("Accept", "image/png, text/html;q=0.5"),
        200,
        "text/html;charset=utf-8",
    );
    check(
        plain("/rpc").user("user").with("Accept", "*/*"),
        415,
        "text/plain;charset=utf-8",
    );
    check(get("/rpc"), 403, "text/html;charset=utf-8");
    check(get("/nothing"), 404, "text/html;charset=utf-8");
}

#[test]
fn pages_may_not_load_or_run_anything() {
    let response = world().send(&get("/rpc"));
    let policy = response.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
}
