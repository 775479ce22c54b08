//! Addresses behind a proxy.

use crate::http::{get, world_with};

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
