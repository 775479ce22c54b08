//! Connections: how many there may be, and what each of them may take up.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use crate::http::{CALL, call, connect, exchange, read_all, world_with};

const SLOW: &str =
    "POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 5000\r\n\r\n";

/// A connection from another address of this machine.
#[cfg(target_os = "linux")]
fn connect_from(address: [u8; 4], server: SocketAddr) -> TcpStream {
    use socket2::{Domain, Socket, Type};
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from((address, 0)).into()).unwrap();
    socket.connect(&server.into()).unwrap();
    let stream = TcpStream::from(socket);
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    stream
}

fn ask(mut stream: TcpStream) -> String {
    let _ = stream.write_all(&call("/rpc").bytes());
    read_all(&mut stream)
}

/// Connections on which a request has begun.
fn busy(server: SocketAddr, count: usize) -> Vec<TcpStream> {
    let begin = |_| {
        let mut stream = connect(server);
        stream.write_all(SLOW.as_bytes()).unwrap();
        stream
    };
    (0..count).map(begin).collect()
}

#[test]
#[cfg(target_os = "linux")]
fn one_address_does_not_take_all_places() {
    let world = world_with(|config| config.limits.connections_of_one = 3);
    let server = world.server.address();
    let held = busy(server, 3);
    // They are accepted in their order: when this one is refused those have their places.
    let refused = ask(connect(server));
    assert!(refused.starts_with("HTTP/1.1 429 "), "{refused}");
    assert!(refused.contains("Retry-After: 5\r\n"), "{refused}");
    let other = ask(connect_from([127, 0, 0, 2], server));
    assert!(other.starts_with("HTTP/1.1 200 "), "{other}");
    drop(held);
    while !ask(connect(server)).starts_with("HTTP/1.1 200 ") {
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn trusted_proxies_may_take_all() {
    let world = world_with(|config| {
        config.limits.connections_of_one = 3;
        config.trusted_proxies.add("127.0.0.1").unwrap();
    });
    let server = world.server.address();
    let _held = busy(server, 5);
    let answer = ask(connect(server));
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

/// Where there are no places, those on which nothing is asked end.
#[test]
fn who_is_quiet_makes_room() {
    let world = world_with(|config| config.limits.connections = 3);
    let server = world.server.address();
    let mut quiet: Vec<_> = (0..3).map(|_| connect(server)).collect();
    // Half a head is no request.
    quiet[0].write_all(b"POST /rpc HTTP/1.1\r\nHos").unwrap();
    for _ in 0..2 {
        let answer = ask(connect(server));
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    assert_eq!(read_all(&mut quiet[0]), "", "the first has ended");
}

#[test]
fn a_body_that_comes_too_slowly_is_not_waited_for() {
    let world = world_with(|config| {
        config.limits.body_time = Duration::from_secs(3600);
        config.limits.body_grace = Duration::from_millis(300);
        config.limits.body_rate = 10_000;
    });
    let mut stream = connect(world.server.address());
    stream.write_all(SLOW.as_bytes()).unwrap();
    let mut slow = stream.try_clone().unwrap();
    let sending = thread::spawn(move || {
        while slow.write_all(b" ").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let answer = read_all(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    drop(stream);
    sending.join().unwrap();
    // One that comes in time, after a while, is read.
    let mut stream = connect(world.server.address());
    let head = SLOW.replace("5000", &(CALL.len() + 5000).to_string());
    let head = head.replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1);
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&[b' '; 5000]).unwrap();
    thread::sleep(Duration::from_millis(400));
    stream.write_all(CALL).unwrap();
    let answer = read_all(&mut stream);
    assert!(
        answer.contains("faultCode") || answer.contains("<int>"),
        "{answer}"
    );
}

/// What two servers may take for one request or for two (RFC 9112, section 11.2).
#[test]
fn nothing_follows_a_body_in_chunks() {
    let world = world_with(|_| {});
    let check = |headers: &str, status: &str| {
        let mut stream = connect(world.server.address());
        let length = CALL.len();
        let body = [format!("{length:x}\r\n").as_bytes(), CALL, b"\r\n0\r\n\r\n"].concat();
        let head =
            format!("POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n{headers}\r\n");
        let next = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
        let request = [head.as_bytes(), &body, next].concat();
        stream.write_all(&request).unwrap();
        let answer = read_all(&mut stream);
        let expected = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&expected), "{headers}: {answer}");
        assert_eq!(
            answer.matches("HTTP/1.1 ").count(),
            1,
            "{headers}: {answer}"
        );
    };
    check("Transfer-Encoding: chunked\r\n", "200");
    check("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "200");
    check("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "200");
    check("Transfer-Encoding: gzip, chunked\r\n", "501");
    check("Transfer-Encoding: chunked, chunked\r\n", "501");
    check(
        "Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n",
        "501",
    );
    check("Transfer-Encoding: gzip\r\n", "400");
}

#[test]
fn the_values_of_a_request_are_bounded() {
    let world = world_with(|config| {
        config.limits.values = 10;
        config.limits.depth = 3;
    });
    let check = |value: &str, is_read: bool| {
        let body =
            format!("{{\"method\": \"system.methodHelp\", \"params\": [{value}], \"id\": 1}}");
        let head = format!(
            "POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let answer = exchange(world.server.address(), (head + &body).as_bytes());
        let is_refused = answer.body.contains("-32700");
        assert_eq!(is_refused, !is_read, "{value}: {answer:?}");
    };
    check("1", true);
    check("[[1]]", true);
    check("[[[[1]]]]", false);
    check(&vec!["1"; 20].join(","), false);
}
