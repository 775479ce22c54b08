//! Logins to the web site: the cookie of a Trac beside, and our own `/login` and `/logout`.

use tracrpc_env::Error;

use crate::http::{Request, Response, World, call, get, post, world};

fn set(world: &World, section: &str, option: &str, value: &str) {
    let config = tracrpc_env::Environment::config(&world.env);
    tracrpc_env::config::store::edit(config.path(), |editor| editor.set(section, option, value))
        .unwrap();
}

/// A login of `user` from 127.0.0.1, as Trac would keep it.
fn logged_in(world: &World, cookie: &str) {
    let sql =
        "INSERT INTO auth_cookie (cookie, name, ipnr, time) VALUES (?, 'user', '127.0.0.1', 0)";
    world
        .env
        .env()
        .db()
        .write(|connection| {
            connection
                .execute(sql, &[cookie.into()])
                .map_err(Error::from)
        })
        .unwrap();
}

fn count(world: &World) -> i64 {
    let count = "SELECT COUNT(*) FROM auth_cookie";
    let row = world
        .env
        .env()
        .db()
        .read(|connection| connection.query_one(count, &[]));
    row.unwrap().unwrap().get(0).unwrap()
}

/// The cookies that an answer sets, as they are sent back.
fn cookies(response: &Response) -> String {
    let set = response
        .head
        .lines()
        .filter_map(|line| line.split_once(": "));
    let set = set.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    let values = set.map(|(_, value)| value.split(';').next().unwrap().to_owned());
    values.collect::<Vec<_>>().join("; ")
}

#[test]
fn the_cookie_of_a_trac_beside_counts() {
    let world = world();
    logged_in(&world, "abc");
    let check = |request: Request<'_>, status: u16, contains: &str| {
        let response = world.send(&request);
        assert_eq!(response.status, status, "{response:?}");
        assert!(response.body.contains(contains), "{response:?}");
    };
    let with = |path, cookie| call(path).with("Cookie", cookie);
    check(with("/rpc", "trac_auth=abc"), 200, "<int>2</int>");
    check(
        with("/login/rpc", "x=y; trac_auth=\"abc\""),
        200,
        "<int>2</int>",
    );
    check(with("/rpc", "trac_auth=abcd"), 200, "<int>403</int>");
    check(with("/login/rpc", "trac_auth=abcd"), 401, "");
    check(with("/login/rpc", "trac_auth="), 401, "");
    // Who gives a password is who the password is of.
    check(
        with("/rpc", "trac_auth=abc").with("Authorization", "Basic dXNlcjo="),
        401,
        "",
    );
    // Where a front server has asked for a password of its own, that is nobody's here.
    let front = "Basic bm9ib2R5Om5vYm9keQ==";
    check(
        with("/rpc", "trac_auth=abc").with("Authorization", front),
        200,
        "<int>2</int>",
    );
}

#[test]
fn a_page_of_another_site_has_no_use_of_the_cookie() {
    let world = world();
    logged_in(&world, "abc");
    let own = "http://test";
    let check = |headers: &[(&'static str, &str)], expected: &str| {
        let request = call("/rpc").with("Cookie", "trac_auth=abc");
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.with(name, value));
        let response = world.send(&request);
        assert!(
            response.body.contains(expected),
            "{headers:?}: {response:?}"
        );
    };
    let (in_vain, lets_in) = ("<int>403</int>", "<int>2</int>");
    check(&[("Origin", own)], lets_in);
    check(
        &[("Sec-Fetch-Site", "same-origin"), ("Origin", own)],
        lets_in,
    );
    check(&[("Sec-Fetch-Site", "none")], lets_in);
    for origin in ["http://evil.example", "null", "", "http://127.0.0.1"] {
        check(&[("Origin", origin)], in_vain);
    }
    check(&[("Origin", &format!("{own}.example"))], in_vain);
    check(&[("Sec-Fetch-Site", "cross-site")], in_vain);
    let listed = "https://pages.example";
    check(&[("Origin", listed)], in_vain);
    set(&world, "tracrpc", "allowed_origins", listed);
    check(
        &[("Origin", listed), ("Sec-Fetch-Site", "cross-site")],
        lets_in,
    );
    check(&[("Origin", "http://evil.example")], in_vain);
    check(&[("Sec-Fetch-Site", "cross-site")], in_vain);
    check(&[("Sec-Fetch-Site", "same-site"), ("Origin", own)], in_vain);
}

#[test]
fn a_login_may_be_bound_to_an_address() {
    let world = world();
    logged_in(&world, "abc");
    set(&world, "trac", "check_auth_ip", "enabled");
    let request = call("/login/rpc").with("Cookie", "trac_auth=abc");
    assert_eq!(world.send(&request).status, 200);
    let sql = "UPDATE auth_cookie SET ipnr = '10.0.0.1'";
    let moved = |connection: &mut tracrpc_db::Connection| connection.execute(sql, &[]);
    world.env.env().db().write(moved).unwrap();
    assert_eq!(world.send(&request).status, 401);
}

#[test]
fn login_begins_what_logout_ends() {
    let world = world();
    set(&world, "trac", "auth_cookie_lifetime", "600");
    let asked = world.send(&get("/login"));
    assert_eq!(asked.status, 401, "{asked:?}");
    let token = cookies(&asked);
    assert!(token.starts_with("trac_form_token="), "{asked:?}");
    let begun = world.send(&get("/login").user("user").with("Cookie", &token));
    assert_eq!(begun.status, 302, "{begun:?}");
    let header = begun.header("set-cookie").unwrap();
    for part in [
        "trac_auth=",
        "; HttpOnly",
        "; SameSite=Lax",
        "; Path=/",
        "; Max-Age=600",
    ] {
        assert!(header.contains(part), "{header}");
    }
    let cookie = format!("{}; {token}", cookies(&begun));
    let who = |cookie: &str| {
        world
            .send(&call("/login/rpc").with("Cookie", cookie))
            .status
    };
    assert_eq!((who(&cookie), count(&world)), (200, 1));
    // Who is logged in already stays so.
    let again = world.send(&get("/login").with("Cookie", &cookie));
    assert_eq!((again.status, count(&world)), (302, 1), "{again:?}");
    let form = "application/x-www-form-urlencoded";
    let out = |body: &[u8]| world.send(&post("/logout", form, body).with("Cookie", &cookie));
    assert_eq!(out(b"").status, 400);
    assert_eq!(out(b"__FORM_TOKEN=other").status, 400);
    assert_eq!(who(&cookie), 200);
    let value = token.split_once('=').unwrap().1;
    let ended = out(format!("__FORM_TOKEN={value}").as_bytes());
    assert_eq!(ended.status, 302, "{ended:?}");
    assert!(
        ended.header("set-cookie").unwrap().contains("Max-Age=0"),
        "{ended:?}"
    );
    assert_eq!((who(&cookie), count(&world)), (401, 0));
}

#[test]
fn a_form_logs_in_where_it_repeats_the_token() {
    let world = world();
    let send = |body: &str, cookie: &str| {
        let form = "application/x-www-form-urlencoded; charset=UTF-8";
        world.send(&post("/login", form, body.as_bytes()).with("Cookie", cookie))
    };
    let token = "trac_form_token=t";
    for (body, cookie, status) in [
        ("username=user&password=user&__FORM_TOKEN=t", token, 302),
        (
            "user=user&password=user&__FORM_TOKEN=t&referer=",
            token,
            302,
        ),
        ("username=user&password=wrong&__FORM_TOKEN=t", token, 401),
        ("username=user&password=&__FORM_TOKEN=t", token, 401),
        ("username=user:user&password=&__FORM_TOKEN=t", token, 401),
        ("username=&password=&__FORM_TOKEN=t", token, 401),
        ("__FORM_TOKEN=t", token, 401),
        ("username=user&password=user", token, 400),
        ("username=user&password=user&__FORM_TOKEN=x", token, 400),
        (
            "username=user&password=user&__FORM_TOKEN=",
            "trac_form_token=",
            400,
        ),
        ("username=user&password=user&__FORM_TOKEN=t", "x=y", 400),
    ] {
        let response = send(body, cookie);
        assert_eq!(response.status, status, "{body}: {response:?}");
        let has_cookie = cookies(&response).contains("trac_auth=");
        assert_eq!(has_cookie, status == 302, "{body}: {response:?}");
    }
    let long = format!(
        "username=user&password=user&__FORM_TOKEN=t&x={}",
        "y".repeat(20_000)
    );
    assert_eq!(send(&long, token).status, 400);
}

#[test]
fn a_login_leads_back_into_the_environment_only() {
    let world = world();
    let own = "http://test";
    let check = |referer: &str, expected: &str| {
        let response = world.send(&get("/login").user("user").with("Referer", referer));
        assert_eq!(response.header("location"), Some(expected), "{referer}");
    };
    let page = format!("{own}/wiki/Start?a=b");
    check(&page, &page);
    check(own, own);
    for elsewhere in [
        "http://evil.example/",
        &format!("{own}.evil.example/"),
        &format!("{own}/login"),
        &format!("{own}/login/?x"),
        "/wiki",
        "javascript:alert(1)",
    ] {
        check(elsewhere, own);
    }
}
