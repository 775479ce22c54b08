//! Whether a client's certificate is valid.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateRevocationListDer;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use x509_parser::prelude::{ASN1Time, CertificateRevocationList, FromDer as _};

use super::config::{CertificateDemand, ClientCertificates};
use super::files;

/// What verifies certificates by the files of `clients`: the whole way to an authority, and
/// where there are revocation lists that each certificate on it is none of theirs.
///
/// # Errors
///
/// Those of [`files::read`].
pub(super) fn verifier(
    clients: &ClientCertificates,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, String> {
    let authorities = Arc::new(files::authorities(&clients.authorities)?);
    let mut builder = WebPkiClientVerifier::builder_with_provider(authorities, provider);
    if let Some(path) = &clients.revoked {
        let lists = files::revocation_lists(path)?;
        warn_of_expired(path, &lists);
        // Who keeps a new list away must not be able to keep an old one in force.
        builder = builder.with_crls(lists).enforce_revocation_expiration();
    }
    if clients.demand == CertificateDemand::Optional {
        builder = builder.allow_unauthenticated();
    }
    builder.build().map_err(|error| match &clients.revoked {
        Some(path) => format!("{} cannot be used: {error}", path.display()),
        None => format!("{} cannot be used: {error}", clients.authorities.display()),
    })
}

fn warn_of_expired(path: &Path, lists: &[CertificateRevocationListDer<'_>]) {
    for list in lists {
        if let Ok((_, list)) = CertificateRevocationList::from_der(list)
            && list.next_update().is_some_and(|end| end < ASN1Time::now())
        {
            tracing::error!(
                file = %path.display(), issuer = %list.issuer(),
                "this revocation list has expired: no certificate of this authority is accepted"
            );
        }
    }
}
