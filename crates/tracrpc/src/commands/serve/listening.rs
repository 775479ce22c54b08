//! Where is listened: at the address of the flags, or on sockets that exist already.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, ToSocketAddrs as _};

use anyhow::{Context as _, bail};

use super::service;

/// Where to listen.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct ListenArgs {
    /// The port to listen on; 80 if none is given, or 443 with https.
    #[arg(short, long)]
    port: Option<u16>,

    /// The host name or IP address to listen on; all of the machine's if empty.
    #[arg(short = 'b', long)]
    hostname: Option<String>,
}

impl ListenArgs {
    /// The sockets of a supervisor (`LISTEN_FDS`), or else new ones.
    ///
    /// # Errors
    /// There is no such address, it cannot be listened on, or it is said twice where to listen.
    pub(super) fn listeners(&self, default_port: u16) -> anyhow::Result<Vec<TcpListener>> {
        let given = service::sockets()?;
        if given.is_empty() {
            return Ok(tracrpc_server::bind(&[self.address(default_port)?])?);
        }
        if self.port.is_some() || self.hostname.is_some() {
            bail!(
                "a supervisor handed over sockets to listen on (LISTEN_FDS): leave out --port \
                 and --hostname, or do without its sockets"
            );
        }
        Ok(given)
    }

    /// The address of the flags.
    ///
    /// # Errors
    /// The host has none.
    fn address(&self, default_port: u16) -> anyhow::Result<SocketAddr> {
        address(
            self.hostname.as_deref().unwrap_or_default(),
            self.port.unwrap_or(default_port),
        )
    }
}

fn address(hostname: &str, port: u16) -> anyhow::Result<SocketAddr> {
    if hostname.is_empty() {
        return Ok(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)));
    }
    if hostname.starts_with("unix:") || hostname.starts_with('/') {
        bail!("`{hostname}`: Unix sockets are not listened on; a port of 127.0.0.1 does the same");
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
        assert!(address("unix:/run/tracrpc.sock", 81).is_err());
    }
}
