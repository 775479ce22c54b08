//! HTTP within TLS: certificates of the server, its files, and clients that misbehave.

use std::fs;
use std::io::{Read as _, Write as _};
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair};
use tracrpc_server::{Server, ServerConfig, TlsConfig};

use crate::certificates::{Authority, Client, Files, replace, secure_world};
use crate::http::{CALL, call, connect, exchange, get, post, read_all, world_with};

#[test]
fn calls_are_answered_within_tls_and_addresses_say_so() {
    let files = Files::new();
    let world = secure_world(files.tls());
    let client = files.client();
    let answer = client
        .send(&world, &call("/login/rpc").user("user"))
        .unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body.contains("<methodResponse>"), "{answer:?}");
    assert_eq!(
        client.send(&world, &call("/login/rpc")).unwrap().status,
        401
    );
    let who = client.send(&world, &get("/who")).unwrap();
    assert_eq!(who.body, "anonymous at https://test");
    // Who passes a request on knows better, if it is believed.
    let forwarded = get("/who").with("X-Forwarded-Proto", "http");
    let who = client.send(&world, &forwarded).unwrap();
    assert_eq!(who.body, "anonymous at https://test");
    let trusting = world_with(|config| {
        config.tls = Some(files.tls());
        config.trusted_proxies.add("127.0.0.1").unwrap();
    });
    let forwarded = get("/login").user("user").with("X-Forwarded-Proto", "http");
    let moved = client.send(&trusting, &forwarded).unwrap();
    assert_eq!(moved.header("location"), Some("http://test"), "{moved:?}");
}

#[test]
fn clients_believe_the_right_server_only() {
    let files = Files::new();
    let world = secure_world(files.tls());
    let check = |client: Client, expected: &str| {
        assert_eq!(client.who(&world, &get("/who")), expected);
    };
    check(files.client(), "anonymous");
    check(files.client().named("example.org"), "");
    check(Client::of(&Authority::new("Servers")), "");
    for protocol in ["http/1.1", "http/1.0"] {
        check(files.client().speaking(protocol), "anonymous");
    }
    check(files.client().speaking("spdy/3"), "");
}

/// What `openssl` makes of one key: PKCS #8, SEC 1, both files in one.
#[test]
fn keys_are_read_in_each_form() {
    let files = Files::new();
    let key = KeyPair::from_pem(SEC1_AS_PKCS8).unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params
        .signed_by(&key, &files.authority.issuer)
        .unwrap()
        .pem();
    let check = |certificate: &str, key: Option<&str>| {
        let certificates = files.write("own.pem", certificate);
        let key = key.map(|key| files.write("own.key", key));
        let world = secure_world(TlsConfig {
            certificates,
            key,
            clients: None,
        });
        assert_eq!(files.client().who(&world, &get("/who")), "anonymous");
    };
    check(&certificate, Some(SEC1_AS_PKCS8));
    check(&certificate, Some(SEC1));
    check(&format!("{SEC1}\n{certificate}"), None);
    check(&format!("subject=x\n{certificate}\n{SEC1_AS_PKCS8}"), None);
}

#[test]
fn an_authority_between_may_come_along() {
    let files = Files::new();
    let between = files.authority.below("Between");
    let server = between.server();
    let chain = format!("{}{}", server.certificate, between.pem());
    files.write("server.key", &server.key);
    files.write("server.pem", &chain);
    let world = secure_world(files.tls());
    assert_eq!(files.client().who(&world, &get("/who")), "anonymous");
}

#[test]
fn a_file_that_cannot_be_used_is_an_error_at_start_that_names_it() {
    let files = Files::new();
    let (certificate, key) = ("server.pem", "server.key");
    let good = fs::read_to_string(files.path(key)).unwrap();
    let body = good.lines().nth(1).unwrap().to_owned();
    let check = |name: &str, content: Option<&str>, expected: &str| {
        match content {
            Some(content) => fs::write(files.path(name), content).unwrap(),
            None => fs::remove_file(files.path(name)).unwrap(),
        }
        let mut config = ServerConfig::single(files.path("none"));
        config.tls = Some(files.tls());
        let error = Server::start(config).err().unwrap().to_string();
        assert!(error.contains(name) && error.contains(expected), "{error}");
        assert!(!error.contains(&body[8..24]), "{error}");
        files.renew();
    };
    check(certificate, None, "No such file");
    check(certificate, Some(""), "has no certificate");
    check(certificate, Some(&good), "has no certificate");
    check(
        certificate,
        Some("-----BEGIN CERTIFICATE-----\nAAAA"),
        "no end",
    );
    let other = Authority::new("x").server().certificate;
    check(certificate, Some(&other), "does not serve");
    check(key, None, "No such file");
    check(key, Some("nonsense"), "has no private key");
    check(
        key,
        Some(&good.replace("PRIVATE", "ENCRYPTED PRIVATE")),
        "openssl pkey",
    );
    let header = format!("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{body}\n");
    check(key, Some(&header), "openssl pkey");
    check(
        key,
        Some(&good.replace(&body, &format!("{body}!"))),
        "not in Base64",
    );
    check(
        key,
        Some(&good.replace(&body, &body[4..])),
        "does not serve",
    );
}

#[test]
fn changed_files_count_and_broken_ones_do_not() {
    let files = Files::new();
    let world = secure_world(files.tls());
    let old = files.client();
    assert_eq!(old.who(&world, &get("/who")), "anonymous");
    // An authority of its own: its clients tell which certificate is in force.
    let other = Authority::new("Others");
    let server = other.server();
    let new = Client::of(&other);
    // The key does not fit until both are there.
    replace(&files.path("server.key"), &server.key);
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(
        old.who(&world, &get("/who")),
        "anonymous",
        "the old pair stays"
    );
    let kept = old.connect(world.server.address());
    replace(&files.path("server.pem"), &server.certificate);
    while new.who(&world, &get("/who")).is_empty() {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(old.who(&world, &get("/who")), "");
    drop(kept);
    fs::remove_file(files.path("server.pem")).unwrap();
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(new.who(&world, &get("/who")), "anonymous");
}

#[test]
fn a_stop_ends_connections_and_handshakes() {
    let files = Files::new();
    let world = secure_world(files.tls());
    let address = world.server.address();
    let mut lasting = files.client().connect(address);
    let request = call("/rpc").bytes();
    let request = String::from_utf8(request)
        .unwrap()
        .replace("Connection: close\r\n", "");
    lasting.write_all(request.as_bytes()).unwrap();
    let mut first = [0; 12];
    lasting.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    let mut silent = connect(address);
    world.server.stop();
    let mut rest = String::new();
    lasting.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("methodResponse"), "{rest}");
    assert_eq!(read_all(&mut silent), "");
}

/// Bytes that are none, a handshake that never ends, and HTTP without TLS.
#[test]
fn nonsense_is_refused_and_holds_nobody() {
    let files = Files::new();
    let world = world_with(|config| {
        config.tls = Some(files.tls());
        config.limits.head_time = Duration::from_secs(2);
        config.limits.workers = 1;
    });
    let address = world.server.address();
    let mut slow = Vec::new();
    for begin in [
        &b""[..],
        b"\x16\x03\x01",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ] {
        let mut stream = connect(address);
        stream.write_all(begin).unwrap();
        slow.push(stream);
    }
    let plain = exchange(address, &post("/rpc", "text/xml", CALL).bytes());
    assert_eq!(plain.status, 400, "{plain:?}");
    assert!(plain.body.contains("https://"), "{plain:?}");
    let large = exchange(
        address,
        &post("/rpc", "text/xml", &[b' '; 1_000_000]).bytes(),
    );
    assert_eq!(large.status, 400, "{large:?}");
    for garbage in [
        &b"\x00\xff\x16\x03"[..],
        b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10",
        b"\x16\x03\x01\xff\xff\x01\xff\xff\xff",
        b"\x15\x03\x01\x00\x02\x02\x28",
        b"SSH-2.0-x\r\n",
        &[0x17; 100_000],
    ] {
        let mut stream = connect(address);
        let _ = stream.write_all(garbage);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        read_all(&mut stream);
    }
    assert_eq!(
        files.client().send(&world, &call("/rpc")).unwrap().status,
        200
    );
    for mut stream in slow {
        read_all(&mut stream);
    }
    // Who is secured and says nothing has no more time than others.
    let mut silent = files.client().connect(address);
    let mut nothing = Vec::new();
    let _ = silent.read_to_end(&mut nothing);
    assert_eq!(nothing, b"");
}

/// `openssl ecparam -name prime256v1 -genkey`.
const SEC1: &str = "\
-----BEGIN EC PARAMETERS-----
BggqhkjOPQMBBw==
-----END EC PARAMETERS-----
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEINQHjruV/xLEPmdBFs+DwJkRjKbcmoQD5e92VyULvTgQoAoGCCqGSM49
AwEHoUQDQgAEILQVzaL3JMXXdLB+RNJCvVrECjeBn8u+yTXtbYvxCGgOfeJg/6Si
gLPJJY9BSYyGTOzO35s2lXPO5cOV6gYN0Q==
-----END EC PRIVATE KEY-----
";

/// The same key, by `openssl pkcs8 -topk8 -nocrypt`.
const SEC1_AS_PKCS8: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1AeOu5X/EsQ+Z0EW
z4PAmRGMptyahAPl73ZXJQu9OBChRANCAAQgtBXNovckxdd0sH5E0kK9WsQKN4Gf
y77JNe1ti/EIaA594mD/pKKAs8klj0FJjIZM7M7fmzaVc87lw5XqBg3R
-----END PRIVATE KEY-----
";
