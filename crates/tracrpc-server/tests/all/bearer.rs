//! Who gets in by `Authorization: Bearer`, and how far.

use tracrpc_env::config::store;
use tracrpc_env::time::now;
use tracrpc_tokens::{Expiry, NewToken, Secret, Token, TokenFile};

use crate::http::{Request, Response, World, call, get, post, world};
use crate::issuer::{Key, KeyServer, claims, set};

fn token(world: &World, user: &str, scopes: &str) -> (Token, Secret) {
    let file = TokenFile::of(&world.env);
    let made = file.add(&NewToken {
        user,
        name: &format!("{scopes} {}", file.tokens().unwrap().len()),
        scopes: scopes.parse().unwrap(),
        expires: Expiry::usual(now()),
    });
    made.unwrap()
}

fn send(world: &World, request: Request<'_>, token: &str) -> Response {
    let header = format!("Bearer {token}");
    world.send(&request.with("Authorization", &header))
}

fn json<'a>(path: &'a str, body: &'a str) -> Request<'a> {
    post(path, "application/json", body.as_bytes())
}

/// Sets options of `[tracrpc]`; the next request has them.
fn set_options(world: &World, options: &[(&str, &str)]) {
    let config = tracrpc_env::Environment::config(&world.env);
    let edited = store::edit(config.path(), |editor| {
        let mut options = options.iter();
        options.try_for_each(|(option, value)| editor.set("tracrpc", option, value))
    });
    edited.unwrap();
}

fn challenges(response: &Response) -> Vec<String> {
    let lines = response.head.lines();
    let values = lines.filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("www-authenticate")
            .then(|| value.to_owned())
    });
    values.collect()
}

#[test]
fn a_token_lets_its_user_in_on_every_path() {
    let world = world();
    let (_, secret) = token(&world, "user", "read");
    for path in ["/rpc", "/login/rpc"] {
        let response = send(&world, call(path), secret.text());
        assert_eq!(response.status, 200, "{response:?}");
        assert!(response.body.contains("<int>2</int>"), "{response:?}");
    }
    let page = send(&world, get("/login/rpc"), secret.text());
    assert!(
        page.status == 200 && page.body.contains("system.multicall"),
        "{page:?}"
    );
}

#[test]
fn what_is_no_token_is_refused_on_every_path() {
    let world = world();
    let (revoked, secret) = token(&world, "user", "read");
    let checksum = {
        let mut text = secret.text().to_owned();
        let last = if text.ends_with('0') { "1" } else { "0" };
        text.replace_range(text.len() - 1.., last);
        text
    };
    let never_made = Secret::random().unwrap();
    for path in ["/rpc", "/login/rpc"] {
        for wrong in [
            &checksum,
            never_made.text(),
            "trpc_",
            "abc",
            "",
            "a b",
            "a.b.c",
            &"x".repeat(5000),
        ] {
            let response = send(&world, call(path), wrong);
            assert_eq!(response.status, 401, "{path} {wrong}");
            assert_eq!(
                challenges(&response),
                [
                    "Basic realm=\"realm\"",
                    "Bearer realm=\"env\", error=\"invalid_token\""
                ]
            );
        }
    }
    assert_eq!(send(&world, call("/rpc"), secret.text()).status, 200);
    TokenFile::of(&world.env).revoke(&revoked.id, None).unwrap();
    assert_eq!(
        send(&world, call("/rpc"), secret.text()).status,
        401,
        "it was revoked"
    );
}

#[test]
fn tokens_are_asked_for_where_there_are_any() {
    let world = world();
    let bare = world.send(&call("/login/rpc"));
    assert_eq!(challenges(&bare), ["Basic realm=\"realm\""]);
    // Where nobody could get in by one, it is meant for others; but one of ours never is.
    assert_eq!(send(&world, call("/rpc"), "abc").status, 200);
    let never_made = Secret::random().unwrap();
    assert_eq!(send(&world, call("/rpc"), never_made.text()).status, 401);
    let (_, secret) = token(&world, "user", "read");
    assert_eq!(send(&world, call("/login/rpc"), secret.text()).status, 200);
    let asked = world.send(&call("/login/rpc"));
    assert_eq!(
        challenges(&asked),
        ["Basic realm=\"realm\"", "Bearer realm=\"env\""]
    );
    let basic = world.send(&call("/login/rpc").with("Authorization", "Basic dXNlcjp3cm9uZw=="));
    assert_eq!(
        challenges(&basic),
        ["Basic realm=\"realm\"", "Bearer realm=\"env\""]
    );
    assert_eq!(world.send(&call("/login/rpc").user("joe")).status, 200);
}

#[test]
fn scopes_count_over_http() {
    let world = world();
    let (_, reader) = token(&world, "admin", "read");
    let (_, writer) = token(&world, "admin", "write namespace:ticket");
    let (_, admin) = token(&world, "admin", "admin");
    let (_, wiki_admin) = token(&world, "admin", "admin namespace:wiki");
    let world = World {
        env: world.env.user("admin", ["TRAC_ADMIN"]),
        ..world
    };
    let create = r#"{"method": "ticket.create", "params": ["a", "b"], "id": 1}"#;
    let check = |secret: &Secret, body: &str, contains: &str| {
        let response = send(&world, json("/login/rpc", body), secret.text());
        assert!(response.body.contains(contains), "{body}: {response:?}");
    };
    check(&reader, create, "needs the scope write");
    check(&reader, create, "\"code\": 403");
    check(&writer, create, "\"result\": 1");
    let within = format!(r#"{{"method": "system.multicall", "params": [{create}], "id": 2}}"#);
    check(&reader, &within, "needs the scope write");
    check(&writer, &within, "\"result\": 2");
    let put = r#"{"method": "wiki.putPage", "params": ["A", "b", {}], "id": 1}"#;
    check(&writer, put, "needs the scope namespace:wiki");
    let plugins = r#"{"method": "plugin.list", "params": [], "id": 1}"#;
    check(&writer, plugins, "needs the scope");
    check(&admin, plugins, "\"name\": \"Trac\"");
    // The page shows administrators what the methods would.
    let shown = |secret: &Secret| {
        let page = send(&world, get("/login/rpc"), secret.text());
        page.body.contains("id=\"Plugins\"")
    };
    assert!(shown(&admin) && !shown(&reader) && !shown(&wiki_admin));
}

#[test]
fn what_is_made_over_http_lets_in_and_is_taken_away_over_http() {
    let world = world();
    let create = r#"{"method": "user.tokens.create", "params": ["ci", "read"], "id": 1}"#;
    let made = world.send(&json("/login/rpc", create).user("user"));
    let made: serde_json::Value = serde_json::from_str(&made.body).unwrap();
    let text = made["result"]["token"].as_str().unwrap();
    let id = made["result"]["id"].as_str().unwrap();
    assert_eq!(send(&world, call("/rpc"), text).status, 200);
    let by_itself = send(&world, json("/rpc", create), text);
    assert!(
        by_itself.body.contains("needs the scope write"),
        "{by_itself:?}"
    );
    let revoke = format!(r#"{{"method": "user.tokens.revoke", "params": ["{id}"], "id": 1}}"#);
    let revoked = world.send(&json("/login/rpc", &revoke).user("user"));
    assert!(revoked.body.contains("\"result\": true"), "{revoked:?}");
    assert_eq!(send(&world, call("/rpc"), text).status, 401);
}

const USER: &str = r#","sub":"user""#;

#[test]
fn json_web_tokens_let_in_as_trac_ini_says() {
    let (world, keys, key) = (world(), KeyServer::start(), Key::new("one"));
    keys.tell("/keys", set(&[&key]));
    let good = key.token(&claims("issuer", USER));
    assert_eq!(
        send(&world, call("/rpc"), &good).status,
        200,
        "it is that of somebody else"
    );
    set_options(
        &world,
        &[
            ("jwt_issuer", "issuer"),
            ("jwt_audience", "tracrpc"),
            ("jwt_jwks", &keys.url("/keys")),
        ],
    );
    for _ in 0..3 {
        let response = send(&world, call("/login/rpc"), &good);
        assert!(response.body.contains("<int>2</int>"), "{response:?}");
    }
    assert_eq!(keys.asked(), 1);
    let stranger = Key::new("one");
    for wrong in [
        key.token(&claims("other", USER)),
        key.token(&claims("issuer", "")),
        key.token(&claims("issuer", USER).replace("tracrpc", "x")),
        key.token(r#"{"iss":"issuer","aud":"tracrpc","sub":"user","exp":1}"#),
        stranger.token(&claims("issuer", USER)),
        "a.b.c".to_owned(),
    ] {
        let response = send(&world, call("/rpc"), &wrong);
        assert_eq!(response.status, 401, "{response:?}");
        assert!(challenges(&response)[1].ends_with("error=\"invalid_token\""));
    }
    let (_, secret) = token(&world, "user", "read");
    assert_eq!(
        send(&world, call("/rpc"), secret.text()).status,
        200,
        "both are good"
    );
    assert_eq!(keys.asked(), 1);
}

#[test]
fn a_key_that_is_new_is_fetched() {
    let (world, keys) = (world(), KeyServer::start());
    let (one, two) = (Key::new("one"), Key::new("two"));
    keys.tell("/keys", set(&[&one]));
    let options = |path: &str| {
        set_options(
            &world,
            &[
                ("jwt_issuer", "issuer"),
                ("jwt_audience", "tracrpc"),
                ("jwt_jwks", &keys.url(path)),
            ],
        );
    };
    options("/keys");
    let by = |key: &Key| {
        send(
            &world,
            call("/login/rpc"),
            &key.token(&claims("issuer", USER)),
        )
        .status
    };
    assert_eq!((by(&one), by(&two)), (200, 401));
    keys.tell("/new", set(&[&two]));
    options("/new");
    assert_eq!((by(&one), by(&two)), (401, 200));
    // Where there are no keys, nobody can tell.
    options("/none");
    assert_eq!((by(&one), by(&two)), (503, 503));
    assert_eq!(world.send(&call("/login/rpc").user("user")).status, 200);
}

#[test]
fn scopes_of_a_json_web_token_count() {
    let (world, keys, key) = (world(), KeyServer::start(), Key::new("one"));
    keys.tell("/keys", set(&[&key]));
    set_options(
        &world,
        &[
            ("jwt_issuer", "issuer"),
            ("jwt_audience", "tracrpc"),
            ("jwt_jwks", &keys.url("/keys")),
            ("jwt_claim", "preferred_username"),
            ("jwt_scope_claim", "scope"),
        ],
    );
    let create = json(
        "/rpc",
        r#"{"method": "user.tokens.create", "params": ["x", "read"], "id": 1}"#,
    );
    let check = |scope: &str, status: u16, contains: &str| {
        let more = format!(r#","preferred_username":"user","scope":"{scope}""#);
        let response = send(&world, create.clone(), &key.token(&claims("issuer", &more)));
        assert_eq!(response.status, status, "{response:?}");
        assert!(response.body.contains(contains), "{response:?}");
    };
    check("openid", 401, "");
    check("openid read", 200, "needs the scope write");
    check("openid write", 200, "trpc_");
}

#[test]
fn half_a_configuration_lets_nobody_in() {
    let (world, key) = (world(), Key::new("one"));
    let good = key.token(&claims("issuer", USER));
    let keys = world.env.path().join("keys.json");
    std::fs::write(&keys, set(&[&key])).unwrap();
    let whole = [
        ("jwt_issuer", "issuer"),
        ("jwt_audience", "tracrpc"),
        ("jwt_jwks", "../keys.json"),
        ("jwt_claim", "sub"),
    ];
    set_options(&world, &whole);
    assert_eq!(send(&world, call("/rpc"), &good).status, 200);
    for missing in ["jwt_issuer", "jwt_audience", "jwt_jwks", "jwt_claim"] {
        set_options(&world, &whole);
        set_options(&world, &[(missing, "")]);
        assert_eq!(send(&world, call("/rpc"), &good).status, 401, "{missing}");
    }
    set_options(&world, &whole);
    set_options(&world, &[("jwt_jwks", "ftp://127.0.0.1/keys")]);
    assert_eq!(send(&world, call("/rpc"), &good).status, 401);
    set_options(&world, &whole);
    assert_eq!(send(&world, call("/rpc"), &good).status, 200);
}

/// A cookie would be good for more than the token, and outlive it.
#[test]
fn nobody_begins_a_login_to_the_web_site_by_a_token() {
    let (world, keys, key) = (world(), KeyServer::start(), Key::new("one"));
    keys.tell("/keys", set(&[&key]));
    set_options(
        &world,
        &[
            ("jwt_issuer", "issuer"),
            ("jwt_audience", "tracrpc"),
            ("jwt_jwks", &keys.url("/keys")),
        ],
    );
    let has_cookie = |response: &Response| response.head.contains("trac_auth=");
    let by_password = world.send(&get("/login").user("user"));
    assert!(has_cookie(&by_password), "{by_password:?}");
    let (_, secret) = token(&world, "user", "admin");
    for bearer in [secret.text(), &key.token(&claims("issuer", USER))] {
        let response = send(&world, get("/login"), bearer);
        assert!(
            response.status == 302 && !has_cookie(&response),
            "{response:?}"
        );
    }
}
