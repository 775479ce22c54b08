//! Why a server does not start.

use std::net::SocketAddr;

use tracrpc_methods::RegistryError;

/// Why a server did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// An address cannot be bound.
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The authentication rules cannot be followed, in a sentence.
    Auth(String),
    /// A file of TLS cannot be used, in a sentence that names it.
    Tls(String),
    /// Two methods have the same name, or a row does not fit its function.
    Registry(RegistryError),
    /// The audit log cannot be written.
    Audit(std::io::Error),
    /// The system has no more threads.
    Runtime(std::io::Error),
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bind { address, source } => match source.kind() {
                std::io::ErrorKind::AddrInUse => {
                    write!(
                        f,
                        "port {} of {} is in use by another program; choose another with --port",
                        address.port(),
                        address.ip()
                    )
                }
                std::io::ErrorKind::PermissionDenied => {
                    write!(
                        f,
                        "port {} needs more privileges than this user has; choose one above 1023 with --port",
                        address.port()
                    )
                }
                std::io::ErrorKind::AddrNotAvailable => {
                    write!(f, "{} is not an address of this machine", address.ip())
                }
                _ => write!(f, "cannot listen on {address}: {source}"),
            },
            Self::Audit(error) => write!(f, "cannot open the audit log: {error}"),
            Self::Auth(sentence) | Self::Tls(sentence) => f.write_str(sentence),
            Self::Registry(error) => write!(f, "{error}"),
            Self::Runtime(error) => write!(f, "cannot start: {error}"),
        }
    }
}

impl std::error::Error for StartError {}
