//! Addresses behind a proxy.

use crate::http::{call, get, world_with};

#[test]
fn a_trusted_proxy_decides_the_address_in_links() {
    let check = |trusted: bool, expected: &str| {
        let world = world_with(|config| {
            if trusted {
                config.trusted_proxies.add("127.0.0.0/8").unwrap();
            }
        });
        let request = get("/login/rpc")
            .user("user")
            .with("X-Forwarded-Proto", "https")
            .with("X-Forwarded-Host", "example.org")
            .with("X-Forwarded-Prefix", "/tools");
        let page = world.send(&request);
        assert!(page.body.contains(expected), "{expected}: {}", page.body);
    };
    check(true, "https://example.org/tools/login/rpc");
    check(false, "http://test/login/rpc");
}

#[test]
fn a_trusted_proxy_may_say_who_has_logged_in_there() {
    let check = |trusted: bool, headers: &[(&'static str, &'static str)], expected: (u16, &str)| {
        let world = world_with(|config| {
            if trusted {
                config.trusted_proxies.add("127.0.0.0/8").unwrap();
            }
            config.remote_user_header = Some("x-remote-user".parse().unwrap());
        });
        let request = call("/login/rpc");
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.with(name, value));
        let answer = world.send(&request);
        let found = (answer.status, answer.body.contains(expected.1));
        assert_eq!(
            found,
            (expected.0, true),
            "{trusted} {headers:?}: {answer:?}"
        );
    };
    let (lets_in, asks) = ((200, "<int>2</int>"), (401, "Wrong or missing"));
    let user = ("X-Remote-User", "user");
    check(true, &[user], lets_in);
    // What the proxy asked for itself is no password of ours.
    check(
        true,
        &[user, ("Authorization", "Basic dXNlcjpmcm9udA==")],
        lets_in,
    );
    check(true, &[("X-Remote-User", "")], asks);
    check(true, &[], asks);
    check(true, &[user, ("X-Remote-User", "admin")], asks);
    check(false, &[user], asks);
}
