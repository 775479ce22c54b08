//! Requests that no client should send.

use std::io::Write as _;
use std::time::{Duration, Instant};

use crate::http::{CALL, call, connect, exchange, post, read_all, world, world_with};

/// How long clients may take where that is tested.
const SLOW: Duration = Duration::from_secs(2);

#[test]
fn a_body_over_the_limit_is_413() {
    let world = world_with(|config| config.limits.body = 1000);
    let check = |body: &[u8], status: u16| {
        let response = world.send(&post("/rpc", "text/xml", body));
        assert_eq!(
            response.status,
            status,
            "{} bytes: {response:?}",
            body.len()
        );
    };
    check(&[b' '; 1000], 200);
    check(&[b' '; 1001], 413);
    check(&[b' '; 3500], 413);
    check(&vec![b' '; 3_000_000], 413);
    let chunk = format!("3e8\r\n{}\r\n", " ".repeat(1000));
    let head = "POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    let response = exchange(
        world.server.address(),
        format!("{head}{chunk}{chunk}0\r\n\r\n").as_bytes(),
    );
    assert_eq!(response.status, 413, "{response:?}");
    assert_eq!(world.send(&call("/rpc")).status, 200, "the server lives on");
}

#[test]
fn malformed_requests_are_refused_and_the_server_lives_on() {
    let world = world();
    let check = |request: &[u8], statuses: &[u16]| {
        let response = exchange(world.server.address(), request);
        let shown = String::from_utf8_lossy(&request[..request.len().min(80)]);
        assert!(statuses.contains(&response.status), "{shown}: {response:?}");
    };
    check(b"nonsense\r\n\r\n", &[400]);
    check(b"GET / HTTP/9.9\r\n\r\n", &[400]);
    check(
        b"GET /\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        &[400, 404],
    );
    check(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", &[400, 0]);
    check(
        b"POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        &[400],
    );
    check(
        b"POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        &[400],
    );
    check(
        b"POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        &[400],
    );
    check(
        b"POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        &[400],
    );
    check(b"POST /rpc HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n", &[400]);
    check(b"GET / HTTP/1.1\r\nHost: x\r\nA B: c\r\n\r\n", &[400]);
    let many = "X-A: b\r\n".repeat(5000);
    check(
        format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n").as_bytes(),
        &[431],
    );
    let long = "a".repeat(200_000);
    check(
        format!("GET / HTTP/1.1\r\nHost: x\r\nX-A: {long}\r\n\r\n").as_bytes(),
        &[431],
    );
    check(
        format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes(),
        &[414, 431],
    );
    assert_eq!(world.send(&call("/rpc")).status, 200, "the server lives on");
}

#[test]
fn a_body_that_ends_early_is_no_call() {
    let world = world();
    let mut stream = connect(world.server.address());
    let head =
        "POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 1000\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(CALL).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let answer = read_all(&mut stream);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 400 "),
        "{answer}"
    );
}

#[test]
fn what_follows_a_request_is_the_next_one() {
    let world = world();
    let pipelined = [call("/rpc").bytes(), call("/jsonrpc").bytes()].concat();
    let text = String::from_utf8(pipelined)
        .unwrap()
        .replacen("Connection: close\r\n", "", 1);
    let mut stream = connect(world.server.address());
    stream.write_all(text.as_bytes()).unwrap();
    let answers = read_all(&mut stream);
    assert_eq!(answers.matches("HTTP/1.1 ").count(), 2, "{answers}");
    assert!(
        answers.contains("HTTP/1.1 200 OK") && answers.contains("HTTP/1.1 415 "),
        "{answers}"
    );
}

#[test]
fn slow_clients_are_given_up_on_and_hold_no_worker() {
    let world = world_with(|config| {
        config.limits.head_time = SLOW;
        config.limits.body_time = SLOW;
        config.limits.workers = 1;
    });
    let mut slow = Vec::new();
    for index in 0..20 {
        let mut stream = connect(world.server.address());
        let text = match index % 2 {
            0 => "POST /rpc HTTP/1.1\r\nHost:",
            _ => "POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc",
        };
        stream.write_all(text.as_bytes()).unwrap();
        slow.push(stream);
    }
    let start = Instant::now();
    assert_eq!(world.send(&call("/rpc")).status, 200);
    assert!(start.elapsed() < SLOW, "{:?}", start.elapsed());
    for (index, mut stream) in slow.into_iter().enumerate() {
        let answer = read_all(&mut stream);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 408 "),
            "{index}: {answer}"
        );
    }
}

#[test]
fn nesting_bombs_are_refused() {
    let world = world();
    let deep =
        |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let json = format!("{{\"method\": \"x\", \"params\": [{}]}}", deep("[", "]"));
    let response = world.send(&post("/rpc", "application/json", json.as_bytes()));
    assert!(response.body.contains("-32700"), "{response:?}");
    let xml = deep("<value><array><data>", "</data></array></value>");
    let xml = format!(
        "<methodCall><methodName>x</methodName><params><param>{xml}</param></params></methodCall>"
    );
    let response = world.send(&post("/rpc", "text/xml", xml.as_bytes()));
    assert!(response.body.contains("-32700"), "{response:?}");
}
