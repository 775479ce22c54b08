//! Nobody is served to a network by accident without anybody having to log in.

use std::ffi::OsStr;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::bail;
use tracrpc_env::{PasswordFile, PasswordStore};
use tracrpc_server::{AuthRule, CertificateUser, ServerConfig};

use crate::plugin_args::Running;

/// How many environments are named in a message.
const NAMED: usize = 3;

/// Refuses to listen beyond this machine if there is an environment that nobody can log in
/// to: whoever reaches it is anonymous then, and may do what `trac.ini` lets anybody do. With
/// a folder of environments, those are asked about that are there now.
///
/// # Errors
/// That is so. The error names the ways out.
pub(super) fn refuse(
    listeners: &[TcpListener],
    config: &ServerConfig,
    plugins: &Running,
) -> anyhow::Result<()> {
    let mut addresses = listeners
        .iter()
        .filter_map(|socket| socket.local_addr().ok());
    let Some(beyond) = addresses.find(|address| !is_loopback(address)) else {
        return Ok(());
    };
    let directories = config.environments.directories();
    let open: Vec<PathBuf> = directories
        .into_iter()
        .filter(|directory| !can_log_in(directory, config, plugins))
        .collect();
    if open.is_empty() {
        return Ok(());
    }
    bail!(
        "nobody can log in to {}, and {beyond} can be reached from other machines, for all of \
         which callers would be anonymous: add a user (tracrpc admin ENV user add NAME), name \
         a password file (--basic-auth, --auth), listen on this machine only (--hostname \
         127.0.0.1), or say that this is meant (--allow-anonymous)",
        names(&open)
    )
}

/// Whether there is a way to log in to the environment in `directory`. Here belongs each way
/// that a server has.
fn can_log_in(directory: &Path, config: &ServerConfig, plugins: &Running) -> bool {
    config.remote_user_header.is_some()
        || has_certificates(config)
        || has_rule(directory, &config.auth)
        || has_users(directory)
        || has_stores(directory, plugins)
}

/// The certificates of clients log in.
fn has_certificates(config: &ServerConfig) -> bool {
    let clients = config.tls.as_ref().and_then(|tls| tls.clients.as_ref());
    clients.is_some_and(|clients| clients.user != CertificateUser::Nobody)
}

/// A password file was named for it.
fn has_rule(directory: &Path, rules: &[AuthRule]) -> bool {
    let name = directory.file_name().and_then(OsStr::to_str);
    let mut rules = rules.iter();
    rules.any(|rule| rule.environment == "*" || Some(&*rule.environment) == name)
}

/// Its own password file has users.
fn has_users(directory: &Path) -> bool {
    let users = PasswordFile::in_directory(directory).users();
    users.is_ok_and(|users| !users.is_empty())
}

/// An extension knows passwords: AccountManager's stores, or a plugin. To find out takes as long
/// as plugins take to say what they have.
fn has_stores(directory: &Path, plugins: &Running) -> bool {
    plugins.open(directory).is_ok_and(|env| {
        let extensions = env.extensions();
        let mut stores = extensions.of::<dyn PasswordStore>().iter();
        stores.any(|store| store.is_there(&env))
    })
}

fn is_loopback(address: &SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

fn names(directories: &[PathBuf]) -> String {
    let names = directories.iter().take(NAMED).map(|directory| {
        let name = directory.file_name().unwrap_or(directory.as_os_str());
        format!("`{}`", name.display())
    });
    let named = names.collect::<Vec<_>>().join(", ");
    match directories.len().saturating_sub(NAMED) {
        0 => named,
        further => format!("{named} and {further} more"),
    }
}
