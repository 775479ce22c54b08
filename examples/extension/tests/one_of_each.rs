//! A server with one of each, asked over HTTP.

use std::io::{self, Read as _};
use std::path::Path;
use std::time::{Duration, Instant};
use std::{fs, thread};

use tempfile::TempDir;
use tracrpc_client::Client;
use tracrpc_env::config::store;
use tracrpc_env::{Environment, permission};
use tracrpc_example_extension::server;
use tracrpc_server::{AuthRule, Server, ServerConfig};
use tracrpc_site::InitOptions;
use tracrpc_wire::{Struct, Value};

struct Site {
    server: Server,
    env: Environment,
    directory: TempDir,
}

impl Site {
    /// A site whose `trac.ini` has these options besides Trac's own. There joe may do
    /// everything, ann what everybody may who has logged in.
    fn new(options: &[(&str, &str, &str)]) -> Self {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("env");
        let env = tracrpc_site::create(&path, &InitOptions::new("Test")).unwrap();
        let mut extensions = tracrpc_site::builtin();
        tracrpc_example_extension::extend(&mut extensions);
        env.replace_extensions(extensions);
        for (section, option, value) in options {
            let ini = env.conf_dir().join("trac.ini");
            store::edit(&ini, |editor| editor.set(section, option, value)).unwrap();
        }
        for (user, action) in [
            ("joe", "TRAC_ADMIN"),
            ("ann", "TICKET_MODIFY"),
            ("ann", "WIKI_DELETE"),
            ("authenticated", "XML_RPC"),
            ("anonymous", "XML_RPC"),
        ] {
            let grant =
                |connection: &mut _| permission::store::grant(&env, connection, user, action);
            env.db().write(grant).unwrap();
        }
        let badges = directory.path().join("badges");
        fs::write(&badges, "7 joe\n8 ann\n").unwrap();
        let mut config = ServerConfig::single(&path);
        config.auth = vec![AuthRule {
            method: "badge".to_owned(),
            environment: "*".to_owned(),
            file: badges,
            realm: "Test".to_owned(),
        }];
        Self {
            server: server(config).start().unwrap(),
            env,
            directory,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    /// What the method answers in the protocol of lines, and its status.
    fn lines(&self, badge: Option<&str>, text: &str) -> (u16, String) {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .new_agent();
        let mut request = agent
            .post(self.url("/lines"))
            .content_type("text/x-lines")
            .header("X-Greeting", "Hello");
        if let Some(badge) = badge {
            request = request.header("X-Badge", badge);
        }
        let mut response = request.send(text).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        (response.status().as_u16(), text)
    }

    /// What joe gets over XML-RPC.
    fn call(&self, method: &str, arguments: Vec<Value>) -> Value {
        self.call_as("7", method, arguments).unwrap()
    }

    fn call_as(&self, badge: &str, method: &str, arguments: Vec<Value>) -> Result<Value, String> {
        let call = tracrpc_wire::Call {
            method: method.to_owned(),
            params: arguments,
        };
        let body = tracrpc_wire::jsonrpc::write_call(&call, 1);
        let answer = ureq::post(self.url("/login/rpc"))
            .content_type("application/json")
            .header("X-Badge", badge)
            .send(&body[..])
            .unwrap()
            .body_mut()
            .read_to_vec()
            .unwrap();
        let limits = tracrpc_wire::Limits::default();
        let reply = tracrpc_wire::jsonrpc::read_response(&answer, &limits).unwrap();
        reply.map_err(|fault| format!("{}: {}", fault.code, fault.message))
    }
}

fn attributes(members: &[(&str, &str)]) -> Value {
    let mut attributes = Struct::default();
    for (name, value) in members {
        attributes.insert(*name, *value);
    }
    attributes.into()
}

fn text(value: Value) -> String {
    format!("{value:?}")
}

/// Waits until there is a file in a folder, and returns its text.
fn first_file(folder: &Path) -> String {
    let start = Instant::now();
    loop {
        if let Some(entry) = fs::read_dir(folder).unwrap().next() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            if !text.is_empty() {
                return text;
            }
        }
        assert!(start.elapsed() < Duration::from_secs(30), "no mail came");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_way_to_log_in_and_a_protocol() {
    let site = Site::new(&[]);
    assert_eq!(
        site.lines(Some("7"), "sums.add\n1\n2\n3"),
        (200, "Hello\nInt(6)\n".to_owned())
    );
    let (status, text) = site.lines(Some("7"), "sums.add\n1\nx");
    assert_eq!(status, 422, "{text}");
    assert!(text.contains("expected a number, got string"), "{text}");
    assert_eq!(site.lines(Some("9"), "sums.add").0, 401);
    let login = ureq::get(site.url("/login/rpc")).call().unwrap_err();
    assert!(login.to_string().contains("401"), "{login}");
    let (status, refused) = site.lines(None, "journal.entries");
    assert_eq!(status, 422);
    assert!(refused.contains("TRAC_ADMIN"), "{refused}");
}

#[test]
fn methods_that_are_known_when_the_program_runs() {
    let site = Site::new(&[]);
    let listed = text(site.call("system.listMethods", vec![]));
    assert!(listed.contains("sums.multiply") && listed.contains("journal.entries"));
    let help = text(site.call("system.methodHelp", vec!["sums.add".into()]));
    assert!(help.contains("int sums.add(array numbers)"), "{help}");
    assert_eq!(site.call("sums.add", vec![]), Value::Int(0));
    assert_eq!(
        site.call("sums.multiply", vec![6.into(), 7.into()]),
        Value::Int(42)
    );
    let fault = site.call_as("7", "sums.add", vec![i64::MAX.into(), 1.into()]);
    assert_eq!(fault.unwrap_err(), "34: the result is too large");
    let page = ureq::get(site.url("/rpc")).header("Accept", "text/html");
    let page = page.call().unwrap();
    let page = page.into_body().read_to_string().unwrap();
    assert!(
        page.contains("sums.add") && page.contains("Lines"),
        "the page"
    );
}

#[test]
fn an_action_and_a_policy() {
    let policies = "FreezePolicy, DefaultWikiPolicy, DefaultTicketPolicy, DefaultPermissionPolicy";
    let site = Site::new(&[
        ("trac", "permission_policies", policies),
        ("freeze", "tickets", "true"),
    ]);
    let create = |badge| {
        let arguments = vec!["summary".into(), "text".into()];
        site.call_as(badge, "ticket.create", arguments)
    };
    assert_eq!(create("7"), Ok(Value::Int(1)));
    let refused = create("8").unwrap_err();
    assert!(refused.contains("TICKET_CREATE"), "{refused}");
    let grant = |connection: &mut _| {
        permission::store::grant(&site.env, connection, "ann", "FREEZE_ADMIN")?;
        permission::store::grant(&site.env, connection, "ann", "TICKET_CREATE")
    };
    site.env.db().write(grant).unwrap();
    assert_eq!(create("8"), Ok(Value::Int(2)));
}

#[test]
fn passwords_and_a_manipulator_of_files() {
    let site = Site::new(&[]);
    let answer = |user: &str, password: &str| {
        let url = site.url("/login/rpc");
        let url = url.replacen("//", &format!("//{user}:{password}@"), 1);
        let asked = ureq::post(url).content_type("application/json");
        asked.send(r#"{"method":"system.getAPIVersion"}"#).is_ok()
    };
    assert!(answer("visitor-1", "welcome"));
    assert!(!answer("visitor-1", "wrong"));
    assert!(!answer("ann", "welcome"));
    site.call("ticket.create", vec!["summary".into(), "text".into()]);
    let put = |content: &[u8]| {
        let content = Value::Binary(content.to_vec());
        let put = vec![1.into(), "a.txt".into(), "a file".into(), content];
        site.call_as("7", "ticket.putAttachment", put)
    };
    let refused = put(b"").unwrap_err();
    assert!(refused.contains("Attachment field content is invalid: there is none"));
    assert!(put(b"text").is_ok());
}

#[test]
fn a_macro_a_processor_and_a_manipulator_of_pages() {
    let site = Site::new(&[]);
    let html = |markup: &str| text(site.call("wiki.wikiToHtml", vec![markup.into()]));
    assert!(html("[[Shout(so <what>)]]").contains("SO &lt;WHAT&gt;"));
    assert!(html("[[Shout]]").contains("JOE"), "who reads is asked for");
    assert!(html("{{{#!backwards\nabc\n}}}").contains("cba"));
    let links = html("[room:12 <here>] room:twelve");
    assert!(links.contains("https://rooms.example/12") && links.contains("&lt;here&gt;"));
    assert!(links.contains("</a> room:twelve"), "{links}");
    let page = vec!["Page".into(), "text".into(), attributes(&[])];
    site.call("wiki.putPage", page);
    let page = text(site.call("wiki.getPageHTML", vec!["Page".into()]));
    assert!(page.contains("<em>For our own use.</em>"), "{page}");
    let source = site.call("wiki.getPage", vec!["Page".into()]);
    assert_eq!(source, Value::from("text"));
}

#[test]
fn a_workflow_controller_and_a_manipulator_of_tickets() {
    let workflow = "ConfigurableTicketWorkflow, EscalateWorkflow";
    let site = Site::new(&[("ticket", "workflow", workflow)]);
    site.call("ticket.create", vec!["summary".into(), "text".into()]);
    let actions = text(site.call("ticket.getActions", vec![1.into()]));
    assert!(
        actions.contains("The ticket becomes a blocker."),
        "{actions}"
    );
    let states = text(site.call("ticket.status.getAll", vec![]));
    assert!(states.contains("escalated") && states.contains("reopened"));
    let update = |members: &[(&str, &str)]| {
        let arguments = vec![1.into(), "comment".into(), attributes(members)];
        site.call_as("7", "ticket.update", arguments).map(text)
    };
    let done = update(&[("action", "escalate")]).unwrap();
    assert!(
        done.contains("blocker") && done.contains("escalated"),
        "{done}"
    );
    let noted = text(site.call("journal.entries", vec!["escalated".into()]));
    assert!(noted.contains("escalated ticket 1 for joe"), "{noted}");
    let refused = update(&[("action", "leave"), ("summary", "test")]).unwrap_err();
    assert!(refused.contains("say what is to be done"), "{refused}");
}

#[test]
fn a_search_source() {
    let site = Site::new(&[]);
    fs::write(site.env.path().join("notes.txt"), "Remember the MILK\n").unwrap();
    let filters = text(site.call("search.getSearchFilters", vec![]));
    assert!(filters.contains("notes"), "{filters}");
    let found = text(site.call("search.performSearch", vec!["milk".into()]));
    assert!(found.contains("Remember the MILK"), "{found}");
    let only = vec!["milk".into(), Value::Array(vec!["wiki".into()])];
    assert_eq!(
        site.call("search.performSearch", only),
        Value::Array(vec![])
    );
}

#[test]
fn a_subscriber_and_a_sender() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().to_str().unwrap();
    let site = Site::new(&[
        ("notification", "smtp_enabled", "true"),
        ("notification", "smtp_from", "trac@example.org"),
        ("notification", "email_sender", "FolderEmailSender"),
        ("notification", "folder", path),
        (
            "notification-subscriber",
            "always_notify_mentioned",
            "MentionedSubscriber",
        ),
    ]);
    site.call(
        "ticket.create",
        vec![
            "for @bob@example.org".into(),
            "text".into(),
            attributes(&[]),
            true.into(),
        ],
    );
    let mail = first_file(folder.path());
    assert!(mail.contains("bob@example.org"), "{mail}");
    assert!(site.directory.path().is_dir());
}

#[test]
fn listeners() {
    let site = Site::new(&[]);
    site.call("ticket.create", vec!["one".into(), "text".into()]);
    let change = attributes(&[("action", "leave"), ("keywords", "k")]);
    site.call("ticket.update", vec![1.into(), "c".into(), change]);
    let file = Value::Binary(b"text".to_vec());
    let put = vec![1.into(), "a.txt".into(), "a file".into(), file];
    site.call("ticket.putAttachment", put);
    site.call("ticket.delete", vec![1.into()]);
    for content in ["first", "second"] {
        let put = vec!["Page".into(), content.into(), attributes(&[])];
        site.call("wiki.putPage", put);
    }
    let milestone = vec!["m".into(), attributes(&[("description", "d")])];
    site.call("ticket.milestone.create", milestone.clone());
    site.call("ticket.milestone.update", milestone);
    site.call("ticket.milestone.delete", vec!["m".into()]);
    let expected = [
        "ticket 1 created",
        "ticket 1 changed: keywords",
        "file a.txt added",
        "file a.txt deleted",
        "ticket 1 deleted",
        "page Page created",
        "page Page changed to version 2",
        "milestone m created",
        "milestone m changed",
        "milestone m deleted",
    ];
    let expected = expected.into_iter().map(Value::from).collect();
    assert_eq!(site.call("journal.entries", vec![]), Value::Array(expected));
    let pages = site.call("journal.entries", vec!["page".into()]);
    assert_eq!(text(pages).matches("page Page").count(), 2);
}

#[test]
fn an_endpoint_and_a_layer() {
    let site = Site::new(&[]);
    let clock = ureq::post(site.url("/clock?zone=UTC"))
        .header("X-Badge", "8")
        .send("now")
        .unwrap();
    let text = clock.into_body().read_to_string().unwrap();
    assert_eq!(
        text,
        "POST ann at 127.0.0.1 asks for the time of env: zone=UTC 3 bytes\n"
    );
    let refused = site.call_as("7", "wiki.deletePage", vec!["WikiStart".into()]);
    assert_eq!(refused.unwrap_err(), "403: pages are deleted by people");
    assert!(Client::new(&site.url("/rpc")).is_ok());
}

/// More comes than the server takes into memory.
#[test]
fn an_endpoint_that_reads_what_is_large() {
    let site = Site::new(&[]);
    let count = |bytes: u64| {
        let text = io::repeat(b'\n').take(bytes);
        let mut answer = ureq::put(site.url("/count"))
            .header("X-Badge", "8")
            .send(ureq::SendBody::from_owned_reader(text))
            .unwrap();
        answer.body_mut().read_to_string().unwrap()
    };
    assert_eq!(count(0), "0 lines, 0 bytes, Adler-32 00000001\n");
    assert_eq!(count(2), "2 lines, 2 bytes, Adler-32 00200015\n");
    let most = ServerConfig::single("/").limits.body as u64;
    let counted = count(most + 1_000_000);
    let expected = format!("{0} lines, {0} bytes, ", most + 1_000_000);
    assert!(counted.starts_with(&expected), "{counted}");
}

#[test]
fn an_endpoint_that_writes_part_by_part() {
    let site = Site::new(&[]);
    for number in 1..=250 {
        let summary = format!("number {number}").into();
        site.call("ticket.create", vec![summary, "text".into()]);
    }
    let export = ureq::get(site.url("/export")).header("X-Badge", "7");
    let text = export.call().unwrap().body_mut().read_to_string().unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        (lines.len(), lines[0], lines[249]),
        (250, "#1 number 1", "#250 number 250")
    );
}
