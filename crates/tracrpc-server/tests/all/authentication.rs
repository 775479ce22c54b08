//! Who gets in.

use std::fs;

use tracrpc_server::{EnvironmentSource, Server, ServerConfig};

use crate::http::{Request, Response, call, get, rule, world, world_with};

fn challenged(response: &Response) -> bool {
    response.status == 401 && response.header("www-authenticate") == Some("Basic realm=\"realm\"")
}

#[test]
fn login_needs_credentials() {
    let world = world();
    let check = |request: Request<'_>, expected: bool| {
        let response = world.send(&request);
        assert_eq!(
            challenged(&response),
            !expected,
            "{:?}: {response:?}",
            request.headers
        );
    };
    check(call("/login/rpc"), false);
    check(call("/login/nothing"), false);
    check(get("/login/rpc"), false);
    check(
        Request {
            method: "HEAD",
            ..get("/login/rpc")
        },
        false,
    );
    check(call("/login/rpc").user("user"), true);
    check(call("/login/rpc").user("joe"), true);
    for wrong in [
        "Basic dXNlcjp3cm9uZw==",     // user:wrong
        "Basic bm9ib2R5Om5vYm9keQ==", // nobody:nobody, of a comment
        "Basic VXNlcjp1c2Vy",         // User:user
        "Basic dXNlcjo=",             // user:
        "Basic cGxhaW46cGxhaW4=",     // plain:plain, which is not hashed
        "Basic !",
        "Basic",
        "Basic Og==", // nobody in particular
        "Bearer abc",
        "",
    ] {
        check(call("/login/rpc").with("Authorization", wrong), false);
    }
}

#[test]
fn credentials_count_on_every_path_but_only_login_asks_for_them() {
    let world = world();
    let check = |request: Request<'_>, status: u16, contains: &str| {
        let response = world.send(&request);
        assert_eq!(response.status, status, "{response:?}");
        assert!(response.body.contains(contains), "{response:?}");
    };
    check(call("/rpc"), 200, "<int>403</int>");
    check(call("/rpc").user("user"), 200, "<int>2</int>");
    check(
        call("/rpc").with("Authorization", "Bearer abc"),
        200,
        "<int>403</int>",
    );
    for strange in [
        "Basic bm9ib2R5Om5vYm9keQ==", // nobody:nobody
        "Basic Og==",                 // an empty name with an empty password
        "Basic !",
        "Digest username=\"user\"",
    ] {
        check(
            call("/rpc").with("Authorization", strange),
            200,
            "<int>403</int>",
        );
    }
    for wrong in [
        "Basic dXNlcjp3cm9uZw==", // user:wrong
        "Basic dXNlcjo=",         // user:
    ] {
        check(call("/rpc").with("Authorization", wrong), 401, "");
    }
}

#[test]
fn where_trac_ini_is_strict_no_wrong_credentials_are_left_out_of_account() {
    let world = world();
    let config = tracrpc_env::Environment::config(&world.env);
    let set = tracrpc_env::config::store::edit(config.path(), |editor| {
        editor.set("tracrpc", "strict_credentials", "enabled")
    });
    set.unwrap();
    let status = |credentials: &str| {
        let request = call("/rpc").with("Authorization", credentials);
        world.send(&request).status
    };
    assert_eq!(status("Basic bm9ib2R5Om5vYm9keQ=="), 401);
    assert_eq!(status("Basic !"), 401);
    assert_eq!(status("Basic Og=="), 200);
    assert_eq!(world.send(&call("/rpc")).status, 200);
    assert_eq!(world.send(&call("/rpc").user("user")).status, 200);
}

/// Nor where an environment has stores of its own, which remember only what was right.
#[test]
fn what_a_server_in_front_asked_for_is_no_guess() {
    let world = world();
    let config = tracrpc_env::Environment::config(&world.env);
    let stores = tracrpc_env::config::store::edit(config.path(), |editor| {
        editor.set("account-manager", "password_store", "SessionStore")
    });
    stores.unwrap();
    let front = "Basic bm9ib2R5Om5vYm9keQ=="; // nobody:nobody
    for _ in 0..30 {
        let answer = world.send(&call("/rpc").with("Authorization", front));
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

#[test]
fn a_changed_password_file_counts_at_once() {
    let world = world();
    let file = world.env.path().join("conf/passwords");
    let enters = |user: &str| world.send(&call("/login/rpc").user(user)).status == 200;
    assert!(enters("user") && enters("user") && enters("joe"));
    fs::write(&file, "joe:{SHA}AAAAAAAAAAAAAAAAAAAAAAAAAAA=\n").unwrap();
    assert!(!enters("user"), "the user was removed");
    assert!(!enters("joe"), "the password was changed");
    let new = file.with_extension("new");
    fs::write(&new, crate::http::PASSWORDS).unwrap();
    fs::rename(&new, &file).unwrap();
    assert!(enters("user") && enters("joe"), "the file was replaced");
    fs::remove_file(&file).unwrap();
    assert!(!enters("user"), "the file is gone");
}

#[test]
fn the_rule_of_an_environment_goes_before_that_for_all() {
    let world = world_with(|config| config.auth[0].realm = "say \"hi\"".to_owned());
    let realm = world
        .send(&call("/login/rpc"))
        .header("www-authenticate")
        .map(ToOwned::to_owned);
    assert_eq!(realm.as_deref(), Some("Basic realm=\"say \\\"hi\\\"\""));

    let mut config = ServerConfig::new(EnvironmentSource::Several(vec![
        world.env.path().to_owned(),
    ]));
    config.auth = vec![rule("*", &world.env, "all"), rule("env", &world.env, "own")];
    let server = Server::start(config).unwrap();
    let realm = |path: &str| {
        let response = call(path).send(server.address());
        response.header("www-authenticate").map(ToOwned::to_owned)
    };
    assert_eq!(
        realm("/env/login/rpc").as_deref(),
        Some("Basic realm=\"own\"")
    );
    assert_eq!(
        realm("/other/login/rpc").as_deref(),
        Some("Basic realm=\"all\"")
    );
}

#[test]
fn a_missing_password_file_is_an_error_at_start() {
    let world = world();
    let mut config = ServerConfig::single(world.env.path());
    config.auth = vec![rule("*", &world.env, "realm")];
    config.auth[0].file.set_file_name("none");
    let error = Server::start(config).err().unwrap().to_string();
    assert!(
        error.starts_with("cannot read the password file "),
        "{error}"
    );
}

#[test]
fn names_lose_their_case_where_trac_ini_says_so() {
    let hash = "USER:{SHA}Et6pb+wgWTVmq3VpLJlJWWgzrck=\n";
    let check = |ignore: &str, expected: &str| {
        let world = world();
        std::fs::write(world.env.path().join("conf/passwords"), hash).unwrap();
        let config = tracrpc_env::Environment::config(&world.env);
        let set = tracrpc_env::config::store::edit(config.path(), |editor| {
            editor.set("trac", "ignore_auth_case", ignore)
        });
        set.unwrap();
        let body = br#"{"method": "ticket.create", "params": ["a", "b"]}"#;
        let as_user = |path, body| {
            let request = crate::http::post(path, "application/json", body);
            world
                .send(&request.with("Authorization", "Basic VVNFUjp1c2Vy"))
                .body
        };
        as_user("/login/rpc", body);
        let got = as_user("/login/rpc", br#"{"method": "ticket.get", "params": [1]}"#);
        assert!(
            got.contains(&format!("\"reporter\": \"{expected}\"")),
            "{got}"
        );
    };
    check("disabled", "USER");
    check("enabled", "user");
}

#[test]
fn who_guesses_passwords_is_made_to_wait() {
    use base64::Engine as _;
    let world = world();
    let guess = |user: &str, password: &str| {
        let encoded =
            base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        let request = call("/login/rpc");
        world.send(&request.with("Authorization", &format!("Basic {encoded}")))
    };
    let statuses: Vec<u16> = (0..12)
        .map(|number| guess("joe", &number.to_string()).status)
        .collect();
    assert_eq!(statuses[..10], [401; 10]);
    let refused = guess("joe", "joe");
    assert_eq!((refused.status, statuses[11]), (429, 429), "{refused:?}");
    assert!(refused.header("retry-after").is_some(), "{refused:?}");
    // Nobody else is held up, and neither is who sends the same wrong password again and again.
    assert_eq!(guess("user", "user").status, 200);
    for _ in 0..20 {
        assert_eq!(guess("user", "wrong").status, 401);
    }
    assert_eq!(guess("user", "user").status, 200);
    // A password that is too long to be one is not hashed.
    assert_eq!(guess("user", &"x".repeat(1025)).status, 401);
}
