//! A client that says exactly what it is told to, and a world to say it to.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tracrpc_server::{AuthRule, Server, ServerBuilder, ServerConfig};
use tracrpc_testing::TestEnv;

/// An environment whose users have `XML_RPC`, and its server.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) env: TestEnv,
}

/// `user:user`, `joe:joe` and `admin:admin`, each hashed.
pub(crate) const PASSWORDS: &str = "\
user:{SHA}Et6pb+wgWTVmq3VpLJlJWWgzrck=
joe:$apr1$Sa1t$o80St.UB9LZ0pgMUXb3Pd1
# nobody:{SHA}Et6pb+wgWTVmq3VpLJlJWWgzrck=
plain:plain
";

/// Makes the world of most tests.
pub(crate) fn world() -> World {
    world_with(|_| {})
}

/// The same with another configuration.
pub(crate) fn world_with(change: impl FnOnce(&mut ServerConfig)) -> World {
    world_of(change, |builder| builder)
}

/// The same with more in it.
pub(crate) fn world_of(
    change: impl FnOnce(&mut ServerConfig),
    add: impl FnOnce(ServerBuilder) -> ServerBuilder,
) -> World {
    let env = TestEnv::new()
        .user("authenticated", ["XML_RPC"])
        .file("conf/passwords", PASSWORDS);
    let mut config = ServerConfig::single(env.path());
    config.auth.push(rule("*", &env, "realm"));
    change(&mut config);
    let server = add(Server::builder(config)).start().unwrap();
    World { server, env }
}

pub(crate) fn rule(environment: &str, env: &TestEnv, realm: &str) -> AuthRule {
    let file = env.path().join("conf/passwords");
    AuthRule::parse(
        "basic",
        &format!("{environment},{},{realm}", file.display()),
    )
    .unwrap()
}

impl World {
    pub(crate) fn send(&self, request: &Request<'_>) -> Response {
        request.send(self.server.address())
    }
}

/// A request, spelled out.
#[derive(Clone, Default)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) headers: Vec<(&'a str, &'a str)>,
    pub(crate) body: &'a [u8],
}

/// A GET of a page by a browser.
pub(crate) fn get(path: &str) -> Request<'_> {
    Request {
        method: "GET",
        path,
        headers: vec![("Accept", "text/html")],
        body: b"",
    }
}

/// A call of `wiki.getRPCVersionSupported` in XML-RPC.
pub(crate) fn call(path: &str) -> Request<'_> {
    post(path, "text/xml", CALL)
}

pub(crate) const CALL: &[u8] =
    b"<methodCall><methodName>system.getAPIVersion</methodName></methodCall>";

pub(crate) fn post<'a>(path: &'a str, content_type: &'a str, body: &'a [u8]) -> Request<'a> {
    Request {
        method: "POST",
        path,
        headers: vec![("Content-Type", content_type)],
        body,
    }
}

impl<'a> Request<'a> {
    pub(crate) fn with(mut self, name: &'a str, value: &'a str) -> Self {
        self.headers.push((name, value));
        self
    }

    /// As the user whose password is the name.
    pub(crate) fn user(self, user: &str) -> Self {
        let credentials = match user {
            "user" => "Basic dXNlcjp1c2Vy",
            "joe" => "Basic am9lOmpvZQ==",
            _ => panic!("{user} has no password"),
        };
        self.with("Authorization", credentials)
    }

    pub(crate) fn send(&self, address: SocketAddr) -> Response {
        exchange(address, &self.bytes())
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n",
            self.method, self.path
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.body.is_empty() {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        [head.as_bytes(), self.body].concat()
    }
}

/// An answer, as far as tests look at it.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head
            .get(9..12)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0);
        Self {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

/// Sends `bytes` and reads until the server closes the connection.
pub(crate) fn exchange(address: SocketAddr, bytes: &[u8]) -> Response {
    let mut stream = connect(address);
    // The server may have answered and hung up before it got everything.
    let _ = stream.write_all(bytes);
    Response::parse(&read_all(&mut stream))
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

pub(crate) fn read_all(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error} after {}", String::from_utf8_lossy(&bytes)),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
