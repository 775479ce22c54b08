//! The headers of a mail.

use std::collections::BTreeSet;
use std::time::SystemTime;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lettre::message::header::{self, HeaderName, HeaderValue, Headers, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Mailboxes};
use md5::{Digest, Md5};
use tracrpc_env::time::Timestamp;
use tracrpc_env::{Error, Result};

use super::author::{Sender, with_default_domain};
use super::message::{LONGEST_LINE, Story};
use super::news::NewsKind;
use super::subject::subject;

/// The headers of a mail of which all see the recipients in `public`.
///
/// # Errors
/// What is wrong in `[notification]`, or cannot be read.
pub(super) fn headers(
    story: &Story<'_>,
    from: &Sender,
    public: &BTreeSet<String>,
) -> Result<Headers> {
    let mut headers = Headers::new();
    headers.set(header::Date::new(SystemTime::now()));
    headers.set(MIME_VERSION_1_0);
    insert(&mut headers, "Subject", &subject(story)?);
    let sender = (from.name.as_deref(), from.address.as_str());
    insert_addresses(&mut headers, "From", &[sender])?;
    let reply_to = with_default_domain(story.config, &story.config.notification().smtp_replyto)?;
    if !reply_to.is_empty() {
        insert_addresses(&mut headers, "Reply-To", &[(None, &reply_to)])?;
    }
    insert_recipients(&mut headers, story, public)?;
    insert_thread(&mut headers, story, &from.bare_address)?;
    insert_marks(&mut headers, story)?;
    Ok(headers)
}

/// Text for a header: a line break would begin another one, and what looks
/// encoded must not be decoded (Trac puts a space of no width into that).
pub(super) fn header_text(text: &str) -> String {
    let lines = text.split(['\r', '\n']).filter(|line| !line.is_empty());
    let line = lines.collect::<Vec<_>>().join(" ");
    line.replace("=?", "=\u{200b}?")
}

/// Refuses an address that a mail server could misread.
///
/// # Errors
/// *Invalid*.
pub(super) fn require_usable(address: &str) -> Result<()> {
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || "<>,;\"".contains(c);
    match address.is_empty() || address.contains(is_odd) {
        true => Err(Error::invalid(format!("unusable address `{address}`"))),
        false => Ok(()),
    }
}

fn insert(headers: &mut Headers, name: &'static str, value: &str) {
    let name = HeaderName::new_from_ascii_str(name);
    let text = header_text(value);
    // A header is folded between words. A word that fills a line has to be encoded in parts.
    headers.insert_raw(match has_giant_word(&text) {
        true => {
            let encoded = encoded_words(&text);
            HeaderValue::dangerous_new_pre_encoded(name, text, encoded)
        }
        false => HeaderValue::new(name, text),
    });
}

/// Whether there is a word that would not fit into a line, with the name of its header.
fn has_giant_word(text: &str) -> bool {
    text.split(' ').any(|word| word.len() > LONGEST_LINE - 100)
}

/// The text in encoded words of RFC 2047, a line each.
fn encoded_words(text: &str) -> String {
    let mut parts = vec![String::new()];
    for c in text.chars() {
        match parts.last_mut() {
            Some(part) if part.len() + c.len_utf8() <= BYTES_OF_A_WORD => part.push(c),
            _ => parts.push(c.to_string()),
        }
    }
    let word = |part| format!("=?utf-8?b?{}?=", BASE64_STANDARD.encode(part));
    let words: Vec<String> = parts.into_iter().map(word).collect();
    words.join("\r\n ")
}

/// As many bytes as an encoded word of 75 characters can hold.
const BYTES_OF_A_WORD: usize = 45;

/// Names and addresses. An address without a domain is left to the mail server
/// as it is.
fn insert_addresses(
    headers: &mut Headers,
    name: &'static str,
    people: &[(Option<&str>, &str)],
) -> Result<()> {
    for (_, address) in people {
        require_usable(address)?;
    }
    let mailbox = |(name, address): &(Option<&str>, &str)| {
        let address = address.contains('@').then(|| address.parse().ok())??;
        Some(Mailbox::new(name.map(name_text), address))
    };
    let Some(mailboxes) = people.iter().map(mailbox).collect::<Option<Vec<_>>>() else {
        let people: Vec<String> = people.iter().map(plain_mailbox).collect();
        insert(headers, name, &people.join(", "));
        return Ok(());
    };
    // A line for each: hundreds of people do not fit into one.
    let encoded: Vec<String> = mailboxes.iter().map(encoded_mailbox).collect();
    let name = HeaderName::new_from_ascii_str(name);
    let (raw, encoded) = (encoded.join(", "), encoded.join(",\r\n "));
    headers.insert_raw(HeaderValue::dangerous_new_pre_encoded(name, raw, encoded));
    Ok(())
}

/// How many bytes of a name are shown before an address: encoded or quoted, they fit into a line
/// with it.
const LONGEST_NAME: usize = 340;

fn name_text(name: &str) -> String {
    let text = header_text(name);
    let fitting = text
        .char_indices()
        .take_while(|(at, c)| at + c.len_utf8() <= LONGEST_NAME);
    fitting.map(|(_, c)| c).collect()
}

/// A name and an address as they stand in a header.
fn encoded_mailbox(mailbox: &Mailbox) -> String {
    let mut headers = Headers::new();
    headers.set(header::To::from(Mailboxes::from(mailbox.clone())));
    let text = headers.to_string();
    text.trim_start_matches("To: ").trim_end().to_owned()
}

fn plain_mailbox((name, address): &(Option<&str>, &str)) -> String {
    let name = name.map(name_text);
    match name {
        Some(name) if !name.is_ascii() => format!("{name} <{address}>"),
        Some(name) => {
            let name = name.replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{name}\" <{address}>")
        }
        None => (*address).to_owned(),
    }
}

/// The recipients that all may see: those whom the ticket is about in `To`,
/// the others in `Cc`.
fn insert_recipients(
    headers: &mut Headers,
    story: &Story<'_>,
    public: &BTreeSet<String>,
) -> Result<()> {
    let mut to = BTreeSet::new();
    if story.config.notification().use_public_cc {
        let ticket = story.ticket();
        let people = [
            ticket.text("owner"),
            ticket.text("reporter"),
            story.event.originator(),
        ];
        let found = people
            .into_iter()
            .filter_map(|name| story.matcher.candidate(name));
        to.extend(
            found
                .map(|found| found.address)
                .filter(|address| public.contains(address)),
        );
    }
    let cc: Vec<_> = public
        .difference(&to)
        .map(|address| (None, address.as_str()))
        .collect();
    let to: Vec<_> = to.iter().map(|address| (None, address.as_str())).collect();
    match to.is_empty() {
        true => insert(headers, "To", "undisclosed-recipients: ;"),
        false => insert_addresses(headers, "To", &to)?,
    }
    match cc.is_empty() {
        true => Ok(()),
        false => insert_addresses(headers, "Cc", &cc),
    }
}

/// The names by which mail programs see that mails belong together. They are
/// Trac's, so that answers to its mails find their place.
fn insert_thread(headers: &mut Headers, story: &Story<'_>, from: &str) -> Result<()> {
    let first = message_id(story, from, None)?;
    if story.event.kind == NewsKind::Created {
        insert(headers, "Message-ID", &first);
        return Ok(());
    }
    insert(
        headers,
        "Message-ID",
        &message_id(story, from, story.event.time)?,
    );
    insert(headers, "In-Reply-To", &first);
    insert(headers, "References", &first);
    Ok(())
}

fn message_id(story: &Story<'_>, from: &str, time: Option<Timestamp>) -> Result<String> {
    let reporter: String = story
        .ticket()
        .text("reporter")
        .chars()
        .filter(char::is_ascii)
        .collect();
    let source = format!(
        "{}.{:08}.{}.{reporter}",
        story.config.project().url,
        story.event.number(),
        time.map_or(0, Timestamp::as_microsecond),
    );
    let hash = hash(
        &story.config.notification().message_id_hash,
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

/// What mail programs can sort by.
fn insert_marks(headers: &mut Headers, story: &Story<'_>) -> Result<()> {
    let project = story.config.project();
    let version = concat!("tracrpc ", env!("CARGO_PKG_VERSION"));
    let marks = [
        ("X-Mailer", version),
        ("X-Trac-Project", &project.name),
        ("X-URL", &project.url),
        ("X-Trac-Realm", "ticket"),
        ("X-Trac-Ticket-ID", &story.event.number().to_string()),
        ("X-Trac-Ticket-URL", &story.link()),
        ("Precedence", "bulk"),
        ("Auto-Submitted", "auto-generated"),
    ];
    for (name, value) in marks {
        insert(headers, name, value);
    }
    Ok(())
}
