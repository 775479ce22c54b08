//! Bodies that are compressed, or in a charset of their own.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use crate::http::{CALL, Request, post, world, world_with};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn compressed_bodies_are_understood_or_refused_by_name() {
    let world = world_with(|config| config.limits.body = 100_000);
    let check = |coding: &str, body: &[u8], status: u16, part: &str| {
        let request = post("/login/rpc", "text/xml", body).user("user");
        let response = world.send(&request.with("Content-Encoding", coding));
        assert_eq!(response.status, status, "{coding}: {response:?}");
        assert!(response.body.contains(part), "{coding}: {response:?}");
    };
    check("gzip", &gzip(CALL), 200, "<int>2</int>");
    check("deflate", &zlib(CALL), 200, "<int>2</int>");
    check("br", CALL, 415, "Content-Encoding is not known");
    check("gzip", CALL, 400, "incomplete");
    check("gzip", &gzip(&vec![b' '; 10_000_000]), 413, "larger");
}

#[test]
fn bodies_are_in_the_charset_that_the_request_names() {
    let world = world();
    let check = |content_type: &str, body: &[u8], part: &str| {
        let request: Request<'_> = post("/login/rpc", content_type, body).user("user");
        let response = world.send(&request);
        assert!(response.body.contains(part), "{content_type}: {response:?}");
    };
    let xml = b"<methodCall><methodName>\xe9</methodName></methodCall>";
    check("text/xml; charset=ISO-8859-1", xml, "RPC method \"\u{e9}\"");
    check("text/xml; charset=\"latin1\"", xml, "RPC method \"\u{e9}\"");
    check("text/xml", xml, "the body is not UTF-8");
    let json = b"{\"method\": \"\xe9\"}";
    check(
        "application/json; charset=latin1",
        json,
        "RPC method \\\"\\u00e9",
    );
    check("application/json", json, "the body is not UTF-8");
    let text: Vec<u8> = "{\"method\": \"é\"}"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    check("application/json", &text, "RPC method \\\"\\u00e9");
}
