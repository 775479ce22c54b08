//! Bodies that a client has compressed (`Content-Encoding`, RFC 9110, section 8.4).

mod reader;

use std::io::{self, Read};

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

pub(crate) use self::reader::reader;
use crate::budget::{Budget, Permit, Whom};
use crate::refused::Refused;

/// How many codings a body may have, one over the other.
const MAX_CODINGS: usize = 2;

/// What a byte can become at the most, about.
const MOST: usize = 1032;

/// What a byte takes up: what is read of a body takes memory, too.
const TWICE: usize = 2;

/// How much is decompressed before the memory for it is asked for.
const PIECE: usize = 256 * 1024;

/// How bodies are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
}

/// What a body may become.
pub(crate) struct Bounds<'a> {
    /// The size in bytes. What takes up more memory than there is for all is
    /// too large in any case.
    pub(crate) size: usize,
    pub(crate) memory: &'a Budget,
    pub(crate) whom: Whom,
}

/// How many bytes a body of `length` may become, about.
pub(crate) fn most(length: usize, headers: &HeaderMap) -> usize {
    match headers.contains_key(header::CONTENT_ENCODING) {
        true => length.saturating_mul(MOST),
        false => length,
    }
}

/// The body as it was before it was compressed. `permit` is extended by what is
/// added to it.
///
/// # Errors
/// If a coding is not known, the body is not of it, or it becomes too large.
pub(crate) fn expand(
    body: Bytes,
    headers: &HeaderMap,
    bounds: &Bounds<'_>,
    permit: &mut Permit,
) -> Result<Bytes, Refused> {
    let mut body = body;
    // The last coding was applied last.
    for coding in codings(headers)?.into_iter().rev() {
        body = coding.expand(&body, bounds, permit)?.into();
    }
    Ok(body)
}

fn codings(headers: &HeaderMap) -> Result<Vec<Coding>, Refused> {
    let mut codings = Vec::new();
    for value in headers.get_all(header::CONTENT_ENCODING) {
        let value = value.to_str().map_err(|_| Refused::UnknownCoding)?;
        for name in value.split(',').map(str::trim) {
            match name.to_ascii_lowercase().as_str() {
                "" | "identity" => {}
                "gzip" | "x-gzip" => codings.push(Coding::Gzip),
                "deflate" => codings.push(Coding::Deflate),
                _ => return Err(Refused::UnknownCoding),
            }
        }
    }
    match codings.len() > MAX_CODINGS {
        true => Err(Refused::UnknownCoding),
        false => Ok(codings),
    }
}

impl Coding {
    fn expand(
        self,
        body: &[u8],
        bounds: &Bounds<'_>,
        permit: &mut Permit,
    ) -> Result<Vec<u8>, Refused> {
        match self {
            Self::Gzip => read(MultiGzDecoder::new(body), body.len(), bounds, permit),
            Self::Deflate if has_zlib_head(body) => {
                read(ZlibDecoder::new(body), body.len(), bounds, permit)
            }
            // What some clients send under the name.
            Self::Deflate => read(DeflateDecoder::new(body), body.len(), bounds, permit),
        }
    }
}

/// Whether a stream begins as RFC 1950 has it.
fn has_zlib_head(body: &[u8]) -> bool {
    match body {
        [method, flags, ..] => {
            method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31)
        }
        _ => false,
    }
}

/// Reads what `length` bytes become.
fn read(
    mut reader: impl Read,
    length: usize,
    bounds: &Bounds<'_>,
    permit: &mut Permit,
) -> Result<Vec<u8>, Refused> {
    // Memory that is not written to costs nothing; to move what is there does.
    let size = bounds.size.min(bounds.memory.size() / TWICE);
    let most = length.saturating_mul(MOST).min(size);
    let mut bytes = Vec::with_capacity(most + PIECE);
    loop {
        let before = bytes.len();
        let mut piece = reader.by_ref().take(PIECE as u64);
        match piece.read_to_end(&mut bytes) {
            Ok(0) => return Ok(bytes),
            Ok(_) if bytes.len() > size => return Err(Refused::TooLarge),
            Ok(count) if before > 0 => {
                if !bounds.memory.extend(permit, count * TWICE, bounds.whom) {
                    return Err(Refused::Busy);
                }
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(Refused::Broken),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor, Write as _};

    use axum::http::HeaderValue;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

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

    fn raw(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn streamed(body: Bytes, headers: &HeaderMap, most: u64) -> Result<Vec<u8>, Refused> {
        let pieces = Cursor::new(body);
        // Byte by byte, as it may come.
        let mut reader = reader(BufReader::with_capacity(1, pieces), headers, most)?;
        let mut bytes = Vec::new();
        let read = reader.read_to_end(&mut bytes);
        read.map_err(|error| Refused::of(&error))?;
        Ok(bytes)
    }

    fn check(coding: &'static str, body: &[u8], expected: Result<&[u8], Refused>) {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        let bounds = Bounds {
            size: 1_000_000,
            memory: &Budget::new(2_100_000),
            whom: Whom::User,
        };
        let sent = Bytes::copy_from_slice(body);
        let expanded = expand(sent.clone(), &headers, &bounds, &mut Permit::none());
        let expanded = expanded.as_ref().map(AsRef::as_ref);
        assert!(
            expanded == expected.as_ref().map(|bytes| *bytes),
            "{coding}"
        );
        let streamed = streamed(sent, &headers, bounds.size as u64);
        let streamed = streamed.as_ref().map(Vec::as_slice);
        assert!(
            streamed == expected.as_ref().map(|bytes| *bytes),
            "{coding}, as a stream"
        );
    }

    #[test]
    fn bodies_are_expanded() {
        let text = "text ".repeat(1000);
        let text = text.as_bytes();
        check("gzip", &gzip(text), Ok(text));
        check("GZIP", &gzip(text), Ok(text));
        check(
            "x-gzip",
            &[gzip(b"one"), gzip(b"two")].concat(),
            Ok(b"onetwo"),
        );
        check("deflate", &zlib(text), Ok(text));
        check("deflate", &raw(text), Ok(text));
        check("identity", text, Ok(text));
        check("", text, Ok(text));
        check("deflate, gzip", &gzip(&zlib(text)), Ok(text));
        check("gzip", &gzip(b""), Ok(b""));
    }

    #[test]
    fn what_cannot_be_expanded_is_refused() {
        check("br", b"x", Err(Refused::UnknownCoding));
        check("gzip, br", b"x", Err(Refused::UnknownCoding));
        check("gzip, gzip, gzip", b"x", Err(Refused::UnknownCoding));
        check("gzip", b"x", Err(Refused::Broken));
        check("gzip", b"", Err(Refused::Broken));
        check("deflate", b"<methodCall/>", Err(Refused::Broken));
        let whole = gzip(b"text");
        check("gzip", &whole[..whole.len() - 6], Err(Refused::Broken));
    }

    #[test]
    fn no_body_takes_all_the_memory_and_more() {
        let body = gzip(&[0; 900_000]);
        let check = |memory: usize, expected: bool| {
            let bounds = Bounds {
                size: 1_000_000,
                memory: &Budget::new(memory),
                whom: Whom::User,
            };
            let expanded = Coding::Gzip.expand(&body, &bounds, &mut Permit::none());
            assert_eq!(expanded.is_ok(), expected, "{memory}");
        };
        check(1_700_000, false);
        check(2_000_000, true);
    }

    #[test]
    fn bombs_are_refused() {
        check("gzip", &gzip(&vec![0; 1_000_001]), Err(Refused::TooLarge));
        check("gzip", &gzip(&vec![0; 900_000]), Ok(&vec![0; 900_000]));
        check(
            "gzip, gzip",
            &gzip(&gzip(&vec![0; 100_000_000])),
            Err(Refused::TooLarge),
        );
    }
}
