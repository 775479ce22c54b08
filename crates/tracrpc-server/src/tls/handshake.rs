//! The beginning of a connection.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::identity::TlsIdentity;
use crate::line::Line;

/// What those get who speak HTTP without TLS.
const NOT_TLS: &str = "HTTP/1.1 400 Bad Request\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\
    Content-Length: 48\r\n\
    Connection: close\r\n\r\n\
    This port speaks TLS: the address is https://.\r\n";

/// How long, and how much, is taken in of what they still send.
const PATIENCE: Duration = Duration::from_secs(2);
const MOST: u64 = 64 * 1024;

/// A connection that is secured.
pub(crate) struct Channel {
    pub(crate) stream: TlsStream<Line>,
    pub(crate) secured: Secured,
    pub(crate) is_http2: bool,
}

/// What requests are told of the TLS that they came through.
#[derive(Clone, Debug)]
pub(crate) struct Secured {
    /// Whom the client's certificate is for, if it has shown one.
    pub(crate) client: Option<TlsIdentity>,
}

/// Why a connection was not secured.
#[derive(Debug)]
pub(crate) enum HandshakeError {
    /// The client took too long.
    TooSlow,
    /// It does not speak TLS.
    Plain,
    /// It is not who it should be, does not take us for whom we should be, or went away.
    Failed(io::Error),
    /// Its certificate is valid, and its subject cannot be read.
    Unreadable(String),
}

impl HandshakeError {
    /// Whether the certificate of the client is the reason.
    pub(crate) fn is_about_a_certificate(&self) -> bool {
        match self {
            Self::Unreadable(_) => true,
            Self::TooSlow | Self::Plain => false,
            Self::Failed(error) => {
                let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
                matches!(
                    inner,
                    Some(
                        rustls::Error::InvalidCertificate(_)
                            | rustls::Error::NoCertificatesPresented
                    )
                )
            }
        }
    }
}

impl std::fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooSlow => f.write_str("the handshake took too long"),
            Self::Plain => f.write_str("the client does not speak TLS"),
            Self::Failed(error) => write!(f, "{error}"),
            Self::Unreadable(error) => write!(f, "a client's certificate cannot be read: {error}"),
        }
    }
}

/// Secures a connection within `time`.
///
/// # Errors
///
/// Those of [`HandshakeError`]. The connection has come to its end.
pub(crate) async fn shake_hands(
    stream: Line,
    config: Arc<ServerConfig>,
    time: Duration,
) -> Result<Channel, HandshakeError> {
    let shaken = tokio::time::timeout(time, accept(stream, config)).await;
    let stream = shaken.map_err(|_| HandshakeError::TooSlow)??;
    let (_, connection) = stream.get_ref();
    let shown = connection.peer_certificates().and_then(<[_]>::first);
    let client = shown
        .map(|shown| TlsIdentity::of_certificate(shown))
        .transpose();
    Ok(Channel {
        secured: Secured {
            client: client.map_err(HandshakeError::Unreadable)?,
        },
        is_http2: connection.alpn_protocol() == Some(b"h2"),
        stream,
    })
}

async fn accept(
    stream: Line,
    config: Arc<ServerConfig>,
) -> Result<TlsStream<Line>, HandshakeError> {
    let mut first = [0];
    stream
        .peek(&mut first)
        .await
        .map_err(HandshakeError::Failed)?;
    // The name of a method; TLS begins with 22 (RFC 8446, section 5.1).
    if first[0].is_ascii_uppercase() {
        let _ = refuse(stream).await;
        return Err(HandshakeError::Plain);
    }
    let accepted = TlsAcceptor::from(config).accept(stream).await;
    accepted.map_err(HandshakeError::Failed)
}

/// Says that TLS is spoken, and waits until that has been read: what is closed with
/// something unread takes its answer along.
async fn refuse(mut stream: Line) -> io::Result<()> {
    stream.write_all(NOT_TLS.as_bytes()).await?;
    stream.shutdown().await?;
    let mut rest = stream.take(MOST);
    let mut nowhere = tokio::io::sink();
    let reading = tokio::io::copy(&mut rest, &mut nowhere);
    tokio::time::timeout(PATIENCE, reading).await??;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_that_is_said_is_that_of_the_text() {
        let (head, body) = NOT_TLS.split_once("\r\n\r\n").unwrap();
        let said = format!("Content-Length: {}\r\n", body.len());
        assert!(head.contains(&said), "{}", body.len());
    }
}
