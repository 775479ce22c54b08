//! `tracrpc demo`: a project with sample data, served on this machine.

mod tickets;
mod world;

use std::io::{ErrorKind, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use tempfile::TempDir;
use tracrpc_env::{Environment, PasswordFile};
use tracrpc_server::{AuthRule, EnvironmentSource, Server, ServerConfig, StartError};

use super::Run;

/// The port of the examples in Trac's documentation.
const DEFAULT_PORT: u16 = 8000;

/// How many ports are tried if the usual one is taken.
const PORTS: u16 = 50;

/// Serve a project with sample data, to try the remote API.
///
/// It is served on this machine only, for the users `user` and `admin`, both
/// with the password `password`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Keep the project in this directory, and use it again the next time.
    /// Without it, the project is gone when the command ends.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// The port to listen on; the next free one from 8000 if none is given.
    #[arg(short, long)]
    port: Option<u16>,
}

impl Run for Args {
    fn run(self) -> anyhow::Result<ExitCode> {
        let temporary = match self.dir {
            None => Some(TempDir::with_prefix("tracrpc-").context("cannot make a directory")?),
            Some(_) => None,
        };
        let path = match (&self.dir, &temporary) {
            (None, Some(temporary)) => temporary.path().join("demo"),
            (dir, _) => std::path::absolute(dir.clone().unwrap_or_default())?,
        };
        let env = environment(&path)?;
        let server = start(&env, self.port)?;
        announce(&env, server.address(), temporary.is_some())?;
        server.run_until_signal();
        Ok(ExitCode::SUCCESS)
    }
}

/// The environment at `path`, made with sample data if there is none.
fn environment(path: &Path) -> anyhow::Result<Environment> {
    if path.join("VERSION").exists() {
        return Ok(tracrpc_site::open(path)?);
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)
            .with_context(|| format!("cannot make the directory `{}`", parent.display()))?;
    }
    Ok(world::create(path)?)
}

fn start(env: &Environment, port: Option<u16>) -> anyhow::Result<Server> {
    if let Some(port) = port {
        return Ok(Server::start(config(env, port))?);
    }
    let mut ports = DEFAULT_PORT..DEFAULT_PORT + PORTS;
    loop {
        let port = ports.next().unwrap_or_default();
        match Server::start(config(env, port)) {
            Ok(server) => return Ok(server),
            Err(error) if port == 0 || !is_taken(&error) => return Err(error.into()),
            Err(_) => eprintln!("Port {port} is taken, trying the next one."),
        }
    }
}

fn is_taken(error: &StartError) -> bool {
    matches!(error, StartError::Bind { source, .. } if source.kind() == ErrorKind::AddrInUse)
}

fn config(env: &Environment, port: u16) -> ServerConfig {
    let path = env.path().to_owned();
    let mut config = ServerConfig::new(EnvironmentSource::Several(vec![path]));
    config.addresses = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port))];
    config.auth.push(AuthRule {
        method: "basic".to_owned(),
        environment: "*".to_owned(),
        file: PasswordFile::of(env).path().to_owned(),
        realm: env.name().to_owned(),
    });
    config
}

fn announce(env: &Environment, address: SocketAddr, temporary: bool) -> anyhow::Result<()> {
    let (path, name) = (env.path().display(), env.name());
    let until = if temporary {
        ", until this command ends"
    } else {
        ""
    };
    let mut out = std::io::stdout().lock();
    write!(
        out,
        "A project with sample data is in {path}{until}.\n\n  \
         http://{address}/{name}/rpc        for everybody; in a browser: all methods, documented\n  \
         http://{address}/{name}/login/rpc  for `user` and `admin`, password `password`\n\n\
         Try it in Python:\n\n  \
         import xmlrpc.client\n  \
         server = xmlrpc.client.ServerProxy(\"http://user:password@{address}/{name}/login/rpc\")\n  \
         print(server.ticket.query(\"status!=closed\"))\n\n\
         Ctrl+C ends it.\n"
    )?;
    out.flush()?;
    Ok(())
}
