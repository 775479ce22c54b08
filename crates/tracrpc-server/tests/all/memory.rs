//! What requests may take up, and who is known before much is taken in.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use tracrpc_server::ServerLimits;

use crate::http::{Response, World, call, connect, post, read_all, world, world_with};

/// `user` and a wrong password.
const WRONG: &str = "Basic dXNlcjp3cm9uZw==";

/// The status of an answer as soon as it comes.
fn status(stream: &mut TcpStream) -> u16 {
    let mut line = [0; 12];
    stream.read_exact(&mut line).unwrap();
    std::str::from_utf8(&line[9..]).unwrap().parse().unwrap()
}

fn head(path: &str, length: usize, authorization: Option<&str>) -> String {
    let authorization = authorization.map(|value| format!("Authorization: {value}\r\n"));
    format!(
        "POST {path} HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n{}\r\n",
        authorization.unwrap_or_default()
    )
}

#[test]
fn credentials_are_judged_before_a_large_body_is_taken_in() {
    let world = world();
    for (path, authorization) in [
        ("/login/rpc", None),
        ("/login/rpc", Some(WRONG)),
        ("/rpc", Some(WRONG)),
    ] {
        let mut stream = connect(world.server.address());
        let start = Instant::now();
        let head = head(path, 60_000_000, authorization);
        stream.write_all(head.as_bytes()).unwrap();
        assert_eq!(status(&mut stream), 401, "{path} {authorization:?}");
        assert!(start.elapsed() < Duration::from_secs(4), "{path}");
    }
}

#[test]
fn a_client_that_sends_all_of_a_refused_body_gets_its_answer() {
    let world = world();
    let mut stream = connect(world.server.address());
    stream
        .write_all(head("/login/rpc", 3_000_000, Some(WRONG)).as_bytes())
        .unwrap();
    stream.write_all(&vec![b' '; 3_000_000]).unwrap();
    // The connection is good for another request.
    stream
        .write_all(&call("/login/rpc").user("user").bytes())
        .unwrap();
    let answers = read_all(&mut stream);
    assert!(answers.starts_with("HTTP/1.1 401 "), "{answers}");
    assert!(answers.contains("HTTP/1.1 200 OK"), "{answers}");
}

#[test]
fn bodies_that_do_not_come_keep_nobody_waiting() {
    let world = world_with(|config| {
        config.limits.memory = 3_000_000;
        config.limits.body_time = Duration::from_secs(2);
    });
    let mut unfinished = Vec::new();
    for _ in 0..20 {
        let mut stream = connect(world.server.address());
        stream
            .write_all(head("/rpc", 2_000_000, None).as_bytes())
            .unwrap();
        stream.write_all(&vec![b' '; 500_000]).ok();
        unfinished.push(stream);
    }
    let small = world.send(&call("/login/rpc").user("user"));
    assert_eq!(small.status, 200, "{small:?}");
    // Whoever comes later waits as long, and so until the others are given up on.
    std::thread::sleep(Duration::from_millis(500));
    let large = [crate::http::CALL, &vec![b' '; 500_000]].concat();
    let large = world.send(&post("/login/rpc", "text/xml", &large).user("user"));
    assert_eq!(large.status, 200, "{large:?}");
    for mut stream in unfinished {
        let status = status(&mut stream);
        assert!([408, 503].contains(&status), "{status}");
    }
}

fn limited(change: impl FnOnce(&mut ServerLimits)) -> World {
    world_with(|config| change(&mut config.limits))
}

fn json(world: &World, body: &str) -> Response {
    world.send(&post("/login/rpc", "application/json", body.as_bytes()).user("user"))
}

fn multicall(count: usize, id: &str) -> String {
    let entries = vec![r#"{"method": "system.listMethods"}, "#; count].concat();
    let entries = entries.trim_end_matches(", ");
    let entries = entries.replace(r#"Methods"}"#, r#"Methods", "params": []}"#);
    format!(r#"{{"method": "system.multicall", "params": [{entries}], "id": {id}}}"#)
}

#[test]
fn an_answer_that_is_too_large_is_a_fault() {
    let world = limited(|limits| limits.answer = 10_000);
    let check = |body: &str, part: &str| {
        let response = json(&world, body);
        assert_eq!(response.status, 200, "{response:?}");
        assert!(response.body.contains(part), "{body}: {response:?}");
        assert!(response.body.len() < 40_000, "{}", response.body.len());
        let length = response.header("content-length").unwrap();
        assert_eq!(length, response.body.len().to_string());
    };
    let reason = "The answer is larger than the 10000 bytes that this server sends.";
    check(&multicall(2, "7"), "\"error\": null, \"id\": 7}");
    check(
        &multicall(100, "7"),
        &format!(
            r#"{{"result": null, "id": 7, "error": {{"name": "JSONRPCError", "code": -32603, "message": "{reason} Of the calls in it 6 were made, the others were not."}}}}"#
        ),
    );
    let one = r#"{"jsonrpc": "2.0", "method": "system.listMethods", "params": [], "id": 1}"#;
    let batch = format!("[{}]", vec![one; 100].join(", "));
    check(&batch, reason);
    let response = json(&world, &batch);
    assert!(
        response
            .body
            .starts_with(r#"[{"jsonrpc": "2.0", "result": ["system.multicall""#)
    );
    assert_eq!(response.body.matches(r#""id": 1}"#).count(), 100);

    let world = limited(|limits| limits.answer = 100);
    let body = b"<methodCall><methodName>system.listMethods</methodName></methodCall>";
    let response = world.send(&post("/login/rpc", "text/xml", body).user("user"));
    let reason = "'The answer is larger than the 100 bytes that this server sends.' while executing 'system.listMethods()'";
    assert!(response.body.contains(reason), "{response:?}");
    let document = response.body.matches("<methodResponse>").count();
    assert_eq!(document, 1, "{response:?}");
}

#[test]
fn an_answer_is_the_same_wherever_it_waits() {
    let body = multicall(400, "1");
    let in_memory = json(&world(), &body);
    assert!(in_memory.body.len() > 700_000);
    let in_a_file = json(&limited(|limits| limits.memory = 0), &body);
    assert!(in_memory.body == in_a_file.body);
    assert_eq!(
        in_a_file.header("content-length"),
        Some(in_a_file.body.len().to_string().as_str())
    );
}

#[test]
fn an_answer_without_room_is_503() {
    let world = limited(|limits| {
        limits.memory = 0;
        limits.files = 0;
    });
    let response = json(&world, &multicall(400, "1"));
    assert_eq!(response.status, 503, "{response:?}");
    assert_eq!(json(&world, &multicall(1, "1")).status, 200);
}

#[test]
fn an_id_cannot_multiply() {
    let world = world();
    let id = format!("\"{}\"", "x".repeat(1_000_000));
    let response = json(&world, &multicall(1000, &id));
    assert!(
        response.body.contains("the id is longer than 1024 bytes"),
        "{}",
        response.body.len()
    );
}
