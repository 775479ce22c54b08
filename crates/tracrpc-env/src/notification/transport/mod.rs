//! Handing mail over: to an SMTP server, or to a program on this machine.

mod program;
mod smtp;

use std::fmt;

use super::message::Mail;
use crate::config::Config;
use crate::error::{Error, Result};

/// A way to hand over mail: its name in `[notification] email_sender`, the
/// component of Trac that it stands for, and what does it.
type Sender = (&'static str, &'static str, fn(&Config, &Mail) -> Handed);

const SENDERS: &[Sender] = &[
    (
        "SmtpEmailSender",
        "trac.notification.mail.SmtpEmailSender",
        smtp::send,
    ),
    (
        "SendmailEmailSender",
        "trac.notification.mail.SendmailEmailSender",
        program::send,
    ),
];

/// Whether a mail was taken.
pub(super) type Handed = std::result::Result<(), Failure>;

/// Why a mail was not taken.
#[derive(Debug)]
pub(super) struct Failure {
    reason: String,
    /// Whether another attempt may do better.
    pub(super) may_pass: bool,
}

impl Failure {
    /// What may be better the next time.
    fn for_now(reason: impl fmt::Display) -> Self {
        Self {
            reason: reason.to_string(),
            may_pass: true,
        }
    }

    /// What will not be better the next time.
    fn for_good(reason: impl fmt::Display) -> Self {
        Self {
            reason: reason.to_string(),
            may_pass: false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::for_now(error)
    }
}

/// Hands over a mail as `[notification] email_sender` says.
///
/// # Errors
/// What is wrong in the configuration, or why the mail was not taken.
pub(super) fn send(config: &Config, mail: &Mail) -> Handed {
    sender(config)?(config, mail)
}

fn sender(config: &Config) -> Result<fn(&Config, &Mail) -> Handed> {
    let name = &config.notification().email_sender;
    let mut on = SENDERS.iter().filter(|row| config.is_on(row.1));
    let known = || SENDERS.iter().map(|row| row.0).collect::<Vec<_>>();
    let found = on.find(|row| row.0 == name);
    found.map(|row| row.2).ok_or_else(|| {
        let known = known().join(", ");
        Error::config(format!(
            "[notification] email_sender: `{name}` is none of {known}, or disabled"
        ))
    })
}
