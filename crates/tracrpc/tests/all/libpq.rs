//! PostgreSQL is found where libpq finds it, which Trac's driver is built on.
//!
//! Needs a server that asks for a password: `$TRACRPC_TEST_POSTGRES`, as
//! `scripts/with-postgres` sets it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use tracrpc_db::{Database, DatabaseUrl, Options};

/// What is set where the program runs.
type Variables<'a> = &'a [(&'a str, &'a str)];

/// Makes and reads an environment; says what goes wrong.
fn attempt(folder: &Path, url: &str, variables: Variables<'_>) -> Result<(), String> {
    let env = folder.join("env");
    let run = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tracrpc"));
        command.arg("admin").arg(&env).args(words);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PG")) {
            command.env_remove(name);
        }
        let done = command
            .env("HOME", folder)
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        match done.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8(done.stderr).unwrap()),
        }
    };
    let done = run(&["initenv", "Project", url]).and_then(|()| run(&["component", "list"]));
    let _ = fs::remove_dir_all(&env);
    done
}

fn write(path: &Path, text: &str, mode: u32) -> String {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    path.display().to_string()
}

#[test]
fn what_the_address_leaves_out_is_found() {
    let Ok(server) = std::env::var("TRACRPC_TEST_POSTGRES") else {
        return;
    };
    let known = DatabaseUrl::parse(&server).unwrap();
    let [user, password, host] =
        [&known.user, &known.password, &known.host].map(|part| part.clone().unwrap());
    let port = known.port.unwrap_or(5432).to_string();
    let database = known.path.trim_start_matches('/');
    let schema = format!("test-libpq-{}", std::process::id());
    let folder = TempDir::new().unwrap();
    let file = |name: &str, text: &str, mode| write(&folder.path().join(name), text, mode);
    let right = file(
        "right",
        &format!("# no\n{host}:{port}:*:{user}:{password}\n"),
        0o600,
    );
    let wrong = file("wrong", "*:*:*:*:wrong\n", 0o600);
    let open = file("open", &format!("*:*:*:*:{password}\n"), 0o640);
    let service =
        format!("[other]\nhost=nowhere\n[test]\nhost={host}\nport={port}\ndbname={database}\n");
    let service = file("service", &service, 0o644);
    let check = |url: &str, variables: Variables<'_>, expected: Result<(), &str>| {
        let url = format!("{url}?schema={schema}");
        match (attempt(folder.path(), &url, variables), expected) {
            (Ok(()), Ok(())) => drop_schema(&server, &schema),
            (Err(error), Err(expected)) => {
                assert!(error.contains(expected), "{url}: {error}");
                assert!(!error.contains(&password), "{url}: {error}");
            }
            (got, expected) => panic!("{url} {variables:?}: {got:?}, not {expected:?}"),
        }
    };
    let whole = format!("postgres://{user}@{host}:{port}/{database}");
    let refused = Err("PostgreSQL database");
    let address = [("PGHOST", &*host), ("PGPORT", &*port), ("PGUSER", &*user)];
    let with = |more: &[(&'static str, &str)]| {
        let more = more
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        let address = address
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        address.chain(more).collect::<Vec<_>>()
    };
    let check_with = |url: &str, more: &[(&'static str, &str)], expected| {
        let variables = with(more);
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        check(url, &variables, expected);
    };
    check(&whole, &[("PGPASSWORD", &password)], Ok(()));
    check(&whole, &[("PGPASSFILE", &right)], Ok(()));
    check(
        &whole,
        &[("PGPASSWORD", "wrong"), ("PGPASSFILE", &right)],
        refused,
    );
    check(&whole, &[("PGPASSFILE", &wrong)], refused);
    check(&whole, &[("PGPASSFILE", &open)], Err("others may read it"));
    check(&whole, &[("PGPASSFILE", "/nowhere")], refused);
    check(
        &whole,
        &[("PGSSLMODE", "require"), ("PGPASSFILE", &right)],
        Err("does not encrypt"),
    );
    check_with(
        &format!("postgres:///{database}"),
        &[("PGPASSFILE", &right)],
        Ok(()),
    );
    check_with(
        "postgres:///",
        &[("PGDATABASE", database), ("PGPASSFILE", &right)],
        Ok(()),
    );
    let by_service = [
        ("PGSERVICE", "test"),
        ("PGSERVICEFILE", &*service),
        ("PGPASSFILE", &*right),
    ];
    check(&format!("postgres://{user}@/"), &by_service, Ok(()));
    file(".pgpass", &format!("*:*:{database}:*:{password}"), 0o600);
    check(&whole, &[], Ok(()));
    check(&whole, &[("PGPASSFILE", &wrong)], refused);
}

fn drop_schema(server: &str, schema: &str) {
    let database = Database::open(server, "/".as_ref(), Options::default()).unwrap();
    let drop = format!("DROP SCHEMA \"{schema}\" CASCADE");
    database
        .write(|connection| connection.batch(&drop))
        .unwrap();
}
