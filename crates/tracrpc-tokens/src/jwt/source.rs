//! Where keys come from, and how fresh they are.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jsonwebtoken::Header;
use tracrpc_env::watched_file::Stamp;

use super::JwtRules;
use super::cache::{Found, Remote};
use super::fetch::{self, Fetcher};
use super::keys::KeySet;
use super::rules::KeySource;

/// Keys in a file, or at an address.
pub(super) enum Source {
    File(KeyFile),
    Remote(Arc<Remote>),
}

impl Source {
    /// That of the rules.
    pub(super) fn of(rules: &JwtRules) -> Self {
        let fetcher = Fetcher::new(rules.certificates.clone());
        let issuer = rules.issuer.clone();
        match rules.keys.clone() {
            KeySource::File(path) => Self::File(KeyFile::new(path)),
            KeySource::Address(address) => {
                Self::Remote(Remote::new(move || fetcher.keys(&address)))
            }
            KeySource::Issuer => Self::Remote(Remote::new(move || {
                let address = fetcher.address_of_keys(&issuer)?;
                fetcher.keys(&address)
            })),
        }
    }

    /// The keys for a token, if they need not be fetched.
    pub(super) fn recall(&self, header: &Header) -> Option<Found> {
        match self {
            Self::File(file) => Some(file.find()),
            Self::Remote(remote) => remote.recall(&|keys| keys.fits(header)),
        }
    }

    /// The keys for a token.
    pub(super) fn find(&self, header: &Header) -> Found {
        match self {
            Self::File(file) => file.find(),
            Self::Remote(remote) => remote.find(&|keys| keys.fits(header)),
        }
    }

    /// Has them read or fetched again.
    pub(super) fn reread(&self) {
        match self {
            Self::File(file) => file.reread(),
            Self::Remote(remote) => remote.forget_when(),
        }
    }
}

/// Keys in a file, which is followed.
pub(super) struct KeyFile {
    path: PathBuf,
    kept: Mutex<Option<(Stamp, Arc<KeySet>)>>,
}

impl KeyFile {
    fn new(path: PathBuf) -> Self {
        Self {
            path,
            kept: Mutex::default(),
        }
    }

    fn find(&self) -> Found {
        match self.current() {
            Ok(keys) => Found::Keys(keys),
            Err(error) => {
                let file = self.path.display();
                tracing::error!(%file, error, "nobody gets in with a JSON Web Token");
                Found::Unknown
            }
        }
    }

    fn current(&self) -> Result<Arc<KeySet>, String> {
        let stamp = Stamp::of(&self.path).ok_or("cannot find it")?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, keys)) = &*kept
            && *known == stamp
        {
            return Ok(Arc::clone(keys));
        }
        let keys = Arc::new(KeySet::parse(&read(&self.path)?)?);
        *kept = Some((stamp, Arc::clone(&keys)));
        Ok(keys)
    }

    fn reread(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// A file of the size that key sets and certificates have.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("cannot read {}: {error}", path.display());
    let file = fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    let read = file.take(fetch::LARGEST + 1).read_to_end(&mut bytes);
    match read.map_err(failed)? as u64 > fetch::LARGEST {
        true => Err(format!("{} is too large", path.display())),
        false => Ok(bytes),
    }
}
