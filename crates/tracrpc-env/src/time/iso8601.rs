//! Dates of ISO 8601, as far as Trac reads them.
//!
//! `2024`, `2024-03`, `20240315`, with a time after `T` or a space, down to
//! microseconds, and a zone: `Z`, `+02`, `+0200`, `+02:00`. Each hyphen and colon
//! may be left out, so that some texts can be split in several ways; the longest
//! date that makes sense of all the text counts.

use jiff::civil::{Date, DateTime, Time};

use super::parse::Read;

/// The date, or none if the text is none of ISO 8601.
pub(super) fn parse(text: &str) -> Option<Read> {
    let split = split(text)?;
    let [year, month, day] = split.date;
    let date = Date::new(year, month as i8, day as i8)
        .ok()
        .filter(|_| year > 0)?;
    let [hour, minute, second] = split.time.map(|number| number as i8);
    let time = Time::new(hour, minute, second, split.micros * 1000).ok()?;
    let local = DateTime::from_parts(date, time);
    Some(match split.offset {
        None => Read::Local(local),
        Some((hours, minutes)) if hours.abs() < 24 && minutes.abs() < 60 => {
            Read::Offset(local, i64::from(hours) * 3600 + i64::from(minutes) * 60)
        }
        Some(_) => return None,
    })
}

/// The numbers of a text.
struct Split {
    date: [i16; 3],
    time: [i16; 3],
    micros: i32,
    offset: Option<(i16, i16)>,
}

fn split(text: &str) -> Option<Split> {
    let (year, after_year) = digits(text, 4)?;
    let with_month = || {
        let (month, rest) = two_digits(after_year, '-')?;
        let with_day = || {
            let (day, rest) = two_digits(rest, '-')?;
            split_time([year, month, day], rest)
        };
        with_day().or_else(|| split_time([year, month, 1], rest))
    };
    with_month().or_else(|| split_time([year, 1, 1], after_year))
}

fn split_time(date: [i16; 3], text: &str) -> Option<Split> {
    let Some(text_of_time) = text.strip_prefix(['T', ' ']) else {
        return split_zone(date, [0; 3], 0, text);
    };
    let (hour, after_hour) = digits(text_of_time, 2)?;
    let with_minute = || {
        let (minute, rest) = two_digits(after_hour, ':')?;
        let with_second = || {
            let (second, rest) = two_digits(rest, ':')?;
            let time = [hour, minute, second];
            match fraction(rest) {
                Some((micros, after)) => split_zone(date, time, micros, after),
                None => split_zone(date, time, 0, rest),
            }
        };
        with_second().or_else(|| split_zone(date, [hour, minute, 0], 0, rest))
    };
    with_minute().or_else(|| split_zone(date, [hour, 0, 0], 0, after_hour))
}

fn split_zone(date: [i16; 3], time: [i16; 3], micros: i32, text: &str) -> Option<Split> {
    let offset = match text {
        "" => None,
        "Z" => Some((0, 0)),
        _ => Some(offset(text)?),
    };
    Some(Split {
        date,
        time,
        micros,
        offset,
    })
}

/// Hours and minutes of `±hh:mm`, both with the sign.
fn offset(text: &str) -> Option<(i16, i16)> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, rest) = digits(text.strip_prefix(['+', '-'])?, 2)?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    if rest.is_empty() {
        return Some((sign * hours, 0));
    }
    let (minutes, rest) = digits(rest, 2)?;
    rest.is_empty().then_some((sign * hours, sign * minutes))
}

/// Up to six digits after `.` or `,`, as microseconds.
fn fraction(text: &str) -> Option<(i32, &str)> {
    let text = text.strip_prefix(['.', ','])?;
    let length = text.bytes().take(6).take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(length);
    (length > 0).then(|| Some((format!("{digits:0<6}").parse().ok()?, rest)))?
}

/// Two digits, after a separator that may be left out.
fn two_digits(text: &str, separator: char) -> Option<(i16, &str)> {
    digits(text.strip_prefix(separator).unwrap_or(text), 2)
}

/// A number of exactly that many digits, and what follows.
fn digits(text: &str, count: usize) -> Option<(i16, &str)> {
    let (digits, rest) = text.split_at_checked(count)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((digits.parse().ok()?, rest))
}
