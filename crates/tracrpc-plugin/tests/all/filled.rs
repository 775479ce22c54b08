//! A server whose environment has everything of a plugin, asked over HTTP.

use std::time::Duration;

use tracrpc_client::{Error, Speech, Struct, Value};
use tracrpc_plugin::Plugins;
use tracrpc_server::ServerLimits;
use tracrpc_testing::TestEnv;

use crate::site::{POLICIES, Site, config, environment, text, texts};
use crate::support::{LONG, eventually};

#[test]
fn methods_are_listed_helped_and_called() {
    let site = Site::new();
    let methods = site.methods();
    assert!(methods.contains(&"demo.echo".to_owned()), "{methods:?}");
    let signatures = site.ok("system.methodSignature", vec!["demo.echo".into()]);
    assert_eq!(texts(&signatures), ["array,string", "array,string,int"]);
    let help = text(site.ok("system.methodHelp", vec!["demo.echo".into()]));
    assert!(
        help.starts_with("array demo.echo(string text, int count=3)"),
        "{help}"
    );
    let args: Vec<Value> = vec!["a".into(), Value::Binary(vec![0; 100_000]), 1.5.into()];
    for speech in [Speech::Xml, Speech::Json] {
        let client = site.client("joe").with_speech(speech);
        assert_eq!(
            client.call("demo.echo", args.clone()).unwrap(),
            args.clone().into()
        );
    }
    // The plugin sees to its arguments itself, and gets no defaults.
    assert_eq!(site.ok("demo.echo", vec![]), Vec::<Value>::new().into());
    assert!(
        site.fault("joe", "ticket.get", vec![999.into()])
            .1
            .contains("999")
    );
    let page = ureq::get(site.url("joe", "/login/rpc")).header("Accept", "text/html");
    let page = page.call().unwrap().body_mut().read_to_string().unwrap();
    assert!(page.contains("demo.echo") && page.contains("<strong>given</strong>"));
    assert!(page.contains("All of it.") && page.contains("Words"));
}

#[test]
fn permissions_of_methods_are_checked_before_the_plugin_is_asked() {
    let site = Site::new();
    let (code, message) = site.fault("ann", "demo.secret", vec![]);
    assert_eq!(code, 403, "{message}");
    assert_eq!(site.ok("demo.secret", vec![]), "42".into());
}

#[test]
fn the_plugin_knows_who_asks_and_no_credentials() {
    let site = Site::new();
    let who = site.ok("demo.who", vec![]);
    let who = who.as_struct().unwrap();
    assert_eq!(who.get("user"), Some(&"joe".into()));
    assert_eq!(who.get("environment"), Some(&site.env.name().into()));
    assert_eq!(who.get("remote_addr"), Some(&"127.0.0.1".into()));
    assert_eq!(who.get("method"), Some(&"POST".into()));
    assert_eq!(who.get("path_info"), Some(&"/login/rpc".into()));
    assert_eq!(who.get("within_multicall"), Some(&Value::Bool(false)));
    let headers = texts(who.get("headers").unwrap());
    assert!(headers.contains(&"content-type".to_owned()), "{headers:?}");
    assert!(
        !headers.contains(&"authorization".to_owned()),
        "{headers:?}"
    );
}

#[test]
fn multicalls_mix_what_is_built_in_and_what_is_not() {
    let site = Site::new();
    let client = site.client("joe");
    let attributes = || Struct::new().into();
    let batch = client
        .batch()
        .call("ticket.create", ["one".into(), "d".into(), attributes()])
        .call("demo.who", [])
        .call(
            "demo.ask",
            [
                "ticket.create".into(),
                "two".into(),
                "d".into(),
                attributes(),
            ],
        )
        .call("demo.refuse", [])
        .call("ticket.query", ["status!=x".into()]);
    let replies = batch.send().unwrap();
    assert_eq!(replies[0], Ok(1.into()));
    let who = replies[1].clone().unwrap();
    assert_eq!(
        who.as_struct().unwrap().get("within_multicall"),
        Some(&true.into())
    );
    assert_eq!(replies[2], Ok(2.into()));
    let refused = replies[3].clone().unwrap_err();
    assert_eq!(refused.code, 4711, "{}", refused.message);
    assert_eq!(replies[4], Ok(vec![1.into(), Value::from(2)].into()));
}

#[test]
fn what_the_plugin_asks_has_the_rights_of_who_asks_it() {
    let site = Site::new();
    let ask = |user, args: &[&str]| {
        let args = args.iter().map(|arg| Value::from(*arg)).collect();
        site.call(user, "demo.ask", args)
    };
    assert_eq!(ask("joe", &["demo.secret"]).unwrap(), "42".into());
    assert!(ask("ann", &["demo.secret"]).is_err());
    // A plugin that calls itself, as deep as it may.
    let mut deep = vec!["demo.ask"; 7];
    deep.push("demo.secret");
    assert_eq!(ask("joe", &deep).unwrap(), "42".into());
    let mut deeper = vec!["demo.ask"; 40];
    deeper.push("demo.secret");
    let error = ask("joe", &deeper).unwrap_err();
    assert!(
        error.fault().unwrap().message.contains("nested deeper"),
        "{error:?}"
    );
}

#[test]
fn policies_groups_and_actions_count() {
    let site = Site::new();
    let page = |name: &str| vec![name.into(), "text".into(), Struct::new().into()];
    site.ok("wiki.putPage", page("Open"));
    // Even who may everything is refused by a policy that comes first.
    assert_eq!(
        site.fault("joe", "wiki.getPage", vec!["Secret".into()]).0,
        403
    );
    assert!(
        site.call("ann", "wiki.getPage", vec!["Open".into()])
            .is_ok()
    );
    // Only the group gives that.
    let create = vec!["more".into(), Struct::new().into()];
    site.call("ann", "ticket.component.create", create).unwrap();
}

#[test]
fn a_policy_that_does_not_answer_refuses() {
    let mut config = config();
    config.settings.timing.first_delay = Duration::from_secs(3600);
    let site = Site::with(config);
    let page = vec!["Open".into(), "text".into(), Struct::new().into()];
    site.ok("wiki.putPage", page);
    assert!(site.call("joe", "demo.exit", vec![]).is_err());
    eventually(|| {
        site.call("joe", "wiki.getPage", vec!["Open".into()])
            .is_err()
    });
}

#[test]
fn macros_are_cleaned_unless_the_plugin_is_trusted() {
    for is_trusted in [false, true] {
        let mut config = config();
        config.is_trusted = is_trusted;
        let site = Site::with(config);
        let html = text(site.ok("wiki.wikiToHtml", vec!["A [[Demo(x)]] b".into()]));
        assert!(html.contains("<b>joe x</b>"), "{html}");
        assert_eq!(html.contains("<script>"), is_trusted, "{html}");
    }
}

#[test]
fn links_of_a_plugin_are_cleaned_unless_it_is_trusted() {
    for is_trusted in [false, true] {
        let mut config = config();
        config.is_trusted = is_trusted;
        let site = Site::with(config);
        let html = |wiki: &str| text(site.ok("wiki.wikiToHtml", vec![wiki.into()]));
        let shown = html("demo:x and [demo:y z<b>], `demo:v`, !demo:w, demo:none");
        assert!(shown.contains(">demo:x for joe</a>"), "{shown}");
        assert!(shown.contains("href=\"/y\"") && shown.contains(">z&lt;b"));
        assert!(shown.contains("<code>demo:v</code>, demo:w, demo:none"));
        assert_eq!(shown.contains("onclick"), is_trusted, "{shown}");
        // One that fails stays text, and so do all after it: nobody waits for each.
        let shown = html("demo:x demo:fail demo:y");
        assert!(
            shown.contains(">demo:x for joe</a> demo:fail demo:y"),
            "{shown}"
        );
        assert_eq!(
            html("WikiStart #1 nix:x demonstration:x")
                .matches("joe")
                .count(),
            0
        );
    }
}

#[test]
fn files_of_a_plugins_realms_are_linked_to() {
    let site = Site::new();
    for (id, name) in [("one two", "a.txt"), ("plain", "b.txt")] {
        let insert =
            "INSERT INTO attachment (type, id, filename, size, time) VALUES ('demo', ?, ?, 1, 0)";
        let params = [id.into(), name.into()];
        let done = site
            .env
            .db()
            .write(|connection| connection.execute(insert, &params));
        done.unwrap();
    }
    let html = |wiki: &str| text(site.ok("wiki.wikiToHtml", vec![wiki.into()]));
    let shown = html("[attachment:\"demo:one two:a.txt\"] raw-attachment:b.txt:demo:plain");
    let base = format!("http://{}", site.server.address());
    for part in [
        &format!("href=\"{base}/attachment/shown/one%20two/a.txt\""),
        "title=\"Attachment 'a.txt' in Demo one two\"",
        &format!("href=\"{base}/raw-attachment/demo/plain/b.txt\""),
        "title=\"Attachment 'b.txt' in demo:plain\"",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    for wiki in [
        "attachment:c.txt:demo:plain",
        "attachment:b.txt:other:plain",
    ] {
        assert!(html(wiki).contains("missing attachment"));
    }
}

#[test]
fn there_is_an_end_to_links_that_a_plugin_is_asked_about() {
    let site = Site::new();
    let many = "demo:x ".repeat(1100);
    let shown = text(site.ok("wiki.wikiToHtml", vec![many.into()]));
    assert_eq!(shown.matches(">demo:x for joe</a>").count(), 1000);
}

#[test]
fn pages_are_prepared_and_searched() {
    let site = Site::new();
    let page = vec!["Page".into(), "It is PLACE".into(), Struct::new().into()];
    site.ok("wiki.putPage", page);
    let html = text(site.ok("wiki.getPageHTML", vec!["Page".into()]));
    assert!(html.contains("It is here"), "{html}");
    let filters = site.ok("search.getSearchFilters", vec![]);
    assert!(format!("{filters:?}").contains("Demos"));
    let hits = site.ok(
        "search.performSearch",
        vec!["one two".into(), vec![Value::from("demo")].into()],
    );
    assert!(format!("{hits:?}").contains("one+two"), "{hits:?}");
}

#[test]
fn tickets_are_validated_and_demonstrated() {
    let site = Site::new();
    let create = |summary: &str| {
        let args = vec![summary.into(), "d".into(), Struct::new().into()];
        site.call("joe", "ticket.create", args)
    };
    let id = create("good").unwrap();
    let actions = site.ok("ticket.getActions", vec![id.clone()]);
    let ours = actions.as_array().unwrap().last().unwrap();
    let options = ["minor", "major"].into_iter().collect::<Value>();
    let control: Value = vec!["demo_priority".into(), "minor".into(), options].into();
    let expected: Vec<Value> = vec![
        "demonstrate".into(),
        "Demonstrate".into(),
        "It is shown.".into(),
        vec![control].into(),
    ];
    assert_eq!(*ours, expected.into());
    let update = |members: &[(&str, &str)]| {
        let members = members.iter().map(|(name, value)| (*name, *value));
        let attributes: Struct = members.collect();
        let args = vec![id.clone(), "".into(), attributes.into()];
        site.call("joe", "ticket.update", args)
    };
    let given = [("action", "demonstrate"), ("demo_priority", "minor")];
    let changed = update(&given).unwrap();
    let fields = changed.as_array().unwrap()[3].as_struct().unwrap().clone();
    assert_eq!(fields.get("status"), Some(&"demonstrated".into()));
    assert_eq!(fields.get("keywords"), Some(&"validated".into()));
    assert_eq!(fields.get("priority"), Some(&"minor".into()));
    let error = update(&[("action", "leave"), ("summary", "bad")]).unwrap_err();
    assert!(
        error.fault().unwrap().message.contains("it is bad"),
        "{error:?}"
    );
}

#[test]
fn built_in_methods_go_to_the_plugin_only_if_that_is_allowed() {
    for may_delegate in [false, true] {
        let mut config = config();
        config.may_delegate = may_delegate;
        let site = Site::with(config);
        let version = site.ok("wiki.getRPCVersionSupported", vec![]);
        let client = site.client("joe");
        let batch = client.batch().call("wiki.getRPCVersionSupported", []);
        assert_eq!(batch.send().unwrap(), [Ok(version.clone())]);
        assert_eq!(
            version == Value::from("that of joe"),
            may_delegate,
            "{version:?}"
        );
        // Its arguments come as they are, and it does what it does: the type is still there.
        let deleted = site.ok("ticket.type.delete", vec!["task".into()]);
        let types = texts(&site.ok("ticket.type.getAll", vec![]));
        assert_eq!(types.contains(&"task".to_owned()), may_delegate);
        let echoed = Value::Array(vec!["task".into()]);
        assert_eq!(deleted == echoed, may_delegate, "{deleted:?}");
        // The method is listed once, and documented as ever.
        let methods = site.methods();
        let listed = methods.iter().filter(|name| *name == "ticket.type.delete");
        assert_eq!(listed.count(), 1);
    }
}

#[test]
fn what_is_delegated_still_wants_the_methods_permission() {
    let mut config = config();
    config.may_delegate = true;
    // Without the group that ann has by the plugin.
    let env = environment().config("trac", "permission_policies", "DefaultPermissionPolicy");
    let site = Site::of(env, config);
    let delete = |user| site.call(user, "ticket.type.delete", vec!["task".into()]);
    assert!(delete("joe").is_ok());
    let error = delete("guest").unwrap_err();
    assert_eq!(error.fault().unwrap().code, 403);
}

#[test]
fn the_comment_is_validated_too() {
    let site = Site::new();
    let args = vec!["s".into(), "d".into(), Struct::new().into()];
    site.ok("ticket.create", args);
    let update = |comment: &str| {
        let attributes: Struct = [("action", "leave")].into_iter().collect();
        let args = vec![1.into(), comment.into(), attributes.into()];
        site.call("joe", "ticket.update", args)
    };
    assert!(update("fine").is_ok());
    let error = update("spam").unwrap_err();
    assert!(error.fault().unwrap().message.contains("no spam"));
}

#[test]
fn files_are_validated() {
    let site = Site::new();
    let attributes = || -> Value { Struct::new().into() };
    site.ok("ticket.create", vec!["s".into(), "d".into(), attributes()]);
    site.ok("wiki.putPage", vec!["P".into(), "x".into(), attributes()]);
    let on_ticket = |name: &str, size| {
        let data = Value::Binary(vec![0; size]);
        let args = vec![1.into(), name.into(), "about".into(), data];
        site.call("joe", "ticket.putAttachment", args)
    };
    assert_eq!(on_ticket("a.txt", 1000).unwrap(), "a.txt".into());
    let refused = |answer: Result<Value, Error>| {
        let error = answer.unwrap_err();
        error.fault().unwrap().message.clone()
    };
    let name = "Attachment field filename is invalid: no programs, joe";
    let both = refused(on_ticket("a.exe", 1001));
    let expected = format!("{name} Invalid attachment: 1001 bytes are too many");
    assert!(both.contains(&expected), "{both}");
    let path = vec!["P/b.exe".into(), Value::Binary(Vec::new())];
    let on_page = refused(site.call("joe", "wiki.putAttachment", path));
    assert!(on_page.contains(name), "{on_page}");
    let pieces = ["P", "b.exe", ""].map(Value::from);
    let mut pieces: Vec<Value> = pieces.into();
    pieces.extend([Value::Binary(Vec::new()), false.into()]);
    let on_page = refused(site.call("joe", "wiki.putAttachmentEx", pieces));
    assert!(on_page.contains(name), "{on_page}");
    let attached = site.ok("ticket.listAttachments", vec![1.into()]);
    assert_eq!(attached.as_array().unwrap().len(), 1);
}

#[test]
fn events_are_told_in_their_order() {
    let site = Site::new();
    let attributes = || -> Value { Struct::new().into() };
    site.ok("ticket.create", vec!["s".into(), "d".into(), attributes()]);
    site.ok(
        "ticket.update",
        vec![1.into(), "comment".into(), attributes()],
    );
    site.ok("ticket.milestone.create", vec!["m".into(), attributes()]);
    site.ok(
        "wiki.putPage",
        vec!["Page".into(), "text".into(), attributes()],
    );
    site.ok(
        "wiki.putAttachment",
        vec!["Page/a.txt".into(), Value::Binary(b"x".to_vec())],
    );
    site.ok("ticket.delete", vec![1.into()]);
    eventually(|| texts(&site.ok("demo.told", vec![])).len() == 6);
    let expected = [
        "ticket.created",
        "ticket.changed",
        "milestone.created",
        "wiki.created",
        "attachment.created",
        "ticket.deleted",
    ];
    assert_eq!(texts(&site.ok("demo.told", vec![])), expected);
}

#[test]
fn a_protocol_reads_and_writes() {
    let site = Site::new();
    let ask = |body: &str| {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build();
        let agent: ureq::Agent = agent.into();
        let request = agent.post(site.url("joe", "/login/words"));
        let mut answer = request.content_type("text/x-words").send(body).unwrap();
        let header = answer.headers().get("x-words").is_some();
        let kind = answer.headers().get("content-type").cloned().unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        (
            answer.status().as_u16(),
            header,
            kind.to_str().unwrap().to_owned(),
            text,
        )
    };
    let (status, has_header, kind, body) = ask("demo.echo a b");
    assert_eq!((status, has_header), (200, true));
    assert_eq!(kind, "text/x-words; charset=utf-8");
    assert!(body.contains("String(\"a\"), String(\"b\")"), "{body}");
    let (status, _, _, body) = ask("ticket.get 99");
    assert_eq!(status, 422, "{body}");
    assert!(ask("system.getAPIVersion").3.contains("Int("));
    let (status, _, _, body) = ask("hello");
    assert_eq!((status, body.as_str()), (201, "hello"));
    assert_eq!(ask("").3, "there are no words");
}

#[test]
fn what_changes_is_there_for_the_next_request() {
    let site = Site::new();
    assert!(!site.methods().contains(&"demo.grown".to_owned()));
    site.ok("demo.grow", vec![]);
    eventually(|| site.methods().contains(&"demo.grown".to_owned()));
}

#[test]
fn a_plugin_that_has_gone_leaves_its_methods_listed() {
    let mut config = config();
    config.settings.timing.first_delay = Duration::from_secs(3600);
    // Without its policy, which would refuse everything then.
    let env = environment().config("trac", "permission_policies", "DefaultPermissionPolicy");
    let site = Site::of(env, config);
    assert!(site.call("joe", "demo.exit", vec![]).is_err());
    let plugin = site.plugins.all().next().unwrap();
    eventually(|| plugin.status().process.is_none());
    assert!(site.methods().contains(&"demo.echo".to_owned()));
    let (_, message) = site.fault("joe", "demo.echo", vec![]);
    assert!(
        message.contains("plugin demo is not available"),
        "{message}"
    );
}

#[test]
fn one_that_ends_is_there_again() {
    let site = Site::new();
    assert!(site.call("joe", "demo.exit", vec![]).is_err());
    eventually(|| site.call("joe", "demo.echo", vec![]).is_ok());
}

#[test]
fn a_process_is_told_of_the_environments_that_are_known() {
    let known = |site: &Site| texts(&site.ok("demo.environments", vec![]));
    let made = || {
        let env = environment().config("trac", "base_url", "https://example.org/here");
        let row = |env: &TestEnv| {
            let path = env.path().to_str().unwrap();
            format!("{} {path} https://example.org/here", env.name())
        };
        let row = row(&env);
        let env = ["joe", "ann"]
            .iter()
            .fold(env, |env, user| env.password(user, user));
        (env, row)
    };
    let (env, row) = made();
    let directories = [env.path().to_owned(), "/there/is/none".into()];
    let plugins = Plugins::start(vec![config().knowing(&directories)]);
    assert_eq!(
        known(&Site::served(env, plugins, ServerLimits::default())),
        [row]
    );
    // One that nobody has named is known to the next process.
    let (env, row) = made();
    let plugins = Plugins::start(vec![config()]);
    let deadline = std::time::Instant::now() + LONG;
    assert!(
        plugins
            .all()
            .all(|plugin| plugin.wait_until_ready(deadline))
    );
    let site = Site::served(env, plugins, ServerLimits::default());
    assert_eq!(known(&site), Vec::<String>::new());
    assert!(site.call("joe", "demo.exit", vec![]).is_err());
    eventually(|| {
        let call = site.call("joe", "demo.environments", vec![]);
        call.is_ok_and(|found| texts(&found) == [row.clone()])
    });
    let (env, _) = made();
    let mut config = config();
    config.environments = Some(vec!["another".to_owned()]);
    let config = config.knowing(&[env.path().to_owned()]);
    assert!(config.settings.environments.is_empty());
}

#[test]
fn environments_that_it_is_not_for_do_not_have_it() {
    let mut config = config();
    config.environments = Some(vec!["another".to_owned()]);
    let env = environment().config("trac", "permission_policies", "DefaultPermissionPolicy");
    let env = env.config("ticket", "workflow", "ConfigurableTicketWorkflow");
    let plugins = Plugins::start(vec![config]);
    let mut extensions = tracrpc_site::builtin();
    tracrpc_methods::register(&mut extensions);
    plugins.extend(&mut extensions);
    let opened = tracrpc_site::open_with(env.path(), extensions).unwrap();
    let registry = tracrpc_methods::Registry::of(&opened);
    assert!(registry.method("demo.echo").is_none());
    assert!(registry.method("ticket.get").is_some());
}

#[test]
fn a_plugin_that_cannot_be_started_keeps_nobody_from_opening() {
    let mut broken = config();
    broken.settings.command = vec!["/there/is/no/such/program".to_owned()];
    let env = environment().config("trac", "permission_policies", "DefaultPermissionPolicy");
    let plugins = Plugins::start(vec![broken]);
    let mut extensions = tracrpc_site::builtin();
    tracrpc_methods::register(&mut extensions);
    plugins.extend(&mut extensions);
    assert!(tracrpc_site::open_with(env.path(), extensions.clone()).is_ok());
    // But for one whose policies it was to bring: that is never skipped.
    let env = env.config("trac", "permission_policies", POLICIES);
    assert!(tracrpc_site::open_with(env.path(), extensions).is_err());
}
