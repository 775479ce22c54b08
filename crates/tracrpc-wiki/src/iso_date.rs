//! Dates in ISO 8601, as links have them.

/// Reads an ISO 8601 date as Trac does; gives it in UTC to the second.
///
/// # Errors
/// Trac's text for what is no date.
pub(crate) fn parse_iso_date(text: &str) -> Result<String, String> {
    let text = crate::text::strip(text);
    IsoDate::parse(text)
        .and_then(|date| date.in_utc())
        .ok_or_else(|| {
            format!(
                "\"{text}\" is an invalid date, or the date format is not known. \
             Try \"YYYY-MM-DDThh:mm:ss±hh:mm\" instead."
            )
        })
}

/// A date, a time of day, and minutes east of Greenwich.
struct IsoDate {
    year: i64,
    month: i64,
    day: i64,
    seconds: i64,
    offset: i64,
}

impl IsoDate {
    fn parse(text: &str) -> Option<IsoDate> {
        let mut digits = Digits { rest: text };
        let year = digits.take(4)?;
        let month = digits.take_after("-", 2);
        let day = month.and_then(|_| digits.take_after("-", 2));
        let mut seconds = 0;
        if digits.rest.starts_with(['T', ' ']) {
            digits.rest = &digits.rest[1..];
            seconds = time_of_day(&mut digits)?;
        }
        let offset = time_zone(&mut digits)?;
        let date = IsoDate {
            year,
            month: month.unwrap_or(1),
            day: day.unwrap_or(1),
            seconds,
            offset,
        };
        digits.rest.is_empty().then_some(date)
    }

    fn in_utc(&self) -> Option<String> {
        let in_month = (1..=12).contains(&self.month)
            && (1..=days_in_month(self.year, self.month)).contains(&self.day);
        if !in_month || self.year < 1 {
            return None;
        }
        let seconds = days_from_civil(self.year, self.month, self.day) * 86_400 + self.seconds
            - self.offset * 60;
        let (year, month, day) = civil_from_days(seconds.div_euclid(86_400));
        let time = seconds.rem_euclid(86_400);
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        Some(format!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        ))
    }
}

/// Reads `hh[[:]mm[[:]ss[.ffffff]]]` in seconds.
fn time_of_day(digits: &mut Digits<'_>) -> Option<i64> {
    let hour = digits.take(2)?;
    let minute = digits.take_after(":", 2);
    let second = minute.and_then(|_| digits.take_after(":", 2));
    if second.is_some() && digits.rest.starts_with([',', '.']) {
        let fraction = digits.rest[1..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .take(6)
            .count();
        digits.rest = &digits.rest[1 + fraction.max(1).min(digits.rest.len() - 1)..];
    }
    let (minute, second) = (minute.unwrap_or(0), second.unwrap_or(0));
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3600 + minute * 60 + second)
}

/// Reads `Z`, `±hh:mm`, `±hhmm`, `±hh` or nothing in minutes.
fn time_zone(digits: &mut Digits<'_>) -> Option<i64> {
    if let Some(rest) = digits.rest.strip_prefix('Z') {
        digits.rest = rest;
        return Some(0);
    }
    let sign = match digits.rest.as_bytes().first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return Some(0),
    };
    digits.rest = &digits.rest[1..];
    let hours = digits.take(2)?;
    let minutes = digits.take_after(":", 2).unwrap_or(0);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Takes numbers off a text.
struct Digits<'t> {
    rest: &'t str,
}

impl Digits<'_> {
    fn take(&mut self, count: usize) -> Option<i64> {
        let digits = self
            .rest
            .get(..count)
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
        let number = digits.parse().ok()?;
        self.rest = &self.rest[count..];
        Some(number)
    }

    /// Takes a number behind an optional separator, or nothing at all.
    fn take_after(&mut self, separator: &str, count: usize) -> Option<i64> {
        let mut ahead = Digits {
            rest: self.rest.strip_prefix(separator).unwrap_or(self.rest),
        };
        let number = ahead.take(count)?;
        self.rest = &self.rest[self.rest.len() - ahead.rest.len()..];
        Some(number)
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let next = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    days_from_civil(next.0, next.1, 1) - days_from_civil(year, month, 1)
}

/// Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_dates() {
        let check = |text: &str, want: Option<&str>| {
            assert_eq!(parse_iso_date(text).ok().as_deref(), want, "{text}")
        };
        check("2008-01-29", Some("2008-01-29T00:00:00Z"));
        check("2008", Some("2008-01-01T00:00:00Z"));
        check("20080229T154800", Some("2008-02-29T15:48:00Z"));
        check("2008-01-29T15:48:00.25+02:30", Some("2008-01-29T13:18:00Z"));
        check("2008-12-31 23:00-0200", Some("2009-01-01T01:00:00Z"));
        check("2008-01-29T15:48Z", Some("2008-01-29T15:48:00Z"));
        check("2007-02-29", None);
        check("2008-13-01", None);
        check("yesterday", None);
        check("2008-01-29T", None);
        check("2008-01-29x", None);
    }
}
