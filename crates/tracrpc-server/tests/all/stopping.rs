//! A stop keeps the time that it may take, whatever is going on.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use tracrpc_env::Actor;
use tracrpc_methods::{Method, Namespace};
use tracrpc_server::{Server, ServerConfig};
use tracrpc_testing::TestEnv;
use tracrpc_wire::Fault;

use crate::http::{connect, get, post};

const STOP: Duration = Duration::from_secs(2);

/// How much longer a stop may take than it should.
const GRACE: Duration = Duration::from_secs(1);

/// A server with methods that wait for ever, and how to hear that one has begun.
fn server(env: &TestEnv) -> (Server, Receiver<()>, Sender<()>) {
    let (begin, begun) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let (begin, wait) = (Mutex::new(begin), Mutex::new(wait));
    let waiting = move |_: &Actor| -> Result<bool, Fault> {
        let _ = begin.lock().unwrap().send(());
        Ok(wait.lock().unwrap().recv().is_ok())
    };
    let namespace = Namespace::new("test", "For tests.")
        .method(Method::new("wait", waiting).returns("boolean"));
    let mut config = ServerConfig::single(env.path());
    config.limits.stop_time = STOP;
    config.operations.metrics_address = Some("127.0.0.1:0".parse().unwrap());
    let server = Server::builder(config)
        .namespace(namespace)
        .start()
        .unwrap();
    (server, begun, go)
}

/// Sends a call and does not wait for its answer.
fn send(server: &Server, body: &str) -> TcpStream {
    let mut stream = connect(server.address());
    let request = post("/rpc", "application/json", body.as_bytes());
    stream.write_all(&request.bytes()).unwrap();
    stream
}

fn stop_in_time(server: Server) -> Duration {
    let start = Instant::now();
    server.stop();
    let time = start.elapsed();
    assert!(time < STOP + GRACE, "{time:?}");
    time
}

#[test]
fn neither_slow_calls_nor_their_lost_clients_take_longer() {
    let env = TestEnv::new().user("anonymous", ["XML_RPC"]);
    let (server, begun, _go) = server(&env);
    let waiting = r#"{"method": "test.wait", "id": 1}"#;
    let _client = send(&server, waiting);
    drop(send(&server, waiting));
    begun.recv().unwrap();
    begun.recv().unwrap();
    // A body that does not come, and a head.
    let mut half = connect(server.address());
    half.write_all(b"POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{")
        .unwrap();
    let mut head = connect(server.address());
    head.write_all(b"POST /rpc HT").unwrap();
    let time = stop_in_time(server);
    assert!(time >= STOP - Duration::from_millis(100), "{time:?}");
}

#[test]
fn idle_connections_do_not_hold_it_up() {
    let env = TestEnv::new().user("anonymous", ["XML_RPC"]);
    let (server, _begun, _go) = server(&env);
    let mut idle: Vec<_> = (0..5).map(|_| connect(server.address())).collect();
    for stream in &mut idle[..3] {
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            .unwrap();
        let mut answer = [0; 15];
        std::io::Read::read_exact(stream, &mut answer).unwrap();
    }
    let _watcher = connect(server.metrics_address().unwrap());
    let start = Instant::now();
    server.stop();
    assert!(start.elapsed() < STOP, "{:?}", start.elapsed());
}

/// A mail server that takes a connection and says nothing.
#[test]
fn mail_does_not_take_longer() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port().to_string();
    let env = TestEnv::new()
        .user("anonymous", ["XML_RPC", "TRAC_ADMIN"])
        .config("notification", "smtp_enabled", "true")
        .config("notification", "smtp_server", "127.0.0.1")
        .config("notification", "smtp_port", &port)
        .config("notification", "smtp_from", "trac@example.org")
        .config("notification", "smtp_always_cc", "cc@example.org");
    let (server, _begun, _go) = server(&env);
    let body = r#"{"method": "ticket.create", "params": ["a", "b", {}, true], "id": 1}"#;
    let answer = post("/rpc", "application/json", body.as_bytes()).send(server.address());
    assert_eq!(answer.status, 200, "{answer:?}");
    let (_mail, _) = silent.accept().unwrap();
    let time = stop_in_time(server);
    assert!(time >= STOP - Duration::from_millis(100), "{time:?}");
}

/// A load balancer learns it before the connections are gone.
#[test]
fn the_server_says_that_it_is_stopping() {
    let env = TestEnv::new().user("anonymous", ["XML_RPC"]);
    let (server, begun, go) = server(&env);
    let _client = send(&server, r#"{"method": "test.wait", "id": 1}"#);
    begun.recv().unwrap();
    let (address, metrics) = (server.address(), server.metrics_address().unwrap());
    let ready = || get("/readyz").send(metrics);
    assert_eq!(ready().status, 200);
    let stopping = std::thread::spawn(move || server.stop());
    while TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
    let response = ready();
    assert_eq!(
        (response.status, response.body.as_str()),
        (503, "stopping\n")
    );
    assert_eq!(get("/metrics").send(metrics).status, 200);
    go.send(()).unwrap();
    stopping.join().unwrap();
    assert!(TcpStream::connect(metrics).is_err());
}
