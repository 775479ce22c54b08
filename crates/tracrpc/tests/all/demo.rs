//! `tracrpc demo`: what it prints works.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tracrpc_client::{Client, Value};

/// A running demo with what it printed.
struct Demo {
    process: Child,
    output: Vec<String>,
}

impl Demo {
    fn start(dir: &Path, arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_tracrpc"))
            .arg("demo")
            .arg(format!("--dir={}", dir.display()))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let mut output = Vec::new();
        for line in lines {
            let last = line == "Ctrl+C ends it.";
            output.push(line);
            if last {
                break;
            }
        }
        Self { process, output }
    }

    /// The URL of the Python example.
    fn url(&self) -> &str {
        let line = self
            .output
            .iter()
            .find(|line| line.contains("ServerProxy"))
            .unwrap();
        line.split('"').nth(1).unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn count(client: &Client, query: &str) -> usize {
    let found = client.call("ticket.query", [query.into()]).unwrap();
    let Value::Array(tickets) = found else {
        panic!("{found:?}")
    };
    tickets.len()
}

#[test]
fn the_example_works_and_the_project_is_kept() {
    let folder = TempDir::new().unwrap();
    let dir = folder.path().join("station");
    let demo = Demo::start(&dir, &["--port=0"]);
    assert!(
        demo.url().starts_with("http://user:password@127.0.0.1:"),
        "{}",
        demo.url()
    );
    assert!(demo.url().ends_with("/station/login/rpc"), "{}", demo.url());
    let client = Client::new(demo.url()).unwrap();
    assert_eq!(count(&client, "max=0"), 30);
    assert!((10..25).contains(&count(&client, "status!=closed")));
    let page = client.call("wiki.getPage", ["WikiStart".into()]).unwrap();
    assert!(matches!(page, Value::String(text) if text.contains("weather station")));
    let attachments = client.call("ticket.listAttachments", [1.into()]).unwrap();
    assert!(matches!(attachments, Value::Array(list) if list.len() == 1));
    client
        .call("ticket.create", ["One more".into(), "".into()])
        .unwrap();
    drop(demo);

    let demo = Demo::start(&dir, &["--port=0"]);
    assert_eq!(count(&Client::new(demo.url()).unwrap(), "max=0"), 31);
}

#[test]
fn a_port_that_was_asked_for_and_is_taken_is_an_error() {
    let folder = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let done = Command::new(env!("CARGO_BIN_EXE_tracrpc"))
        .args(["demo", "--port", &port, "--dir"])
        .arg(folder.path().join("demo"))
        .output()
        .unwrap();
    let error = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1), "{error}");
    assert!(
        error.starts_with("Error: ") && error.contains(&port),
        "{error}"
    );
}

#[test]
fn without_a_port_the_next_free_one_is_taken() {
    let folder = TempDir::new().unwrap();
    // Whether 8000 is free or not, it is taken now.
    let _taken = TcpListener::bind("127.0.0.1:8000");
    let demo = Demo::start(&folder.path().join("demo"), &[]);
    assert!(!demo.url().contains(":8000/"), "{}", demo.url());
    assert_eq!(count(&Client::new(demo.url()).unwrap(), "max=0"), 30);
}
