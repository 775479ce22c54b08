//! What the login of a caller is good for bounds the calls that a plugin makes for them, and
//! those that it answers in the server's place.

use tracrpc_env::time::now;
use tracrpc_tokens::{Expiry, NewToken, Secret, TokenFile};

use crate::site::{Site, config};

fn token(site: &Site, scopes: &str) -> Secret {
    let file = TokenFile::of(&site.env);
    let made = file.add(&NewToken {
        user: "joe",
        name: &file.tokens().unwrap().len().to_string(),
        scopes: scopes.parse().unwrap(),
        expires: Expiry::usual(now()),
    });
    made.unwrap().1
}

/// The answer to a call in JSON-RPC with a token.
fn call(site: &Site, secret: &Secret, method: &str, params: &str) -> String {
    let url = format!("http://{}/login/rpc", site.server.address());
    let body = format!(r#"{{"method": "{method}", "params": {params}, "id": 1}}"#);
    let answer = ureq::post(url)
        .header("Content-Type", "application/json")
        .header("Authorization", format!("Bearer {}", secret.text()))
        .send(body);
    answer.unwrap().body_mut().read_to_string().unwrap()
}

#[test]
fn a_plugin_makes_no_call_that_the_login_is_not_good_for() {
    let site = Site::new();
    let check = |scopes: &str, method: &str, params: &str, contains: &str| {
        let answer = call(&site, &token(&site, scopes), method, params);
        assert!(answer.contains(contains), "{scopes}: {method}: {answer}");
    };
    let delete = r#"["ticket.type.delete", "task"]"#;
    check("read", "demo.ask", delete, "needs the scope write");
    check("write", "demo.ask", delete, "needs the scope admin");
    check(
        "write",
        "demo.ask",
        r#"["plugin.list"]"#,
        "needs the scope admin",
    );
    check(
        "write namespace:demo",
        "demo.ask",
        r#"["wiki.getAllPages"]"#,
        "needs the scope namespace:wiki",
    );
    check(
        "write namespace:wiki",
        "demo.ask",
        r#"["wiki.getAllPages"]"#,
        "needs the scope namespace:demo",
    );
    check(
        "write namespace:demo namespace:wiki",
        "demo.ask",
        r#"["wiki.getAllPages"]"#,
        "\"WikiStart\"",
    );
    check("admin", "demo.ask", delete, "\"error\": null");
}

#[test]
fn what_is_delegated_is_bounded_before_it_is() {
    let mut config = config();
    config.may_delegate = true;
    let site = Site::with(config);
    let answer = |scopes: &str, method: &str, params: &str| {
        call(&site, &token(&site, scopes), method, params)
    };
    let delete = r#"["task"]"#;
    let refused = answer("read", "ticket.type.delete", delete);
    assert!(refused.contains("needs the scope admin"), "{refused}");
    let within = r#"[{"method": "ticket.type.delete", "params": ["task"]}]"#;
    let refused = answer("write", "system.multicall", within);
    assert!(refused.contains("needs the scope admin"), "{refused}");
    let done = answer("admin", "ticket.type.delete", delete);
    assert!(done.contains(r#""result": ["task"]"#), "{done}");
    let version = answer("read namespace:wiki", "wiki.getRPCVersionSupported", "[]");
    assert!(version.contains("that of joe"), "{version}");
}
