//! `wiki.*`: pages, their attachments and their HTML.

use tracrpc_methods::Registry;
use tracrpc_testing::TestEnv;
use tracrpc_wire::{Fault, FaultKind, Output, Struct, Value};

fn call(env: &TestEnv, user: &str, method: &str, arguments: &[Value]) -> Result<Value, Fault> {
    let registry = Registry::builtin().unwrap();
    match registry.call(&env.actor(user), method, arguments.to_vec())? {
        Output::Value(value) => Ok(value),
        Output::Outcomes(outcomes) => panic!("{outcomes:?}"),
    }
}

fn world(env: TestEnv) -> TestEnv {
    let env = env
        .user("admin", ["TRAC_ADMIN"])
        .user("authenticated", ["XML_RPC"]);
    env.db()
        .write(|connection| connection.execute("DELETE FROM wiki", &[]))
        .unwrap();
    env
}

fn put(env: &TestEnv, user: &str, name: &str, text: &str, readonly: bool) -> Result<Value, Fault> {
    let mut attributes = Struct::new();
    attributes.insert("readonly", readonly);
    call(
        env,
        user,
        "wiki.putPage",
        &[name.into(), text.into(), attributes.into()],
    )
}

fn bytes(text: &str) -> Value {
    Value::Binary(text.as_bytes().to_vec())
}

#[test]
fn read_only_pages_are_for_administrators() {
    TestEnv::each(|env| {
        let env = world(env);
        put(&env, "joe", "P", "one", true).unwrap();
        put(&env, "joe", "P", "two", false).unwrap();
        put(&env, "admin", "P", "two", true).unwrap();
        let fault = put(&env, "joe", "P", "three", false).unwrap_err();
        assert_eq!(fault.kind, FaultKind::Forbidden);
        assert!(
            fault.message.starts_with("WIKI_ADMIN privileges"),
            "{}",
            fault.message
        );
        put(&env, "admin", "P", "two", false).unwrap();
        put(&env, "joe", "P", "three", false).unwrap();
        let version = call(&env, "joe", "wiki.getPage", &["P".into(), 3.into()]).unwrap();
        assert_eq!(version, "three".into());
    });
}

#[test]
fn attributes_may_have_any_type() {
    TestEnv::each(|env| {
        let env = world(env);
        let check = |name: &str, value: Value, author: Value| {
            let mut attributes = Struct::new();
            attributes.insert("author", value);
            let arguments = [name.into(), "text".into(), attributes.into()];
            call(&env, "joe", "wiki.putPage", &arguments).unwrap();
            let info = call(&env, "joe", "wiki.getPageInfo", &[name.into()]).unwrap();
            let Value::Struct(info) = info else {
                panic!("{info:?}")
            };
            assert_eq!(info.get("author"), Some(&author));
        };
        check("A", "somebody".into(), "somebody".into());
        check("B", 7.into(), "7".into());
        check("C", true.into(), "1".into());
        check("D", Value::Nil, Value::Nil);
    });
}

#[test]
fn attachments_of_pages() {
    TestEnv::each(|env| {
        let env = world(env);
        put(&env, "joe", "Top/Sub", "text", false).unwrap();
        let check = |user: &str, method: &str, arguments: &[Value], expected: Value| {
            assert_eq!(
                call(&env, user, method, arguments).unwrap(),
                expected,
                "{method}"
            );
        };
        let path = || Value::from("Top/Sub/a.txt");
        check(
            "joe",
            "wiki.putAttachment",
            &[path(), bytes("1")],
            true.into(),
        );
        let again = [
            "Top/Sub".into(),
            "a.txt".into(),
            Value::Nil,
            bytes("2"),
            false.into(),
        ];
        check("joe", "wiki.putAttachmentEx", &again, "a.2.txt".into());
        check("joe", "wiki.getAttachment", &[path()], bytes("1"));
        let fault = call(&env, "ann", "wiki.putAttachment", &[path(), bytes("3")]).unwrap_err();
        assert!(
            fault.message.starts_with("ATTACHMENT_DELETE privileges"),
            "{}",
            fault.message
        );
        check(
            "joe",
            "wiki.putAttachment",
            &[path(), bytes("3")],
            true.into(),
        );
        check("ann", "wiki.getAttachment", &[path()], bytes("3"));
        check("joe", "wiki.deleteAttachment", &[path()], true.into());
        check(
            "joe",
            "wiki.listAttachments",
            &["Top/Sub".into()],
            Value::Array(vec!["Top/Sub/a.2.txt".into()]),
        );
    });
}

#[test]
fn hostile_file_names_change_nothing() {
    TestEnv::each(|env| {
        let env = world(env);
        put(&env, "joe", "P", "text", false).unwrap();
        for name in ["", "..", "../../x", "..\\x", "a\0b", &"x".repeat(5000)] {
            let arguments = ["P".into(), name.into(), "".into(), bytes("x")];
            let fault = call(&env, "joe", "wiki.putAttachmentEx", &arguments).unwrap_err();
            assert_eq!(fault.kind, FaultKind::Application, "{name:?}");
            assert!(
                fault.message.starts_with("invalid file name"),
                "{}",
                fault.message
            );
        }
        let list = call(&env, "joe", "wiki.listAttachments", &["P".into()]).unwrap();
        assert_eq!(list, Value::Array(Vec::new()));
    });
}

#[test]
fn links_and_macros_ask_the_environment() {
    TestEnv::each(|env| {
        let env = world(env);
        put(&env, "joe", "HomePage", "text", false).unwrap();
        put(
            &env,
            "joe",
            "InterMapTxt",
            "----\nDoc http://doc/ # Docs\n----\n",
            false,
        )
        .unwrap();
        call(&env, "joe", "ticket.create", &["One <1>".into(), "".into()]).unwrap();
        call(
            &env,
            "joe",
            "wiki.putAttachment",
            &["HomePage/a".into(), bytes("1")],
        )
        .unwrap();
        let check = |text: &str, expected: &str| {
            let html = call(&env, "joe", "wiki.wikiToHtml", &[text.into()]).unwrap();
            assert_eq!(
                html,
                format!("<p>\n{expected}\n</p>\n").as_str().into(),
                "{text}"
            );
        };
        let base = "http://localhost:8000/env";
        check(
            "HomePage",
            &format!("<a class=\"wiki\" href=\"{base}/wiki/HomePage\">HomePage</a>"),
        );
        check(
            "#1 #2",
            &format!(
                "<a class=\"new ticket\" href=\"{base}/ticket/1\" \
                 title=\"#1: defect: One &lt;1&gt; (new)\">#1</a> \
                 <a class=\"missing ticket\">#2</a>"
            ),
        );
        check(
            "milestone:milestone1",
            &format!(
                "<a class=\"milestone\" href=\"{base}/milestone/milestone1\" \
                 title=\"No date set\">milestone:milestone1</a>"
            ),
        );
        check(
            "[query:status=new new]",
            &format!(
                "<a class=\"query\" href=\"{base}/query?status=new&amp;order=priority\">new</a>"
            ),
        );
        check(
            "[[TicketQuery(owner=nobody)]]",
            "<span class=\"query_no_results\">No results</span>",
        );
        check(
            "[[TitleIndex(Ho,format=compact)]]",
            &format!("<a href=\"{base}/wiki/HomePage\">HomePage</a>"),
        );
        let html = call(&env, "joe", "wiki.wikiToHtml", &["Doc:x".into()]).unwrap();
        assert!(format!("{html:?}").contains("http://doc/x"), "{html:?}");
        let html = call(
            &env,
            "joe",
            "wiki.wikiToHtml",
            &["attachment:a:wiki:HomePage".into()],
        );
        assert!(
            format!("{html:?}").contains("/attachment/wiki/HomePage/a"),
            "{html:?}"
        );
    });
}

#[test]
fn links_to_what_may_not_be_seen_tell_nothing() {
    TestEnv::each(|env| {
        let env = world(env).without("anonymous", ["TICKET_VIEW", "WIKI_VIEW", "MILESTONE_VIEW"]);
        let env = env.user("joe", ["WIKI_VIEW"]);
        call(
            &env,
            "admin",
            "ticket.create",
            &["secret summary".into(), "".into()],
        )
        .unwrap();
        let html = call(
            &env,
            "joe",
            "wiki.wikiToHtml",
            &["#1 [[TicketQuery]]".into()],
        )
        .unwrap();
        assert!(!format!("{html:?}").contains("secret"), "{html:?}");
    });
}
