//! Sockets to listen on.

use std::io;
use std::net::{SocketAddr, TcpListener};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::runtime::Runtime;

use crate::start_error::StartError;

/// How many connections may wait until they are accepted.
const BACKLOG: i32 = 1024;

/// Listens on the addresses, for [`ServerBuilder::listeners`](crate::ServerBuilder::listeners):
/// a process that may do that only now, and gives up its privileges before it serves.
///
/// # Errors
///
/// An address cannot be bound, or there is none.
pub fn bind(addresses: &[SocketAddr]) -> Result<Vec<TcpListener>, StartError> {
    if addresses.is_empty() {
        let nothing = io::Error::new(io::ErrorKind::InvalidInput, "no address to listen on");
        return Err(StartError::Runtime(nothing));
    }
    let bound = addresses.iter().map(|address| {
        bound(*address).map_err(|source| StartError::Bind {
            address: *address,
            source,
        })
    });
    bound.collect()
}

/// Has a runtime wait for connections to the sockets.
pub(crate) fn attend(
    runtime: &Runtime,
    listeners: Vec<TcpListener>,
) -> io::Result<Vec<tokio::net::TcpListener>> {
    let _within = runtime.enter();
    let attended = listeners.into_iter().map(|listener| {
        refuse_if_silent(&listener)?;
        listener.set_nonblocking(true)?;
        tokio::net::TcpListener::from_std(listener)
    });
    attended.collect()
}

/// A socket from elsewhere may be that of one connection.
fn refuse_if_silent(listener: &TcpListener) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    if !socket2::SockRef::from(listener).is_listener()? {
        let kind = io::ErrorKind::InvalidInput;
        return Err(io::Error::new(
            kind,
            "a socket that was handed over does not listen",
        ));
    }
    Ok(())
}

fn bound(address: SocketAddr) -> io::Result<TcpListener> {
    let domain = Domain::for_address(address);
    let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
    // Connections of a server that has just ended keep nobody from its port. Elsewhere the
    // option lets two programs have the same port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}
