//! TLS: its files, handshakes, and who clients are by their certificates.

mod attribute;
mod clients;
mod config;
mod files;
mod handshake;
mod identity;
mod name;

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::watch;

pub use self::config::{CertificateDemand, CertificateUser, ClientCertificates, TlsConfig};
pub(crate) use self::handshake::{HandshakeError, Secured, shake_hands};
pub use self::identity::TlsIdentity;
pub use self::name::DistinguishedName;
use crate::auth::Stamp;

/// How often it is asked whether a file has changed.
const PERIOD: Duration = Duration::from_secs(1);

/// What connections of a server are secured by.
pub(crate) struct Tls {
    config: TlsConfig,
    in_force: RwLock<Arc<rustls::ServerConfig>>,
    seen: Mutex<Seen>,
    /// Counts how often something else came into force.
    changes: watch::Sender<u64>,
}

/// The files as they were.
struct Seen {
    /// When they were last read, whatever came of it.
    read: Stamps,
    /// When they were last looked at.
    last: Stamps,
}

/// Of each file, unless there is none.
type Stamps = Vec<Option<Stamp>>;

impl Tls {
    /// Reads all files.
    ///
    /// # Errors
    ///
    /// One cannot be read or has not what it should have; the error is a sentence that names
    /// it.
    pub(crate) fn open(config: &TlsConfig) -> Result<Self, String> {
        let stamps = stamps(config);
        Ok(Self {
            in_force: RwLock::new(Arc::new(files::read(config)?)),
            config: config.clone(),
            seen: Mutex::new(Seen {
                read: stamps.clone(),
                last: stamps,
            }),
            changes: watch::Sender::new(0),
        })
    }

    /// What new connections are secured by.
    pub(crate) fn in_force(&self) -> Arc<rustls::ServerConfig> {
        Arc::clone(&self.in_force.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells when something else has come into force.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Reads all files. If one is broken, what was in force stays so.
    pub(crate) fn reread(&self) {
        let stamps = stamps(&self.config);
        {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.read.clone_from(&stamps);
            seen.last = stamps;
        }
        match files::read(&self.config) {
            Ok(fresh) => {
                *self
                    .in_force
                    .write()
                    .unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
                self.changes.send_modify(|count| *count += 1);
                tracing::info!("the certificates of TLS are read");
            }
            Err(error) => {
                tracing::error!(error, "the certificates of TLS stay as they were");
            }
        }
    }

    /// Reads the files again whenever one has changed and all have come to rest, for what
    /// belongs together may be written one after the other.
    pub(crate) async fn follow(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(PERIOD);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let tls = Arc::clone(&self);
            // Files may be on a disk that does not answer.
            let _ = tokio::task::spawn_blocking(move || tls.look()).await;
        }
    }

    fn look(&self) {
        let now = stamps(&self.config);
        let is_due = {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            let rests = seen.last == now;
            let is_due = rests && seen.read != now;
            seen.last = now;
            is_due
        };
        if is_due {
            self.reread();
        }
    }
}

fn stamps(config: &TlsConfig) -> Stamps {
    let stamp = |path: &Path| Some(Stamp::of(&fs::metadata(path).ok()?));
    files::paths(config).into_iter().map(stamp).collect()
}
