//! Where the catalogues of an installed Trac are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Where Python packages are, below the folder that a Python is installed in. `*` stands for
/// the rest of a name.
const PACKAGES: &[&str] = &[
    "lib/python3*/site-packages",
    "lib64/python3*/site-packages",
    "lib/python3*/dist-packages",
];

/// The programs whose folder tells where a Python with Trac is installed.
const PROGRAMS: &[&str] = &["tracd", "trac-admin", "python3"];

/// Where a Python may be installed that no variable tells of.
const PREFIXES: &[&str] = &["/usr/local", "/usr", "/opt/trac"];

/// The folder of catalogues: `[tracrpc] locale_dir`, relative to the folder of `trac.ini`, or
/// that of the first Trac that is found: in `VIRTUAL_ENV`, beside the `tracd`, `trac-admin` or
/// `python3` that `PATH` has, below `~/.local`, and where systems install Python.
pub(super) fn directory(setting: &str, conf_dir: &Path) -> Option<PathBuf> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    match setting {
        "" => FOUND.get_or_init(|| search(prefixes())).clone(),
        // A word for those who want English although there is a Trac.
        "none" => None,
        path => Some(conf_dir.join(path)),
    }
}

/// Whether the Trac whose catalogues are in `locale` could not import a Python
/// package. Of another folder than Trac's nobody knows.
pub(super) fn lacks_package(locale: &Path, name: &str) -> bool {
    let Some(packages) = locale.parent().and_then(Path::parent) else {
        return false;
    };
    if !packages.join("trac").join("__init__.py").is_file() {
        return false;
    }
    // prefix/lib/python3.11/site-packages
    let prefix = packages.ancestors().nth(3).unwrap_or(packages);
    let environment = fs::read_to_string(prefix.join("pyvenv.cfg")).ok();
    let is_alone = environment.is_some_and(|text| !shares_packages(&text));
    let others = PREFIXES.iter().filter(|_| !is_alone);
    let others = others.flat_map(|prefix| {
        PACKAGES
            .iter()
            .flat_map(|place| expand(Path::new(prefix), place))
    });
    let mut places = others.chain([packages.to_owned()]);
    !places.any(|place| place.join(name).is_dir())
}

/// Whether a virtual environment has the packages of the system as well.
fn shares_packages(text: &str) -> bool {
    let lines = text.lines().filter_map(|line| line.split_once('='));
    let mut settings = lines.map(|(name, value)| (name.trim(), value.trim()));
    settings.any(|(name, value)| {
        name == "include-system-site-packages" && value.eq_ignore_ascii_case("true")
    })
}

fn prefixes() -> Vec<PathBuf> {
    let mut prefixes: Vec<PathBuf> = env::var_os("VIRTUAL_ENV")
        .map(Into::into)
        .into_iter()
        .collect();
    let path = env::var_os("PATH").unwrap_or_default();
    for folder in env::split_paths(&path).filter(|folder| folder.is_absolute()) {
        if PROGRAMS.iter().any(|program| folder.join(program).exists()) {
            prefixes.extend(folder.parent().map(Path::to_owned));
        }
    }
    let home = env::var_os("HOME").map(PathBuf::from);
    prefixes.extend(home.map(|home| home.join(".local")));
    prefixes.extend(PREFIXES.iter().map(PathBuf::from));
    prefixes
}

fn search(prefixes: Vec<PathBuf>) -> Option<PathBuf> {
    let mut packages = prefixes.iter().flat_map(|prefix| {
        let places = PACKAGES.iter();
        places.flat_map(move |place| expand(prefix, place))
    });
    packages.find_map(|folder| {
        let locale = folder.join("trac").join("locale");
        locale.is_dir().then_some(locale)
    })
}

/// The folders that a path with `*` stands for, the last by name first.
fn expand(prefix: &Path, place: &str) -> Vec<PathBuf> {
    let mut folders = vec![prefix.to_owned()];
    for part in place.split('/') {
        folders = folders
            .into_iter()
            .flat_map(|folder| matching(folder, part))
            .collect();
    }
    folders
}

fn matching(folder: PathBuf, part: &str) -> Vec<PathBuf> {
    let Some(start) = part.strip_suffix('*') else {
        return vec![folder.join(part)];
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(start))
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_trac_is_found() {
        let root = tempfile::tempdir().unwrap();
        let make = |path: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(&path).unwrap();
            path
        };
        make("a/lib/python3.11/site-packages/genshi/locale");
        make("b/lib/python3.9/site-packages/trac/locale");
        let newer = make("b/lib/python3.11/dist-packages/trac/locale");
        let prefixes = |names: &[&str]| names.iter().map(|name| root.path().join(name)).collect();
        assert_eq!(search(prefixes(&["a", "nowhere"])), None);
        let older = search(prefixes(&["a", "b"])).unwrap();
        assert!(older.ends_with("b/lib/python3.9/site-packages/trac/locale"));
        fs::remove_dir_all(&older).unwrap();
        assert_eq!(search(prefixes(&["a", "b"])), Some(newer));
    }

    #[test]
    fn packages_of_the_found_trac() {
        let root = tempfile::tempdir().unwrap();
        let packages = root.path().join("lib/python3.11/site-packages");
        let locale = packages.join("trac/locale");
        fs::create_dir_all(&locale).unwrap();
        let config = root.path().join("pyvenv.cfg");
        fs::write(&config, "include-system-site-packages = false\n").unwrap();
        assert!(!lacks_package(&locale, "tracrpc_none"), "no Trac at all");
        fs::write(packages.join("trac/__init__.py"), "").unwrap();
        assert!(lacks_package(&locale, "tracrpc_none"));
        fs::create_dir(packages.join("tracrpc_none")).unwrap();
        assert!(!lacks_package(&locale, "tracrpc_none"));
        assert!(shares_packages(
            "home = /usr\ninclude-system-site-packages = True"
        ));
    }

    #[test]
    fn a_setting_counts_from_the_folder_of_trac_ini() {
        let conf = Path::new("/srv/project/conf");
        let check = |setting, expected: &str| {
            assert_eq!(directory(setting, conf), Some(PathBuf::from(expected)));
        };
        check("locale", "/srv/project/conf/locale");
        check("/usr/share/trac/locale", "/usr/share/trac/locale");
        assert_eq!(directory("none", conf), None);
    }
}
