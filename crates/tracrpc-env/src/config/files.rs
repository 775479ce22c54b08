//! The files that a configuration comes from: `trac.ini` and what it inherits.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use super::ini::Ini;
use crate::error::{Error, Result};
use crate::watched_file::Stamp;

/// Files may inherit from files that inherit, but not without end.
const MAX_DEPTH: usize = 32;

/// `trac.ini` and all that it inherits, nearest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    layers: Vec<Layer>,
    watched: Vec<(PathBuf, Option<Stamp>)>,
}

/// One file, and what it says.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its text.
    pub(super) text: String,
    ini: Ini,
}

impl Layer {
    /// Whether it sets nothing at all.
    pub(super) fn is_empty(&self) -> bool {
        self.ini.is_empty()
    }
}

impl Files {
    /// Reads `path` and the files that its `[inherit] file` names, and so on.
    /// Inherited files that do not exist count as empty, as in Trac.
    pub(super) fn load(path: &Path) -> Result<Self> {
        let mut files = Self::default();
        files.add(path, &mut Vec::new())?;
        Ok(files)
    }

    /// What the files say, nearest first.
    pub(super) fn layers(&self) -> impl Iterator<Item = &Ini> {
        self.layers.iter().map(|layer| &layer.ini)
    }

    /// The files that are there, nearest first.
    pub(super) fn read(&self) -> &[Layer] {
        &self.layers
    }

    /// The files that count, whether they are there or not.
    pub(super) fn named(&self) -> impl Iterator<Item = &Path> {
        self.watched.iter().map(|(path, _)| path.as_path())
    }

    /// The states of the files when they were read.
    pub(super) fn stamps(&self) -> Vec<Stamp> {
        let stamps = self.watched.iter();
        stamps.filter_map(|(_, stamp)| stamp.clone()).collect()
    }

    /// Whether any of the files is another one than when it was read.
    pub(super) fn changed(&self) -> bool {
        self.watched
            .iter()
            .any(|(path, stamp)| Stamp::of(path) != *stamp)
    }

    fn add(&mut self, path: &Path, above: &mut Vec<PathBuf>) -> Result<()> {
        let path = normalized(path);
        if above.contains(&path) || above.len() >= MAX_DEPTH {
            return Err(inherits_itself(&path, above));
        }
        if self.watched.iter().any(|(known, _)| *known == path) {
            // What a file says counts where it is nearest.
            return Ok(());
        }
        self.watched.push((path.clone(), Stamp::of(&path)));
        let Some(layer) = read(&path)? else {
            return Ok(());
        };
        let parents = inherited(&layer.ini, &path);
        self.layers.push(layer);
        above.push(path);
        for parent in parents {
            self.add(&parent, above)?;
        }
        above.pop();
        Ok(())
    }
}

fn read(path: &Path) -> Result<Option<Layer>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(_) if path.is_dir() => return Ok(None),
        Err(_) => {
            let path = path.display();
            let message = format!("Error reading '{path}', make sure it is readable.");
            return Err(Error::config(message));
        }
    };
    let text = std::str::from_utf8(&bytes).map_err(|error| not_utf8(path, &bytes, error))?;
    let ini = Ini::parse(text)
        .map_err(|error| Error::config(format!("Error reading '{}': {error}", path.display())))?;
    Ok(Some(Layer {
        path: path.to_owned(),
        text: text.to_owned(),
        ini,
    }))
}

fn not_utf8(path: &Path, bytes: &[u8], error: std::str::Utf8Error) -> Error {
    let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let path = path.display();
    Error::config(format!("Error reading '{path}': line {line} is not UTF-8"))
}

/// The files that `[inherit] file` names, relative to the file that says so.
fn inherited(ini: &Ini, path: &Path) -> Vec<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let names = ini
        .get("inherit", "file")
        .into_iter()
        .flat_map(|names| names.split(','));
    names
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| folder.join(name))
        .collect()
}

fn inherits_itself(path: &Path, above: &[PathBuf]) -> Error {
    let chain: Vec<_> = above
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    Error::config(format!(
        "[inherit] file: '{}' inherits itself: {} -> it. Remove one of these [inherit] options.",
        path.display(),
        chain.join(" -> "),
    ))
}

/// The path without `.` and `..`, as far as the names alone tell.
pub fn normalized(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if result.file_name().is_some() => {
                result.pop();
            }
            other => result.push(other),
        }
    }
    result
}
