//! The fixtures themselves.

use std::io::{Read, Write};
use std::net::TcpStream;

use tracrpc_env::Resource;
use tracrpc_testing::TestEnv;

#[test]
fn a_world_in_one_line() {
    TestEnv::each(|env| {
        let env = env
            .user("joe", ["TICKET_ADMIN"])
            .without("anonymous", ["TICKET_VIEW"])
            .config("ticket", "default_type", "task")
            .file("conf/notes.txt", "text");
        let ticket = Resource::ticket(1);
        assert!(env.actor("joe").can("TICKET_VIEW", &ticket).unwrap());
        assert!(!env.actor("anonymous").can("TICKET_VIEW", &ticket).unwrap());
        assert_eq!(env.env().config().ticket().default_type, "task");
        assert!(env.path().join("conf/notes.txt").is_file());
    });
}

#[test]
fn a_server_answers_on_its_own_port() {
    let server = TestEnv::new().serve();
    let address = server.url("").replace("http://", "");
    let mut stream = TcpStream::connect(&address).unwrap();
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_ne!(server.url("/rpc"), TestEnv::new().serve().url("/rpc"));
}
