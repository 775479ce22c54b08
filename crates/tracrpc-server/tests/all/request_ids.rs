//! The names of requests.

use crate::http::{call, get, world_of, world_with};

#[test]
fn an_answer_has_the_name_of_its_request() {
    let check = |trusted: bool, given: &str, is_taken: bool| {
        let world = world_with(|config| {
            if trusted {
                config.trusted_proxies.add("127.0.0.1").unwrap();
            }
        });
        for request in [
            call("/login/rpc").user("user"),
            get("/rpc"),
            get("/healthz"),
        ] {
            let response = world.send(&request.with("X-Request-Id", given));
            let name = response.header("x-request-id").unwrap();
            assert_eq!(name == given, is_taken, "{response:?}");
            assert!(is_taken || name.len() == 24, "{name}");
        }
    };
    check(true, "3f2b-77:x", true);
    check(false, "3f2b-77:x", false);
    check(true, "<script>", false);
    check(true, &"x".repeat(200), false);
}

/// A text and a page.
#[test]
fn a_failure_of_the_server_names_its_request() {
    let world = world_of(
        |config| config.trusted_proxies.add("127.0.0.1").unwrap(),
        |builder| builder,
    );
    std::fs::write(world.env.path().join("VERSION"), "nonsense").unwrap();
    for request in [call("/login/rpc").user("user"), get("/rpc")] {
        let response = world.send(&request.with("X-Request-Id", "quote-me"));
        assert_eq!(response.status, 500, "{response:?}");
        assert!(response.body.contains("Request quote-me"), "{response:?}");
        assert!(response.body.contains("cannot be opened"), "{response:?}");
    }
    let other = world.send(&get("/login/rpc").with("X-Request-Id", "quote-me"));
    assert_eq!(other.status, 401);
    assert!(!other.body.contains("quote-me"), "{other:?}");
}
