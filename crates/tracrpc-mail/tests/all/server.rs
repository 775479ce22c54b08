//! An SMTP server on this machine, and the mail that it got.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

/// A mail as the server got it.
pub(super) struct Received {
    pub(super) recipients: Vec<String>,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
    /// Headers and body, byte for byte.
    pub(super) raw: String,
}

/// An SMTP server that takes everything, after refusing some mails for now.
pub(super) struct MailServer {
    pub(super) port: u16,
    received: Receiver<Received>,
}

impl MailServer {
    pub(super) fn start(refusals: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, received) = channel();
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                write!(stream, "220 test\r\n").unwrap();
                talk(&mut BufReader::new(stream), number < refusals, &sender);
            }
        });
        Self { port, received }
    }

    /// A server of which the conversations are held by somebody else.
    pub(super) fn held_by(hold: impl Fn(TcpStream, &Sender<Received>) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, received) = channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                hold(stream.unwrap(), &sender);
            }
        });
        Self { port, received }
    }

    pub(super) fn next(&self) -> Received {
        self.received
            .recv_timeout(Duration::from_secs(60))
            .expect("a mail")
    }

    pub(super) fn is_empty(&self) -> bool {
        self.received.try_recv().is_err()
    }
}

/// A conversation of RFC 5321, after the greeting.
pub(super) fn talk<S: Read + Write>(
    stream: &mut BufReader<S>,
    refuses: bool,
    received: &Sender<Received>,
) {
    let mut recipients = Vec::new();
    while let Some(line) = line_of(stream) {
        let answer = match line.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => "250-test\r\n250 8BITMIME",
            "MAIL" if refuses => "451 later",
            "RCPT" if line.contains("refused@") => "550 no such user",
            "RCPT" => {
                let address = line.split(['<', '>']).nth(1).unwrap_or_default();
                recipients.push(address.to_owned());
                "250 ok"
            }
            "DATA" => {
                say(stream, "354 go on");
                let mut raw = String::new();
                while let Some(line) = raw_line_of(stream).filter(|line| line != ".\r\n") {
                    raw.push_str(&line);
                }
                let mail = read(std::mem::take(&mut recipients), raw);
                received.send(mail).unwrap();
                "250 taken"
            }
            "QUIT" => return,
            _ => "250 ok",
        };
        say(stream, answer);
    }
}

/// Answers with a line.
pub(super) fn say<S: Read + Write>(stream: &mut BufReader<S>, answer: &str) {
    // In one piece: the rest of an answer would wait for a sign of the other side.
    let line = format!("{answer}\r\n");
    stream.get_mut().write_all(line.as_bytes()).unwrap();
    stream.get_mut().flush().unwrap();
}

/// The next line, if the other side has not hung up.
pub(super) fn line_of(stream: &mut impl BufRead) -> Option<String> {
    raw_line_of(stream).map(|line| line.trim_end_matches(['\r', '\n']).to_owned())
}

fn raw_line_of(stream: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    let length = stream.read_line(&mut line).ok()?;
    (length > 0).then_some(line)
}

fn read(mut recipients: Vec<String>, raw: String) -> Received {
    let lines: Vec<String> = raw.lines().map(str::to_owned).collect();
    recipients.sort();
    let end = lines.iter().position(String::is_empty).unwrap();
    let unfolded = lines[..end].join("\n").replace("\n ", " ");
    let headers = unfolded.lines().filter_map(|line| line.split_once(": "));
    let body = lines[end + 1..]
        .iter()
        .map(|line| line.strip_prefix('.').unwrap_or(line));
    Received {
        recipients,
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        body: body.collect::<Vec<_>>().join("\n").trim_end().to_owned() + "\n",
        raw,
    }
}
