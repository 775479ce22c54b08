//! `tracrpc serve`: what `tracd` does, with its flags.

mod anonymous;
mod environments;
mod limits;
mod listening;
mod operations;
#[cfg_attr(not(unix), path = "elsewhere.rs")]
mod service;
mod tls;
mod tracd;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use tracrpc_server::http::HeaderName;
use tracrpc_server::{AuthRule, Server, ServerConfig, TrustedProxies};

use self::environments::{environments, first_look};
use self::limits::LimitArgs;
use self::listening::ListenArgs;
use self::operations::OperationArgs;
use self::service::ServiceArgs;
use self::tls::TlsArgs;
use self::tracd::TracdArgs;
use super::Run;
use crate::plugin_args::PluginArgs;

/// Serve environments over XML-RPC and JSON-RPC.
///
/// Takes the flags of `tracd`. Calls go to `http://HOST:PORT/NAME/login/rpc`,
/// where NAME is the name of the environment's folder (with -s, without NAME).
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The directories of the environments.
    #[arg(value_name = "ENV", required_unless_present = "env_parent_dir")]
    envs: Vec<PathBuf>,

    /// Serve all environments in this directory.
    #[arg(short, long, value_name = "PARENTDIR", conflicts_with_all = ["single_env", "envs"])]
    env_parent_dir: Option<PathBuf>,

    /// Serve only one environment, at `/`.
    #[arg(short, long)]
    single_env: bool,

    #[command(flatten)]
    listen: ListenArgs,

    /// The first part of the path of every address.
    #[arg(
        long,
        value_name = "PATH",
        default_value = "",
        hide_default_value = true
    )]
    base_path: String,

    /// Who may log in to an environment (by the name of its folder, `*` for
    /// all): a file that htpasswd makes, and a realm. May be repeated. Without
    /// it, the users of `tracrpc admin ENV user` may.
    #[arg(long, value_name = "ENV,FILE,REALM", value_parser = basic_auth)]
    basic_auth: Vec<AuthRule>,

    /// The same with a file that htdigest makes, for clients that use Digest authentication.
    #[arg(short, long, value_name = "ENV,FILE,REALM", value_parser = digest_auth)]
    auth: Vec<AuthRule>,

    /// Listen on addresses that other machines reach, even if nobody can log in to an
    /// environment.
    #[arg(long)]
    allow_anonymous: bool,

    /// The address or network of a proxy whose X-Forwarded-For, -Proto, -Host
    /// and -Prefix headers are believed. May be repeated.
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    trusted_proxy: Vec<String>,

    /// The header in which such a proxy names the user who has logged in there, as
    /// `X-Remote-User`. It must not let that header of its own clients through.
    #[arg(long, value_name = "NAME", requires = "trusted_proxy")]
    remote_user_header: Option<HeaderName>,

    #[command(flatten)]
    tls: TlsArgs,

    #[command(flatten)]
    plugins: PluginArgs,

    #[command(flatten)]
    limits: LimitArgs,

    #[command(flatten)]
    service: ServiceArgs,

    #[command(flatten)]
    operations: OperationArgs,

    #[command(flatten)]
    tracd: TracdArgs,
}

impl Run for Args {
    const LOG: &'static str = "info";

    fn run(self) -> anyhow::Result<ExitCode> {
        if let Some(done) = self.service.leave_to_another()? {
            return Ok(done);
        }
        let base_path = self.base_path.trim_matches('/').to_owned();
        let scheme = self.tls.scheme();
        let default_port = self.tls.default_port();
        let plugins = self.plugins.clone();
        let beside = self.env_parent_dir.clone();
        let (listen, service) = (self.listen.clone(), self.service.clone());
        let allow_anonymous = self.allow_anonymous;
        let config = self.config()?;
        let mut service = service.begin(config.limits.connections)?;
        let listeners = listen.listeners(default_port)?;
        service.become_user()?;
        let directories = || config.environments.directories();
        // They end after the server, which may still need them.
        let plugins = plugins.start(beside.as_deref(), directories)?;
        first_look(&config.environments, &plugins);
        if !allow_anonymous {
            anonymous::refuse(&listeners, &config, &plugins)?;
        }
        let server = Server::builder(config)
            .listeners(listeners)
            .extend(|extensions| plugins.extend(extensions))
            .start()?;
        service.serves(&server, || announce(scheme, server.address(), &base_path))?;
        let deadline = server.run_until_stopped();
        plugins.end_by(deadline);
        Ok(ExitCode::SUCCESS)
    }
}

impl Args {
    /// Whether the log does not stay where it begins.
    pub(super) fn moves_log(&self) -> bool {
        self.service.moves_log()
    }

    fn config(self) -> anyhow::Result<ServerConfig> {
        let mut trusted_proxies = TrustedProxies::default();
        for proxy in &self.trusted_proxy {
            trusted_proxies.add(proxy).map_err(anyhow::Error::msg)?;
        }
        let mut auth = self.auth;
        auth.extend(self.basic_auth);
        for rule in &mut auth {
            rule.file = existing(&rule.file)?;
        }
        let environments =
            environments(&self.envs, self.env_parent_dir.as_deref(), self.single_env)?;
        Ok(ServerConfig {
            addresses: Vec::new(),
            environments,
            base_path: self.base_path,
            auth,
            tls: self.tls.config()?,
            trusted_proxies,
            remote_user_header: self.remote_user_header,
            limits: self.limits.limits(),
            operations: self.operations.operations(),
        })
    }
}

/// The absolute path of something that must be there.
fn existing(path: &Path) -> anyhow::Result<PathBuf> {
    std::fs::canonicalize(path)
        .with_context(|| format!("Path does not exist: '{}'", path.display()))
}

fn announce(scheme: &str, address: SocketAddr, base_path: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "Server starting in PID {}.", std::process::id())?;
    if address.ip().is_unspecified() {
        let port = address.port();
        writeln!(
            out,
            "Serving on {address} view at {scheme}://127.0.0.1:{port}/{base_path}"
        )?;
    } else {
        writeln!(out, "Serving on {scheme}://{address}/{base_path}")?;
    }
    out.flush()?;
    Ok(())
}

fn basic_auth(text: &str) -> Result<AuthRule, String> {
    AuthRule::parse("basic", text)
}

fn digest_auth(text: &str) -> Result<AuthRule, String> {
    AuthRule::parse("digest", text)
}
