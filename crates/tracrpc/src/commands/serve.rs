//! `tracrpc serve`: what `tracd` does, with its flags.

use std::ffi::OsStr;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tracrpc_env::Environment;
use tracrpc_server::{
    AuthRule, EnvironmentSource, Server, ServerConfig, ServerLimits, TrustedProxies,
};

use super::Run;
use crate::plugin_args::{PluginArgs, Running};

/// The port of `tracd`.
const DEFAULT_PORT: u16 = 80;

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

    /// The port to listen on.
    #[arg(short, long, default_value_t = DEFAULT_PORT)]
    port: u16,

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

    #[command(flatten)]
    plugins: PluginArgs,

    #[command(flatten)]
    limits: LimitArgs,

    #[command(flatten)]
    tracd: TracdArgs,
}

/// Bounds on what clients can use up.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Limits")]
struct LimitArgs {
    /// The largest request, in bytes or with K, M or G.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_body: Option<usize>,

    /// How long a client may take to send a request.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    read_timeout: Option<Duration>,

    /// How long an answer may take.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    request_timeout: Option<Duration>,

    /// How long running calls may take to finish when the server stops.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    stop_timeout: Option<Duration>,

    /// How many calls are worked on at a time.
    #[arg(long, value_name = "COUNT", value_parser = count)]
    workers: Option<usize>,

    /// The largest answer.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_answer: Option<usize>,

    /// How much memory large requests and their answers may take up together.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_memory: Option<usize>,

    /// How much memory may be taken by what is kept of all environments together, to answer
    /// faster.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_kept: Option<usize>,

    /// How much room large answers may take up in temporary files together.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_temporary: Option<usize>,

    /// How many connections there may be at a time.
    #[arg(long, value_name = "COUNT", value_parser = count)]
    max_connections: Option<usize>,
}

/// Flags of `tracd` that change nothing here, or that are somebody else's task.
#[derive(Debug, clap::Args)]
struct TracdArgs {
    #[arg(long, hide = true, conflicts_with = "http11")]
    http10: bool,
    #[arg(long, hide = true)]
    http11: bool,
    #[arg(short = 'q', long, hide = true)]
    unquote: bool,
    #[arg(short = 'r', long, hide = true)]
    auto_reload: bool,
    #[arg(long, hide = true, default_value = "http")]
    protocol: String,
    #[arg(short = 'd', long, hide = true)]
    daemonize: bool,
}

impl Run for Args {
    const LOG: &'static str = "info";

    fn run(self) -> anyhow::Result<ExitCode> {
        self.tracd.refuse_what_is_not_done()?;
        let base_path = self.base_path.trim_matches('/').to_owned();
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
        announce(server.address(), &base_path)?;
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
        let addresses = vec![address(&self.hostname, self.port)?];
        let environments =
            environments(&self.envs, self.env_parent_dir.as_deref(), self.single_env)?;
        Ok(ServerConfig {
            addresses,
            environments,
            base_path: self.base_path,
            auth,
            trusted_proxies,
            limits: self.limits.limits(),
        })
    }
}

impl LimitArgs {
    fn limits(&self) -> ServerLimits {
        let standard = ServerLimits::default();
        ServerLimits {
            body: self.max_body.unwrap_or(standard.body),
            head_time: self.read_timeout.unwrap_or(standard.head_time),
            body_time: self.read_timeout.unwrap_or(standard.body_time),
            request_time: self.request_timeout.unwrap_or(standard.request_time),
            stop_time: self.stop_timeout.unwrap_or(standard.stop_time),
            connections: self.max_connections.unwrap_or(standard.connections),
            workers: self.workers.unwrap_or(standard.workers),
            environment_idle: standard.environment_idle,
            answer: self
                .max_answer
                .map_or(standard.answer, |bytes| bytes as u64),
            memory: self.max_memory.unwrap_or(standard.memory),
            kept: self.max_kept.unwrap_or(standard.kept),
            files: self.max_temporary.unwrap_or(standard.files),
        }
    }
}

impl TracdArgs {
    fn refuse_what_is_not_done(&self) -> anyhow::Result<()> {
        if self.protocol != "http" {
            bail!(
                "only http is spoken; for {} put a web server such as nginx or Apache in front",
                self.protocol
            );
        }
        if self.daemonize {
            bail!("there is no -d; run it under systemd or another supervisor");
        }
        Ok(())
    }
}

/// Where the environments are. What is none is refused at once, rather than with
/// the first call; one that cannot be opened now is opened when it is mended.
fn environments(
    envs: &[PathBuf],
    parent: Option<&Path>,
    single: bool,
) -> anyhow::Result<EnvironmentSource> {
    if let Some(parent) = parent {
        let parent = existing(parent)?;
        if !parent.is_dir() {
            bail!("{} is not a directory", parent.display());
        }
        return Ok(EnvironmentSource::Parent(parent));
    }
    let mut paths = Vec::new();
    for env in envs {
        paths.push(existing(env)?);
    }
    match (single, paths.as_slice()) {
        (true, [path]) => {
            refuse_if_none_is_one(&paths)?;
            Ok(EnvironmentSource::Single(path.clone()))
        }
        (true, _) => {
            bail!("the --single-env (-s) option cannot be used with more than one environment")
        }
        (false, _) => {
            refuse_same_names(&paths)?;
            refuse_if_none_is_one(&paths)?;
            Ok(EnvironmentSource::Several(paths))
        }
    }
}

fn refuse_same_names(paths: &[PathBuf]) -> anyhow::Result<()> {
    for (index, path) in paths.iter().enumerate() {
        let name = path.file_name();
        if paths
            .iter()
            .take(index)
            .any(|other| other.file_name() == name)
        {
            let name = name.map(OsStr::to_string_lossy).unwrap_or_default();
            bail!("two environments have the name `{name}`, by which they are served");
        }
    }
    Ok(())
}

fn refuse_if_none_is_one(paths: &[PathBuf]) -> anyhow::Result<()> {
    let places = paths.iter().map(Environment::check_place);
    let others: Vec<_> = places.filter_map(Result::err).collect();
    if others.len() == paths.len()
        && let Some(first) = others.into_iter().next()
    {
        return Err(first.into());
    }
    Ok(())
}

/// What cannot be opened does not keep others from being served, but somebody should know
/// about it. Plugins may take long to say what they have: nobody waits for that.
fn first_look(environments: &EnvironmentSource, plugins: &Running) {
    let paths = match environments {
        EnvironmentSource::Single(path) => vec![path.clone()],
        EnvironmentSource::Several(paths) => paths.clone(),
        EnvironmentSource::Parent(_) => return,
    };
    let mut extensions = tracrpc_site::builtin();
    plugins.extend(&mut extensions);
    let look = move || {
        for path in paths {
            if let Err(failure) = tracrpc_site::open_with(path, extensions.clone()) {
                tracing::error!("{failure}");
            }
        }
    };
    match plugins.is_empty() {
        true => look(),
        false => drop(std::thread::spawn(look)),
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

fn announce(address: SocketAddr, base_path: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "Server starting in PID {}.", std::process::id())?;
    if address.ip().is_unspecified() {
        let port = address.port();
        writeln!(
            out,
            "Serving on {address} view at http://127.0.0.1:{port}/{base_path}"
        )?;
    } else {
        writeln!(out, "Serving on http://{address}/{base_path}")?;
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

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<u32>() {
        Ok(seconds @ 1..) => Ok(Duration::from_secs(u64::from(seconds))),
        _ => Err("expected a number of seconds, at least 1".to_owned()),
    }
}

fn count(text: &str) -> Result<usize, String> {
    match text.parse::<u16>() {
        Ok(count @ 1..) => Ok(usize::from(count)),
        _ => Err("expected a number from 1 to 65535".to_owned()),
    }
}

/// A number of bytes, with K, M or G for powers of 1024.
fn size(text: &str) -> Result<usize, String> {
    let (digits, factor) = match text.char_indices().last() {
        Some((end, 'k' | 'K')) => (&text[..end], 1 << 10),
        Some((end, 'm' | 'M')) => (&text[..end], 1 << 20),
        Some((end, 'g' | 'G')) => (&text[..end], 1 << 30),
        _ => (text, 1usize),
    };
    let bytes = digits
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_mul(factor));
    bytes.ok_or_else(|| "expected a number of bytes, or one with K, M or G".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        let check =
            |text: &str, expected: Option<usize>| assert_eq!(size(text).ok(), expected, "{text}");
        check("1000", Some(1000));
        check("2k", Some(2048));
        check("64M", Some(64 << 20));
        check("1G", Some(1 << 30));
        check("", None);
        check("M", None);
        check("-1", None);
        check("9999999999999G", None);
        check("1€", None);
    }

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
