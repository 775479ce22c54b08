//! The environment of a scenario, and a server for it: the binary, as a user runs it.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use sha1::{Digest, Sha1};
use tempfile::TempDir;
use tracrpc_testing::TestDatabase;

/// Whose password is their name.
const USERS: [&str; 3] = ["admin", "user", "joe"];

/// A served environment; the server ends and the files go with this value.
pub(crate) struct World {
    /// `http://127.0.0.1:PORT`
    pub(crate) base: String,
    server: Child,
    database: TestDatabase,
    folder: TempDir,
}

impl World {
    /// Makes and serves the environment that a scenario describes.
    pub(crate) fn new(scenario: &Value, database: TestDatabase) -> Result<World, String> {
        let folder = TempDir::new().map_err(|e| e.to_string())?;
        let env = folder.path().join("env");
        let base = create(&env, database.url())?;
        configure(&env, &scenario["config"])?;
        write_files(&env, &scenario["files"])?;
        grant(&env, &scenario["permissions"])?;
        let passwords = folder.path().join("htpasswd");
        fs::write(&passwords, htpasswd()).map_err(|e| e.to_string())?;
        let server = serve(&base, &env, &passwords, &folder.path().join("log"))?;
        Ok(World {
            base: format!("http://{base}"),
            server,
            database,
            folder,
        })
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        if let Ok(env) = tracrpc_site::open(self.folder.path().join("env")) {
            self.database.remove(&env);
        }
    }
}

/// The environment that all scenarios start with, and a free address.
fn create(env: &Path, database: &str) -> Result<String, String> {
    admin(env, &["initenv", "Project", database])?;
    admin(env, &["wiki", "remove", "*"])?;
    admin(env, &["permission", "add", "admin", "TRAC_ADMIN"])?;
    admin(env, &["permission", "add", "authenticated", "XML_RPC"])?;
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|e| e.to_string())?;
    listener
        .local_addr()
        .map(|address| address.to_string())
        .map_err(|e| e.to_string())
}

fn admin(env: &Path, words: &[&str]) -> Result<(), String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tracrpc"));
    command
        .arg("admin")
        .arg(env)
        .args(words)
        .env("TZ", "UTC")
        .stdin(Stdio::null());
    let done = command.output().map_err(|e| e.to_string())?;
    if done.status.success() {
        return Ok(());
    }
    let text = [done.stdout, done.stderr].concat();
    Err(format!(
        "admin {words:?}: {}",
        String::from_utf8_lossy(&text)
    ))
}

fn grant(env: &Path, permissions: &Value) -> Result<(), String> {
    for (name, actions) in permissions.as_object().into_iter().flatten() {
        let mut words = match name.strip_prefix('-') {
            Some(name) => vec!["permission", "remove", name],
            None => vec!["permission", "add", name],
        };
        words.extend(
            actions
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str),
        );
        admin(env, &words)?;
    }
    Ok(())
}

fn write_files(env: &Path, files: &Value) -> Result<(), String> {
    for (name, text) in files.as_object().into_iter().flatten() {
        let path = env.join(name);
        let folder = path.parent().unwrap_or(env);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text.as_str().unwrap_or_default()))
            .map_err(|e| e.to_string())?;
    }
    Ok(())
}

/// Sets options in `trac.ini`; the option `*` empties its section first.
fn configure(env: &Path, config: &Value) -> Result<(), String> {
    let path = env.join("conf").join("trac.ini");
    let mut text = fs::read_to_string(&path).map_err(|e| e.to_string())?;
    for (section, options) in config.as_object().into_iter().flatten() {
        let Some(options) = options.as_object() else {
            continue;
        };
        text = without(&text, section, |name| {
            options.contains_key("*") || options.contains_key(name)
        });
        let set = options
            .iter()
            .filter_map(|(name, value)| Some((name, value.as_str()?)));
        let set: String = set
            .map(|(name, value)| format!("{name} = {}\n", value.replace('\n', "\n\t")))
            .collect();
        let header = format!("[{section}]\n");
        text = match text.contains(&header) {
            true => text.replacen(&header, &format!("{header}{set}"), 1),
            false => format!("{text}\n{header}{set}"),
        };
    }
    fs::write(&path, text).map_err(|e| e.to_string())
}

/// The file without a section's options that `gone` names, nor the lines that continue them.
fn without(text: &str, section: &str, gone: impl Fn(&str) -> bool) -> String {
    let (mut inside, mut dropping, mut kept) = (false, false, String::new());
    for line in text.lines() {
        if let Some(header) = line.strip_prefix('[') {
            (inside, dropping) = (header.starts_with(&format!("{section}]")), false);
        } else if inside && !line.starts_with([' ', '\t', '#', ';']) && !line.is_empty() {
            let name = line.split(['=', ':']).next().unwrap_or_default().trim();
            dropping = gone(name);
        }
        if !dropping {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn htpasswd() -> String {
    let line = |user: &&str| format!("{user}:{{SHA}}{}\n", STANDARD.encode(Sha1::digest(user)));
    USERS.iter().map(line).collect()
}

fn serve(address: &str, env: &Path, passwords: &Path, log: &PathBuf) -> Result<Child, String> {
    let (host, port) = address.rsplit_once(':').ok_or("no port")?;
    let output = File::create(log).map_err(|e| e.to_string())?;
    let mut server = Command::new(env!("CARGO_BIN_EXE_tracrpc"))
        .args([
            "serve",
            "-s",
            &format!("--hostname={host}"),
            &format!("--port={port}"),
        ])
        .arg(format!("--basic-auth=*,{},realm", passwords.display()))
        .arg(env)
        .env("TZ", "UTC")
        .stdin(Stdio::null())
        .stdout(output.try_clone().map_err(|e| e.to_string())?)
        .stderr(output)
        .spawn()
        .map_err(|e| e.to_string())?;
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        if std::net::TcpStream::connect(address).is_ok() {
            return Ok(server);
        }
        if server.try_wait().map_err(|e| e.to_string())?.is_some() {
            break;
        }
        std::thread::yield_now();
    }
    let _ = server.kill();
    let _ = server.wait();
    Err(format!(
        "the server does not start: {}",
        fs::read_to_string(log).unwrap_or_default()
    ))
}
