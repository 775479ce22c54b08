//! Dates as the C locale writes them.

use jiff::civil::DateTime;

use super::guess::moment;

/// What `strptime` is asked for, one after the other.
const FORMATS: &[&str] = &[
    "%m/%d/%y %H:%M:%S",
    "%m/%d/%y, %H:%M:%S",
    "%H:%M:%S %m/%d/%y",
    "%H:%M:%S, %m/%d/%y",
    "%m/%d/%y",
    "%a %b %d %H:%M:%S %Y",
    "%b %d, %Y",
];

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The date in a text of small letters, none if it is no such date as a whole.
pub(super) fn parse(text: &str) -> Option<DateTime> {
    FORMATS.iter().find_map(|format| strptime(text, format))
}

/// Year, month, day, hour, minute, second.
#[derive(Clone, Copy)]
struct Parts([i64; 6]);

impl Parts {
    fn date_time(self) -> Option<DateTime> {
        let [year, month, day, hour, minute, second] = self.0;
        moment([year, month, day], [hour, minute, second])
    }
}

/// Reads a text in lower case by a format; all of it must fit.
fn strptime(text: &str, format: &str) -> Option<DateTime> {
    let mut parts = Parts([1900, 1, 1, 0, 0, 0]);
    let mut rest = text;
    let mut format = format.chars();
    while let Some(c) = format.next() {
        rest = match c {
            '%' => directive(format.next()?, rest, &mut parts)?,
            ' ' => rest.strip_prefix(char::is_whitespace)?.trim_start(),
            other => rest.strip_prefix(other)?,
        };
    }
    if rest.is_empty() {
        parts.date_time()
    } else {
        None
    }
}

fn directive<'a>(directive: char, text: &'a str, parts: &mut Parts) -> Option<&'a str> {
    let [year, month, day, hour, minute, second] = &mut parts.0;
    let (place, digits, allowed) = match directive {
        'Y' => (year, 4..=4, 0..=9999),
        'y' => (year, 2..=2, 0..=99),
        'm' => (month, 1..=2, 1..=12),
        'd' => (day, 1..=2, 1..=31),
        'H' => (hour, 1..=2, 0..=23),
        'M' => (minute, 1..=2, 0..=59),
        'S' => (second, 1..=2, 0..=61),
        'b' => {
            let (index, rest) = name(text, &MONTHS)?;
            *month = index as i64 + 1;
            return Some(rest);
        }
        _ => return name(text, &WEEKDAYS).map(|(_, rest)| rest),
    };
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(length);
    let number: i64 = number.parse().ok().filter(|_| digits.contains(&length))?;
    if !allowed.contains(&number) {
        return None;
    }
    *place = match directive {
        'y' if number < 69 => number + 2000,
        'y' => number + 1900,
        _ => number,
    };
    Some(rest)
}

fn name<'a>(text: &'a str, names: &[&str]) -> Option<(usize, &'a str)> {
    let mut found = names.iter().enumerate();
    found.find_map(|(index, name)| Some((index, text.strip_prefix(name)?)))
}
