//! What a server is told about TLS.

use std::path::PathBuf;

/// The files of a server that speaks TLS. They are read again when they change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsConfig {
    /// The server's certificate in PEM, followed by those that lead to its authority.
    pub certificates: PathBuf,
    /// Its private key in PEM (PKCS #8, PKCS #1 or SEC 1, not encrypted); without it the
    /// file of the certificates has it.
    pub key: Option<PathBuf>,
    /// Whose certificates clients may show; without it they are not asked for any.
    pub clients: Option<ClientCertificates>,
}

/// The certificates that clients may show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificates {
    /// The certificates of their authorities in PEM.
    pub authorities: PathBuf,
    /// Whether clients without a certificate get in.
    pub demand: CertificateDemand,
    /// Lists of what has been revoked (RFC 5280, section 5), one or more in PEM or one in
    /// DER. Once there are any, each authority of a certificate has to have one that has
    /// not expired.
    pub revoked: Option<PathBuf>,
    /// Who they log in.
    pub user: CertificateUser,
}

/// Whether clients have to have a certificate. One that is shown has to be valid either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateDemand {
    /// Without one there is no connection.
    Required,
    /// Without one they log in otherwise, if at all.
    Optional,
}

/// Whom a certificate logs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateUser {
    /// Nobody: it only opens the connection.
    Nobody,
    /// The user whose name is the most specific common name of the subject.
    CommonName,
    /// The user whose name is the first of [`TlsIdentity::emails`](crate::TlsIdentity::emails).
    Email,
    /// The user that a file names. Its lines are `USER: NAME` with a [distinguished
    /// name](crate::DistinguishedName), empty, or comments after `#`.
    File(PathBuf),
}
