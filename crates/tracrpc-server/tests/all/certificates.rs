//! Authorities, what they sign and revoke, and servers and clients that have it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer,
    DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair,
    KeyUsagePurpose, RevokedCertParams, SanType, SerialNumber, date_time_ymd,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tempfile::TempDir;
use tracrpc_server::{
    Answer, Body, CertificateDemand, CertificateUser, ClientCertificates, Endpoint,
    EndpointRequest, RequestBody, Response, TlsConfig,
};

use crate::http::{self, Request, World, connect, world_of};

/// An authority of certificates.
pub(crate) struct Authority {
    pub(crate) issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate and its key in PEM.
pub(crate) struct Issued {
    pub(crate) certificate: String,
    pub(crate) key: String,
    serial: u64,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let params = Self::params(name);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap());
        Self {
            issuer: issuer.unwrap(),
        }
    }

    /// An authority whose certificate this one has signed.
    pub(crate) fn below(&self, name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let issuer = CertifiedIssuer::signed_by(Self::params(name), key, &self.issuer);
        Self {
            issuer: issuer.unwrap(),
        }
    }

    fn params(name: &str) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name = subject(&[(DnType::CommonName, name)]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params
    }

    /// For the server `localhost`.
    pub(crate) fn server(&self) -> Issued {
        self.issue(1, &[(DnType::CommonName, "localhost")], |params| {
            let name = "localhost".try_into().unwrap();
            params.subject_alt_names = vec![SanType::DnsName(name)];
        })
    }

    /// For a client with that common name, and its number.
    pub(crate) fn client(&self, serial: u64, name: &str) -> Issued {
        self.issue(serial, &[(DnType::CommonName, name)], |_| {})
    }

    pub(crate) fn issue(
        &self,
        serial: u64,
        name: &[(DnType, &str)],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Issued {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name = subject(name);
        params.serial_number = Some(SerialNumber::from(serial));
        change(&mut params);
        Issued {
            certificate: params.signed_by(&key, &self.issuer).unwrap().pem(),
            key: key.serialize_pem(),
            serial,
        }
    }

    /// A list of what this authority has revoked, which expires in that year.
    pub(crate) fn revoke(&self, revoked: &[&Issued], year: i32) -> String {
        let revoked_certs = revoked.iter().map(|issued| RevokedCertParams {
            serial_number: SerialNumber::from(issued.serial),
            revocation_time: date_time_ymd(2020, 1, 1),
            reason_code: None,
            invalidity_date: None,
        });
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 1),
            next_update: date_time_ymd(year, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: revoked_certs.collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.issuer).unwrap().pem().unwrap()
    }

    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }
}

fn subject(name: &[(DnType, &str)]) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    for (kind, value) in name {
        subject.push(kind.clone(), *value);
    }
    subject
}

/// As most certificates of clients have it.
pub(crate) fn for_clients_only(params: &mut CertificateParams) {
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
}

/// The files of a server.
pub(crate) struct Files {
    folder: TempDir,
    pub(crate) authority: Authority,
}

impl Files {
    /// Those of a server whose certificate `authority` has signed.
    pub(crate) fn new() -> Self {
        let files = Self {
            folder: TempDir::new().unwrap(),
            authority: Authority::new("Servers"),
        };
        files.renew();
        files
    }

    /// Writes another certificate and key.
    pub(crate) fn renew(&self) {
        let server = self.authority.server();
        self.write("server.pem", &server.certificate);
        self.write("server.key", &server.key);
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn tls(&self) -> TlsConfig {
        TlsConfig {
            certificates: self.path("server.pem"),
            key: Some(self.path("server.key")),
            clients: None,
        }
    }

    /// For clients of `authority`.
    pub(crate) fn clients(&self, authority: &Authority, user: CertificateUser) -> TlsConfig {
        let clients = ClientCertificates {
            authorities: self.write("clients.pem", authority.pem()),
            demand: CertificateDemand::Optional,
            revoked: None,
            user,
        };
        TlsConfig {
            clients: Some(clients),
            ..self.tls()
        }
    }

    /// A client that believes the server's authority.
    pub(crate) fn client(&self) -> Client {
        Client::of(&self.authority)
    }
}

/// Says at `/who` and `/login/who` who asks, and by which address.
pub(crate) struct Who;

impl Endpoint for Who {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        ["/who", "/login/who"].contains(&request.path_info)
    }

    fn answer(&self, request: &EndpointRequest<'_>, _: &mut RequestBody) -> Answer {
        let text = format!("{} at {}", request.actor.authname(), request.base_url);
        Response::new(Body::from(text)).into()
    }
}

/// A world with TLS, and with [`Who`].
pub(crate) fn secure_world(tls: TlsConfig) -> World {
    world_of(
        |config| config.tls = Some(tls),
        |builder| builder.endpoint(Who),
    )
}

/// A client and what it has.
#[derive(Clone)]
pub(crate) struct Client {
    roots: RootCertStore,
    own: Option<(Vec<CertificateDer<'static>>, Arc<PrivateKeyDer<'static>>)>,
    protocols: Vec<Vec<u8>>,
    name: &'static str,
}

impl Client {
    pub(crate) fn of(authority: &Authority) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(authority.issuer.der().clone()).unwrap();
        Self {
            roots,
            own: None,
            protocols: Vec::new(),
            name: "localhost",
        }
    }

    /// With a certificate of its own, and those that lead from it to its authority.
    pub(crate) fn with(mut self, issued: &Issued, way: &[&Authority]) -> Self {
        let mut chain =
            vec![CertificateDer::from_pem_slice(issued.certificate.as_bytes()).unwrap()];
        chain.extend(way.iter().map(|authority| authority.issuer.der().clone()));
        let key = PrivateKeyDer::from_pem_slice(issued.key.as_bytes()).unwrap();
        self.own = Some((chain, Arc::new(key)));
        self
    }

    /// That takes the server for another.
    pub(crate) fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// That speaks this (RFC 7301).
    pub(crate) fn speaking(mut self, protocol: &str) -> Self {
        self.protocols.push(protocol.as_bytes().to_owned());
        self
    }

    pub(crate) fn config(&self) -> ClientConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(self.roots.clone());
        let mut config = match &self.own {
            None => builder.with_no_client_auth(),
            Some((chain, key)) => builder
                .with_client_auth_cert(chain.clone(), key.clone_key())
                .unwrap(),
        };
        config.alpn_protocols.clone_from(&self.protocols);
        config
    }

    pub(crate) fn connect(&self, address: SocketAddr) -> StreamOwned<ClientConnection, TcpStream> {
        let name = ServerName::try_from(self.name).unwrap();
        let connection = ClientConnection::new(Arc::new(self.config()), name).unwrap();
        StreamOwned::new(connection, connect(address))
    }

    /// Sends one request. Without a connection, or an answer, there is an error.
    pub(crate) fn send(
        &self,
        world: &World,
        request: &Request<'_>,
    ) -> std::io::Result<http::Response> {
        let mut stream = self.connect(world.server.address());
        stream.write_all(&request.bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        Ok(http::Response::parse(&String::from_utf8_lossy(&bytes)))
    }

    /// What [`Who`] says at `path`: the name before its address, a status if that is not
    /// 200, or nothing without a connection.
    pub(crate) fn who(&self, world: &World, request: &Request<'_>) -> String {
        match self.send(world, request) {
            Ok(response) if response.status == 200 => {
                response.body.split(" at ").next().unwrap().to_owned()
            }
            Ok(response) => response.status.to_string(),
            Err(_) => String::new(),
        }
    }
}

/// Rewrites a file as a whole, as those do who renew certificates.
pub(crate) fn replace(path: &Path, content: &str) {
    let new = path.with_extension("new");
    fs::write(&new, content).unwrap();
    fs::rename(&new, path).unwrap();
}
