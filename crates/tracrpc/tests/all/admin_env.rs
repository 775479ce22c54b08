//! `admin initenv`, `config`, `user` and `help`, in the words and with the exit
//! statuses of `trac-admin`.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::served::try_admin;

/// The exit status, the standard output and the standard error of a command.
type Answer = (i32, String, String);

fn admin(env: &Path, words: &[&str]) -> Answer {
    let done = try_admin(env, words);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        done.status.code().unwrap(),
        text(done.stdout),
        text(done.stderr),
    )
}

fn environment() -> TempDir {
    let folder = TempDir::new().unwrap();
    let (status, out, err) = admin(folder.path(), &["initenv", "Project", "sqlite:db/trac.db"]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    folder
}

#[test]
fn initenv_says_what_it_made() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("env");
    let (status, out, err) = admin(&path, &["initenv", "The Project", "sqlite:db/trac.db"]);
    assert_eq!((status, err.as_str()), (0, ""));
    let start = format!(
        "Creating a new Trac environment at {0}\n\nProject environment for 'The Project' created.\n\n\
         You may configure the environment by editing the file:\n\n  {0}/conf/trac.ini\n",
        path.display()
    );
    assert!(out.starts_with(&start), "{out}");
    assert!(out.contains("tracrpc serve --port 8000"), "{out}");
}

#[test]
fn initenv_asks_for_what_it_is_not_told() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("env");
    let (status, out, _) = admin(&path, &["initenv"]);
    assert_eq!(status, 0, "{out}");
    assert!(out.contains("Project Name [My Project]> "), "{out}");
    assert!(
        out.contains("Database connection string [sqlite:db/trac.db]> "),
        "{out}"
    );
    assert_eq!(
        admin(&path, &["config", "get", "project", "name"]).1,
        "My Project\n"
    );
}

#[test]
fn initenv_takes_options_from_files() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("site.ini"), "[wiki]\nmax_size = 7\n").unwrap();
    fs::write(
        folder.path().join("my.ini"),
        "[ticket]\ndefault_type = task\n",
    )
    .unwrap();
    let config = format!("--config={}/my.ini", folder.path().display());
    let path = folder.path().join("env");
    let words = [
        "initenv",
        "--inherit=../../site.ini",
        &config,
        "--no-default-data",
        "Project",
    ];
    let (status, out, err) = admin(&path, &words);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    let check = |section: &str, option: &str, expected: &str| {
        let (_, out, _) = admin(&path, &["config", "get", section, option]);
        assert_eq!(out, format!("{expected}\n"));
    };
    check("wiki", "max_size", "7");
    check("ticket", "default_type", "task");
    check("project", "name", "Project");
    check("inherit", "file", "../../site.ini");
    let text = fs::read_to_string(path.join("conf/trac.ini")).unwrap();
    assert!(!text.contains("max_size"), "{text}");
    assert_eq!(
        admin(&path, &["component", "list"]).1,
        "\nName  Owner\n-----------\n\n"
    );
}

#[test]
fn initenv_refuses_and_leaves_what_was_there() {
    let folder = environment();
    let other = TempDir::new().unwrap();
    fs::write(other.path().join("file"), "").unwrap();
    let check = |path: &Path, words: &[&str], reason: &str| {
        let (status, _, err) = admin(path, words);
        let expected = format!("Initenv for '{}' failed. \n{reason}\n", path.display());
        assert_eq!((status, err), (2, expected));
    };
    let words = ["initenv", "Project", "sqlite:db/trac.db"];
    check(folder.path(), &words, "Does an environment already exist?");
    check(other.path(), &words, "Directory exists and is not empty.");
    let new = other.path().join("a/b");
    let base = format!(
        "Base directory '{}/a' does not exist. Please create it and retry.",
        other.path().display()
    );
    check(&new, &words, &base);
    let new = other.path().join("new");
    check(
        &new,
        &["initenv", "Project"],
        "Wrong number of arguments: 1",
    );
    check(
        &new,
        &["initenv", "a", "b", "c"],
        "Wrong number of arguments: 3",
    );
    let missing = "The file specified in the --config argument does not exist: none.ini.";
    check(&new, &["initenv", "--config=none.ini"], missing);
    assert!(!new.exists());
}

#[test]
fn config() {
    let folder = environment();
    let ini = folder.path().join("conf/trac.ini");
    fs::write(
        &ini,
        "# mine\n[project]\n; its name\nname = Old\n[my]\nx: 1\n[trac]\ndatabase = sqlite:db/trac.db\n",
    )
    .unwrap();
    let check = |words: &[&str], expected: (i32, &str, &str)| {
        let (status, out, err) = admin(folder.path(), words);
        assert_eq!((status, out.as_str(), err.as_str()), expected, "{words:?}");
    };
    check(&["config", "get", "project", "name"], (0, "Old\n", ""));
    check(
        &["config", "get", "ticket", "default_type"],
        (0, "defect\n", ""),
    );
    check(
        &["config", "set", "project", "name", "New = name"],
        (0, "", ""),
    );
    check(
        &["config", "set", "trac", "base_url", "https://example.org"],
        (0, "", ""),
    );
    check(
        &["config", "get", "a", "b"],
        (2, "", "Error: Option 'b' doesn't exist in section 'a'\n"),
    );
    check(
        &["config", "remove", "a", "b"],
        (2, "", "Error: Option 'b' doesn't exist in section 'a'\n"),
    );
    check(
        &["config", "remove", "zz"],
        (2, "", "Error: Section 'zz' doesn't exist\n"),
    );
    check(&["config", "remove", "my", "x"], (0, "", ""));
    let text = fs::read_to_string(&ini).unwrap();
    let expected = "# mine\n[project]\n; its name\nname = New = name\n[trac]\n\
                    database = sqlite:db/trac.db\nbase_url = https://example.org\n";
    assert_eq!(text, expected);
    check(&["config", "remove", "project"], (0, "", ""));
    let error = "Error: [a] b=c: this name or value cannot be written to trac.ini\n";
    check(&["config", "set", "a", "b=c", "d"], (2, "", error));
    let usage = "config get <section> <option>\n\n    Get the value of the given option in \"trac.ini\"\n\n";
    check(
        &["config", "get", "a"],
        (2, &format!("\n{usage}"), "Error: Invalid arguments\n"),
    );
}

#[cfg(unix)]
#[test]
fn config_keeps_the_mode_of_the_file_and_follows_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = environment();
    let (ini, real) = (
        folder.path().join("conf/trac.ini"),
        folder.path().join("real.ini"),
    );
    assert_eq!(
        fs::metadata(&ini).unwrap().permissions().mode() & 0o777,
        0o600
    );
    fs::rename(&ini, &real).unwrap();
    symlink(&real, &ini).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    let (status, _, err) = admin(folder.path(), &["config", "set", "a", "b", "c"]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(ini.is_symlink());
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert!(fs::read_to_string(&real).unwrap().ends_with("[a]\nb = c\n"));
    assert_eq!(
        fs::read_dir(folder.path().join("conf")).unwrap().count(),
        2,
        "no temporary file"
    );
}

#[test]
fn users() {
    let folder = environment();
    let check = |words: &[&str], expected: (i32, &str, &str)| {
        let (status, out, err) = admin(folder.path(), words);
        assert_eq!((status, out.as_str(), err.as_str()), expected, "{words:?}");
    };
    check(&["user", "list"], (0, "", ""));
    check(&["user", "add", "joe", "secret"], (0, "", ""));
    check(&["user", "add", "müller", "geheim"], (0, "", ""));
    check(&["user", "list"], (0, "joe\nmüller\n", ""));
    check(
        &["user", "add", "joe", "x"],
        (2, "", "Error: User 'joe' already exists\n"),
    );
    check(
        &["user", "password", "eve", "x"],
        (2, "", "Error: User 'eve' doesn't exist\n"),
    );
    check(
        &["user", "remove", "eve"],
        (2, "", "Error: User 'eve' doesn't exist\n"),
    );
    check(
        &["user", "add", "a:b", "x"],
        (2, "", "Error: `a:b` cannot be the name of a user\n"),
    );
    check(
        &["user", "add", "", "x"],
        (2, "", "Error: `` cannot be the name of a user\n"),
    );
    let group = "Error: `anonymous` cannot be the name of a user: it stands for a group\n";
    check(&["user", "add", "anonymous", "x"], (2, "", group));
    let action = "Error: `WIKI_VIEW` cannot be the name of a user: it could be an action\n";
    check(&["user", "add", "WIKI_VIEW", "x"], (2, "", action));
    // Nobody types a password here: an empty one is refused.
    check(
        &["user", "add", "eve"],
        (2, "", "Error: the password is empty\n"),
    );
    check(
        &["user", "add", "eve", &"x".repeat(73)],
        (2, "", "Error: the password is longer than 72 bytes\n"),
    );

    let file = folder.path().join("conf/htpasswd");
    let before = fs::read_to_string(&file).unwrap();
    assert!(
        before.lines().all(|line| line.contains(":$2y$10$")),
        "{before}"
    );
    fs::write(&file, format!("# staff\n{before}old:{{SHA}}x")).unwrap();
    check(&["user", "password", "joe", "new"], (0, "", ""));
    check(&["user", "remove", "müller"], (0, "", ""));
    check(&["user", "add", "eve", "x"], (0, "", ""));
    let after = fs::read_to_string(&file).unwrap();
    let names: Vec<_> = after
        .lines()
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(names, ["# staff", "joe", "old", "eve"]);
    assert_ne!(before.lines().next(), after.lines().nth(1));
}

#[test]
fn upgrade_leaves_other_versions_to_trac() {
    let folder = environment();
    let done = "Database is up to date, no upgrade necessary.\n";
    assert_eq!(
        admin(folder.path(), &["upgrade"]),
        (0, done.to_owned(), String::new())
    );
    assert_eq!(admin(folder.path(), &["upgrade", "--no-backup"]).0, 0);
    assert_eq!(admin(folder.path(), &["upgrade", "now"]).0, 2);
    let sql = "UPDATE system SET value = '41' WHERE name = 'database_version'";
    let database = rusqlite::Connection::open(folder.path().join("db/trac.db")).unwrap();
    database.execute(sql, []).unwrap();
    let (status, _, err) = admin(folder.path(), &["upgrade"]);
    let advice = format!(
        "Run:\n\n  trac-admin \"{}\" upgrade\n",
        folder.path().display()
    );
    assert!(status == 2 && err.contains(&advice), "{err}");
}

#[test]
fn hotcopy() {
    let folder = environment();
    let target = TempDir::new().unwrap();
    let copy = target.path().join("copy");
    let copy = copy.to_str().unwrap();
    let source = folder.path().display();
    let out = format!("Hotcopying {source} to {copy} ...\nHotcopy done.\n");
    assert_eq!(
        admin(folder.path(), &["hotcopy", copy]),
        (0, out, String::new())
    );
    let (_, pages, _) = admin(folder.path(), &["wiki", "list"]);
    assert_eq!(admin(Path::new(copy), &["wiki", "list"]).1, pages);
    let (status, _, err) = admin(folder.path(), &["hotcopy", copy]);
    let error = format!("TracError: hotcopy can't overwrite existing '{copy}'\n");
    assert_eq!((status, err), (2, error));
    assert_eq!(admin(folder.path(), &["hotcopy", copy, "--all"]).0, 2);
}

#[test]
fn help_and_mistakes() {
    let folder = environment();
    let (status, out, _) = admin(folder.path(), &["help"]);
    assert_eq!(status, 0);
    assert!(
        out.starts_with("tracrpc admin - The Trac Administration Console "),
        "{out}"
    );
    let (_, out, _) = admin(folder.path(), &["help", "config"]);
    assert!(
        out.starts_with("config get <section> <option>\n\n    Get the value"),
        "{out}"
    );
    let of_command = admin(folder.path(), &["help", "milestone", "add"]);
    assert_eq!(
        admin(folder.path(), &["milestone", "add", "--help"]),
        of_command
    );
    assert_eq!(
        admin(folder.path(), &["milestone", "add", "m", "--help"]),
        of_command
    );
    let none = "No documentation found for 'nosuch'. Use 'help' to see the list of commands.\n";
    assert_eq!(
        admin(folder.path(), &["help", "nosuch"]),
        (0, String::new(), none.into())
    );
    let error = format!("Error: Command not found\n{}", none.replace("nosuch", "no"));
    assert_eq!(
        admin(folder.path(), &["no", "such"]),
        (2, "\n".to_owned(), error)
    );
    let (status, out, err) = admin(folder.path(), &["config"]);
    assert_eq!((status, err.as_str()), (2, "Error: Command not found\n"));
    assert!(
        out.starts_with("\nconfig get <section> <option>\n"),
        "{out}"
    );
    let (status, _, err) = admin(&folder.path().join("none"), &["wiki", "list"]);
    assert_eq!(status, 2);
    assert!(
        err.starts_with("Error: No Trac environment found at "),
        "{err}"
    );
}

#[test]
fn without_arguments_the_binary_shows_its_help() {
    let done = Command::new(env!("CARGO_BIN_EXE_tracrpc"))
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(2));
    assert!(
        String::from_utf8(done.stderr)
            .unwrap()
            .contains("Usage: tracrpc")
    );
}
