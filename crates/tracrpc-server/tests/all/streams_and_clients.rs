//! What streams do where clients are slow, wait, or go away.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use tracrpc_server::{
    Answer, Body, BodyForm, Endpoint, EndpointRequest, RequestBody, Response, http,
};

use crate::http::{Request, World, call, connect, get, read_all, world_of};
use crate::streams::{Lines, Sum, head, small_world, sum};

const MB: u64 = 1024 * 1024;

/// `user` and a wrong password, and the right one.
const WRONG: &str = "Authorization: Basic dXNlcjp3cm9uZw==\r\n";
const RIGHT: &str = "Authorization: Basic dXNlcjp1c2Vy\r\n";

/// `/part/N` reads so many bytes of what may be many.
struct Part(usize);

impl Endpoint for Part {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        request.path_info == format!("/part/{}", self.0)
    }

    fn body(&self) -> BodyForm {
        BodyForm::Stream { most: 200 * MB }
    }

    fn answer(&self, _: &EndpointRequest<'_>, body: &mut RequestBody) -> Answer {
        let mut bytes = vec![0; self.0];
        let text = match body.read_exact(&mut bytes) {
            Ok(()) => format!("read {}", self.0),
            Err(error) => error.to_string(),
        };
        Response::new(Body::from(text)).into()
    }
}

/// `/broken` breaks off.
struct Broken;

impl Endpoint for Broken {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        request.path_info == "/broken"
    }

    fn answer(&self, _: &EndpointRequest<'_>, _: &mut RequestBody) -> Answer {
        Answer::written(http::Response::new(()), |_, out| {
            out.write_all(&[b'x'; 1_000_000])?;
            Err(std::io::ErrorKind::NotFound.into())
        })
    }
}

fn begin(world: &World, head: &str) -> TcpStream {
    let mut stream = connect(world.server.address());
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

#[test]
fn who_is_expected_to_wait_hears_of_credentials_first() {
    let world = small_world(|_| {}, vec![sum(MB)]);
    let check = |path: &str, credentials: &str, length: u64, answer: &str| {
        let expect = format!("Expect: 100-continue\r\nContent-Length: {length}\r\n{credentials}");
        let mut stream = begin(&world, &head(path, &expect));
        let mut line = vec![0; answer.len()];
        stream.read_exact(&mut line).unwrap();
        let line = String::from_utf8_lossy(&line);
        assert_eq!(line, answer, "{path} {credentials} {length}");
    };
    for length in [10, 900_000] {
        check("/login/sum", "", length, "HTTP/1.1 401 ");
        check("/login/sum", WRONG, length, "HTTP/1.1 401 ");
        check("/sum", WRONG, length, "HTTP/1.1 401 ");
        check("/login/rpc", WRONG, length, "HTTP/1.1 401 ");
        check("/login/sum", RIGHT, length, "HTTP/1.1 100 Continue");
        check("/sum", "", length, "HTTP/1.1 100 Continue");
        check("/login/rpc", RIGHT, length, "HTTP/1.1 100 Continue");
    }
    check("/sum", "", 2 * MB, "HTTP/1.1 413 ");
}

#[test]
fn who_is_not_read_is_not_told_to_send() {
    let world = world_of(|_| {}, |builder| builder.endpoint(Part(0)));
    let expect = "Expect: 100-continue\r\nContent-Length: 900000\r\n";
    let answer = read_all(&mut begin(&world, &head("/part/0", expect)));
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.ends_with("read 0"), "{answer}");
}

/// Whatever is left of a body, the connection is good for the next request.
#[test]
fn an_endpoint_may_stop_reading() {
    let world = world_of(
        |_| {},
        |builder| builder.endpoint(Part(0)).endpoint(Part(10)),
    );
    for count in [0, 10] {
        for length in [10, 100_000, 8_000_000] {
            let mut stream = connect(world.server.address());
            let path = format!("/part/{count}");
            let head = head(&path, &format!("Content-Length: {length}\r\n"));
            let head = head.replace("Connection: close\r\n", "");
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&vec![b' '; length]).unwrap();
            stream
                .write_all(&call("/rpc").user("user").bytes())
                .unwrap();
            let answers = read_all(&mut stream);
            let text = format!("read {count}");
            assert!(answers.contains(&text), "{count} of {length}: {answers}");
            assert!(
                answers.contains("<int>2</int>"),
                "{count} of {length}: {answers}"
            );
        }
    }
}

#[test]
fn a_client_that_waits_for_the_answer_gets_it_before_it_has_sent_all() {
    let world = world_of(|_| {}, |builder| builder.endpoint(Part(10)));
    let mut stream = begin(&world, &head("/part/10", "Content-Length: 100000000\r\n"));
    stream.write_all(&[b' '; 1000]).unwrap();
    let start = Instant::now();
    let mut line = [0; 13];
    stream.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"HTTP/1.1 200 ");
    assert!(
        start.elapsed() < Duration::from_secs(4),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn slow_clients_of_streams_hold_nobody_up_and_are_given_up_on() {
    let (ended, is_ended) = channel();
    let world = world_of(
        |config| {
            config.limits.workers = 1;
            config.limits.body_time = Duration::from_secs(4);
        },
        |builder| {
            builder.endpoint(sum(200 * MB)).endpoint(Lines {
                bytes: 200 * MB,
                written: Default::default(),
                ended,
            })
        },
    );
    let length = "Content-Length: 1000000\r\n";
    let mut uploads: Vec<_> = (0..10)
        .map(|_| begin(&world, &head("/sum", length)))
        .collect();
    for upload in &mut uploads {
        upload.write_all(&[b' '; 1000]).unwrap();
    }
    let lines = String::from_utf8(get("/lines").bytes()).unwrap();
    let downloads: Vec<_> = (0..10).map(|_| begin(&world, &lines)).collect();
    std::thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    for _ in 0..5 {
        assert_eq!(world.send(&call("/rpc").user("user")).status, 200);
        let body = vec![1; 100_000];
        let other = Request {
            body: &body,
            ..call("/sum")
        };
        let other = world.send(&other);
        assert!(other.body.ends_with("100000 100000"), "{other:?}");
    }
    assert!(
        start.elapsed() < Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
    for mut upload in uploads {
        let answer = read_all(&mut upload);
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
    for _ in &downloads {
        let ended = is_ended.recv_timeout(Duration::from_secs(20)).unwrap();
        ended.unwrap_err();
    }
}

#[test]
fn streams_count_where_all_bodies_do() {
    let (go, waiting) = channel();
    let (ended, _is_ended) = channel();
    let idle = Sum {
        path: "/idle",
        go: Some(Mutex::new(waiting)),
        ..sum(200 * MB)
    };
    let lines = Lines {
        bytes: 1000,
        written: Default::default(),
        ended,
    };
    let world = world_of(
        |config| {
            config.limits.memory = 600 * 1024;
            config.limits.body_time = Duration::from_secs(1);
        },
        |builder| {
            builder
                .endpoint(idle)
                .endpoint(lines)
                .endpoint(sum(200 * MB))
        },
    );
    let large = format!("Content-Length: 100000\r\n{RIGHT}");
    let mut idle: Vec<_> = (0..2)
        .map(|_| begin(&world, &head("/idle", &large)))
        .collect();
    std::thread::sleep(Duration::from_millis(300));
    let answer = read_all(&mut begin(&world, &head("/sum", &large)));
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    let download = world.send(&get("/lines").user("user"));
    assert_eq!(download.status, 503, "{download:?}");
    assert_eq!(world.send(&call("/rpc").user("user")).status, 200);
    for stream in &mut idle {
        stream.write_all(&[0; 100_000]).unwrap();
        go.send(()).unwrap();
    }
    for mut stream in idle {
        let answer = read_all(&mut stream);
        assert!(answer.ends_with("100000 0"), "{answer}");
    }
    assert_eq!(world.send(&get("/lines").user("user")).status, 200);
}

#[test]
fn a_body_that_breaks_off_is_400_and_holds_nobody() {
    let world = small_world(|limits| limits.workers = 1, vec![sum(MB)]);
    for _ in 0..10 {
        let mut stream = begin(&world, &head("/sum", "Content-Length: 100000\r\n"));
        stream.write_all(&[b' '; 1000]).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let answer = read_all(&mut stream);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400 "),
            "{answer}"
        );
    }
    assert_eq!(world.send(&call("/rpc")).status, 200);
}

#[test]
fn an_answer_that_breaks_off_does_not_look_complete() {
    let world = world_of(|_| {}, |builder| builder.endpoint(Broken));
    let answer = world.send(&get("/broken"));
    let length = answer.body.len();
    assert!(!answer.body.ends_with("0\r\n\r\n"), "{length} bytes");
    assert_eq!(world.send(&call("/rpc")).status, 200);
}

#[test]
fn a_stop_does_not_wait_for_streams_for_ever() {
    let (ended, is_ended) = channel();
    let lines = Lines {
        bytes: 200 * MB,
        written: Default::default(),
        ended,
    };
    let world = world_of(
        |config| config.limits.stop_time = Duration::from_millis(300),
        |builder| builder.endpoint(sum(200 * MB)).endpoint(lines),
    );
    let _upload = begin(&world, &head("/sum", "Content-Length: 1000000\r\n"));
    let _download = begin(&world, &String::from_utf8(get("/lines").bytes()).unwrap());
    std::thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    world.server.stop();
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    is_ended
        .recv_timeout(Duration::from_secs(5))
        .unwrap()
        .unwrap_err();
}
