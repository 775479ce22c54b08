//! The addresses of queries. The expectations are Trac's.

use tempfile::TempDir;
use tracrpc_env::Environment;
use tracrpc_site::InitOptions;
use tracrpc_tickets::query;
use tracrpc_wiki::Href;

fn world() -> (TempDir, Environment) {
    let dir = TempDir::new().unwrap();
    let env = tracrpc_site::create(dir.path().join("env"), &InitOptions::new("Test")).unwrap();
    (dir, env)
}

#[test]
fn what_is_the_default_is_left_out() {
    let (_dir, env) = world();
    let actor = env.actor("joe", "http://localhost/env");
    let check = |text: &str, expected: &str| {
        let url = query::url(&actor, text, &Href::new("/env")).unwrap();
        assert_eq!(url, format!("/env/query?{expected}"), "{text}");
    };
    check("status=new", "status=new&order=priority");
    check(
        "owner=joe|ann&type!=task",
        "owner=joe&owner=ann&type=!task&order=priority",
    );
    check("a=b", "order=priority");
    check(
        "status=closed&or&owner=joe",
        "status=closed&or&owner=joe&order=priority",
    );
    check(
        "group=owner&groupdesc=1",
        "group=owner&groupdesc=1&order=priority",
    );
    check("max=100", "order=priority");
    check("max=5&page=2", "max=5&order=priority&page=2");
    check("format=rss&max=5", "order=priority&format=rss");
    check("col=id|summary", "order=priority&col=id&col=summary");
    check(
        "col=summary|status",
        "order=priority&col=id&col=summary&col=status",
    );
    check(
        "verbose=1&rows=summary",
        "order=priority&row=summary&row=description",
    );
    check(
        "created=today..&modified=1",
        "changetime=1&time=today..&order=priority",
    );
    check("report=3&status=new", "status=new&report=3&order=priority");
    check(
        "status=new&col=id|summary|owner|type|priority|milestone|component",
        "status=new&order=priority",
    );
    check("order=nothing&group=nothing", "order=priority");
}

#[test]
fn groups_have_addresses_of_their_own() {
    let (_dir, env) = world();
    let actor = env.actor("joe", "http://localhost/env");
    let text = "status=new&group=owner&order=id&max=0";
    let (url, words) = query::group_url(&actor, text, "a b", &Href::new("/env")).unwrap();
    assert_eq!(url, "/env/query?owner=a+b&status=new&max=0&order=id");
    assert_eq!(words, "query:?status=new\n&\nmax=0");
}
