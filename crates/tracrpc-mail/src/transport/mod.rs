//! Handing mail over: to an SMTP server, or to a program on this machine.

mod program;
mod smtp;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use tracrpc_env::config::Config;
use tracrpc_env::{Error, Extensions, Result};

use super::message::Mail;

/// An extension: a way to hand over mail, `trac/notification/mail.py: IEmailSender`.
pub struct MailSender {
    name: Cow<'static, str>,
    component: Cow<'static, str>,
    send: Box<Send>,
}

type Send = dyn Fn(&Config, &Mail) -> Handed + std::marker::Send + Sync;

impl MailSender {
    /// A way by its name in `[notification] email_sender`.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        send: impl Fn(&Config, &Mail) -> Handed + std::marker::Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            component: Cow::Borrowed(""),
            send: Box::new(send),
        }
    }

    /// The component of Trac that it stands for, by its Python name: where that is
    /// off, it is not there.
    #[must_use]
    pub fn component(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.component = name.into();
        self
    }
}

impl fmt::Debug for MailSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailSender")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Adds Trac's own ways.
pub(super) fn register(extensions: &mut Extensions) {
    let smtp = MailSender::new("SmtpEmailSender", smtp::send)
        .component("trac.notification.mail.SmtpEmailSender");
    let program = MailSender::new("SendmailEmailSender", program::send)
        .component("trac.notification.mail.SendmailEmailSender");
    extensions.add(Arc::new(smtp)).add(Arc::new(program));
}

/// Whether a mail was taken.
pub type Handed = std::result::Result<(), Failure>;

/// Why a mail was not taken.
#[derive(Debug)]
pub struct Failure {
    reason: String,
    /// Whether another attempt may do better.
    pub may_pass: bool,
}

impl Failure {
    /// What may be better the next time.
    pub fn for_now(reason: impl fmt::Display) -> Self {
        Self {
            reason: reason.to_string(),
            may_pass: true,
        }
    }

    /// What will not be better the next time.
    pub fn for_good(reason: impl fmt::Display) -> Self {
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
pub(super) fn send(config: &Config, extensions: &Extensions, mail: &Mail) -> Handed {
    (sender(config, extensions)?.send)(config, mail)
}

fn sender<'a>(config: &Config, extensions: &'a Extensions) -> Result<&'a MailSender> {
    let name = &config.notification().email_sender;
    let senders = extensions.of::<MailSender>();
    let mut on = senders
        .iter()
        .filter(|sender| config.has_component(&sender.component));
    let found = on.find(|sender| sender.name == *name);
    found.map(AsRef::as_ref).ok_or_else(|| {
        let known: Vec<_> = senders.iter().map(|sender| &*sender.name).collect();
        let known = known.join(", ");
        Error::config(format!(
            "[notification] email_sender: `{name}` is none of {known}, or disabled"
        ))
    })
}
