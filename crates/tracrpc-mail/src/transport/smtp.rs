//! Handing mail to an SMTP server (RFC 5321), in the clear or by TLS.
//!
//! A certificate has to be one that this machine trusts, or one of those in the
//! file that `[tracrpc] smtp_certificates` names. (Trac takes any.)

use std::fs;
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    Certificate, SmtpConnection, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::extension::{ClientId, Extension};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use tracrpc_env::config::{Config, NotificationSection};
use tracrpc_env::{Error, Result};

use super::{Failure, Handed};
use crate::message::Mail;

/// How long the mail server may take for a step.
const PATIENCE: Duration = Duration::from_secs(30);

/// The port on which a server speaks TLS from the first byte (RFC 8314).
const SUBMISSIONS: u16 = 465;

/// Hands over a mail to `[notification] smtp_server`.
pub(super) fn send(config: &Config, mail: &Mail) -> Handed {
    let section = config.notification();
    let place = format!(
        "mail server {}:{}",
        section.smtp_server,
        section.smtp_port.get()?
    );
    let mut connection = connect(config, section)?;
    log_in(&mut connection, section)
        .and_then(|()| hand_over(&mut connection, mail))
        .map_err(|failure| Failure {
            reason: format!("{place}: {failure}"),
            ..failure
        })?;
    // The mail is taken, however the conversation ends.
    let _ = connection.quit();
    Ok(())
}

impl From<SmtpError> for Failure {
    fn from(error: SmtpError) -> Self {
        match error.is_permanent() {
            true => Self::for_good(error),
            false => Self::for_now(error),
        }
    }
}

/// A way to speak to the server: the TLS that is wanted, and the certificates
/// of which the server has to show one.
struct Way {
    tls: Option<TlsParameters>,
    pinned: Option<Vec<CertificateDer<'static>>>,
}

/// The first way that leads to the server.
fn connect(config: &Config, section: &NotificationSection) -> Result<SmtpConnection> {
    let mut failed = None;
    for way in ways(config, section)? {
        match try_connect(section, &way) {
            Ok(connection) => return Ok(connection),
            Err(error) => failed = Some(error),
        }
    }
    Err(failed.unwrap_or_else(|| Error::invalid("no way to the mail server")))
}

fn ways(config: &Config, section: &NotificationSection) -> Result<Vec<Way>> {
    if !section.use_tls {
        let (tls, pinned) = (None, None);
        return Ok(vec![Way { tls, pinned }]);
    }
    let builder = TlsParameters::builder(section.smtp_server.clone());
    let Some(file) = config.get_path("tracrpc", "smtp_certificates") else {
        let tls = Some(built(builder)?);
        return Ok(vec![Way { tls, pinned: None }]);
    };
    let certificates = read_certificates(&file)?;
    // Whatever is shown is compared with the file before anything is said.
    let any = builder.clone().dangerous_accept_invalid_certs(true);
    let any = built(any.dangerous_accept_invalid_hostnames(true))?;
    let signed = built(with_roots(builder, &certificates)?)?;
    let pinned = Some(certificates);
    Ok(vec![
        Way {
            tls: Some(any),
            pinned,
        },
        Way {
            tls: Some(signed),
            pinned: None,
        },
    ])
}

fn built(builder: TlsParametersBuilder) -> Result<TlsParameters> {
    builder
        .build()
        .map_err(|error| Error::config(error.to_string()))
}

fn read_certificates(path: &std::path::Path) -> Result<Vec<CertificateDer<'static>>> {
    let broken = |reason: &dyn std::fmt::Display| {
        let path = path.display();
        Error::config(format!("[tracrpc] smtp_certificates: {path}: {reason}"))
    };
    let text = fs::read(path).map_err(|error| broken(&error))?;
    let certificates: std::result::Result<Vec<_>, _> =
        CertificateDer::pem_slice_iter(&text).collect();
    match certificates.map_err(|error| broken(&error))? {
        none if none.is_empty() => Err(broken(&"no certificate")),
        some => Ok(some),
    }
}

fn with_roots(
    mut builder: TlsParametersBuilder,
    certificates: &[CertificateDer<'_>],
) -> Result<TlsParametersBuilder> {
    for certificate in certificates {
        let root = Certificate::from_der(certificate.to_vec());
        let root = root.map_err(|error| Error::config(error.to_string()))?;
        builder = builder.add_root_certificate(root);
    }
    Ok(builder)
}

fn try_connect(section: &NotificationSection, way: &Way) -> Result<SmtpConnection> {
    let server = section.smtp_server.as_str();
    let port = section.smtp_port.get()?;
    let failed = |reason: &dyn std::fmt::Display| {
        Error::invalid(format!("mail server {server}:{port}: {reason}"))
    };
    let port = u16::try_from(port).map_err(|error| failed(&error))?;
    let me = ClientId::default();
    let wrapper = way.tls.as_ref().filter(|_| port == SUBMISSIONS);
    let mut connection =
        SmtpConnection::connect((server, port), Some(PATIENCE), &me, wrapper, None)
            .map_err(|error| failed(&error))?;
    if let (Some(tls), None) = (&way.tls, wrapper) {
        connection
            .starttls(tls, &me)
            .map_err(|error| failed(&error))?;
    }
    let shown = || connection.peer_certificate().map(CertificateDer::from);
    match &way.pinned {
        Some(pinned) if !pinned.contains(&shown().map_err(|error| failed(&error))?) => Err(failed(
            &"its certificate is none of [tracrpc] smtp_certificates",
        )),
        _ => Ok(connection),
    }
}

fn log_in(connection: &mut SmtpConnection, section: &NotificationSection) -> Handed {
    if section.smtp_user.is_empty() {
        return Ok(());
    }
    let (user, password) = (section.smtp_user.clone(), section.smtp_password.clone());
    connection.auth(DEFAULT_MECHANISMS, &Credentials::new(user, password))?;
    Ok(())
}

/// The mail goes to those whom the server takes; it fails if there are none.
fn hand_over(connection: &mut SmtpConnection, mail: &Mail) -> Handed {
    let options = options(connection, mail);
    connection.command(format!("MAIL FROM:<{}>{options}\r\n", mail.from))?;
    let mut refused = Vec::new();
    for recipient in &mail.recipients {
        match connection.command(format!("RCPT TO:<{recipient}>\r\n")) {
            Err(error) if error.is_permanent() || error.is_transient() => refused.push(error),
            answer => drop(answer?),
        }
    }
    if refused.len() == mail.recipients.len() {
        return Err(refused
            .pop()
            .map_or_else(|| Failure::for_good("no recipients"), Failure::from));
    }
    for error in refused {
        tracing::warn!(%error, "the mail server refuses a recipient");
    }
    connection.command("DATA\r\n")?;
    connection.message(&mail.bytes)?;
    Ok(())
}

/// What the server should know of a mail that is not all ASCII, as far as it
/// wants to hear of it.
fn options(connection: &SmtpConnection, mail: &Mail) -> String {
    let info = connection.server_info();
    let mut options = String::new();
    if !mail.bytes.is_ascii() && info.supports_feature(Extension::EightBitMime) {
        options.push_str(" BODY=8BITMIME");
    }
    let is_ascii = mail.from.is_ascii() && mail.recipients.iter().all(|to| to.is_ascii());
    if !is_ascii && info.supports_feature(Extension::SmtpUtfEight) {
        options.push_str(" SMTPUTF8");
    }
    options
}
