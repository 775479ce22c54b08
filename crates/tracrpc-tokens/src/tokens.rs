//! Whose a token is, as the server asks with each request.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tracrpc_env::time::now;
use tracrpc_env::watched_file::Stamp;

use crate::file::TokenFile;
use crate::record::{Record, Token, records};
use crate::secret::{Hash, Secret, hash};
use crate::uses::Uses;

/// A file that was written just now could be written again within the same tick of the file
/// system's clock.
const YOUNG: Duration = Duration::from_millis(20);

/// The tokens of an environment, followed as their file changes.
pub struct Tokens {
    file: TokenFile,
    kept: RwLock<Option<Kept>>,
    uses: Uses,
}

/// The file cannot be read: nobody knows whose a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// What the file had when it was read.
#[derive(Clone)]
struct Kept {
    stamp: Stamp,
    tokens: Arc<HashMap<Hash, Token>>,
}

impl Tokens {
    /// Those of the environment in a directory.
    #[must_use]
    pub fn in_directory(env: &Path) -> Self {
        let file = TokenFile::in_directory(env);
        Self {
            uses: Uses::new(file.clone()),
            file,
            kept: RwLock::default(),
        }
    }

    /// Whether the environment has a file of tokens, though perhaps none in it.
    #[must_use]
    pub fn exist(&self) -> bool {
        Stamp::of(self.file.path()).is_some()
    }

    /// The token that is this text; none if there is none, or it has ended. That it was used
    /// is written down.
    ///
    /// Texts are found by their hashes, so that the time this takes says nothing about how much
    /// of a guess is right.
    ///
    /// # Errors
    /// The file cannot be read. The log says why.
    pub fn find(&self, text: &str) -> Result<Option<Token>, Unreadable> {
        let tokens = self.current()?;
        if !Secret::is_possible(text) {
            return Ok(None);
        }
        let found = tokens.get(&hash(text)).cloned();
        let found = found.filter(|token| !token.has_expired(now()));
        if let Some(token) = &found {
            self.uses.note(&token.id);
        }
        Ok(found)
    }

    /// Reads the file again with the next question, whether it seems to have changed or not.
    pub fn reread(&self) {
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn current(&self) -> Result<Arc<HashMap<Hash, Token>>, Unreadable> {
        // It is looked at before it is read: a change in between is seen the next time.
        let Some(stamp) = Stamp::of(self.file.path()) else {
            return Ok(Arc::default());
        };
        {
            let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(kept) = kept.as_ref().filter(|kept| kept.stamp == stamp) {
                return Ok(Arc::clone(&kept.tokens));
            }
        }
        let tokens = Arc::new(self.read()?);
        let is_settled = !stamp.is_younger_than(YOUNG);
        let kept = is_settled.then(|| Kept {
            stamp,
            tokens: Arc::clone(&tokens),
        });
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = kept;
        Ok(tokens)
    }

    fn read(&self) -> Result<HashMap<Hash, Token>, Unreadable> {
        let text = self.file.read().map_err(|error| {
            tracing::error!(%error, "nobody gets in with a token");
            Unreadable
        })?;
        let (records, others) = records(&text);
        if others > 0 {
            let file = self.file.path().display();
            tracing::warn!(%file, lines = others, "these lines are no tokens that are understood");
        }
        let by_hash = records
            .into_iter()
            .map(|Record { token, hash }| (hash, token));
        Ok(by_hash.collect())
    }
}
