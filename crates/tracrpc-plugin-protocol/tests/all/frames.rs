//! Lines, blobs, noise and ends.

use std::io::{self, BufReader, Read};

use tracrpc_plugin_protocol::{BLOB, MessageError};
use tracrpc_plugin_protocol::{Frame, FrameError, FrameReader, Incoming, Limits, Message};
use tracrpc_wire::{Struct, Value};

/// What is read of `bytes`: lines, with `!` before noise, and how it ends.
fn read(bytes: &[u8], limit: usize) -> (Vec<String>, String) {
    let limits = Limits::default().with_frame(limit);
    // A tiny buffer, so that everything crosses its end.
    let input = BufReader::with_capacity(3, bytes);
    let mut reader = FrameReader::new(input, limits);
    reader.expect_blobs();
    let mut lines = Vec::new();
    loop {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match reader.read() {
            Ok(Some(Incoming::Frame(frame))) => {
                let blobs = frame.blobs.iter().map(|blob| format!("+{}", text(blob)));
                lines.push(text(&frame.line) + &blobs.collect::<String>());
            }
            Ok(Some(Incoming::Noise(noise))) => lines.push(format!("!{}", text(&noise))),
            Ok(None) => return (lines, String::new()),
            Err(error) => return (lines, error.to_string()),
        }
    }
}

fn check(bytes: &str, expected: &[&str], end: &str) {
    let (lines, ended) = read(bytes.as_bytes(), 64);
    assert_eq!(lines, expected, "{bytes:?}");
    assert_eq!(ended, end, "{bytes:?}");
}

#[test]
fn lines_are_frames_or_noise() {
    check("", &[], "");
    check("{}\n", &["{}"], "");
    check(
        "{\"a\":1}\r\nhello\n\n{}\n",
        &["{\"a\":1}\r", "!hello", "!", "{}"],
        "",
    );
    check("noise without an end", &["!noise without an end"], "");
    check(" {}\n", &["! {}"], "");
}

#[test]
fn half_a_line_and_a_huge_one_end_it() {
    check("{}\n{\"a\"", &["{}"], "it ends within a message");
    let huge = format!("{{\"a\":\"{}\"}}\n", "x".repeat(100));
    check(&huge, &[], "a message has more than 64 bytes");
    let just = format!("{{\"a\":\"{}\"}}\n", "x".repeat(55));
    assert_eq!(just.len(), 64);
    check(&just, &[just.trim()], "");
}

#[test]
fn a_long_line_of_noise_costs_little() {
    let bytes = format!("{}\n{{}}\n", "x".repeat(1_000_000));
    let (lines, end) = read(bytes.as_bytes(), 64);
    assert_eq!(lines.len(), 2);
    assert!(lines[0].len() < 2000, "{}", lines[0].len());
    assert_eq!((lines[1].as_str(), end.as_str()), ("{}", ""));
}

#[test]
fn blobs_follow_their_line() {
    check(
        "{\"blobs\":[2,0,3]}\nabcde{}\n",
        &["{\"blobs\":[2,0,3]}+ab++cde", "{}"],
        "",
    );
    check("{\"blobs\":[5]}\nabc", &[], "it ends within a message");
    check(
        "{\"blobs\":[5000]}\nabc",
        &[],
        "a message has more than 64 bytes",
    );
    check(
        "{\"blobs\":[30,30]}\nabc",
        &[],
        "a message has more than 64 bytes",
    );
    let (_, end) = read(b"{\"blobs\":[18446744073709551615]}\n", 64);
    assert_eq!(end, "a message has more than 64 bytes");
    for bad in ["{\"blobs\":[-1]}\n", "{\"blobs\":1}\n", "{\"blobs\":[\n"] {
        let (lines, end) = read(bad.as_bytes(), 64);
        assert!(
            lines.is_empty() && end.contains("no object"),
            "{bad}: {end}"
        );
    }
}

#[test]
fn without_an_agreement_there_are_no_blobs() {
    let bytes: &[u8] = b"{\"blobs\":[2]}\n{}\n";
    let mut reader = FrameReader::new(bytes, Limits::default());
    assert!(matches!(reader.read(), Ok(Some(Incoming::Frame(frame))) if frame.blobs.is_empty()));
    assert!(matches!(reader.read(), Ok(Some(Incoming::Frame(_)))));
}

#[test]
fn large_binaries_travel_as_blobs_where_they_may() {
    for (length, with_blobs, expected) in [(BLOB - 1, true, 0), (BLOB, true, 1), (BLOB, false, 0)] {
        let params: Struct = [("body", Value::Binary(vec![7; length]))]
            .into_iter()
            .collect();
        let message = Message::request(1, "x", params);
        let limits = Limits::default();
        let frame = message.clone().into_frame(with_blobs, &limits).unwrap();
        assert_eq!(frame.blobs.len(), expected);
        assert_eq!(Message::from_frame(frame, &limits), Ok(message));
    }
}

#[test]
fn what_is_too_large_is_not_sent() {
    let params: Struct = [("text", "x".repeat(1000))].into_iter().collect();
    let limits = Limits::default().with_frame(500);
    let message = Message::notification("x", params);
    assert!(message.into_frame(true, &limits).is_err());
}

#[test]
fn an_error_of_the_input_is_told() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let mut reader = FrameReader::new(BufReader::new(Broken), Limits::default());
    assert!(matches!(reader.read(), Err(FrameError::Io(_))));
}

#[test]
fn who_is_to_be_told_of_nonsense() {
    let read = |line: &str| {
        let frame = Frame {
            line: line.as_bytes().to_vec(),
            blobs: Vec::new(),
        };
        Message::from_frame(frame, &Limits::default())
    };
    type Check = fn(&MessageError) -> bool;
    let cases: &[(&str, Check)] = &[
        ("{", |error| matches!(error, MessageError::Malformed { .. })),
        ("{} {}", |error| {
            matches!(error, MessageError::Malformed { .. })
        }),
        ("{\"a\":NaN}", |error| {
            matches!(error, MessageError::Malformed { .. })
        }),
        ("{}", |error| matches!(error, MessageError::Other { .. })),
        ("{\"id\":\"x\",\"result\":1}", |error| {
            matches!(error, MessageError::Other { .. })
        }),
        ("{\"id\":null,\"error\":{}}", |error| {
            matches!(error, MessageError::Other { .. })
        }),
        ("{\"method\":\"m\",\"params\":[]}", |error| {
            matches!(error, MessageError::Other { .. })
        }),
        ("{\"id\":3,\"method\":\"m\",\"params\":[]}", |error| {
            matches!(error, MessageError::Request { id: 3, .. })
        }),
        ("{\"id\":3,\"method\":7}", |error| {
            matches!(error, MessageError::Request { id: 3, .. })
        }),
        ("{\"id\":3,\"result\":{\"$bin\":\"*\"}}", |error| {
            matches!(error, MessageError::Answer { id: 3, .. })
        }),
        ("{\"id\":3,\"error\":7}", |error| {
            matches!(error, MessageError::Answer { id: 3, .. })
        }),
    ];
    for (line, expected) in cases {
        let error = read(line).unwrap_err();
        assert!(expected(&error), "{line}: {error:?}");
    }
    let deep = format!(
        "{{\"id\":1,\"result\":{}{}}}",
        "[".repeat(9000),
        "]".repeat(9000)
    );
    assert!(matches!(
        read(&deep),
        Err(MessageError::Answer { id: 1, .. })
    ));
    let invalid = Frame {
        line: b"{\"id\":1,\"result\":\"\xff\"}".to_vec(),
        blobs: Vec::new(),
    };
    let read = Message::from_frame(invalid, &Limits::default());
    assert!(matches!(read, Err(MessageError::Malformed { .. })));
}

#[test]
fn unknown_members_are_ignored_and_missing_ones_have_defaults() {
    let line = br#"{"jsonrpc":"2.0","trace":[1],"method":"ping","id":1}"#.to_vec();
    let frame = Frame {
        line,
        blobs: Vec::new(),
    };
    let read = Message::from_frame(frame, &Limits::default());
    assert_eq!(read, Ok(Message::request(1, "ping", Struct::new())));
}
