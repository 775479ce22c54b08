//! A plugin that does as it is told, and short times.

use std::env;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tracrpc_plugin::host::{Asking, Failure, Notice, Plugin, Settings, State};
use tracrpc_plugin_protocol::messages::{Call, CallAnswer, Context};
use tracrpc_wire::Value;

/// A plugin, which ends with the test.
pub(crate) struct World {
    pub(crate) plugin: Plugin,
    pub(crate) notices: Mutex<Receiver<Notice>>,
}

impl Drop for World {
    fn drop(&mut self) {
        self.plugin.stop();
    }
}

/// Within this everything has to happen, however busy the machine is.
pub(crate) const LONG: Duration = Duration::from_secs(60);

pub(crate) fn program() -> PathBuf {
    let tests = env::current_exe().unwrap();
    let folder = tests.parent().unwrap().parent().unwrap();
    folder.join("examples").join("misbehaving")
}

/// Settings with times that are short.
pub(crate) fn settings(mode: &str) -> Settings {
    let program = program();
    assert!(program.exists(), "cargo builds examples with tests");
    let mut settings = Settings::new("odd", [program.to_str().unwrap(), mode]);
    let millis = Duration::from_millis;
    settings.timing.start = LONG;
    settings.timing.grace = millis(100);
    settings.timing.end = millis(500);
    settings.timing.kill = millis(500);
    settings.timing.drain = Duration::from_secs(5);
    settings.timing.first_delay = millis(10);
    settings.timing.longest_delay = millis(80);
    settings
}

pub(crate) fn start(settings: Settings) -> World {
    let (sender, notices) = mpsc::channel();
    let sender = Mutex::new(sender);
    let observer = move |_: &Plugin, notice: Notice| {
        let _ = sender.lock().unwrap().send(notice);
    };
    let plugin = Plugin::start(settings, Arc::new(observer));
    World {
        plugin,
        notices: Mutex::new(notices),
    }
}

pub(crate) fn world(mode: &str) -> World {
    let world = start(settings(mode));
    assert!(world.plugin.wait_until_ready(Instant::now() + LONG));
    world
}

pub(crate) fn call(method: &str, args: Vec<Value>) -> Call {
    Call {
        method: method.to_owned(),
        args,
        context: Context {
            environment: "e".into(),
            user: "joe".into(),
            base_url: String::new(),
            remote_addr: String::new(),
            method: String::new(),
            path_info: String::new(),
            query: String::new(),
            headers: Vec::new(),
            within_multicall: false,
        },
        exchange: None,
    }
}

impl World {
    pub(crate) fn call(&self, method: &str, argument: impl Into<Value>) -> Result<Value, Failure> {
        self.call_within(method, argument, LONG)
    }

    pub(crate) fn call_within(
        &self,
        method: &str,
        argument: impl Into<Value>,
        time: Duration,
    ) -> Result<Value, Failure> {
        let asking = Asking::until(Instant::now() + time);
        value(self.plugin.ask(call(method, vec![argument.into()]), asking))
    }

    /// Waits until the plugin is so.
    pub(crate) fn await_state(&self, is_met: impl Fn(State) -> bool) {
        eventually(|| is_met(self.plugin.status().state));
    }

    /// Calls until the plugin answers.
    pub(crate) fn await_answer(&self) {
        eventually(|| self.call("echo", 1) == Ok(Value::Int(1)));
    }
}

pub(crate) fn value(answer: Result<CallAnswer, Failure>) -> Result<Value, Failure> {
    match answer? {
        CallAnswer::Value(value) => Ok(value),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn eventually(is_met: impl Fn() -> bool) {
    let deadline = Instant::now() + LONG;
    while !is_met() {
        assert!(Instant::now() < deadline, "it never came");
        std::thread::sleep(Duration::from_millis(5));
    }
}
