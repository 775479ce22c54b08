//! Logging in with a password that only a plugin knows.

use std::thread;
use std::time::{Duration, Instant};

use tracrpc_client::Value;
use tracrpc_plugin::{PluginConfig, Plugins};
use tracrpc_server::{AuthRule, Server, ServerConfig};
use tracrpc_testing::TestEnv;

use crate::site::{Site, config, environment};
use crate::support::eventually;

/// The policies without that of the plugin: one that has gone refuses everything.
fn site(config: PluginConfig) -> Site {
    Site::of(without_policy(environment()), config)
}

fn without_policy(env: TestEnv) -> TestEnv {
    let env = env.config("trac", "permission_policies", "DefaultPermissionPolicy");
    env.user("authenticated", ["XML_RPC"])
}

/// The status of an answer to somebody with a password, and what is asked for.
fn answer(url: &str, user: &str, password: &str) -> (u16, Option<String>, String) {
    let url = match user {
        "" => url.to_owned(),
        _ => url.replacen("//", &format!("//{user}:{password}@"), 1),
    };
    let agent = ureq::Agent::config_builder().http_status_as_error(false);
    let agent: ureq::Agent = agent.build().into();
    let request = agent.post(url).content_type("application/json");
    let mut answer = request.send(r#"{"method":"demo.who"}"#).unwrap();
    let challenge = answer.headers().get("www-authenticate");
    let challenge = challenge.map(|value| value.to_str().unwrap().to_owned());
    let body = answer.body_mut().read_to_string().unwrap();
    (answer.status().as_u16(), challenge, body)
}

impl Site {
    fn login(&self, user: &str, password: &str) -> (u16, String) {
        let url = format!("http://{}/login/rpc", self.server.address());
        let (status, _, body) = answer(&url, user, password);
        (status, body)
    }

    /// How many passwords the plugin was asked about.
    fn checked(&self) -> Value {
        self.ok("demo.checked", vec![])
    }
}

#[test]
fn a_plugin_is_asked_about_names_that_no_file_has() {
    let site = site(config());
    // The environment knows the user by the name that the plugin gives.
    let (status, body) = site.login("Ghost", "boo");
    assert_eq!(status, 200, "{body}");
    assert!(body.contains(r#""user": "ghost""#), "{body}");
    assert_eq!(site.login("Ghost", "wrong").0, 401);
    assert_eq!(site.login("Ghost", "").0, 401);
    assert_eq!(site.checked(), 3.into());
    // What was right is remembered, what was wrong is not.
    assert_eq!(site.login("Ghost", "boo").0, 200);
    assert_eq!(site.checked(), 3.into());
    assert_eq!(site.login("Ghost", "wrong").0, 401);
    assert_eq!(site.checked(), 4.into());
    // Whom a file has, the plugin does not know better.
    assert_eq!(site.login("joe", "boo").0, 401);
    assert_eq!(site.login("joe", "joe").0, 200);
    assert_eq!(site.checked(), 4.into());
}

#[test]
fn who_added_to_the_file_is_the_files_from_then_on() {
    let site = site(config());
    assert_eq!(site.login("late", "boo").0, 200);
    let file = tracrpc_env::PasswordFile::of(&site.env);
    file.add("late", "other").unwrap();
    eventually(|| site.login("late", "boo").0 == 401);
    assert_eq!(site.login("late", "other").0, 200);
}

#[test]
fn a_plugin_that_does_not_answer_opens_no_door() {
    let mut config = config();
    config.timeout = Duration::from_millis(300);
    config.settings.timing.first_delay = Duration::from_secs(3600);
    let site = site(config);
    assert_eq!(site.login("ghost", "boo").0, 200);
    for (user, password) in [("sleeper", "boo"), ("riddle", "boo")] {
        let (status, body) = site.login(user, password);
        assert_eq!(status, 503, "{user}: {body}");
        assert!(body.contains("Nobody can tell"), "{body}");
    }
    assert!(site.call("joe", "demo.exit", vec![]).is_err());
    eventually(|| site.login("other", "boo").0 == 503);
    // Those who are known already go on, and so do those of the file.
    assert_ne!(site.login("ghost", "boo").0, 503);
    assert_ne!(site.login("joe", "joe").0, 503);
    assert_eq!(site.login("joe", "wrong").0, 401);
}

#[test]
fn a_plugin_that_is_slow_keeps_nobody_of_the_file_waiting() {
    let env = without_policy(environment());
    // A hash that is quickly computed, so that only the plugin is waited for.
    let file = env.path().join("users");
    std::fs::write(&file, "joe:{SHA}FqmlTd9CWZUuPBGMdjE46DaT1/0=\n").unwrap();
    let plugins = Plugins::start(vec![config()]);
    let mut server = ServerConfig::single(env.path());
    server.auth.push(AuthRule {
        method: "basic".to_owned(),
        environment: "*".to_owned(),
        file,
        realm: "test".to_owned(),
    });
    let server = Server::builder(server)
        .extend(|extensions| plugins.extend(extensions))
        .start()
        .unwrap();
    let url = format!("http://{}/login/rpc", server.address());
    assert_eq!(answer(&url, "joe", "joe").0, 200);
    thread::scope(|scope| {
        let slow = |_| scope.spawn(|| answer(&url, "sleeper", "boo").0);
        let slow: Vec<_> = (0..60).map(slow).collect();
        thread::sleep(Duration::from_millis(300));
        let begun = Instant::now();
        assert_eq!(answer(&url, "joe", "wrong").0, 401);
        let time = begun.elapsed();
        assert!(time < Duration::from_millis(1000), "it took {time:?}");
        let ends: Vec<u16> = slow.into_iter().map(|one| one.join().unwrap()).collect();
        let refused = ends.iter().filter(|status| **status == 503).count();
        let let_in = ends.iter().filter(|status| **status == 200).count();
        assert!(refused > 0 && let_in > 0, "{ends:?}");
        assert_eq!(refused + let_in, 60, "{ends:?}");
    });
}

#[test]
fn without_a_password_file_there_are_those_of_the_plugin() {
    let env = without_policy(environment());
    let plugins = Plugins::start(vec![config()]);
    let server = Server::builder(ServerConfig::single(env.path()))
        .extend(|extensions| plugins.extend(extensions))
        .start()
        .unwrap();
    let url = format!("http://{}/login/rpc", server.address());
    // The very first request, before anybody has opened the environment.
    let (status, challenge, _) = answer(&url, "", "");
    assert_eq!(status, 401);
    let realm = format!("Basic realm=\"{}\"", env.name());
    assert_eq!(challenge.as_deref(), Some(realm.as_str()));
    assert_eq!(answer(&url, "ghost", "boo").0, 200);
    assert_eq!(answer(&url, "ghost", "wrong").0, 401);
    let malformed = ureq::post(&url).header("Authorization", "Basic ###");
    let malformed = malformed.content_type("application/json").send("{}");
    assert!(matches!(malformed, Err(ureq::Error::StatusCode(401))));
}
