//! Calls that take long, panic, or run while the server stops.

use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tracrpc_env::Actor;
use tracrpc_methods::{Method, Namespace};
use tracrpc_server::{Server, ServerConfig};
use tracrpc_testing::TestEnv;
use tracrpc_wire::Fault;

use crate::http::{Response, post};

/// A server with methods that wait until they are let go, and that panic.
struct Stage {
    server: Option<Server>,
    /// Says that a call of `test.wait` began.
    begun: Receiver<()>,
    /// Lets a call of `test.wait` end.
    go: Sender<()>,
    /// How many calls of it have ended.
    ended: Arc<AtomicUsize>,
    _env: TestEnv,
}

fn stage(change: impl FnOnce(&mut ServerConfig)) -> Stage {
    let env = TestEnv::new().user("anonymous", ["XML_RPC"]);
    let (begin, begun) = channel();
    let (go, wait) = channel::<()>();
    let wait = Arc::new(Mutex::new(wait));
    let begin = Arc::new(Mutex::new(begin));
    let ended = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&ended);
    let waiting = move |_: &Actor| -> Result<bool, Fault> {
        let _ = begin.lock().unwrap().send(());
        let gone = wait.lock().unwrap().recv().is_ok();
        count.fetch_add(1, Ordering::SeqCst);
        Ok(gone)
    };
    let heavy = Method::new("wait_heavily", waiting.clone());
    let panicking = |_: &Actor| -> Result<bool, Fault> { panic!("secret detail") };
    let namespace = Namespace::new("test", "For tests.")
        .method(Method::new("wait", waiting).returns("boolean"))
        .method(heavy.returns("boolean").heavy_if(|_, _| true))
        .method(Method::new("panic", panicking).returns("boolean"));
    let mut config = ServerConfig::single(env.path());
    change(&mut config);
    let server = Server::builder(config)
        .namespace(namespace)
        .start()
        .unwrap();
    Stage {
        server: Some(server),
        begun,
        go,
        ended,
        _env: env,
    }
}

impl Stage {
    fn call(&self, method: &str) -> std::thread::JoinHandle<Response> {
        self.send(&format!("{{\"method\": \"{method}\", \"id\": 1}}"))
    }

    fn send(&self, body: &str) -> std::thread::JoinHandle<Response> {
        let address = self.server.as_ref().unwrap().address();
        let body = body.to_owned();
        std::thread::spawn(move || post("/rpc", "application/json", body.as_bytes()).send(address))
    }
}

#[test]
fn a_stop_lets_running_calls_finish_and_takes_no_new_ones() {
    let mut stage = stage(|_| {});
    let running = stage.call("test.wait");
    stage.begun.recv().unwrap();
    let server = stage.server.take().unwrap();
    let address = server.address();
    let stopping = std::thread::spawn(move || server.stop());
    while TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
    assert!(!stopping.is_finished(), "the call still runs");
    stage.go.send(()).unwrap();
    let response = running.join().unwrap();
    assert_eq!(response.status, 200, "{response:?}");
    assert!(response.body.contains("\"result\": true"), "{response:?}");
    stopping.join().unwrap();
}

#[test]
fn a_stop_waits_for_calls_whose_client_went_away() {
    let mut stage = stage(|_| {});
    let server = stage.server.take().unwrap();
    let body = r#"{"method": "test.wait", "id": 1}"#;
    let length = body.len();
    let mut client = TcpStream::connect(server.address()).unwrap();
    let head = "POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Type: application/json";
    write!(client, "{head}\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
    stage.begun.recv().unwrap();
    drop(client);
    let go = stage.go.clone();
    let later = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        go.send(())
    });
    server.stop();
    assert_eq!(stage.ended.load(Ordering::SeqCst), 1);
    later.join().unwrap().unwrap();
}

#[test]
fn a_stop_does_not_wait_for_ever() {
    let mut stage = stage(|config| config.limits.stop_time = Duration::from_millis(300));
    let _running = stage.call("test.wait");
    stage.begun.recv().unwrap();
    let start = Instant::now();
    stage.server.take().unwrap().stop();
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn an_answer_that_takes_too_long_is_503() {
    let stage = stage(|config| config.limits.request_time = Duration::from_millis(300));
    let response = stage.call("test.wait").join().unwrap();
    assert_eq!(response.status, 503, "{response:?}");
    stage.go.send(()).unwrap();
}

#[test]
fn a_panic_is_a_fault_without_internals() {
    let stage = stage(|config| config.limits.workers = 1);
    for _ in 0..3 {
        let response = stage.call("test.panic").join().unwrap();
        assert_eq!(response.status, 200);
        assert!(response.body.contains("internal error"), "{response:?}");
        assert!(!response.body.contains("secret"), "{response:?}");
    }
    assert_eq!(
        stage.call("system.getAPIVersion").join().unwrap().status,
        200
    );
}

#[test]
fn calls_wait_for_a_worker() {
    let stage = stage(|config| config.limits.workers = 1);
    let first = stage.call("test.wait");
    stage.begun.recv().unwrap();
    let second = stage.call("system.getAPIVersion");
    stage.go.send(()).unwrap();
    assert_eq!(first.join().unwrap().status, 200);
    assert_eq!(second.join().unwrap().status, 200);
}

/// As many as there may be run at once, and short calls do not wait for them,
/// whether they stand alone or in a multicall.
#[test]
fn heavy_calls_wait_for_each_other_and_keep_nobody_waiting() {
    let stage = stage(|config| config.limits.workers = 2);
    let first = stage.call("test.wait_heavily");
    stage.begun.recv().unwrap();
    let entries = r#"[{"method": "test.wait_heavily", "params": [], "id": 2}]"#;
    let body = format!(r#"{{"method": "system.multicall", "params": {entries}, "id": 1}}"#);
    let others: Vec<_> = (0..4)
        .map(|_| stage.send(&body))
        .chain((0..4).map(|_| stage.call("test.wait_heavily")))
        .collect();
    for _ in 0..4 {
        let short = stage.call("system.getAPIVersion").join().unwrap();
        assert_eq!(short.status, 200);
    }
    assert!(stage.begun.try_recv().is_err(), "one at a time");
    stage.go.send(()).unwrap();
    for _ in &others {
        stage.begun.recv().unwrap();
        assert!(stage.begun.try_recv().is_err(), "one at a time");
        stage.go.send(()).unwrap();
    }
    for call in [first].into_iter().chain(others) {
        let response = call.join().unwrap();
        assert_eq!(response.status, 200);
        assert!(response.body.contains("\"result\": true"), "{response:?}");
    }
}

/// Large requests take long to read, and compressed ones may be large.
#[test]
fn large_requests_wait_where_heavy_calls_do() {
    let stage = stage(|config| config.limits.workers = 2);
    let first = stage.call("test.wait_heavily");
    stage.begun.recv().unwrap();
    let large = format!(
        r#"{{"method": "system.getAPIVersion", "id": 1, "x": "{}"}}"#,
        "x".repeat(2_000_000)
    );
    let large = stage.send(&large);
    let address = stage.server.as_ref().unwrap().address();
    let coded = std::thread::spawn(move || {
        let request = post("/rpc", "application/json", &[b'x'; 2000]);
        request.with("Content-Encoding", "gzip").send(address)
    });
    for _ in 0..4 {
        let short = stage.call("system.getAPIVersion").join().unwrap();
        assert_eq!(short.status, 200);
    }
    assert!(!large.is_finished() && !coded.is_finished());
    stage.go.send(()).unwrap();
    assert_eq!(first.join().unwrap().status, 200);
    assert_eq!(large.join().unwrap().status, 200);
    assert_eq!(coded.join().unwrap().status, 400);
}

/// Another program holds the database: more writers wait for it than there
/// are workers, and nobody waits for them.
#[test]
fn waiting_writers_keep_nobody_waiting() {
    let env = TestEnv::new().user("anonymous", ["XML_RPC", "WIKI_CREATE"]);
    let mut config = ServerConfig::single(env.path());
    config.limits.workers = 2;
    let server = Server::start(config).unwrap();
    let call = |method: &str, params: &str| {
        let body = format!(r#"{{"method": "{method}", "params": {params}, "id": 1}}"#);
        post("/rpc", "application/json", body.as_bytes()).send(server.address())
    };
    call("wiki.putPage", r#"["Read", "some text", {}]"#);
    let other = tracrpc_site::open(env.path()).unwrap();
    let (held, is_held) = channel();
    let (release, is_released) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let hold = |_: &mut _| {
                held.send(()).unwrap();
                is_released.recv().unwrap();
                Ok::<_, tracrpc_env::Error>(())
            };
            other.db().write(hold).unwrap();
        });
        is_held.recv().unwrap();
        let call = &call;
        let writers: Vec<_> = (0..8)
            .map(|number| format!(r#"["Page{number}", "text", {{}}]"#))
            .map(|params| scope.spawn(move || call("wiki.putPage", &params)))
            .collect();
        thread::sleep(Duration::from_millis(500));
        let start = Instant::now();
        for _ in 0..3 {
            let read = call("wiki.getPage", r#"["Read"]"#);
            assert!(read.body.contains("some text"), "{read:?}");
        }
        assert!(
            start.elapsed() < Duration::from_secs(3),
            "{:?}",
            start.elapsed()
        );
        assert!(writers.iter().all(|writer| !writer.is_finished()));
        release.send(()).unwrap();
        for writer in writers {
            let written = writer.join().unwrap();
            assert!(written.body.contains("\"result\": true"), "{written:?}");
        }
    });
}

#[test]
fn a_port_in_use_is_explained() {
    let stage = stage(|_| {});
    let mut config = ServerConfig::single("/nowhere");
    config.addresses = vec![stage.server.as_ref().unwrap().address()];
    let error = Server::start(config).err().unwrap().to_string();
    assert!(
        error.contains("is in use by another program; choose another with --port"),
        "{error}"
    );
}
