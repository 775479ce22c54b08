//! The catalogues of a folder, each read when somebody first speaks its language.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use tracrpc_translation::{Catalog, Mo};

use super::ENGLISH;

/// No catalogue of a program is larger.
const MAX_FILE: u64 = 16 << 20;

/// What was read of a folder. Environments share it; a Trac that is installed anew is seen by
/// the next start.
#[derive(Default)]
struct Folder {
    available: Option<Arc<Vec<String>>>,
    catalogs: HashMap<String, Catalog>,
}

static FOLDERS: LazyLock<Mutex<HashMap<PathBuf, Folder>>> = LazyLock::new(Mutex::default);

/// The languages that a folder has catalogues of, as `get_available_locales` in
/// `trac/util/translation.py` lists them, and English.
pub(super) fn available(directory: &Path) -> Arc<Vec<String>> {
    with_folder(directory, |folder| {
        let available = folder.available.get_or_insert_with(|| {
            let mut names = languages(directory);
            if !names.iter().any(|name| name == ENGLISH) {
                names.push(ENGLISH.to_owned());
            }
            Arc::new(names)
        });
        Arc::clone(available)
    })
}

/// The catalogue of a language.
pub(super) fn catalog(directory: &Path, language: &str) -> Catalog {
    with_folder(directory, |folder| {
        let read = || {
            let file = |domain| read(&file(directory, language, domain));
            Catalog::new(language, file("messages"), file("tracini"))
        };
        let catalogs = &mut folder.catalogs;
        catalogs
            .entry(language.to_owned())
            .or_insert_with(read)
            .clone()
    })
}

fn with_folder<T>(directory: &Path, f: impl FnOnce(&mut Folder) -> T) -> T {
    let mut folders = FOLDERS.lock().unwrap_or_else(PoisonError::into_inner);
    f(folders.entry(directory.to_owned()).or_default())
}

fn languages(directory: &Path) -> Vec<String> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => {
            let path = directory.display();
            tracing::warn!(%path, %error, "the catalogues cannot be read: answers are in English");
            return Vec::new();
        }
    };
    let names = entries.flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let has_messages = file(directory, &name, "messages").is_file();
        (!name.contains('.') && has_messages).then_some(name)
    });
    names.collect()
}

fn file(directory: &Path, language: &str, domain: &str) -> PathBuf {
    let folder = directory.join(language).join("LC_MESSAGES");
    folder.join(format!("{domain}.mo"))
}

/// A catalogue; none if there is none or it cannot be understood, which the log tells.
fn read(path: &Path) -> Option<Mo> {
    let length = fs::metadata(path).ok()?.len();
    let warn = |error: &dyn std::fmt::Display| {
        tracing::warn!(path = %path.display(), %error, "a message catalogue is left out");
    };
    if length > MAX_FILE {
        warn(&"it is too large");
        return None;
    }
    let bytes = fs::read(path).map_err(|error| warn(&error)).ok()?;
    Mo::parse(&bytes).map_err(|error| warn(&error)).ok()
}
