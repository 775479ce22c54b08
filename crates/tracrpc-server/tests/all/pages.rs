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

/// Where links of people's pages into the plugin's page lead to.
const PLACES: [&str; 16] = [
    "content",
    "searchable",
    "Protocols",
    "XML-RPC",
    "JSON-RPC",
    "Methods",
    "rpc.system",
    "rpc.ticket",
    "rpc.ticket.status",
    "rpc.ticket.component",
    "rpc.ticket.version",
    "rpc.ticket.milestone",
    "rpc.ticket.type",
    "rpc.wiki",
    "rpc.search",
    "rpc.ticket.get",
];

#[test]
fn the_documentation_has_the_places_of_the_plugins_page() {
    let world = world();
    let page = world.send(&get("/login/rpc").user("user")).body;
    for place in PLACES {
        assert_eq!(
            page.matches(&format!(" id=\"{place}\"")).count(),
            1,
            "{place}"
        );
    }
    // What the plugin's own tests look for.
    assert!(page.contains("<h3 id=\"XML-RPC\" class=\"section\">XML-RPC</h3>"));
    assert!(page.contains("<h3 id=\"rpc.ticket.status\" class=\"section\">"));
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
    check(
        plain("/rpc").user("user").with("Content-Type", "text/html"),
        200,
        "text/html;charset=utf-8",
    );
    for (method, content_type, status) in [
        ("HEAD", None, 200),
        ("POST", None, 415),
        ("POST", Some("text/html"), 415),
        ("HEAD", Some("text/plain"), 415),
        ("GET", Some("text/plain"), 200),
    ] {
        let mut request = plain("/rpc").user("user");
        request.method = method;
        request
            .headers
            .extend(content_type.map(|value| ("Content-Type", value)));
        let media_type = if status == 200 {
            "text/html"
        } else {
            "text/plain"
        };
        check(request, status, &format!("{media_type};charset=utf-8"));
    }
    check(get("/rpc"), 403, "text/html;charset=utf-8");
    check(get("/nothing"), 404, "text/html;charset=utf-8");
}

#[test]
fn pages_may_not_load_or_run_anything() {
    let response = world().send(&get("/rpc"));
    let policy = response.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
}
