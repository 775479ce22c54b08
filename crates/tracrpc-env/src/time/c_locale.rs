//! Dates as the C locale writes them, and as Trac guesses them: month, day, year.

use jiff::civil::{Date, DateTime};

use super::parse::{Language, Read};

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

/// The date, none if the text has none.
pub(super) fn parse(text: &str, language: Language) -> Option<Read> {
    let text = text.to_lowercase();
    let exact = match language {
        Language::C => FORMATS.iter().find_map(|format| strptime(&text, format)),
        // Trac has formats of its own only for the C locale, and guesses in any
        // other language; in English by the same rules.
        Language::English => None,
    };
    exact.or_else(|| guess(&text)).map(Read::Local)
}

/// Year, month, day, hour, minute, second.
#[derive(Clone, Copy)]
struct Parts([i64; 6]);

impl Parts {
    fn date_time(self) -> Option<DateTime> {
        let [year, month, day, hour, minute, second] = self.0;
        let date = Date::new(
            i16::try_from(year).ok().filter(|&year| year > 0)?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        );
        let small = |number| i8::try_from(number).ok();
        let time = jiff::civil::Time::new(small(hour)?, small(minute)?, small(second)?, 0);
        Some(DateTime::from_parts(date.ok()?, time.ok()?))
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

/// A number or a name that a text contains.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'a> {
    Digits(&'a str),
    Month(i64),
    Morning,
    Afternoon,
}

impl Token<'_> {
    /// The number; none for one that no date has.
    fn number(self) -> Option<i64> {
        match self {
            Self::Digits(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    /// The number as a year: two digits are one of this century.
    fn year(self) -> Option<i64> {
        match self {
            Self::Digits(digits) if digits.len() == 2 => Some(self.number()? + 2000),
            _ => self.number(),
        }
    }
}

/// Finds month, day and year, and the time if there is one, whatever stands between
/// them. If that makes no date with a time, it may make one without.
fn guess(text: &str) -> Option<DateTime> {
    let mut tokens = tokens(text);
    let is_period = |token: &Token<'_>| matches!(token, Token::Morning | Token::Afternoon);
    let period = tokens
        .iter()
        .position(is_period)
        .map(|index| tokens.remove(index));
    if tokens.len() == 5 {
        tokens.push(Token::Digits("0"));
    }
    let date_and_time = tokens.get(..6).unwrap_or(&tokens);
    let date = tokens.get(..3).unwrap_or(&tokens);
    arrange(date_and_time, period).or_else(|| arrange(date, period))
}

fn arrange(tokens: &[Token<'_>], period: Option<Token<'_>>) -> Option<DateTime> {
    let [first, second, third, time @ ..] = tokens else {
        return None;
    };
    // A month's name may stand in any place; what is in the month's place then goes
    // where the name is.
    let [year, month, day] = match (*third, *first, *second) {
        (Token::Month(month), year, day) => [year.number()?, month, day.number()?],
        (year, Token::Month(month), day) => [year.year()?, month, day.number()?],
        (year, day, Token::Month(month)) => [year.year()?, month, day.number()?],
        (year, month, day) => [year.year()?, month.number()?, day.number()?],
    };
    let mut parts = [year, month, day, 0, 0, 0];
    for (place, token) in parts.iter_mut().skip(3).zip(time) {
        *place = token.number()?;
    }
    let [.., hour, _, _] = &mut parts;
    match period {
        Some(Token::Afternoon) if *hour <= 12 => *hour = *hour % 12 + 12,
        Some(_) if *hour <= 12 => *hour %= 12,
        _ => {}
    }
    Parts(parts).date_time()
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let token = token(rest);
        let length = token.map_or(first.len_utf8(), |(_, length)| length);
        tokens.extend(token.map(|(token, _)| token));
        rest = &rest[length..];
    }
    tokens
}

/// The token that a text begins with, and its length.
fn token(text: &str) -> Option<(Token<'_>, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return Some((Token::Digits(&text[..digits]), digits));
    }
    if let Some((index, _)) = name(text, &MONTHS) {
        return Some((Token::Month(index as i64 + 1), 3));
    }
    let (index, _) = name(text, &["am", "pm"])?;
    Some((
        if index == 0 {
            Token::Morning
        } else {
            Token::Afternoon
        },
        2,
    ))
}
