//! `tracrpc serve`: what `tracd` does, with its flags.

mod environments;
mod limits;
mod tls;
mod tracd;

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use tracrpc_server::http::HeaderName;
use tracrpc_server::{AuthRule, Server, ServerConfig, TrustedProxies};

use self::environments::{environments, first_look};
use self::limits::LimitArgs;
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

    /// The port to listen on; 80 if none is given, or 443 with https.
    #[arg(short, long)]
    port: Option<u16>,

    /// The host name or IP address to listen on; all of the machine's if empty.
    #[arg(short = 'b', long, default_value = "", hide_default_value = true)]
    hostname: String,

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
    tracd: TracdArgs,
}

impl Run for Args {
    const LOG: &'static str = "info";

    fn run(self) -> anyhow::Result<ExitCode> {
        self.tracd.refuse_what_is_not_done()?;
        let base_path = self.base_path.trim_matches('/').to_owned();
        let scheme = self.tls.scheme();
        let plugins = self.plugins.clone();
        let beside = self.env_parent_dir.clone();
        let config = self.config()?;
        let directories = || config.environments.directories();
        // They end after the server, which may still need them.
        let plugins = plugins.start(beside.as_deref(), directories)?;
        first_look(&config.environments, &plugins);
        let server = Server::builder(config)
            .extend(|extensions| plugins.extend(extensions))
            .start()?;
        announce(scheme, server.address(), &base_path)?;
        server.run_until_signal();
        Ok(ExitCode::SUCCESS)
    }
}

impl Args {
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
        let port = self.port.unwrap_or(self.tls.default_port());
        let addresses = vec![address(&self.hostname, port)?];
        let environments =
            environments(&self.envs, self.env_parent_dir.as_deref(), self.single_env)?;
        Ok(ServerConfig {
            addresses,
            environments,
            base_path: self.base_path,
            auth,
            tls: self.tls.config()?,
            trusted_proxies,
            remote_user_header: self.remote_user_header,
            limits: self.limits.limits(),
        })
    }
}

/// The absolute path of something that must be there.
fn existing(path: &Path) -> anyhow::Result<PathBuf> {
    std::fs::canonicalize(path)
        .with_context(|| format!("Path does not exist: '{}'", path.display()))
}

fn address(hostname: &str, port: u16) -> anyhow::Result<SocketAddr> {
    if hostname.is_empty() {
        return Ok(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)));
    }
    let bare = hostname.trim_start_matches('[').trim_end_matches(']');
    let found = (bare, port)
        .to_socket_addrs()
        .with_context(|| format!("cannot find the address of `{hostname}`"))?;
    let mut addresses: Vec<SocketAddr> = found.collect();
    addresses.sort_by_key(SocketAddr::is_ipv6);
    addresses
        .first()
        .copied()
        .with_context(|| format!("`{hostname}` has no address"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_become_addresses() {
        let check = |hostname: &str, expected: &str| {
            assert_eq!(
                address(hostname, 81).unwrap().to_string(),
                expected,
                "{hostname}"
            );
        };
        check("", "0.0.0.0:81");
        check("127.0.0.1", "127.0.0.1:81");
        check("::1", "[::1]:81");
        check("[::1]", "[::1]:81");
        assert!(address("no such host", 81).is_err());
    }
}
