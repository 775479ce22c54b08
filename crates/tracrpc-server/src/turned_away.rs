//! What those are told for whom there is no place.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

/// 429 (RFC 6585, section 4).
const ANSWER: &str = "HTTP/1.1 429 Too Many Requests\r\n\
    Content-Type: text/plain;charset=utf-8\r\n\
    Content-Length: 72\r\n\
    Retry-After: 5\r\n\
    Connection: close\r\n\r\n\
    Too many connections from your address are in use. Try again in a while.";

/// How many are told at a time. Others find their connection closed.
const AT_ONCE: usize = 64;

/// How long one of them may take to listen, and how much it may say meanwhile, in bytes.
const PATIENCE: Duration = Duration::from_secs(1);
const MOST: u64 = 64 * 1024;

/// Those who are being told.
#[derive(Clone)]
pub(crate) struct TurnedAway(Arc<Semaphore>);

impl TurnedAway {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }

    /// Tells one more, if it can be told, that there is no place.
    pub(crate) fn tell(&self, stream: TcpStream) {
        let Ok(permit) = Arc::clone(&self.0).try_acquire_owned() else {
            return;
        };
        tokio::spawn(async move {
            let _ = tokio::time::timeout(PATIENCE, tell(stream)).await;
            drop(permit);
        });
    }
}

/// What is closed with something unread takes its answer along.
async fn tell(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(ANSWER.as_bytes()).await?;
    stream.shutdown().await?;
    let mut nowhere = tokio::io::sink();
    tokio::io::copy(&mut stream.take(MOST), &mut nowhere).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_that_is_said_is_that_of_the_text() {
        let (head, body) = ANSWER.split_once("\r\n\r\n").unwrap();
        let said = format!("Content-Length: {}\r\n", body.len());
        assert!(head.contains(&said), "{}", body.len());
    }
}
