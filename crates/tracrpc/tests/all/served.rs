//! The binary serving an environment on a free port.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::STANDARD};
use sha1::{Digest, Sha1};
use tempfile::TempDir;

/// A new environment with the users admin, user and joe, whose passwords are their names.
pub(crate) fn environment() -> TempDir {
    let folder = TempDir::new().unwrap();
    admin(folder.path(), &["initenv", "Project", "sqlite:db/trac.db"]);
    admin(folder.path(), &["permission", "add", "admin", "TRAC_ADMIN"]);
    admin(
        folder.path(),
        &["permission", "add", "authenticated", "XML_RPC"],
    );
    add_users(folder.path());
    folder
}

/// Writes the password file of an environment.
pub(crate) fn add_users(env: &Path) {
    let line = |user| format!("{user}:{{SHA}}{}\n", STANDARD.encode(Sha1::digest(user)));
    let lines: String = ["admin", "user", "joe"].into_iter().map(line).collect();
    fs::write(env.join("htpasswd"), lines).unwrap();
}

/// Runs `tracrpc admin`, which must succeed.
pub(crate) fn admin(env: &Path, words: &[&str]) -> String {
    let done = try_admin(env, words);
    let text = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
    assert!(done.status.success(), "admin {words:?}: {text}");
    text
}

/// Runs `tracrpc admin`.
pub(crate) fn try_admin(env: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tracrpc"));
    command
        .arg("admin")
        .arg(env)
        .args(words)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// A running server, which ends with this value.
pub(crate) struct Served {
    address: String,
    process: Child,
}

impl Served {
    /// Serves the environment, and returns once the port answers.
    pub(crate) fn start(env: &Path) -> Served {
        Served::start_after("true", env)
    }

    /// Serves the environment from a shell that has run `command`.
    pub(crate) fn start_after(command: &str, env: &Path) -> Served {
        Served::start_with(command, env, &[])
    }

    /// The same with further `words` for `serve`.
    pub(crate) fn start_with(command: &str, env: &Path, words: &[&str]) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        drop(listener);
        let port = address.rsplit(':').next().unwrap();
        let passwords = env.join("htpasswd");
        let process = Command::new("sh")
            .args(["-c", &format!("{command}; exec \"$@\""), "sh"])
            .arg(env!("CARGO_BIN_EXE_tracrpc"))
            .args(["serve", "-s", "--hostname=127.0.0.1", "--port", port])
            .arg(format!("--basic-auth=*,{},realm", passwords.display()))
            .arg(env)
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut served = Served { address, process };
        served.wait();
        served
    }

    fn wait(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(&self.address).is_err() {
            assert!(
                self.process.try_wait().unwrap().is_none(),
                "the server ended at its start"
            );
            assert!(Instant::now() < deadline, "the server does not start");
            std::thread::yield_now();
        }
    }

    /// The server's process.
    pub(crate) fn process(&self) -> u32 {
        self.process.id()
    }

    /// Where a user's calls go, with their password.
    pub(crate) fn url(&self, user: &str) -> String {
        format!("http://{user}:{user}@{}/login/rpc", self.address)
    }

    /// The status of the answer to a user's call without arguments.
    pub(crate) fn status(&self, user: &str, method: &str) -> u16 {
        use std::io::{Read as _, Write as _};
        let body = format!("<methodCall><methodName>{method}</methodName><params/></methodCall>");
        let credentials = STANDARD.encode(format!("{user}:{user}"));
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "POST /login/rpc HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/xml\r\n\
             Authorization: Basic {credentials}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// Sends the server a signal.
    pub(crate) fn signal(&self, name: &str) {
        let process = self.process.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &process]).status();
        assert!(sent.unwrap().success());
    }

    /// Ends the server as a power cut would: SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
