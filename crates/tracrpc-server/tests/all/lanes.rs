//! Who gets how much of the server, and who is not worked for any more.

use std::io::Write as _;
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tracrpc_env::{Actor, ErrorKind};
use tracrpc_methods::{Method, Namespace};
use tracrpc_server::ServerConfig;
use tracrpc_wire::Fault;

use crate::http::{Response, World, connect, post, read_all, world_of};

/// How long anything may take that happens at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// What takes longer than anybody has.
const ENDLESS: &str = "WITH RECURSIVE n(i) AS \
    (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000) SELECT count(*) FROM n";

/// A server with methods that take long.
struct Stage {
    world: World,
    /// Who begins a call of `test.hold`.
    begun: Receiver<String>,
    /// Lets one of them end.
    go: Sender<()>,
    /// What came of calls of `test.endless` and `test.look`.
    given_up: Receiver<ErrorKind>,
}

fn stage(change: impl FnOnce(&mut ServerConfig)) -> Stage {
    let (begin, begun) = channel();
    let (go, wait) = channel::<()>();
    let (give_up, given_up) = channel();
    let wait = Arc::new(Mutex::new(wait));
    let told = begin.clone();
    let hold = move |actor: &Actor| -> Result<bool, Fault> {
        let _ = told.send(actor.authname().to_owned());
        Ok(wait.lock().unwrap().recv().is_ok())
    };
    let (told, ended) = (begin.clone(), give_up.clone());
    let endless = move |actor: &Actor| -> tracrpc_env::Result<bool> {
        let _ = told.send(actor.authname().to_owned());
        let asked = actor.env().db().read(|connection| {
            let rows = connection.query(ENDLESS, &[])?;
            Ok::<_, tracrpc_env::Error>(rows)
        });
        let _ = asked.as_ref().map_err(|error| ended.send(error.kind()));
        asked.map(|_| true)
    };
    let look = move |actor: &Actor| -> tracrpc_env::Result<bool> {
        let _ = begin.send(actor.authname().to_owned());
        loop {
            thread::sleep(Duration::from_millis(5));
            if let Err(error) = actor.env().go_on() {
                let _ = give_up.send(error.kind());
                return Err(error);
            }
        }
    };
    let namespace = Namespace::new("test", "For tests.")
        .method(
            Method::new("hold", hold)
                .returns("boolean")
                .heavy_if(|_, _| true),
        )
        .method(
            Method::new("endless", endless)
                .returns("boolean")
                .heavy_if(|_, _| true),
        )
        .method(Method::new("look", look).returns("boolean"));
    let world = world_of(change, |builder| builder.namespace(namespace));
    Stage {
        world,
        begun,
        go,
        given_up,
    }
}

fn body(method: &str) -> String {
    format!("{{\"method\": \"{method}\", \"id\": 1}}")
}

impl Stage {
    /// Calls a method without waiting for the answer.
    fn begin(&self, method: &str) -> TcpStream {
        let body = body(method);
        let mut stream = connect(self.world.server.address());
        let request = post("/login/rpc", "application/json", body.as_bytes()).user("user");
        stream.write_all(&request.bytes()).unwrap();
        stream
    }

    fn call(&self, user: &'static str, method: &str) -> thread::JoinHandle<Response> {
        let (body, address) = (body(method), self.world.server.address());
        thread::spawn(move || {
            let request = post("/login/rpc", "application/json", body.as_bytes());
            request.user(user).send(address)
        })
    }

    fn begun(&self) -> String {
        self.begun.recv_timeout(PATIENCE).unwrap()
    }
}

#[test]
fn who_hangs_up_is_not_worked_for() {
    let stage = stage(|config| config.limits.workers = 2);
    for method in ["test.endless", "test.look"] {
        for _ in 0..2 {
            let stream = stage.begin(method);
            stage.begun();
            drop(stream);
            let kind = stage.given_up.recv_timeout(PATIENCE).unwrap();
            assert_eq!(kind, ErrorKind::Cancelled, "{method}");
        }
    }
    // The connection to the database and the thread are free, and as good as before.
    let heavy = stage.call("user", "test.hold");
    stage.begun();
    stage.go.send(()).unwrap();
    assert_eq!(heavy.join().unwrap().status, 200);
    assert_eq!(
        stage.call("user", "ticket.query").join().unwrap().status,
        200
    );
}

/// A connection that is reset tells at once that nobody is there.
#[test]
fn who_breaks_off_is_not_worked_for() {
    let stage = stage(|_| {});
    let stream = stage.begin("test.endless");
    stage.begun();
    let socket = socket2::SockRef::from(&stream);
    socket.set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
    let kind = stage.given_up.recv_timeout(PATIENCE).unwrap();
    assert_eq!(kind, ErrorKind::Cancelled);
}

#[test]
fn work_ends_with_the_time_for_it() {
    let stage = stage(|config| config.limits.request_time = Duration::from_millis(500));
    for method in ["test.endless", "test.look"] {
        let response = stage.call("user", method).join().unwrap();
        assert_eq!(response.status, 503, "{response:?}");
        let kind = stage.given_up.recv_timeout(PATIENCE).unwrap();
        assert_eq!(kind, ErrorKind::Cancelled, "{method}");
    }
}

/// Not who has only sent all there is to send.
#[test]
fn who_sends_no_more_is_answered() {
    let stage = stage(|_| {});
    let mut stream = stage.begin("system.getAPIVersion");
    stream.shutdown(Shutdown::Write).unwrap();
    let answer = read_all(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let mut stream = stage.begin("test.hold");
    stream.shutdown(Shutdown::Write).unwrap();
    stage.begun();
    stage.go.send(()).unwrap();
    let answer = read_all(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

/// One user has as many heavy calls under way as one may have. The first of another does not
/// wait for them, and those that wait take turns.
#[test]
fn users_have_shares() {
    let stage = stage(|config| config.limits.workers = 2);
    let mut calls = vec![stage.call("user", "test.hold")];
    assert_eq!(stage.begun(), "user");
    calls.extend((0..5).map(|_| stage.call("user", "test.hold")));
    calls.push(stage.call("joe", "test.hold"));
    assert_eq!(stage.begun(), "joe");
    for _ in 0..6 {
        stage.go.send(()).unwrap();
    }
    let names: Vec<_> = (0..5).map(|_| stage.begun()).collect();
    assert_eq!(names, ["user"; 5]);
    stage.go.send(()).unwrap();
    for call in calls {
        assert_eq!(call.join().unwrap().status, 200);
    }
}

#[test]
fn who_has_too_many_calls_is_told_to_come_again() {
    let stage = stage(|config| {
        config.limits.workers = 2;
        config.limits.waiting = 2;
    });
    let (done, answers) = channel();
    for _ in 0..6 {
        let (call, done) = (stage.call("user", "test.hold"), done.clone());
        thread::spawn(move || done.send(call.join().unwrap()));
    }
    let next = || answers.recv_timeout(PATIENCE).unwrap();
    for _ in 0..3 {
        let refused = next();
        assert_eq!(refused.status, 429, "{refused:?}");
        assert_eq!(refused.header("Retry-After"), Some("5"), "{refused:?}");
    }
    let other = stage.call("joe", "test.hold");
    for _ in 0..4 {
        stage.go.send(()).unwrap();
    }
    assert_eq!(other.join().unwrap().status, 200);
    for _ in 0..3 {
        let answer = next();
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    // Short calls are not counted.
    let short = stage.call("user", "system.getAPIVersion").join().unwrap();
    assert_eq!(short.status, 200);
}
