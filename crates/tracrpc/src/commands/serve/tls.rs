//! Arguments about TLS and the certificates of clients.

use std::path::{Path, PathBuf};

use anyhow::bail;
use tracrpc_server::{CertificateDemand, CertificateUser, ClientCertificates, TlsConfig};

/// TLS, with `tracd`'s flags and those for the certificates of clients. All files are read
/// again when they change.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "TLS")]
pub(super) struct TlsArgs {
    /// The protocol to speak: `http`, or `https` with --certfile.
    #[arg(long, default_value = "http", value_parser = protocol)]
    protocol: Protocol,

    /// The server's certificate in PEM, and after it those that lead to its authority.
    #[arg(long, value_name = "FILE")]
    certfile: Option<PathBuf>,

    /// Its private key in PEM; without it the file of the certificate has the key.
    #[arg(long, value_name = "FILE", requires = "certfile")]
    keyfile: Option<PathBuf>,

    /// The authorities in PEM whose certificates clients may log in with.
    #[arg(long, value_name = "FILE", requires = "certfile")]
    client_ca: Option<PathBuf>,

    /// Whether clients need a certificate to connect at all: `required` or `optional`.
    #[arg(
        long,
        value_name = "DEMAND",
        requires = "client_ca",
        default_value = "optional",
        value_parser = demand
    )]
    client_cert: CertificateDemand,

    /// Revocation lists of these authorities, in PEM, or one in DER. Each authority has to have
    /// one that has not expired.
    #[arg(long, value_name = "FILE", requires = "client_ca")]
    client_crl: Option<PathBuf>,

    /// Whom a client's certificate logs in: the user named by the subject's `cn` or `email`, by
    /// lines `USER: DISTINGUISHED NAME` of a file, or `none`, where it only opens the connection.
    #[arg(
        long,
        value_name = "cn|email|FILE|none",
        requires = "client_ca",
        default_value = "cn",
        value_parser = user
    )]
    client_user: CertificateUser,
}

/// What is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Http,
    Https,
}

impl TlsArgs {
    /// The scheme of addresses.
    pub(super) fn scheme(&self) -> &'static str {
        match self.protocol {
            Protocol::Http => "http",
            Protocol::Https => "https",
        }
    }

    /// The port of the protocol, as `tracd` has it.
    pub(super) fn default_port(&self) -> u16 {
        match self.protocol {
            Protocol::Http => 80,
            Protocol::Https => 443,
        }
    }

    /// What the server is told.
    ///
    /// # Errors
    /// Something was asked for that would not happen.
    pub(super) fn config(self) -> anyhow::Result<Option<TlsConfig>> {
        let certificates = match (self.protocol, self.certfile) {
            (Protocol::Http, None) => return Ok(None),
            (Protocol::Http, Some(_)) => {
                bail!("--certfile needs --protocol=https: without it nothing is encrypted")
            }
            (Protocol::Https, None) => bail!("--certfile is required with --protocol=https"),
            (Protocol::Https, Some(file)) => absolute(&file)?,
        };
        let opens_only = self.client_user == CertificateUser::Nobody;
        if opens_only && self.client_cert == CertificateDemand::Optional {
            bail!(
                "--client-user=none needs --client-cert=required: else nobody needs a certificate"
            );
        }
        let clients = match self.client_ca {
            None => None,
            Some(file) => Some(ClientCertificates {
                authorities: absolute(&file)?,
                demand: self.client_cert,
                revoked: self.client_crl.as_deref().map(absolute).transpose()?,
                user: match self.client_user {
                    CertificateUser::File(file) => CertificateUser::File(absolute(&file)?),
                    other => other,
                },
            }),
        };
        Ok(Some(TlsConfig {
            certificates,
            key: self.keyfile.as_deref().map(absolute).transpose()?,
            clients,
        }))
    }
}

/// The path from wherever the process may be later. Links stay, for they may lead elsewhere
/// when a certificate is renewed.
fn absolute(path: &Path) -> anyhow::Result<PathBuf> {
    Ok(std::path::absolute(path)?)
}

fn protocol(text: &str) -> Result<Protocol, String> {
    match text {
        "http" => Ok(Protocol::Http),
        "https" => Ok(Protocol::Https),
        "scgi" | "ajp" | "fcgi" => Err(format!(
            "{text} is not spoken; let the web server pass requests on by HTTP (`proxy_pass` of \
             nginx, `ProxyPass` of Apache), and name its address with --trusted-proxy"
        )),
        _ => Err("expected http or https".to_owned()),
    }
}

fn demand(text: &str) -> Result<CertificateDemand, String> {
    match text {
        "required" => Ok(CertificateDemand::Required),
        "optional" => Ok(CertificateDemand::Optional),
        _ => Err("expected required or optional".to_owned()),
    }
}

/// A file that is called as one of the words is written `./cn`.
fn user(text: &str) -> Result<CertificateUser, String> {
    match text {
        "" => Err("expected cn, email, none or a file".to_owned()),
        "cn" => Ok(CertificateUser::CommonName),
        "email" => Ok(CertificateUser::Email),
        "none" => Ok(CertificateUser::Nobody),
        file => Ok(CertificateUser::File(file.into())),
    }
}
