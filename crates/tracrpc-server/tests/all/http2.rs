//! HTTP/2, as a client within TLS speaks it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use h2::client::SendRequest;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tracrpc_server::{
    Answer, CertificateUser, Endpoint, EndpointRequest, RequestBody, ServerConfig, http,
};

use crate::certificates::{Authority, Client, Files, Who, secure_world};
use crate::http::{CALL, World, world_of};

/// A connection, and what says how it ended.
struct Connection {
    requests: SendRequest<Bytes>,
    ended: tokio::task::JoinHandle<Result<(), h2::Error>>,
}

async fn connect(world: &World, client: &Client) -> Connection {
    let stream = TcpStream::connect(world.server.address()).await.unwrap();
    let connector = TlsConnector::from(Arc::new(client.clone().speaking("h2").config()));
    let name = ServerName::try_from("localhost").unwrap();
    let stream = connector.connect(name, stream).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (requests, connection) = h2::client::handshake(stream).await.unwrap();
    let ended = tokio::spawn(connection);
    let requests = requests.ready().await.unwrap();
    Connection { requests, ended }
}

fn request(method: &str, path: &str) -> http::request::Builder {
    let uri = format!("https://trac.example.org:81{path}");
    http::Request::builder().method(method).uri(uri)
}

impl Connection {
    async fn send(
        &mut self,
        request: http::request::Builder,
        body: &'static [u8],
    ) -> Result<(http::response::Parts, String), h2::Error> {
        let request = request.body(()).unwrap();
        let is_end = body.is_empty();
        let (response, mut stream) = self.requests.send_request(request, is_end)?;
        if !is_end {
            stream.send_data(Bytes::from_static(body), true)?;
        }
        let (head, mut body) = response.await?.into_parts();
        let mut bytes = Vec::new();
        while let Some(data) = body.data().await {
            let data = data?;
            body.flow_control().release_capacity(data.len())?;
            bytes.extend_from_slice(&data);
        }
        Ok((head, String::from_utf8_lossy(&bytes).into_owned()))
    }
}

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let limited = async { tokio::time::timeout(Duration::from_secs(60), test).await };
    runtime.unwrap().block_on(limited).unwrap();
}

/// `/large` is larger than what any client has room for at once.
struct Large;

impl Endpoint for Large {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        request.path_info == "/large"
    }

    fn answer(&self, _: &EndpointRequest<'_>, _: &mut RequestBody) -> Answer {
        Answer::written(http::Response::new(()), |_, out| {
            use std::io::Write as _;
            (0..400).try_for_each(|_| out.write_all(&[b'x'; 10_000]))
        })
    }
}

fn world(change: impl FnOnce(&mut ServerConfig)) -> (Files, World) {
    let files = Files::new();
    let tls = files.tls();
    let change = |config: &mut ServerConfig| {
        config.tls = Some(tls);
        change(config);
    };
    let world = world_of(change, |builder| builder.endpoint(Who).endpoint(Large));
    (files, world)
}

#[test]
fn calls_are_answered_side_by_side() {
    let (files, world) = world(|_| {});
    run(async {
        let mut connection = connect(&world, &files.client()).await;
        let call = || request("POST", "/login/rpc").header("content-type", "text/xml");
        let (head, _) = connection.send(call(), CALL).await.unwrap();
        assert_eq!(head.status, 401);
        assert_eq!(head.headers["www-authenticate"], "Basic realm=\"realm\"");
        assert_eq!(head.version, http::Version::HTTP_2);
        let call = || call().header("authorization", "Basic am9lOmpvZQ==");
        let mut answers = Vec::new();
        for _ in 0..50 {
            let (response, mut body) = connection
                .requests
                .send_request(call().body(()).unwrap(), false)
                .unwrap();
            body.send_data(Bytes::from_static(CALL), true).unwrap();
            answers.push(response);
        }
        for answer in answers {
            assert_eq!(answer.await.unwrap().status(), 200);
        }
        let (head, body) = connection.send(call(), CALL).await.unwrap();
        assert_eq!(head.status, 200);
        assert!(body.contains("<methodResponse>"), "{body}");
        let (_, body) = connection.send(request("GET", "/who"), b"").await.unwrap();
        assert_eq!(body, "anonymous at https://trac.example.org:81");
        let host = request("GET", "/who?a=b").header("host", "evil.example.org");
        let (_, body) = connection.send(host, b"").await.unwrap();
        assert_eq!(body, "anonymous at https://trac.example.org:81");
        let (head, body) = connection
            .send(request("GET", "/large"), b"")
            .await
            .unwrap();
        assert_eq!((head.status.as_u16(), body.len()), (200, 4_000_000));
    });
}

#[test]
fn certificates_log_in() {
    let (files, people) = (Files::new(), Authority::new("People"));
    let world = secure_world(files.clients(&people, CertificateUser::CommonName));
    run(async {
        let client = files.client().with(&people.client(1, "joe"), &[]);
        let mut connection = connect(&world, &client).await;
        let (_, body) = connection
            .send(request("GET", "/login/who"), b"")
            .await
            .unwrap();
        assert_eq!(body, "joe at https://trac.example.org:81");
    });
}

#[test]
fn what_is_too_much_is_refused() {
    let (files, world) = world(|config| config.limits.body = 1000);
    run(async {
        let mut connection = connect(&world, &files.client()).await;
        let call = || request("POST", "/rpc").header("content-type", "text/xml");
        let (head, _) = connection.send(call(), &[b' '; 20_000]).await.unwrap();
        assert_eq!(head.status, 413);
        let mut many = request("GET", "/who");
        for number in 0..200 {
            many = many.header(format!("x-{number}"), "a");
        }
        let (head, _) = connection.send(many, b"").await.unwrap();
        assert_eq!(head.status, 431);
        let large = request("GET", "/who").header("x", "a".repeat(100_000));
        match connection.send(large, b"").await {
            Ok((head, _)) => assert_eq!(head.status, 431),
            Err(error) => assert!(error.is_reset() || error.is_go_away(), "{error}"),
        }
        let mut connection = connect(&world, &files.client()).await;
        let (head, _) = connection.send(call(), CALL).await.unwrap();
        assert_eq!(head.status, 200, "the server lives on");
    });
}

/// A client that gives requests up as soon as they are made could make any number of them.
#[test]
fn requests_that_are_reset_at_once_end_the_connection() {
    let (files, world) = world(|_| {});
    run(async {
        let mut connection = connect(&world, &files.client()).await;
        let mut count = 0;
        while let Ok(ready) = connection.requests.clone().ready().await {
            connection.requests = ready;
            let rapid = request("GET", "/who").body(()).unwrap();
            let Ok((_, mut stream)) = connection.requests.send_request(rapid, true) else {
                break;
            };
            stream.send_reset(h2::Reason::CANCEL);
            count += 1;
            assert!(count < 100_000, "the server does not mind");
            tokio::task::yield_now().await;
        }
        let mut other = connect(&world, &files.client()).await;
        let (head, _) = other.send(request("GET", "/who"), b"").await.unwrap();
        assert_eq!(head.status, 200);
    });
}

/// A client that is lively, and takes nothing, is not kept; nor one that asks for nothing.
#[test]
fn idle_connections_end() {
    let (files, world) = world(|config| {
        config.limits.head_time = Duration::from_secs(1);
        config.limits.body_time = Duration::from_secs(1);
    });
    run(async {
        let quiet = connect(&world, &files.client()).await;
        let _ = quiet.ended.await.unwrap();
        let mut stalled = connect(&world, &files.client()).await;
        let large = request("GET", "/large").body(()).unwrap();
        let (response, _) = stalled.requests.send_request(large, true).unwrap();
        let response = response.await.unwrap();
        assert_eq!(response.status(), 200);
        let _ = stalled.ended.await.unwrap();
        drop(response);
        let mut used = connect(&world, &files.client()).await;
        for _ in 0..4 {
            tokio::time::sleep(Duration::from_millis(600)).await;
            let (head, _) = used.send(request("GET", "/who"), b"").await.unwrap();
            assert_eq!(head.status, 200);
        }
    });
}

/// What waits takes up no more than a request of HTTP/1 could.
#[test]
fn the_heads_of_all_requests_are_bounded_together() {
    let (files, world) = world(|_| {});
    run(async {
        let mut connection = connect(&world, &files.client()).await;
        let mut begun = Vec::new();
        for _ in 0..10 {
            let large = request("POST", "/rpc")
                .header("content-type", "text/xml")
                .header("x", "a".repeat(10_000));
            let large = large.body(()).unwrap();
            begun.push(connection.requests.send_request(large, false).unwrap());
        }
        let mut refused = 0;
        for (answer, mut body) in begun.split_off(6) {
            let error = answer.await.unwrap_err();
            assert_eq!(error.reason(), Some(h2::Reason::REFUSED_STREAM));
            let _ = body.send_data(Bytes::from_static(CALL), true);
            refused += 1;
        }
        assert_eq!(refused, 4);
        for (answer, mut body) in begun {
            body.send_data(Bytes::from_static(CALL), true).unwrap();
            assert_eq!(answer.await.unwrap().status(), 200);
        }
        let (head, _) = connection.send(request("GET", "/who"), b"").await.unwrap();
        assert_eq!(head.status, 200);
    });
}

/// `/slow` takes a while.
struct Slow;

impl Endpoint for Slow {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        request.path_info == "/slow"
    }

    fn answer(&self, _: &EndpointRequest<'_>, _: &mut RequestBody) -> Answer {
        std::thread::sleep(Duration::from_millis(20));
        http::Response::new("slow".into()).into()
    }
}

/// What is begun for somebody who does not wait for it costs as much as if they did.
#[test]
fn who_never_waits_for_answers_has_to_connect_again() {
    let files = Files::new();
    let tls = files.tls();
    let change = |config: &mut ServerConfig| config.tls = Some(tls);
    let world = world_of(change, |builder| builder.endpoint(Slow));
    run(async {
        let mut connection = connect(&world, &files.client()).await;
        let mut count = 0;
        while let Ok(ready) = connection.requests.clone().ready().await {
            connection.requests = ready;
            let slow = request("GET", "/slow").body(()).unwrap();
            let Ok((answer, mut stream)) = connection.requests.send_request(slow, true) else {
                break;
            };
            tokio::time::sleep(Duration::from_millis(3)).await;
            stream.send_reset(h2::Reason::CANCEL);
            drop(answer);
            count += 1;
            assert!(count < 1000, "the server does not mind");
        }
        let mut other = connect(&world, &files.client()).await;
        let (head, _) = other.send(request("GET", "/slow"), b"").await.unwrap();
        assert_eq!(head.status, 200);
    });
}

/// More than there is room for wait, also for those who do not take their answers; nobody
/// else waits for them.
#[test]
fn a_connection_always_has_room_for_one_request() {
    let (files, world) = world(|config| config.limits.connections = 3);
    run(async {
        let mut greedy = connect(&world, &files.client()).await;
        let mut answers = Vec::new();
        for _ in 0..10 {
            let large = request("GET", "/large").body(()).unwrap();
            answers.push(greedy.requests.send_request(large, true).unwrap().0);
        }
        let mut other = connect(&world, &files.client()).await;
        let (head, _) = other.send(request("GET", "/who"), b"").await.unwrap();
        assert_eq!(head.status, 200);
        let lengths = answers.into_iter().map(|answer| {
            tokio::spawn(async {
                let mut body = answer.await.unwrap().into_body();
                let mut length = 0;
                while let Some(data) = body.data().await {
                    let data = data.unwrap();
                    body.flow_control().release_capacity(data.len()).unwrap();
                    length += data.len();
                }
                length
            })
        });
        for length in lengths.collect::<Vec<_>>() {
            assert_eq!(length.await.unwrap(), 4_000_000);
        }
    });
}

#[test]
fn a_stop_lets_running_requests_finish() {
    let (files, world) = world(|_| {});
    run(async {
        let mut connection = connect(&world, &files.client()).await;
        let large = request("GET", "/large").body(()).unwrap();
        let (response, _) = connection.requests.send_request(large, true).unwrap();
        let mut body = response.await.unwrap().into_body();
        let World { server, env } = world;
        let stopping = std::thread::spawn(move || server.stop());
        let mut length = 0;
        while let Some(data) = body.data().await {
            let data = data.unwrap();
            body.flow_control().release_capacity(data.len()).unwrap();
            length += data.len();
        }
        assert_eq!(length, 4_000_000);
        let _ = connection.ended.await.unwrap();
        stopping.join().unwrap();
        drop(env);
    });
}
