//! A mail: its headers around its text.

use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Body, SinglePart};
use tracrpc_env::config::Config;
use tracrpc_env::{Environment, Error, Result};
use tracrpc_tickets::ticket::Ticket;

use super::address::Matcher;
use super::author::sender;
use super::body;
use super::change::Change;
use super::headers::{headers, require_usable};
use super::news::News;
use super::recipient::Recipients;
use super::width::Ruler;

/// All that a mail is about.
pub(super) struct Story<'a> {
    pub(super) env: &'a Environment,
    pub(super) config: &'a Config,
    /// The address of the environment, without a slash at its end.
    pub(super) base_url: &'a str,
    pub(super) event: &'a News,
    pub(super) change: &'a Change,
    pub(super) matcher: &'a Matcher,
    pub(super) ruler: Ruler,
}

impl Story<'_> {
    /// The ticket when it happened.
    pub(super) fn ticket(&self) -> &Ticket {
        &self.event.ticket
    }

    /// Where the ticket, or the comment, is to be seen.
    pub(super) fn link(&self) -> String {
        let comment = self
            .change
            .number
            .map(|number| format!("#comment:{number}"));
        format!(
            "{}/ticket/{}{}",
            self.base_url,
            self.event.number(),
            comment.unwrap_or_default()
        )
    }
}

/// A mail, ready to be sent.
#[derive(Debug)]
pub struct Mail {
    /// The address that the mail server is given as the sender's.
    pub from: String,
    /// The addresses that the mail server is given; those that nobody is to
    /// see stand nowhere else.
    pub recipients: Vec<String>,
    /// Headers and text.
    pub bytes: Vec<u8>,
}

/// Writes the mail about an event.
///
/// # Errors
/// What is wrong in `[notification]`, or cannot be read.
pub(super) fn compose(story: &Story<'_>, recipients: &Recipients) -> Result<Mail> {
    let from = sender(story.config, story.matcher, &story.event.sender)?;
    let all = recipients.public.union(&recipients.hidden);
    let all: Vec<String> = all.cloned().collect();
    for address in all.iter().chain([&from.address]) {
        require_usable(address)?;
    }
    let headers = headers(story, &from, &recipients.public)?;
    let part = SinglePart::builder()
        .header(ContentType::TEXT_PLAIN)
        .body(text(story)?);
    let mut bytes = headers.to_string().into_bytes();
    bytes.extend(part.formatted());
    Ok(Mail {
        from: from.address,
        recipients: all,
        bytes,
    })
}

/// The text as `[notification] mime_encoding` wants it.
fn text(story: &Story<'_>) -> Result<Body> {
    let text = lines_of_mail(body::body(story)?.trim_end());
    let encoding = match story
        .config
        .notification()
        .mime_encoding
        .to_lowercase()
        .as_str()
    {
        "base64" => ContentTransferEncoding::Base64,
        "qp" | "quoted-printable" => ContentTransferEncoding::QuotedPrintable,
        "none" => return Ok(plain(text)),
        other => {
            return Err(Error::config(format!(
                "Invalid email encoding setting: {other}"
            )));
        }
    };
    Ok(Body::new_with_encoding(text, encoding).unwrap_or_else(Body::new))
}

/// A text whose lines end as those of a mail, with no carriage return elsewhere (RFC 5322, 2.3).
fn lines_of_mail(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.replace('\n', "\r\n")
}

/// The longest line that may go as it is (RFC 5322, 2.1.1).
pub(super) const LONGEST_LINE: usize = 998;

/// The text as it is; one with too long lines gets an encoding that folds them.
fn plain(text: String) -> Body {
    let encoding = match text.is_ascii() {
        true => ContentTransferEncoding::SevenBit,
        false => ContentTransferEncoding::EightBit,
    };
    match text.lines().all(|line| line.len() <= LONGEST_LINE) {
        true => Body::dangerous_pre_encoded(text.into_bytes(), encoding),
        false => Body::new(text),
    }
}
