//! The files that policies read: which of their states can be believed.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::watched_file::{Cut, Stamp, at_rest};

/// The texts of the policies' files that were last believed, for as long as the
/// environment is open: a file that is empty or cut must not open what it closes.
#[derive(Debug, Default)]
pub(crate) struct PolicyFiles {
    believed: Mutex<HashMap<PathBuf, Arc<str>>>,
}

/// A file as a policy reads it.
pub(super) struct Reading<T> {
    /// The state that was read; none if there is no file, or one that changes right now.
    stamp: Option<Stamp>,
    /// What the file says. Where it looks as if its end were missing, what it
    /// said before as well: then the stricter one decides.
    says: Result<Vec<T>>,
}

impl<T> Reading<T> {
    /// Reads the file that `option` names. What is wrong with it is for the log:
    /// users are told no more than by Trac.
    pub(super) fn new(
        files: &PolicyFiles,
        option: &str,
        path: Option<&Path>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Self {
        let (stamp, texts) = match path {
            Some(path) => files.read(path),
            None => (None, Err("the option is empty or not defined".to_owned())),
        };
        let parsed = texts.and_then(|texts| texts.iter().map(|text| parse(text)).collect());
        let says = parsed.map_err(|reason: String| {
            tracing::error!(option, path = ?path, reason, "permission policy cannot decide");
            Error::invalid("Look in the Trac log for more information.")
                .with_title("Configuration Error")
        });
        Self { stamp, says }
    }

    /// Whether the file is still what was read.
    pub(super) fn is_current(&self, path: Option<&Path>) -> bool {
        path.and_then(Stamp::of) == self.stamp
    }

    /// What is said; there is at least one.
    ///
    /// # Errors
    /// The file cannot be read or understood.
    pub(super) fn says(&self) -> Result<&[T]> {
        self.says.as_deref().map_err(Clone::clone)
    }

    /// The strictest of the decisions: a no before no opinion before a yes.
    ///
    /// # Errors
    /// The file cannot be read or understood, or `decide` fails.
    pub(super) fn strictest(
        &self,
        mut decide: impl FnMut(&T) -> Result<Option<bool>>,
    ) -> Result<Option<bool>> {
        let openness = |decision: &Option<bool>| match decision {
            Some(false) => 0,
            None => 1,
            Some(true) => 2,
        };
        let decisions = self.says()?.iter().map(&mut decide);
        let decisions = decisions.collect::<Result<Vec<_>>>()?;
        Ok(decisions.into_iter().min_by_key(openness).flatten())
    }
}

impl PolicyFiles {
    fn read(&self, path: &Path) -> (Option<Stamp>, Result<Vec<Arc<str>>, String>) {
        let read = || (Stamp::of(path), fs::read_to_string(path));
        let at_rest = at_rest(
            read,
            |(stamp, _)| stamp.iter().cloned().collect(),
            |(stamp, _)| Stamp::of(path) == *stamp,
        );
        match at_rest {
            Some((stamp, Ok(text))) => (stamp, self.believe(path, text)),
            Some((stamp, Err(error))) => (stamp, Err(error.to_string())),
            None => (None, Err("the file is being written".to_owned())),
        }
    }

    fn believe(&self, path: &Path, text: String) -> Result<Vec<Arc<str>>, String> {
        let mut believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        let before = believed.get(path).cloned();
        let cut = Cut::of(before.as_deref().unwrap_or_default(), &text);
        let text: Arc<str> = text.into();
        match (cut, before) {
            (Some(Cut::Empty | Cut::WithinLine), Some(before)) => {
                tracing::error!(path = %path.display(), "the file is empty or cut; its rules stay what they were");
                Ok(vec![before])
            }
            (Some(Cut::AfterLine), Some(before)) => {
                tracing::warn!(
                    path = %path.display(),
                    "the file is the beginning of what it was; until it gets another end, both count"
                );
                Ok(vec![text, before])
            }
            _ if text.trim().is_empty() => {
                Err("the file is empty; without rules it should hold a comment".to_owned())
            }
            _ => {
                believed.insert(path.to_owned(), Arc::clone(&text));
                Ok(vec![text])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(says: &[Option<bool>]) -> Reading<Option<bool>> {
        Reading {
            stamp: None,
            says: Ok(says.to_vec()),
        }
    }

    #[test]
    fn the_strictest_decision_counts() {
        let check = |says: &[Option<bool>], expected| {
            assert_eq!(reading(says).strictest(|&says| Ok(says)).unwrap(), expected);
        };
        check(&[Some(true)], Some(true));
        check(&[Some(true), None], None);
        check(&[None, Some(true)], None);
        check(&[Some(true), Some(false)], Some(false));
        check(&[Some(false), None], Some(false));
    }

    #[test]
    fn what_is_cut_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rules");
        let files = PolicyFiles::default();
        let check = |text: &str, expected: Result<&[&str], &str>| {
            fs::write(&path, text).unwrap();
            let texts = files.read(&path).1;
            let texts = texts
                .as_ref()
                .map(|texts| texts.iter().map(AsRef::as_ref).collect::<Vec<_>>());
            let texts = texts
                .as_ref()
                .map(Vec::as_slice)
                .map_err(|error| error.as_str());
            assert_eq!(texts, expected, "{text:?}");
        };
        let (whole, half) = ("[a]\nb =\n[c]\nd =\n", "[a]\nb =\n");
        check(
            "",
            Err("the file is empty; without rules it should hold a comment"),
        );
        check("# none\n", Ok(&["# none\n"]));
        check(whole, Ok(&[whole]));
        check("", Ok(&[whole]));
        check("[a]\nb", Ok(&[whole]));
        check(half, Ok(&[half, whole]));
        check("[a]\nb = X\n", Ok(&["[a]\nb = X\n"]));
    }
}
