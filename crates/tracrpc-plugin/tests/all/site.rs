//! A server whose environment has everything of a plugin.

use std::time::Duration;

use tracrpc_client::{Client, Error, Value};
use tracrpc_plugin::host::Settings;
use tracrpc_plugin::{PluginConfig, Plugins};
use tracrpc_server::{AuthRule, Server, ServerConfig, ServerLimits};
use tracrpc_testing::TestEnv;

use crate::support::{LONG, program};

pub(crate) struct Site {
    pub(crate) server: Server,
    pub(crate) plugins: Plugins,
    pub(crate) env: TestEnv,
}

pub(crate) const POLICIES: &str = "DemoPolicy, DefaultWikiPolicy, DefaultTicketPolicy, \
                        DefaultPermissionPolicy, LegacyAttachmentPolicy";

pub(crate) fn environment() -> TestEnv {
    TestEnv::new()
        .user("joe", ["TRAC_ADMIN"])
        .user("ann", ["XML_RPC"])
        .user("guest", ["XML_RPC"])
        .user("crew", ["TICKET_ADMIN"])
        .config(
            "ticket",
            "workflow",
            "ConfigurableTicketWorkflow, DemoWorkflow",
        )
        .config("trac", "permission_policies", POLICIES)
}

pub(crate) fn config() -> PluginConfig {
    let program = program().with_file_name("everything");
    let mut settings = Settings::new("demo", [program.to_str().unwrap()]);
    settings.timing.start = LONG;
    settings.timing.first_delay = Duration::from_millis(10);
    PluginConfig::new(settings)
}

impl Site {
    pub(crate) fn new() -> Self {
        Self::with(config())
    }

    pub(crate) fn with(config: PluginConfig) -> Self {
        Self::of(environment(), config)
    }

    pub(crate) fn of(env: TestEnv, config: PluginConfig) -> Self {
        Self::limited(env, config, ServerLimits::default())
    }

    /// One whose server has other limits.
    pub(crate) fn limited(mut env: TestEnv, config: PluginConfig, limits: ServerLimits) -> Self {
        for user in ["joe", "ann", "guest"] {
            env = env.password(user, user);
        }
        Self::served(env, Plugins::start(vec![config]), limits)
    }

    /// One with plugins that have been started.
    pub(crate) fn served(env: TestEnv, plugins: Plugins, limits: ServerLimits) -> Self {
        let mut server = ServerConfig::single(env.path());
        server.limits = limits;
        server.auth.push(AuthRule {
            method: "basic".to_owned(),
            environment: "*".to_owned(),
            file: tracrpc_env::PasswordFile::of(&env).path().to_owned(),
            realm: "test".to_owned(),
        });
        let server = Server::builder(server)
            .extend(|extensions| plugins.extend(extensions))
            .start()
            .unwrap();
        Self {
            server,
            plugins,
            env,
        }
    }

    pub(crate) fn url(&self, user: &str, path: &str) -> String {
        format!("http://{user}:{user}@{}{path}", self.server.address())
    }

    pub(crate) fn client(&self, user: &str) -> Client {
        Client::new(&self.url(user, "/login/rpc")).unwrap()
    }

    pub(crate) fn call(&self, user: &str, method: &str, args: Vec<Value>) -> Result<Value, Error> {
        self.client(user).call(method, args)
    }

    pub(crate) fn ok(&self, method: &str, args: Vec<Value>) -> Value {
        self.call("joe", method, args).unwrap()
    }

    pub(crate) fn fault(&self, user: &str, method: &str, args: Vec<Value>) -> (i64, String) {
        let error = self.call(user, method, args).unwrap_err();
        let fault = error.fault().unwrap();
        (fault.code, fault.message.clone())
    }

    pub(crate) fn methods(&self) -> Vec<String> {
        texts(&self.ok("system.listMethods", vec![]))
    }
}

pub(crate) fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().unwrap().iter();
    items
        .map(|item| item.as_str().unwrap().to_owned())
        .collect()
}

pub(crate) fn text(value: Value) -> String {
    value.as_str().unwrap().to_owned()
}
