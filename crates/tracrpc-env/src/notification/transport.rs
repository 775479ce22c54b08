//! Handing mail over: to an SMTP server, or to a program on this machine.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{SmtpTransport, Transport};

use super::message::Mail;
use crate::config::{Config, NotificationSection};
use crate::error::{Error, Result};

/// How long the mail server may take for a step.
const PATIENCE: Duration = Duration::from_secs(30);

/// The port on which a server speaks TLS from the first byte (RFC 8314).
const SUBMISSIONS: u16 = 465;

/// A way to hand over mail: its name in `[notification] email_sender`, and what does it.
type Sender = (&'static str, fn(&NotificationSection, &Mail) -> Result<()>);

const SENDERS: &[Sender] = &[
    ("SmtpEmailSender", send_by_smtp),
    ("SendmailEmailSender", send_by_program),
];

/// Hands over a mail as `[notification] email_sender` says.
///
/// # Errors
/// *Config* for an unknown sender, else why the mail was not taken.
pub(super) fn send(config: &Config, mail: &Mail) -> Result<()> {
    let section = config.notification()?;
    let found = SENDERS
        .iter()
        .find(|(name, _)| *name == section.email_sender);
    let (_, send) = found.ok_or_else(|| {
        let known = SENDERS
            .iter()
            .map(|(name, _)| *name)
            .collect::<Vec<_>>()
            .join(", ");
        let name = &section.email_sender;
        Error::config(format!(
            "[notification] email_sender: `{name}` is none of {known}"
        ))
    })?;
    send(section, mail)
}

fn send_by_smtp(section: &NotificationSection, mail: &Mail) -> Result<()> {
    let failed = |error: &dyn std::error::Error| {
        let (server, port) = (&section.smtp_server, section.smtp_port);
        Error::invalid(format!("mail server {server}:{port}: {error}"))
    };
    let port = u16::try_from(section.smtp_port).map_err(|error| failed(&error))?;
    let mut transport = SmtpTransport::builder_dangerous(&section.smtp_server)
        .port(port)
        .timeout(Some(PATIENCE));
    if section.use_tls {
        let parameters = TlsParameters::new(section.smtp_server.clone());
        let parameters = parameters.map_err(|error| failed(&error))?;
        transport = transport.tls(match port {
            SUBMISSIONS => Tls::Wrapper(parameters),
            _ => Tls::Required(parameters),
        });
    }
    if !section.smtp_user.is_empty() {
        let (user, password) = (section.smtp_user.clone(), section.smtp_password.clone());
        transport = transport.credentials(Credentials::new(user, password));
    }
    let sent = transport.build().send_raw(&mail.envelope, &mail.bytes);
    sent.map(drop).map_err(|error| failed(&error))
}

/// Runs `[notification] sendmail_path` with `-i -f FROM RECIPIENT…` and the mail as its input.
fn send_by_program(section: &NotificationSection, mail: &Mail) -> Result<()> {
    let program = &section.sendmail_path;
    let failed = |text: String| Error::invalid(format!("{program}: {text}"));
    let from = mail
        .envelope
        .from()
        .map(ToString::to_string)
        .unwrap_or_default();
    let mut child = Command::new(program)
        .args(["-i", "-f", &from, "--"])
        .args(mail.envelope.to().iter().map(ToString::to_string))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let text = String::from_utf8_lossy(&mail.bytes).replace("\r\n", "\n");
    let written = child
        .stdin
        .take()
        .map_or(Ok(()), |mut input| input.write_all(text.as_bytes()));
    let done = child
        .wait_with_output()
        .map_err(|error| failed(error.to_string()))?;
    if !done.status.success() {
        return Err(failed(
            String::from_utf8_lossy(&done.stderr).trim().to_owned(),
        ));
    }
    written.map_err(|error| failed(error.to_string()))
}
