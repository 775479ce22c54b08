//! Mail servers that speak TLS, and the certificates that they show.

use std::io::BufReader;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::server::{MailServer, line_of, say, talk};
use crate::world::{create, world};

/// What a server shows, and the file that its users may have (PEM).
struct Identity {
    certificate: CertificateDer<'static>,
    key: KeyPair,
    file: String,
}

/// As `openssl req -x509` makes it: its own authority.
fn self_signed() -> Identity {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["mail.internal".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).unwrap();
    Identity {
        certificate: certificate.der().clone(),
        file: certificate.pem(),
        key,
    }
}

/// Signed by an authority of which the file holds the certificate.
fn signed(name: &str) -> Identity {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    Identity {
        certificate: certificate.der().clone(),
        file: issuer.pem(),
        key,
    }
}

/// A server that goes over to TLS when it is asked to (RFC 3207).
fn server(identity: &Identity) -> MailServer {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![identity.certificate.clone()], key)
        .unwrap();
    let config = Arc::new(config);
    MailServer::held_by(move |stream, received| {
        let Some(stream) = until_tls(stream) else {
            return;
        };
        let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = BufReader::new(StreamOwned::new(connection, stream));
        talk(&mut stream, false, received);
    })
}

/// The part of a conversation that everyone can listen to.
fn until_tls(stream: TcpStream) -> Option<TcpStream> {
    let mut stream = BufReader::new(stream);
    say(&mut stream, "220 test");
    loop {
        match line_of(&mut stream)?.split(' ').next() {
            Some("EHLO") => say(&mut stream, "250-test\r\n250 STARTTLS"),
            Some("STARTTLS") => break,
            _ => say(&mut stream, "530 not in the clear"),
        }
    }
    say(&mut stream, "220 go on");
    Some(stream.into_inner())
}

#[test]
fn a_certificate_has_to_be_trusted_or_known() {
    let other = self_signed().file;
    let cases = [
        ("unknown", self_signed(), None, false),
        ("another one is known", self_signed(), Some(other), false),
        ("known", self_signed(), Some(String::new()), true),
        (
            "signed by a known one",
            signed("localhost"),
            Some(String::new()),
            true,
        ),
        (
            "signed for another server",
            signed("mail.internal"),
            Some(String::new()),
            false,
        ),
    ];
    for (case, identity, file, is_sent) in cases {
        let file = file.map(|text| {
            if text.is_empty() {
                identity.file.clone()
            } else {
                text
            }
        });
        assert_eq!(is_taken(&identity, file), is_sent, "{case}");
    }
}

/// Whether a server with that certificate gets mail of somebody with that file.
fn is_taken(identity: &Identity, file: Option<String>) -> bool {
    let server = server(identity);
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("certificates.pem");
    let mut options = vec![
        ("notification", "smtp_server", "localhost"),
        ("notification", "use_tls", "true"),
    ];
    if let Some(text) = file {
        std::fs::write(&path, text).unwrap();
        options.push(("tracrpc", "smtp_certificates", path.to_str().unwrap()));
    }
    let world = world(server.port, &options);
    create(&world, "s", "d", &[]);
    let was_sent = tracrpc_mail::finish(&world.env, Duration::from_millis(1500));
    was_sent && !server.is_empty()
}
