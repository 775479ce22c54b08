//! A mail: its headers around its text.

use std::collections::BTreeSet;

use jiff::Timestamp;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MessageBuilder, SinglePart};
use lettre::{Address, Message};
use md5::{Digest, Md5};

use super::address::Matcher;
use super::author::{sender, with_default_domain};
use super::change::Change;
use super::recipient::Recipients;
use super::subject::subject;
use super::{TicketEvent, TicketEventKind, body};
use crate::config::Config;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::ticket::Ticket;
use crate::time::to_micros;

/// All that a mail is about.
pub(super) struct Story<'a> {
    pub(super) env: &'a Environment,
    pub(super) config: &'a Config,
    /// The address of the environment, without a slash at its end.
    pub(super) base_url: &'a str,
    pub(super) event: &'a TicketEvent,
    pub(super) ticket: &'a Ticket,
    pub(super) change: &'a Change,
    pub(super) matcher: &'a Matcher,
}

impl Story<'_> {
    /// Where the ticket, or the comment, is to be seen.
    pub(super) fn link(&self) -> String {
        let comment = self
            .change
            .number
            .map(|number| format!("#comment:{number}"));
        format!(
            "{}/ticket/{}{}",
            self.base_url,
            self.event.ticket,
            comment.unwrap_or_default()
        )
    }
}

/// A mail, ready to be sent.
#[derive(Debug)]
pub(super) struct Mail {
    pub(super) envelope: Envelope,
    /// Headers and text.
    pub(super) bytes: Vec<u8>,
}

/// Writes the mail about an event.
///
/// # Errors
/// What is wrong in `[notification]`, or cannot be read.
pub(super) fn compose(story: &Story<'_>, recipients: &Recipients) -> Result<Mail> {
    let section = story.config.notification()?;
    let (name, from) = sender(story.config, story.matcher, &story.event.author)?;
    let reply_to = with_default_domain(story.config, &section.smtp_replyto)?;
    let mut builder = Message::builder()
        .from(Mailbox::new(name, address(&from)?))
        .subject(subject(story)?);
    if !reply_to.is_empty() {
        builder = builder.reply_to(mailbox(&reply_to)?);
    }
    builder = threaded(story, builder, &from)?;
    for (name, value) in headers(story)? {
        builder = builder.raw_header(HeaderValue::new(name, value));
    }
    builder = addressed(story, builder, &recipients.public)?;
    let part = SinglePart::builder()
        .header(ContentType::TEXT_PLAIN)
        .body(text(story)?);
    let all: Vec<String> = recipients
        .public
        .union(&recipients.hidden)
        .cloned()
        .collect();
    // The addresses of the envelope are given to the server beside the mail.
    let envelope = Envelope::new(Some(address(&from)?), addresses(&all)?);
    let envelope = envelope.map_err(|error| unusable("recipients", &error))?;
    let message = builder.envelope(envelope.clone()).singlepart(part);
    let message = message.map_err(|error| unusable("mail", &error))?;
    Ok(Mail {
        envelope,
        bytes: message.formatted(),
    })
}

/// The names by which mail programs see that mails belong together. They are
/// Trac's, so that answers to its mails find their place.
fn threaded(story: &Story<'_>, builder: MessageBuilder, from: &str) -> Result<MessageBuilder> {
    let first = message_id(story, from, None)?;
    Ok(match story.event.kind {
        TicketEventKind::Created => builder.message_id(Some(first)),
        TicketEventKind::Changed => builder
            .message_id(Some(message_id(story, from, Some(story.event.time))?))
            .in_reply_to(first.clone())
            .references(first),
    })
}

fn message_id(story: &Story<'_>, from: &str, time: Option<Timestamp>) -> Result<String> {
    let reporter: String = story
        .ticket
        .text("reporter")
        .chars()
        .filter(char::is_ascii)
        .collect();
    let source = format!(
        "{}.{:08}.{}.{reporter}",
        story.config.project()?.url,
        story.event.ticket,
        time.map_or(0, to_micros),
    );
    let hash = hash(
        &story.config.notification()?.message_id_hash,
        source.as_bytes(),
    )?;
    let host = from.split_once('@').map_or(from, |(_, host)| host);
    Ok(format!("<{:03}.{hash}@{host}>", source.len()))
}

/// In hexadecimal, by the name of the algorithm in `[notification] message_id_hash`.
fn hash(algorithm: &str, source: &[u8]) -> Result<String> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match algorithm.to_lowercase().as_str() {
        "md5" => Ok(hex(&Md5::digest(source))),
        "sha1" => Ok(hex(&sha1::Sha1::digest(source))),
        "sha224" => Ok(hex(&sha2::Sha224::digest(source))),
        "sha256" => Ok(hex(&sha2::Sha256::digest(source))),
        "sha384" => Ok(hex(&sha2::Sha384::digest(source))),
        "sha512" => Ok(hex(&sha2::Sha512::digest(source))),
        _ => Err(Error::config(format!("Unknown hash type '{algorithm}'"))),
    }
}

fn headers(story: &Story<'_>) -> Result<Vec<(HeaderName, String)>> {
    let project = story.config.project()?;
    Ok(vec![
        (
            name("X-Mailer"),
            concat!("tracrpc ", env!("CARGO_PKG_VERSION")).to_owned(),
        ),
        (name("X-Trac-Project"), one_line(&project.name)),
        (name("X-URL"), one_line(&project.url)),
        (name("X-Trac-Realm"), "ticket".to_owned()),
        (name("X-Trac-Ticket-ID"), story.event.ticket.to_string()),
        (name("X-Trac-Ticket-URL"), one_line(&story.link())),
        (name("Precedence"), "bulk".to_owned()),
        (name("Auto-Submitted"), "auto-generated".to_owned()),
    ])
}

fn name(name: &'static str) -> HeaderName {
    HeaderName::new_from_ascii_str(name)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The recipients that all may see: those whom the ticket is about in `To`,
/// the others in `Cc`.
fn addressed(
    story: &Story<'_>,
    mut builder: MessageBuilder,
    public: &BTreeSet<String>,
) -> Result<MessageBuilder> {
    let mut to = BTreeSet::new();
    if story.config.notification()?.use_public_cc {
        let people = [
            story.ticket.text("owner"),
            story.ticket.text("reporter"),
            &story.event.author,
        ];
        let found = people
            .into_iter()
            .filter_map(|name| story.matcher.candidate(name));
        to = found
            .map(|found| found.address)
            .filter(|address| public.contains(address))
            .collect();
    }
    if to.is_empty() {
        let nobody = "undisclosed-recipients: ;".to_owned();
        builder = builder.raw_header(HeaderValue::new(name("To"), nobody));
    }
    for address in &to {
        builder = builder.to(mailbox(address)?);
    }
    for address in public.difference(&to) {
        builder = builder.cc(mailbox(address)?);
    }
    Ok(builder)
}

/// The text as `[notification] mime_encoding` wants it.
fn text(story: &Story<'_>) -> Result<Body> {
    let text = body::body(story)?.trim_end().replace('\n', "\r\n");
    let encoding = match story
        .config
        .notification()?
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

/// The longest line that may go as it is (RFC 5322, 2.1.1).
const LONGEST_LINE: usize = 998;

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

fn addresses(texts: &[String]) -> Result<Vec<Address>> {
    texts.iter().map(|text| address(text)).collect()
}

fn mailbox(text: &str) -> Result<Mailbox> {
    Ok(Mailbox::new(None, address(text)?))
}

/// An address without a domain is one of the machine that the mail is handed to.
fn address(text: &str) -> Result<Address> {
    let parsed = match text.contains('@') {
        true => text.parse(),
        false => Address::new(text, "localhost"),
    };
    parsed.map_err(|error| unusable(text, &error))
}

fn unusable(what: &str, error: &dyn std::error::Error) -> Error {
    Error::invalid(format!("unusable {what}: {error}"))
}
