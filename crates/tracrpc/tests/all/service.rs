//! `tracrpc serve` as a service: in the background, with a pid file, as somebody else, and
//! under a supervisor.

#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::served::{add_users, admin, environment};

/// A user whom every system has, and its number and group there.
const NOBODY: &str = "nobody";

/// `tracrpc serve` of an environment on a port of this machine that is free.
fn serve(env: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tracrpc"));
    command
        .args(["serve", "-s", "-b", "127.0.0.1", "-p", "0"])
        .args(words)
        .arg(env)
        .stdin(Stdio::null());
    command
}

fn text(output: &Output) -> String {
    let bytes = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Asserts that the command fails, and what it says.
fn refused(command: &mut Command, expected: &str) {
    let done = command.output().unwrap();
    let text = text(&done);
    assert!(!done.status.success(), "{command:?}: {text}");
    assert!(text.contains(expected), "{command:?}: {text}");
    assert!(!text.contains("panicked"), "{command:?}: {text}");
}

/// A server in the background, which ends with this value.
struct Background {
    pid: u32,
    address: String,
    said: String,
}

impl Background {
    fn start(command: &mut Command) -> Self {
        let done = command.arg("-d").output().unwrap();
        let said = text(&done);
        assert!(done.status.success(), "{said}");
        let after = |words: &str| {
            let rest = said.split(words).nth(1).unwrap_or_else(|| panic!("{said}"));
            let end = rest.find(|c: char| c == '/' || c.is_whitespace());
            rest[..end.unwrap_or(rest.len())].to_owned()
        };
        Self {
            pid: after("in PID ").trim_end_matches('.').parse().unwrap(),
            address: after("Serving on http://"),
            said,
        }
    }

    fn status(&self, user: &str, password: &str) -> u16 {
        status(&self.address, user, password)
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.pid.to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// A line of `/proc/PID/FILE`.
    fn proc(&self, file: &str, key: &str) -> Vec<String> {
        let all = fs::read_to_string(format!("/proc/{}/{file}", self.pid)).unwrap();
        let line = all.lines().find(|line| line.starts_with(key)).unwrap();
        let words = line[key.len()..].split_whitespace();
        words.map(str::to_owned).collect()
    }

    /// Ends it as a supervisor does, and waits for that.
    fn stop(&self) {
        self.signal("TERM");
        until(|| !self.runs());
    }

    fn runs(&self) -> bool {
        // Of one that has ended and is not reaped there is no program.
        fs::read_link(format!("/proc/{}/exe", self.pid)).is_ok()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if self.runs() {
            let pid = self.pid.to_string();
            let _ = Command::new("kill").args(["-s", "KILL", &pid]).status();
        }
    }
}

fn until(is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < deadline, "it does not come about");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn status(address: &str, user: &str, password: &str) -> u16 {
    let url = format!("http://{user}:{password}@{address}/login/rpc");
    let body = r#"{"method": "system.getAPIVersion", "params": []}"#;
    let agent = ureq::Agent::new_with_config(
        ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build(),
    );
    let answer = agent.post(url).header("Content-Type", "application/json");
    answer.send(body).unwrap().status().as_u16()
}

fn with_users(env: &TempDir) -> String {
    format!("--basic-auth=*,{}/htpasswd,realm", env.path().display())
}

fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// Gives an environment to a user.
fn give(env: &TempDir, user: &str) {
    let mut chown = Command::new("chown");
    let chown = chown.args(["-R", user]).arg(env.path());
    assert!(chown.status().unwrap().success());
}

#[test]
fn it_runs_in_the_background() {
    let env = environment();
    let files = tempfile::tempdir().unwrap();
    let (pid_file, log_file) = (files.path().join("pid"), files.path().join("log"));
    let users = with_users(&env);
    let server = Background::start(
        serve(env.path(), &[&users, "--umask=027", "--http11"])
            .arg("--pidfile")
            .arg(&pid_file)
            .arg("--log-file")
            .arg(&log_file),
    );
    assert_eq!(server.status("joe", "joe"), 200);
    assert_eq!(
        fs::read_to_string(&pid_file).unwrap(),
        format!("{}\n", server.pid)
    );
    assert_eq!(log_file.metadata().unwrap().mode() & 0o777, 0o640);
    assert_eq!(server.proc("status", "Umask:"), ["0027"]);
    // It leads a session of its own: the terminal's end is not its end.
    let stat = fs::read_to_string(format!("/proc/{}/stat", server.pid)).unwrap();
    let session = stat.rsplit(')').next().unwrap().split_whitespace().nth(3);
    assert_eq!(session, Some(server.pid.to_string().as_str()));
    server.stop();
    assert!(!pid_file.exists());
    let log = fs::read_to_string(&log_file).unwrap();
    assert!(
        log.contains("/login/rpc") && log.contains("stopping"),
        "{log}"
    );
}

#[test]
fn its_failure_is_that_of_the_command() {
    let env = environment();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    refused(
        serve(folder.path(), &["-d"]).arg("--log-file=log"),
        "No Trac environment found at ",
    );
    let mut command = Command::new(env!("CARGO_BIN_EXE_tracrpc"));
    command.args(["serve", "-d", "-b", "127.0.0.1", "-p", &port]);
    refused(command.arg(env.path()), "is in use by another program");
    refused(
        &mut serve(env.path(), &["-d", "--auto-reload"]),
        "cannot be used with",
    );
    refused(
        &mut serve(env.path(), &["-d", "--umask", "9"]),
        "expected an octal number",
    );
    refused(
        &mut serve(env.path(), &["--pidfile", "/no/such/folder/pid"]),
        "cannot write the pid file /no/such/folder/pid",
    );
    refused(
        &mut serve(env.path(), &["--log-file", "/no/such/folder/log"]),
        "cannot write the log file /no/such/folder/log",
    );
}

#[test]
fn a_pid_file_belongs_to_one_process() {
    let env = environment();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let words = ["--pidfile", file.to_str().unwrap()];
    let holds = |text: &str| fs::write(&file, text).unwrap();
    let is = || fs::read_to_string(&file).unwrap();
    for background in [&[][..], &["-d"]] {
        let mut command = serve(env.path(), &words);
        command.args(background);
        // This test runs, and is no tracrpc: as with tracd, that does not matter.
        let own = std::process::id().to_string();
        holds(&own);
        refused(&mut command, &format!("already running with pid {own}"));
        assert_eq!(is(), own);
        // Something else is kept.
        holds("the file of somebody");
        refused(&mut command, "does not hold the number of a process");
        assert_eq!(is(), "the file of somebody");
        holds("-1");
        refused(&mut command, "does not hold the number of a process");
    }
    // Whoever had this number has ended.
    let mut ended = Command::new("true").spawn().unwrap();
    ended.wait().unwrap();
    for stale in [format!("{}\n", ended.id()), String::new()] {
        holds(&stale);
        let server = Background::start(&mut serve(env.path(), &words));
        assert_eq!(is(), format!("{}\n", server.pid));
        let pid = server.pid.to_string();
        refused(&mut serve(env.path(), &words), &format!("pid {pid}"));
        assert!(server.runs());
        server.stop();
        assert!(!file.exists());
    }
    refused(
        &mut serve(env.path(), &["--pidfile", "/dev/null"]),
        "is no ordinary file",
    );
}

#[test]
fn a_hangup_has_the_log_and_passwords_read_again() {
    let env = environment();
    let users = with_users(&env);
    let folder = tempfile::tempdir().unwrap();
    let (log, moved) = (folder.path().join("log"), folder.path().join("log.1"));
    let words = [&*users, "--log-file", log.to_str().unwrap()];
    let server = Background::start(&mut serve(env.path(), &words));
    assert_eq!(server.status("joe", "joe"), 200);
    fs::rename(&log, &moved).unwrap();
    // Passwords change in a way that the file's size and time do not show.
    let passwords = env.path().join("htpasswd");
    let modified = fs::metadata(&passwords).unwrap().modified().unwrap();
    let text = fs::read_to_string(&passwords).unwrap();
    fs::write(&passwords, text.replace("joe:", "eve:")).unwrap();
    let file = fs::File::options().write(true).open(&passwords).unwrap();
    file.set_modified(modified).unwrap();
    server.signal("HUP");
    until(|| log.exists() && server.status("eve", "joe") == 200);
    assert_eq!(server.status("joe", "joe"), 401);
    server.stop();
    let end = fs::read_to_string(&log).unwrap();
    assert!(end.contains("stopping"), "{end}");
    assert!(!fs::read_to_string(&moved).unwrap().contains("stopping"));
}

#[test]
fn users_and_groups_that_there_are_not() {
    let env = environment();
    let check = |words: &[&str], expected: &str| {
        refused(&mut serve(env.path(), words), expected);
        refused(serve(env.path(), words).arg("-d"), expected);
    };
    check(
        &["--user", "no-such-user"],
        "there is no user `no-such-user`",
    );
    check(
        &["--group", "no-such-group"],
        "there is no group `no-such-group`",
    );
    check(
        &["--user", "4000000"],
        "the user 4000000 has no group that is known here: name one with --group",
    );
    // Only root becomes somebody else.
    let nobody = nix::unistd::User::from_name(NOBODY).unwrap().unwrap();
    let mut command = serve(env.path(), &["--user=root", "--group=0"]);
    if is_root() {
        let open = fs::Permissions::from_mode(0o755);
        fs::set_permissions(env.path(), open).unwrap();
        command.uid(nobody.uid.as_raw()).gid(nobody.gid.as_raw());
    }
    refused(&mut command, "that is for root");
}

#[test]
fn it_becomes_somebody_else() {
    if !is_root() {
        eprintln!("skipped: only root becomes somebody else");
        return;
    }
    let env = environment();
    let users = with_users(&env);
    let nobody = nix::unistd::User::from_name(NOBODY).unwrap().unwrap();
    let (user, group) = (nobody.uid.to_string(), nobody.gid.to_string());
    let number = user.clone();
    let check = |words: &[&str], expected: [&str; 2], groups: &str| {
        let files = tempfile::tempdir().unwrap();
        let (pid_file, log_file) = (files.path().join("pid"), files.path().join("log"));
        let [user, group] = expected;
        give(&env, user);
        let mut command = serve(env.path(), words);
        command.arg(&users).arg("--pidfile").arg(&pid_file);
        let server = Background::start(command.arg("--log-file").arg(&log_file));
        assert_eq!(server.proc("status", "Uid:"), [user; 4], "{words:?}");
        assert_eq!(server.proc("status", "Gid:"), [group; 4], "{words:?}");
        assert_eq!(server.proc("status", "Groups:"), [groups], "{words:?}");
        assert_eq!(server.status("joe", "joe"), 200, "{}", server.said);
        assert_eq!(log_file.metadata().unwrap().uid().to_string(), user);
        server.stop();
        // It may not remove the file of a folder that is root's.
        let left = fs::read_to_string(&pid_file).unwrap_or_default();
        assert_eq!(left, "", "{words:?}");
    };
    // A link that somebody made there is not followed with the rights of root.
    let folder = tempfile::tempdir().unwrap();
    let (secret, link) = (folder.path().join("secret"), folder.path().join("log"));
    fs::write(&secret, "").unwrap();
    std::os::unix::fs::symlink(&secret, &link).unwrap();
    let words = ["--user", NOBODY, "--log-file", link.to_str().unwrap()];
    refused(&mut serve(env.path(), &words), "cannot write the log file");
    check(&["--user", NOBODY], [&user, &group], &group);
    check(&["--user", &number], [&user, &group], &group);
    check(&["--user", NOBODY, "--group", "1"], [&user, "1"], "1");
    check(&["--user=4000000", "--group=1"], ["4000000", "1"], "1");
    check(&["--group", &group], ["0", &group], &group);
}

/// The home is that of the user, and a port that is root's can be listened on.
#[test]
fn it_becomes_somebody_else_late_enough() {
    if !is_root() {
        eprintln!("skipped: only root becomes somebody else");
        return;
    }
    let env = environment();
    give(&env, NOBODY);
    let nobody = nix::unistd::User::from_name(NOBODY).unwrap().unwrap();
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let port = (600..1024).find(free).unwrap().to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tracrpc"));
    command
        .args([
            "serve",
            "-s",
            "-b",
            "127.0.0.1",
            "-p",
            &port,
            "--user",
            NOBODY,
        ])
        .arg(with_users(&env))
        .arg(env.path());
    let server = Background::start(&mut command);
    assert_eq!(server.status("joe", "joe"), 200);
    assert_eq!(server.proc("status", "Uid:")[0], nobody.uid.to_string());
    let surroundings = fs::read_to_string(format!("/proc/{}/environ", server.pid)).unwrap();
    let home = format!("HOME={}", nobody.dir.display());
    assert!(surroundings.split('\0').any(|line| line == home));
}

#[test]
fn nobody_is_served_to_a_network_by_accident() {
    let parent = tempfile::tempdir().unwrap();
    let env = parent.path().join("open");
    admin(&env, &["initenv", "Project", "sqlite:db/trac.db"]);
    let other = parent.path().join("other");
    admin(&other, &["initenv", "Project", "sqlite:db/trac.db"]);
    add_users(&env);
    let broken = parent.path().join("broken");
    fs::write(&broken, "joe:realm:00000000000000000000000000000000\n").unwrap();
    // What is not refused fails later, so that nothing is served beyond this machine.
    let fails = format!("--basic-auth=x,{},realm", broken.display());
    let check = |words: &[&str], what: &[&PathBuf], expected: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tracrpc"));
        command.args(["serve", "-p", "0", &fails]).args(words);
        refused(command.args(what), expected);
    };
    let refusal = "nobody can log in to `open`, and 0.0.0.0:";
    check(&[], &[&env], refusal);
    check(&["-s"], &[&env], refusal);
    check(&["-d"], &[&env], refusal);
    check(&["--hostname="], &[&env, &other], "to `open`, `other`, and");
    check(
        &[
            "--basic-auth",
            &format!("other,{}/htpasswd,r", env.display()),
        ],
        &[&env, &other],
        refusal,
    );
    let file = format!("{}/htpasswd,r", env.display());
    for rule in [format!("*,{file}"), format!("open,{file}")] {
        check(
            &["--basic-auth", &rule],
            &[&env],
            "cannot read the password file",
        );
    }
    let proxy = ["--trusted-proxy=127.0.0.1", "--remote-user-header=X-User"];
    check(&proxy, &[&env], "cannot read the password file");
    check(
        &["--allow-anonymous"],
        &[&env],
        "cannot read the password file",
    );
    check(
        &["-b", "127.0.0.1"],
        &[&env],
        "cannot read the password file",
    );
    let whole = parent.path().to_owned();
    check(&["-e"], &[&whole], "nobody can log in to `");
    // A file without users is no way to log in.
    let own = tracrpc_env::PasswordFile::in_directory(&env)
        .path()
        .to_owned();
    fs::write(&own, "# nobody yet\n").unwrap();
    check(&[], &[&env], refusal);
    for (section, option, value) in [
        ("components", "acct_mgr.*", "enabled"),
        ("account-manager", "password_store", "HtPasswdStore"),
    ] {
        check(&[], &[&env], refusal);
        admin(&env, &["config", "set", section, option, value]);
    }
    check(&[], &[&env], "cannot read the password file");
    admin(
        &env,
        &["config", "remove", "account-manager", "password_store"],
    );
    check(&[], &[&env], refusal);
    fs::copy(env.join("htpasswd"), own).unwrap();
    check(&[], &[&env], "cannot read the password file");
}

/// A server in the foreground that a supervisor started, which ends with this value.
struct Supervised {
    process: Child,
    said: String,
}

impl Supervised {
    fn start(command: &mut Command) -> Self {
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.as_mut().unwrap()).lines();
        let said = lines.take(2).map(Result::unwrap).collect::<Vec<_>>();
        Self {
            process,
            said: said.join("\n"),
        }
    }

    fn signal(&self, name: &str) {
        let pid = self.process.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A process that gets a socket as systemd hands it over, as descriptor 3.
fn handed(socket: OwnedFd, words: &[&str], env: &Path) -> Command {
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "exec 3<&0 </dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\"",
            "sh",
        ])
        .args([env!("CARGO_BIN_EXE_tracrpc"), "serve", "-s"])
        .args(words)
        .arg(env)
        .stdin(Stdio::from(socket));
    command
}

#[test]
fn it_listens_on_the_sockets_of_a_supervisor() {
    let env = environment();
    let users = with_users(&env);
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let copy = || OwnedFd::from(socket.try_clone().unwrap());
    // Who connects before the server runs is answered once it does.
    let _early = TcpStream::connect(&address).unwrap();
    let server = Supervised::start(&mut handed(copy(), &[&users], env.path()));
    assert!(
        server.said.contains(&format!("http://{address}/")),
        "{}",
        server.said
    );
    assert_eq!(status(&address, "joe", "joe"), 200);
    drop(server);
    refused(
        &mut handed(copy(), &["-p", "0"], env.path()),
        "leave out --port and --hostname",
    );
    refused(
        &mut handed(copy(), &["-d"], env.path()),
        "leave out --daemonize",
    );
    let silent = TcpStream::connect(&address).unwrap();
    refused(
        &mut handed(silent.into(), &[&users], env.path()),
        "does not listen",
    );
    let folder = tempfile::tempdir().unwrap();
    let unix = UnixListener::bind(folder.path().join("socket")).unwrap();
    refused(
        &mut handed(unix.into(), &[&users], env.path()),
        "is not one of TCP",
    );
    // Sockets that are somebody else's are not touched.
    let mut command = serve(env.path(), &[&users]);
    command.env("LISTEN_PID", "1").env("LISTEN_FDS", "1");
    let server = Supervised::start(&mut command);
    assert!(server.said.contains("Serving on"), "{}", server.said);
}

/// What a supervisor hears.
struct Ear {
    _folder: TempDir,
    path: PathBuf,
    socket: UnixDatagram,
}

impl Ear {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        Self {
            _folder: folder,
            path,
            socket,
        }
    }

    /// The next message.
    fn next(&self) -> Vec<String> {
        let mut bytes = [0; 4096];
        let length = self.socket.recv(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
        text.lines().map(str::to_owned).collect()
    }

    /// The next one that is no sign of life.
    fn next_news(&self) -> Vec<String> {
        loop {
            let message = self.next();
            if message != ["WATCHDOG=1"] {
                return message;
            }
        }
    }
}

#[test]
fn a_supervisor_is_told() {
    let env = environment();
    let users = with_users(&env);
    let ear = Ear::new();
    let mut command = serve(env.path(), &[&users]);
    command
        .env("NOTIFY_SOCKET", &ear.path)
        .env("WATCHDOG_USEC", "20000")
        .env_remove("WATCHDOG_PID");
    let server = Supervised::start(&mut command);
    assert_eq!(ear.next_news(), ["READY=1"]);
    for _ in 0..2 {
        assert_eq!(ear.next(), ["WATCHDOG=1"]);
    }
    server.signal("HUP");
    let reloading = ear.next_news();
    assert_eq!(reloading[0], "RELOADING=1");
    let moment: u64 = reloading[1]
        .strip_prefix("MONOTONIC_USEC=")
        .unwrap()
        .parse()
        .unwrap();
    assert!(moment > 0);
    assert_eq!(ear.next_news(), ["READY=1"]);
    server.signal("TERM");
    assert_eq!(ear.next_news(), ["STOPPING=1"]);
}

#[test]
fn a_supervisor_is_told_of_the_background() {
    let env = environment();
    let ear = Ear::new();
    let mut command = serve(env.path(), &[]);
    let server = Background::start(command.env("NOTIFY_SOCKET", &ear.path));
    assert_eq!(ear.next(), ["READY=1"]);
    assert_eq!(
        ear.next(),
        [format!("MAINPID={}", server.pid), "READY=1".to_owned()]
    );
}

#[test]
fn it_opens_as_many_files_as_it_may() {
    let env = environment();
    let check = |limits: &str, connections: &str, warns: bool| {
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("{limits}; exec \"$@\""), "sh"])
            .arg(env!("CARGO_BIN_EXE_tracrpc"))
            .args(["serve", "-s", "-b", "127.0.0.1", "-p", "0"])
            .args(["--max-connections", connections])
            .arg(env.path());
        let server = Background::start(&mut command);
        assert_eq!(
            server.proc("limits", "Max open files"),
            ["700", "700", "files"]
        );
        let says = server.said.contains("connections fit");
        assert_eq!(says, warns, "{}", server.said);
    };
    check("ulimit -Sn 300; ulimit -Hn 700", "400", false);
    check("ulimit -n 700", "600", true);
}

#[test]
fn its_output_ends_when_it_serves() {
    let env = environment();
    let mut started = serve(env.path(), &["-d"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Nobody else has the other ends of these.
    let (mut out, mut log) = (String::new(), String::new());
    started
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut out)
        .unwrap();
    started
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    assert!(started.wait().unwrap().success(), "{log}");
    let pid = out
        .split("in PID ")
        .nth(1)
        .unwrap()
        .split('.')
        .next()
        .unwrap();
    let sent = Command::new("kill").args(["-s", "TERM", pid]).status();
    assert!(sent.unwrap().success());
}
