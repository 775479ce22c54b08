//! Bodies that are read while they come and sent while they are written, in little memory.

use std::io::{self, BufRead as _, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use tracrpc_server::{
    Answer, Body, BodyForm, Endpoint, EndpointRequest, RequestBody, Response, ServerLimits, http,
};

use crate::http::{World, connect, exchange, get, post, read_all, world_of};

const MB: u64 = 1024 * 1024;

/// What is more than any buffer of a connection holds.
const MUCH: u64 = 200 * MB;

/// What buffers of a connection hold at most, those of the system among them.
const BUFFERS: u64 = 32 * MB;

/// `/sum` answers how many bytes came, and their sum. `/idle` waits before it reads.
pub(crate) struct Sum {
    pub(crate) path: &'static str,
    pub(crate) most: u64,
    /// What it waits for before it reads.
    pub(crate) go: Option<Mutex<Receiver<()>>>,
}

impl Endpoint for Sum {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        request.path_info.trim_start_matches("/login") == self.path
    }

    fn body(&self) -> BodyForm {
        BodyForm::Stream { most: self.most }
    }

    fn answer(&self, _: &EndpointRequest<'_>, body: &mut RequestBody) -> Answer {
        if let Some(go) = &self.go {
            let _ = go.lock().unwrap_or_else(PoisonError::into_inner).recv();
        }
        let (mut count, mut sum) = (0_u64, 0_u64);
        while let Ok(piece) = body.fill_buf() {
            let length = piece.len();
            if length == 0 {
                break;
            }
            count += length as u64;
            sum = piece.iter().fold(sum, |sum, byte| sum + u64::from(*byte));
            body.consume(length);
        }
        Response::new(Body::from(format!("{count} {sum}"))).into()
    }
}

/// `/lines` writes so many bytes in lines.
pub(crate) struct Lines {
    pub(crate) bytes: u64,
    pub(crate) written: Arc<AtomicU64>,
    /// Is told how writing ended.
    pub(crate) ended: Sender<io::Result<()>>,
}

impl Endpoint for Lines {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        request.path_info == "/lines"
    }

    fn answer(&self, _: &EndpointRequest<'_>, _: &mut RequestBody) -> Answer {
        let (bytes, written, ended) = (self.bytes, Arc::clone(&self.written), self.ended.clone());
        Answer::written(http::Response::new(()), move |_, out| {
            let line = [b'x'; 64];
            let mut write = || -> io::Result<()> {
                while written.load(Ordering::Relaxed) < bytes {
                    out.write_all(&line)?;
                    written.fetch_add(line.len() as u64, Ordering::Relaxed);
                }
                Ok(())
            };
            let done = write();
            let told = match &done {
                Ok(()) => Ok(()),
                Err(error) => Err(error.kind().into()),
            };
            let _ = ended.send(told);
            done
        })
    }
}

/// A world with little memory for all requests together.
pub(crate) fn small_world(change: impl FnOnce(&mut ServerLimits), sums: Vec<Sum>) -> World {
    let change = |config: &mut tracrpc_server::ServerConfig| {
        config.limits.memory = 2 * 1024 * 1024;
        config.limits.body = 64 * 1024;
        change(&mut config.limits);
    };
    world_of(change, |builder| {
        sums.into_iter()
            .fold(builder, |builder, sum| builder.endpoint(sum))
    })
}

pub(crate) fn sum(most: u64) -> Sum {
    Sum {
        path: "/sum",
        most,
        go: None,
    }
}

fn lines(bytes: u64) -> (World, Arc<AtomicU64>, Receiver<io::Result<()>>) {
    let written = Arc::new(AtomicU64::new(0));
    let (ended, is_ended) = channel();
    let lines = Lines {
        bytes,
        written: Arc::clone(&written),
        ended,
    };
    let little = |config: &mut tracrpc_server::ServerConfig| config.limits.memory = 2_000_000;
    let world = world_of(little, |builder| builder.endpoint(lines));
    (world, written, is_ended)
}

pub(crate) fn head(path: &str, more: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{more}\r\n")
}

/// The most memory that this process has had so far, where every test has one.
fn peak() -> Option<u64> {
    std::env::var_os("NEXTEST")?;
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes = line.split_whitespace().nth(1)?.parse::<u64>().ok()?;
    Some(kilobytes * 1024)
}

fn check_memory(before: Option<u64>) {
    if let (Some(before), Some(after)) = (before, peak()) {
        let more = (after - before) / MB;
        assert!(more < 16, "{more} MB more");
    }
}

/// Writes until nothing goes any more. Tells how many bytes went.
fn write_while_it_goes(stream: &mut TcpStream, most: u64) -> u64 {
    stream
        .set_write_timeout(Some(Duration::from_secs(1)))
        .unwrap();
    let piece = vec![1; 64 * 1024];
    let mut count = 0;
    while count < most {
        let rest = usize::try_from(most - count).unwrap().min(piece.len());
        match stream.write(&piece[..rest]) {
            Ok(written) => count += written as u64,
            Err(_) => break,
        }
    }
    count
}

#[test]
fn a_large_body_is_read_in_little_memory() {
    let world = small_world(|_| {}, vec![sum(MUCH)]);
    world.send(&post("/sum", "text/plain", b"warm"));
    let before = peak();
    let mut stream = connect(world.server.address());
    let length = format!("Content-Length: {MUCH}\r\n");
    stream.write_all(head("/sum", &length).as_bytes()).unwrap();
    let piece = vec![1; 64 * 1024];
    for _ in 0..MUCH / piece.len() as u64 {
        stream.write_all(&piece).unwrap();
    }
    let answer = read_all(&mut stream);
    assert!(answer.ends_with(&format!("{MUCH} {MUCH}")), "{answer}");
    check_memory(before);
}

#[test]
fn a_large_answer_is_written_in_little_memory() {
    let (world, _, ended) = lines(MUCH);
    world.send(&get("/nothing"));
    let before = peak();
    let mut stream = connect(world.server.address());
    stream.write_all(&get("/lines").bytes()).unwrap();
    let mut count = 0;
    let mut last = Vec::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        let length = stream.read(&mut piece).unwrap();
        if length == 0 {
            break;
        }
        count += piece[..length].iter().filter(|byte| **byte == b'x').count() as u64;
        last = piece[..length].to_vec();
    }
    assert_eq!(count, MUCH);
    assert!(last.ends_with(b"\r\n0\r\n\r\n"), "it is complete");
    ended.recv().unwrap().unwrap();
    check_memory(before);
}

#[test]
fn no_more_is_taken_in_than_is_read() {
    let (go, waiting) = channel();
    let idle = Sum {
        path: "/idle",
        most: MUCH,
        go: Some(Mutex::new(waiting)),
    };
    let world = small_world(|_| {}, vec![idle]);
    let mut stream = connect(world.server.address());
    let length = format!("Content-Length: {MUCH}\r\n");
    stream.write_all(head("/idle", &length).as_bytes()).unwrap();
    let count = write_while_it_goes(&mut stream, MUCH);
    assert!(count < BUFFERS, "{count}");
    go.send(()).unwrap();
    let count = count + write_while_it_goes(&mut stream, MUCH - count);
    assert_eq!(count, MUCH);
    let answer = read_all(&mut stream);
    assert!(answer.ends_with(&format!("{MUCH} {MUCH}")), "{answer}");
}

#[test]
fn no_more_is_written_than_is_taken_in() {
    let (world, written, ended) = lines(MUCH);
    let mut stream = connect(world.server.address());
    stream.write_all(&get("/lines").bytes()).unwrap();
    let mut before = u64::MAX;
    let start = Instant::now();
    while written.load(Ordering::Relaxed) != before && start.elapsed() < Duration::from_secs(10) {
        before = written.load(Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(300));
    }
    assert!((1..BUFFERS).contains(&before), "{before}");
    drop(stream);
    let error = ended
        .recv_timeout(Duration::from_secs(10))
        .unwrap()
        .unwrap_err();
    assert_eq!(
        error.kind(),
        io::ErrorKind::BrokenPipe,
        "the client has gone"
    );
}

#[test]
fn bodies_in_chunks_and_codings_are_read_as_they_come() {
    let world = small_world(|_| {}, vec![sum(MB)]);
    let check = |headers: &str, body: &[u8], status: u16, text: &str| {
        let length = format!("Content-Length: {}\r\n", body.len());
        for (framing, body) in [
            (length.as_str(), body.to_vec()),
            ("Transfer-Encoding: chunked\r\n", chunked(body)),
        ] {
            let head = head("/sum", &format!("{headers}{framing}"));
            let request = [head.as_bytes(), &body].concat();
            let response = exchange(world.server.address(), &request);
            assert_eq!(response.status, status, "{headers}{framing} {response:?}");
            assert!(response.body.contains(text), "{headers} {response:?}");
        }
    };
    let gzip = "Content-Encoding: gzip\r\n";
    let coded = |length: u64| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        io::copy(&mut io::repeat(1).take(length), &mut encoder).unwrap();
        encoder.finish().unwrap()
    };
    check("", b"", 200, "0 0");
    check("", &[1; 100], 200, "100 100");
    check("", &vec![1; 1024 * 1024], 200, "1048576 1048576");
    check("", &vec![1; 1024 * 1024 + 1], 413, "larger");
    check(gzip, &coded(60_000), 200, "60000 60000");
    check(gzip, &coded(20 * MB), 413, "larger");
    check(gzip, b"no such thing", 400, "incomplete");
    check(
        "Content-Encoding: br\r\n",
        b"",
        415,
        "Content-Encoding is not known",
    );
    check(
        "Content-Encoding: br\r\n",
        &[1; 100_000],
        415,
        "Content-Encoding is not known",
    );
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let chunks = body.chunks(20_000).flat_map(|chunk| {
        let head = format!("{:x}\r\n", chunk.len());
        [head.as_bytes(), chunk, b"\r\n"].concat()
    });
    chunks.chain(*b"0\r\n\r\n").collect()
}
