//! The Python bridge, a plugin that runs Trac's own plugins: its files, and the Python
//! that runs it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

/// The module that is run; the other one is what it is written with, and the SDK for
/// plugins in Python.
pub(crate) const MODULE: &str = "tracrpc_bridge";

const FILES: [(&str, &str); 2] = [
    (
        "tracrpc_bridge.py",
        include_str!("../../../bridge/tracrpc_bridge.py"),
    ),
    (
        "tracrpc_plugin.py",
        include_str!("../../../bridge/tracrpc_plugin.py"),
    ),
];

/// Writes the files into a folder, and returns their paths.
///
/// # Errors
/// A folder that cannot be written to.
pub(crate) fn write_into(folder: &Path) -> io::Result<Vec<PathBuf>> {
    FILES
        .iter()
        .map(|(name, text)| {
            let path = folder.join(name);
            fs::write(&path, text)?;
            Ok(path)
        })
        .collect()
}

/// The bridge, ready to be started. Its files are gone when it is dropped.
#[derive(Debug)]
pub(crate) struct Bridge {
    /// The program and its arguments.
    pub(crate) command: Vec<String>,
    _folder: TempDir,
}

impl Bridge {
    /// The bridge for the Python that a user names; `auto` looks for one.
    ///
    /// # Errors
    /// It has no Trac, none is found, or the files cannot be written.
    pub(crate) fn of(python: &Path) -> anyhow::Result<Self> {
        let python = match python.to_str() {
            Some("auto") => {
                Python::find().context("--python auto: no Python with Trac is found")?
            }
            _ => Python::named(python)?,
        };
        let folder = tempfile::Builder::new()
            .prefix("tracrpc-bridge-")
            .tempdir()?;
        write_into(folder.path())?;
        readable_by_all(folder.path())?;
        let module = folder.path().join(MODULE).with_extension("py");
        let words = [python.program, module].map(|path| path.to_string_lossy().into_owned());
        Ok(Self {
            command: words.into(),
            _folder: folder,
        })
    }
}

/// A bridge may run as another user (`user` of its table); its files hold no secret.
#[cfg(unix)]
fn readable_by_all(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
}

/// There are no other users.
#[cfg(not(unix))]
fn readable_by_all(_: &Path) -> io::Result<()> {
    Ok(())
}

/// What is asked of a Python: the version of its Trac, and the folder of its packages.
const PROBE: &str = "import sysconfig, trac; print(trac.__version__); \
                     print(sysconfig.get_path('purelib'))";

/// A Python that has Trac.
#[derive(Debug)]
pub(crate) struct Python {
    /// The program.
    pub(crate) program: PathBuf,
    /// The version of its Trac.
    pub(crate) trac: String,
    /// Where its packages are.
    pub(crate) packages: PathBuf,
}

impl Python {
    /// The Python that a user names: the program, or the folder of a virtual environment.
    ///
    /// # Errors
    /// It does not run, or has no Trac; the message says what it said.
    pub(crate) fn named(path: &Path) -> anyhow::Result<Self> {
        let program = match path.is_dir() {
            true => path.join("bin/python"),
            false => path.to_owned(),
        };
        let shown = program.display();
        let asked = Command::new(&program)
            .args(["-c", PROBE])
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("{shown} cannot be started"))?;
        if !asked.status.success() {
            let said = String::from_utf8_lossy(&asked.stderr);
            let last = said.lines().last().unwrap_or("it says nothing");
            bail!("{shown} has no Trac: {last}");
        }
        let said = String::from_utf8_lossy(&asked.stdout);
        let mut lines = said.lines();
        match (lines.next(), lines.next()) {
            (Some(trac), Some(packages)) => Ok(Self {
                trac: trac.to_owned(),
                packages: packages.into(),
                program,
            }),
            _ => bail!("{shown} is no Python"),
        }
    }

    /// The first Python with Trac: that of the virtual environment that is active, that of
    /// the `trac-admin` or `tracd` in the search path, the one that is called `python3`.
    pub(crate) fn find() -> Option<Self> {
        let active = std::env::var_os("VIRTUAL_ENV").map(PathBuf::from);
        let scripts = ["trac-admin", "tracd"].into_iter().filter_map(interpreter);
        let plain = PathBuf::from("python3");
        let mut candidates = active.into_iter().chain(scripts).chain([plain]);
        candidates.find_map(|path| Self::named(&path).ok())
    }
}

/// The interpreter in the first line of a script in the search path.
fn interpreter(script: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let scripts = std::env::split_paths(&folders).map(|folder| folder.join(script));
    let text = scripts.filter_map(|path| fs::read(path).ok()).next()?;
    let line = text.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?.strip_prefix("#!")?.trim();
    let is_python = line.contains("python") && !line.contains(' ');
    is_python.then(|| line.into())
}
