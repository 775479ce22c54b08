//! Dates in words: `yesterday`, `3 days ago`, `in 2 weeks`, `last month`.

use jiff::civil::{Date, DateTime, Time};
use jiff::{Span, ToSpan};

use super::parse::{DateContext, Read, moved};

/// The units with their letters; months have 30 days and years 365 where time is
/// counted, and no letter is for minutes, as `m` is the month's.
const UNITS: &[(&str, Option<char>, f64)] = &[
    ("second", None, 1.0),
    ("minute", None, 60.0),
    ("hour", Some('h'), 3600.0),
    ("day", Some('d'), 86_400.0),
    ("week", Some('w'), 604_800.0),
    ("month", Some('m'), 2_592_000.0),
    ("year", Some('y'), 31_536_000.0),
];

/// The time that the words stand for, none if they are others.
pub(super) fn parse(text: &str, context: &DateContext) -> Option<Read> {
    let today = context.now.in_zone(&context.zone).0.date();
    let day = |date: Option<Date>| {
        date.map_or(Read::Outside, |date| {
            Read::Local(date.to_datetime(Time::midnight()))
        })
    };
    match text {
        "now" => return Some(Read::Time(context.now)),
        "today" => return Some(day(Some(today))),
        "yesterday" => return Some(day(today.yesterday().ok())),
        "tomorrow" => return Some(day(today.tomorrow().ok())),
        _ => {}
    }
    future(text)
        .or_else(|| past(text))
        .map(|seconds| moved(context.now, seconds * 1e6))
        .or_else(|| start(text, context))
}

/// Seconds of `in 3 days` and `+3d`.
fn future(text: &str) -> Option<f64> {
    let text = text.strip_prefix("in").or_else(|| text.strip_prefix('+'))?;
    let (seconds, rest) = amount(text.trim_start())?;
    rest.is_empty().then_some(seconds)
}

/// Seconds of `3 days ago`, `-3 days` and `3d`, below 0.
fn past(text: &str) -> Option<f64> {
    let text = text.strip_prefix('-').map_or(text, str::trim_start);
    let (seconds, rest) = amount(text)?;
    matches!(rest.trim_start(), "" | "ago").then_some(-seconds)
}

/// A number and a unit as seconds, and what follows.
fn amount(text: &str) -> Option<(f64, &str)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(text);
    let rest = text.get(whole..).filter(|_| whole > 0)?;
    let end = rest
        .strip_prefix('.')
        .map_or(whole, |rest| whole + 1 + digits(rest));
    let (number, rest) = text.split_at(end);
    let (seconds, rest) = unit(rest.trim_start())?;
    Some((
        number.parse::<f64>().ok()? * seconds,
        rest.strip_prefix('s').unwrap_or(rest),
    ))
}

fn unit(text: &str) -> Option<(f64, &str)> {
    let words = UNITS.iter().find_map(|(word, _, seconds)| {
        text.strip_prefix(word)
            .filter(|rest| ends_unit(rest))
            .map(|rest| (*seconds, rest))
    });
    words.or_else(|| {
        UNITS
            .iter()
            .find_map(|(_, letter, seconds)| Some((*seconds, text.strip_prefix((*letter)?)?)))
    })
}

/// Whether what follows a unit can follow it.
fn ends_unit(rest: &str) -> bool {
    let rest = rest.strip_prefix('s').unwrap_or(rest);
    matches!(rest.trim_start(), "" | "ago")
}

/// The beginning of `this`, `last` or `next` unit.
fn start(text: &str, context: &DateContext) -> Option<Read> {
    let (steps, unit) = [("this", 0), ("last", -1), ("next", 1)]
        .iter()
        .find_map(|(word, steps)| Some((*steps, text.strip_prefix(word)?.trim_start())))?;
    let now = context.now.in_zone(&context.zone).0;
    let (start, step) = start_of(now, unit)?;
    let moved = start.checked_add(step * steps).ok();
    Some(moved.map_or(Read::Outside, Read::Local))
}

/// When the unit that `now` is in began, and how long it is.
fn start_of(now: DateTime, unit: &str) -> Option<(DateTime, Span)> {
    let date = now.date();
    let at = |hour, minute, second| date.at(hour, minute, second, 0);
    let day = at(0, 0, 0);
    Some(match unit {
        "second" => (at(now.hour(), now.minute(), now.second()), 1.second()),
        "minute" => (at(now.hour(), now.minute(), 0), 1.minute()),
        "hour" => (at(now.hour(), 0, 0), 1.hour()),
        "day" => (day, 1.day()),
        "week" => {
            let days = i64::from(date.weekday().to_monday_zero_offset());
            (day.checked_sub(days.days()).ok()?, 1.week())
        }
        "month" => (
            date.first_of_month().to_datetime(Time::midnight()),
            1.month(),
        ),
        "year" => (date.first_of_year().to_datetime(Time::midnight()), 1.year()),
        _ => return None,
    })
}
