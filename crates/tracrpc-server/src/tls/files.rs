//! The files of a server that speaks TLS.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::{Error as PemError, PemObject, SliceIter};
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use rustls::server::NoServerSessionStorage;
use rustls::{RootCertStore, ServerConfig};

use super::clients;
use super::config::{ClientCertificates, TlsConfig};

/// What is spoken within TLS, the preferred first (RFC 7301, RFC 9113).
const PROTOCOLS: [&[u8]; 3] = [b"h2", b"http/1.1", b"http/1.0"];

/// Reads all files.
///
/// # Errors
///
/// A file cannot be read or has not what it should have; the error is a sentence that names it
/// and has nothing of a key.
pub(super) fn read(config: &TlsConfig) -> Result<ServerConfig, String> {
    let chain = certificates(&config.certificates)?;
    let key_file = config.key.as_ref().unwrap_or(&config.certificates);
    let key = key(key_file)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let builder = match &config.clients {
        None => builder.with_no_client_auth(),
        Some(clients) => builder.with_client_cert_verifier(clients::verifier(clients, provider)?),
    };
    let mut made = builder.with_single_cert(chain, key).map_err(|error| {
        let key_file = key_file.display();
        format!(
            "the key of {key_file} does not serve {}: {error}",
            config.certificates.display()
        )
    })?;
    made.alpn_protocols = PROTOCOLS.iter().map(|name| name.to_vec()).collect();
    if config.clients.is_some() {
        // Who resumes a session is not verified again, and may have been revoked since.
        made.session_storage = Arc::new(NoServerSessionStorage {});
        made.send_tls13_tickets = 0;
    }
    Ok(made)
}

/// The certificates of a file, of which there is at least one.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let bytes = bytes(path)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let found = found.map_err(|error| malformed(path, &error))?;
    match found.is_empty() {
        true => Err(format!("{} has no certificate in PEM", path.display())),
        false => Ok(found),
    }
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    let bytes = bytes(path)?;
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| {
        let shown = path.display();
        match error {
            _ if is_encrypted(&bytes) => format!(
                "the key in {shown} is encrypted; `openssl pkey -in {shown} -out FILE` decrypts it"
            ),
            PemError::NoItemsFound => format!("{shown} has no private key in PEM"),
            error => malformed(path, &error),
        }
    })
}

/// Whether there is a key that needs a passphrase: in PKCS #8, or as RFC 1421 has it.
fn is_encrypted(bytes: &[u8]) -> bool {
    let has = |words: &[u8]| bytes.windows(words.len()).any(|window| window == words);
    has(b"-----BEGIN ENCRYPTED PRIVATE KEY-----") || has(b"Proc-Type: 4,ENCRYPTED")
}

/// Those whose certificates are believed.
pub(super) fn authorities(path: &Path) -> Result<RootCertStore, String> {
    let mut store = RootCertStore::empty();
    for certificate in certificates(path)? {
        store.add(certificate).map_err(|error| {
            format!(
                "a certificate in {} cannot be used: {error}",
                path.display()
            )
        })?;
    }
    Ok(store)
}

/// The revocation lists of a file, of which there is at least one.
pub(super) fn revocation_lists(
    path: &Path,
) -> Result<Vec<CertificateRevocationListDer<'static>>, String> {
    let bytes = bytes(path)?;
    // A sequence of ASN.1, which no text begins with.
    if bytes.first() == Some(&0x30) {
        return Ok(vec![CertificateRevocationListDer::from(bytes)]);
    }
    let found: SliceIter<'_, CertificateRevocationListDer<'static>> = SliceIter::new(&bytes);
    let found: Result<Vec<_>, _> = found.collect();
    let found = found.map_err(|error| malformed(path, &error))?;
    match found.is_empty() {
        true => Err(format!("{} has no revocation list", path.display())),
        false => Ok(found),
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// The kinds of the errors say nothing of what the file holds.
fn malformed(path: &Path, error: &PemError) -> String {
    let what = match error {
        PemError::MissingSectionEnd { .. } => "a section has no end",
        PemError::IllegalSectionStart { .. } => "a section begins in an unknown way",
        PemError::Base64Decode(_) => "a section is not in Base64",
        _ => "it is malformed",
    };
    format!("{} cannot be read as PEM: {what}", path.display())
}

/// All files, of which a change is of interest.
pub(super) fn paths(config: &TlsConfig) -> Vec<&Path> {
    let mut paths = vec![config.certificates.as_path()];
    paths.extend(config.key.as_deref());
    if let Some(ClientCertificates {
        authorities,
        revoked,
        ..
    }) = &config.clients
    {
        paths.push(authorities);
        paths.extend(revoked.as_deref());
    }
    paths
}
