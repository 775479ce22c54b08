//! Scripts of web pages of other origins.

use crate::http::{Request, Response, World, call, get, world};

/// A world whose environment allows these origins.
fn allowing(origins: &str) -> World {
    let world = world();
    let config = world.env.env().config();
    let path = config.path();
    let text = std::fs::read_to_string(path).unwrap();
    std::fs::write(
        path,
        format!("{text}\n[tracrpc]\nallowed_origins = {origins}\n"),
    )
    .unwrap();
    world
}

fn preflight<'a>(path: &'a str, origin: &'a str) -> Request<'a> {
    Request {
        method: "OPTIONS",
        path,
        headers: vec![
            ("Origin", origin),
            ("Access-Control-Request-Method", "POST"),
            (
                "Access-Control-Request-Headers",
                "authorization,content-type",
            ),
        ],
        body: b"",
    }
}

/// What an answer says of credentials, whose scripts may read it, and whose may not.
fn granted(response: &Response) -> (Option<&str>, Option<&str>) {
    (
        response.header("access-control-allow-origin"),
        response.header("access-control-allow-credentials"),
    )
}

const TOOLS: &str = "https://tools.example.org";

#[test]
fn listed_origins_may_call_with_credentials_and_no_others() {
    let world = allowing("https://tools.example.org, http://localhost:3000");
    let check = |origin: &str, is_allowed: bool| {
        let expected = match is_allowed {
            true => (Some(origin), Some("true")),
            false => (None, None),
        };
        let asked = world.send(&preflight("/login/rpc", origin));
        assert_eq!(asked.status, 204, "{asked:?}");
        assert_eq!(granted(&asked), expected, "{asked:?}");
        let headers = asked.header("access-control-allow-headers");
        assert_eq!(
            headers.is_some_and(|all| all.contains("Authorization")),
            is_allowed
        );
        let methods = asked.header("access-control-allow-methods");
        assert_eq!(methods, is_allowed.then_some("GET, HEAD, POST"));
        for request in [
            call("/login/rpc").user("user"),
            call("/rpc"),
            get("/rpc").user("user"),
            // Wrong or missing credentials, before the environment is asked; an HTTP method
            // that there is not.
            call("/login/rpc"),
            call("/login/rpc").with("Authorization", "Basic eDp5"),
            Request {
                method: "PUT",
                ..call("/rpc")
            },
        ] {
            let response = world.send(&request.with("Origin", origin));
            assert_eq!(granted(&response), expected, "{response:?}");
            let varies = response.header("vary").is_some_and(|vary| vary == "Origin");
            assert!(varies, "{response:?}");
            let exposed = response.header("access-control-expose-headers");
            assert_eq!(
                exposed.is_some_and(|all| all.contains("X-Request-Id")),
                is_allowed
            );
        }
    };
    check(TOOLS, true);
    check("http://localhost:3000", true);
    check("https://tools.example.org:444", false);
    check("http://tools.example.org", false);
    check("https://tools.example.org.evil.net", false);
    check("https://TOOLS.example.org", false);
    check("null", false);
    check("*", false);
    let without = world.send(&call("/rpc"));
    assert_eq!(without.header("vary"), Some("Origin"), "{without:?}");
    assert_eq!(granted(&without), (None, None));
}

#[test]
fn everybody_gets_no_credentials() {
    let world = allowing("*");
    for request in [preflight("/rpc", TOOLS), call("/rpc").with("Origin", TOOLS)] {
        let response = world.send(&request);
        assert_eq!(granted(&response), (Some("*"), None), "{response:?}");
        let headers = response
            .header("access-control-allow-headers")
            .unwrap_or_default();
        assert!(!headers.contains("Authorization"), "{response:?}");
    }
}

/// `*` beside others would be everybody with credentials, or what nobody expects.
#[test]
fn everybody_counts_alone_only_and_nobody_is_the_default() {
    let check = |origins: &str, origin: &str| {
        let world = allowing(origins);
        for request in [
            preflight("/login/rpc", origin),
            call("/login/rpc").user("user").with("Origin", origin),
            call("/login/rpc").with("Origin", origin),
        ] {
            let response = world.send(&request);
            assert_eq!(granted(&response), (None, None), "{response:?}");
        }
    };
    check("https://other.example.org, *", TOOLS);
    check("*, *", TOOLS);
    check("null", "null");
    check("", TOOLS);
    check("https://tools.example.org/", TOOLS);
}

#[test]
fn only_paths_of_the_remote_api_are_for_scripts() {
    let world = allowing("https://tools.example.org");
    for path in ["/nothing", "/", "/healthz"] {
        let response = world.send(&get(path).user("user").with("Origin", TOOLS));
        assert_eq!(granted(&response), (None, None), "{response:?}");
        let asked = world.send(&preflight(path, TOOLS));
        assert_eq!(granted(&asked), (None, None), "{asked:?}");
    }
}
