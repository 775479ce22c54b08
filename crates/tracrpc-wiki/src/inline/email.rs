//! Mail addresses.

use super::{Kind, Line};

pub(super) fn matcher<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    if at < line.no_email_before {
        return None;
    }
    let bytes = line.text.as_bytes();
    let local_end = at
        + bytes[at..]
            .iter()
            .position(|&b| !is_local_byte(b))
            .unwrap_or(bytes.len() - at);
    let domain_end = (bytes.get(local_end) == Some(&b'@'))
        .then(|| domain_end(bytes, local_end + 1))
        .flatten();
    if domain_end.is_none() {
        line.no_email_before = local_end;
    }
    domain_end.map(|end| (end, Kind::Email))
}

fn is_local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'\'' | b'+' | b'_' | b'-')
}

/// The end of the longest domain at `start`: labels with a dot behind each, then one that starts
/// with a letter and ends with a letter or digit.
fn domain_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut end = None;
    let mut at = start;
    loop {
        let label = bytes[at..]
            .iter()
            .take_while(|&&b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
            .count();
        if at > start && label > 0 {
            end = top_level_end(&bytes[at..at + label])
                .map(|length| at + length)
                .or(end);
        }
        if label == 0 || bytes.get(at + label) != Some(&b'.') {
            return end;
        }
        at += label + 1;
    }
}

fn top_level_end(label: &[u8]) -> Option<usize> {
    if !label[0].is_ascii_alphabetic() {
        return None;
    }
    let run = label.iter().take_while(|&&b| b != b'_').count();
    label[..run]
        .iter()
        .rposition(u8::is_ascii_alphanumeric)
        .map(|at| at + 1)
}
