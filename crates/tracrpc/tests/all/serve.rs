//! What `tracrpc serve` says when it cannot, and how it ends when it can.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::served::{Served, admin, environment};

fn serve(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tracrpc"));
    command.arg("serve").args(words).stdin(Stdio::null());
    command
}

#[test]
fn what_cannot_be_served_is_explained() {
    let folder = environment();
    let env = folder.path().to_str().unwrap();
    let foreign = tempfile::tempdir().unwrap();
    let foreign = foreign.path().to_str().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let check = |words: &[&str], code: i32, expected: &str| {
        let done = serve(words).output().unwrap();
        let text = String::from_utf8_lossy(&done.stderr);
        assert!(text.contains(expected), "{words:?}: {text}");
        assert_eq!(done.status.code(), Some(code), "{words:?}: {text}");
        assert!(!text.contains("panicked"), "{words:?}: {text}");
    };
    check(&[], 2, "required arguments were not provided");
    check(
        &["/no/such/folder"],
        1,
        "Path does not exist: '/no/such/folder'",
    );
    check(&[foreign], 1, "No Trac environment found at ");
    check(&["-s", foreign], 1, "No Trac environment found at ");
    check(
        &["-s", env, foreign],
        1,
        "cannot be used with more than one environment",
    );
    check(&[env, env], 1, "by which they are served");
    check(&["-e", foreign, "-s"], 2, "cannot be used with");
    check(
        &["-s", env, "-b", "127.0.0.1", "-p", &port],
        1,
        "is in use by another program",
    );
    check(&["-s", env, "-p", "70000"], 2, "70000 is not in 0..=65535");
    check(
        &["-s", env, "--basic-auth", "*,none"],
        2,
        "not of the form ENV,FILE,REALM",
    );
    check(
        &["-s", env, "--basic-auth", "*,/none,r"],
        1,
        "Path does not exist: '/none'",
    );
    check(
        &["-s", env, "--trusted-proxy", "proxy"],
        1,
        "neither an address nor a network",
    );
    check(
        &["-s", env, "--max-body", "much"],
        2,
        "expected a number of bytes",
    );
    check(
        &["-s", env, "--metrics-address", "localhost"],
        2,
        "invalid socket address",
    );
    check(
        &[
            "-s",
            env,
            "-b",
            "127.0.0.1",
            "-p",
            "0",
            "--audit-log",
            "/none/log",
        ],
        1,
        "cannot open the audit log: No such file",
    );
    check(&["-s", env, "--protocol", "fcgi"], 2, "proxy_pass");
    check(
        &["-s", env, "--protocol", "gopher"],
        2,
        "expected http or https",
    );
}

/// What is asked for happens, or nothing does.
#[test]
fn tls_that_would_not_be_is_refused() {
    let folder = environment();
    let env = folder.path().to_str().unwrap();
    let no_certificate = folder.path().join("VERSION");
    let no_certificate = no_certificate.to_str().unwrap();
    let check = |words: &[&str], code: i32, expected: &str| {
        let done = serve(&["-s", env, "-b", "127.0.0.1", "-p", "0"])
            .args(words)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&done.stderr);
        assert!(text.contains(expected), "{words:?}: {text}");
        assert_eq!(done.status.code(), Some(code), "{words:?}: {text}");
    };
    let https = "--protocol=https";
    check(&[https], 1, "--certfile is required");
    check(&["--certfile=a"], 1, "nothing is encrypted");
    check(&[https, "--keyfile=a"], 2, "--certfile");
    check(
        &[https, "--certfile=/none"],
        1,
        "cannot read /none: No such file",
    );
    check(
        &[https, "--certfile", no_certificate],
        1,
        "VERSION has no certificate",
    );
    for alone in [
        "--client-cert=required",
        "--client-crl=a",
        "--client-user=email",
    ] {
        check(&[https, "--certfile=a", alone], 2, "--client-ca");
    }
    let clients = [https, "--certfile=a", "--client-ca=a"];
    let with = |more: &'static str| [&clients[..], &[more]].concat();
    check(
        &with("--client-cert=maybe"),
        2,
        "expected required or optional",
    );
    check(&with("--client-user="), 2, "expected cn");
    check(&with("--client-user=none"), 1, "--client-cert=required");
}

/// An environment that cannot be opened is served from the moment on in which it can.
#[test]
fn a_broken_environment_is_waited_for() {
    let check = |spoil: &dyn Fn(&Path)| {
        let folder = environment();
        let ini = folder.path().join("conf/trac.ini");
        let (text, database) = (fs::read(&ini).unwrap(), folder.path().join("db/trac.db"));
        let rows = fs::read(&database).unwrap();
        spoil(folder.path());
        let served = Served::start(folder.path());
        let status = || served.status("admin", "system.getAPIVersion");
        assert_eq!(status(), 500);
        fs::write(&ini, &text).unwrap();
        fs::write(&database, &rows).unwrap();
        assert_eq!(status(), 200);
    };
    let set = |section: &'static str, option: &'static str| {
        move |path: &Path| drop(admin(path, &["config", "set", section, option, "Nothing"]))
    };
    check(&set("trac", "permission_policies"));
    check(&set("trac", "permission_store"));
    check(&set("trac", "timeout"));
    check(&|path| fs::write(path.join("conf/trac.ini"), "").unwrap());
    check(&|path| fs::remove_file(path.join("conf/trac.ini")).unwrap());
    check(&|path| fs::remove_file(path.join("db/trac.db")).unwrap());
    check(&|path| fs::write(path.join("db/trac.db"), "no database").unwrap());
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_server_well() {
    let folder = environment();
    let mut process = serve(&[
        "-s",
        "--http11",
        "-b",
        "127.0.0.1",
        "-p",
        "0",
        "--base-path",
        "/trac",
    ])
    .arg(folder.path())
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    assert!(
        lines
            .next()
            .unwrap()
            .unwrap()
            .starts_with("Server starting in PID ")
    );
    let line = lines.next().unwrap().unwrap();
    let address = line
        .strip_prefix("Serving on http://")
        .unwrap()
        .strip_suffix("/trac")
        .unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let request = "GET /trac/healthz?password=secret HTTP/1.1\r\nHost: x\r\nAuthorization: Basic c2VjcmV0OnNlY3JldA==\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = [0; 15];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    // The connection is still open, which must not hold up the end.
    let killed = Command::new("kill")
        .args(["-TERM", &process.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let done = process.wait_with_output().unwrap();
    let log = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{log}");
    assert!(log.contains("path=\"/trac/healthz\""), "{log}");
    assert!(
        !log.contains("secret") && !log.contains("c2VjcmV0"),
        "{log}"
    );
}

#[cfg(unix)]
#[test]
fn a_hangup_has_files_read_again() {
    let folder = environment();
    let config = folder.path().join("conf/trac.ini");
    let mut served = Served::start(folder.path());
    let page = || {
        let url = served.url("user");
        let mut answer = ureq::get(&url)
            .header("Accept", "text/html")
            .call()
            .unwrap();
        answer.body_mut().read_to_string().unwrap()
    };
    assert!(page().contains("Project: remote API"));
    // A change that the file's size and time do not show.
    let modified = fs::metadata(&config).unwrap().modified().unwrap();
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("Project", "Changed")).unwrap();
    let file = fs::File::options().write(true).open(&config).unwrap();
    file.set_modified(modified).unwrap();
    served.signal("HUP");
    let deadline = Instant::now() + Duration::from_secs(30);
    while !page().contains("Changed: remote API") {
        assert!(Instant::now() < deadline, "{}", page());
    }
    served.kill();
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_grow_is_a_full_disk() {
    let folder = environment();
    // In blocks of 512 bytes.
    let served = Served::start_after("ulimit -f 2000", folder.path());
    let call = |method: &str, params: &str| {
        let body = format!(r#"{{"method": "{method}", "params": {params}}}"#);
        let mut answer = ureq::post(served.url("admin"))
            .header("Content-Type", "application/json")
            .send(body)
            .unwrap();
        answer.body_mut().read_to_string().unwrap()
    };
    let large = "x".repeat(3_000_000);
    let attach = format!(
        r#"["WikiStart/a", {{"__jsonclass__": ["binary", "{}"]}}]"#,
        "eHh4".repeat(1_000_000)
    );
    for (method, params, reason) in [
        (
            "wiki.putAttachment",
            attach,
            "There is no room left for files.",
        ),
        (
            "wiki.putPage",
            format!(r#"["Large", "{large}", {{}}]"#),
            "There is no room left for the database.",
        ),
    ] {
        let answer = call(method, &params);
        assert!(answer.contains(reason), "{method}: {answer}");
    }
    let answer = call("wiki.putPage", r#"["Small", "text", {}]"#);
    assert!(answer.contains(r#""result": true"#), "{answer}");
}
