//! Moments as the two protocols write them.

use jiff::civil::DateTime;

use crate::Timestamp;

/// Reads what JSON clients send: `YYYY-MM-DD`, then optionally one of `T`,
/// `t`, `_` and space and `hh:mm:ss`, a fraction, and `Z` or `±hh:mm`.
pub(crate) fn parse_json(text: &str) -> Option<Timestamp> {
    let mut cursor = Cursor(text.as_bytes());
    let date = cursor.date(true)?;
    if cursor.0.is_empty() {
        return date.clock(0, 0, 0, 0)?.utc(0);
    }
    cursor.any_of(b"Tt_ ")?;
    let time = cursor.time(date, true)?;
    let offset = cursor.offset(true)?;
    cursor.finish(time, offset)
}

/// Reads what XML clients send: `YYYYMMDDThh:mm:ss`, the separators of ISO
/// 8601 present or not, then optionally a fraction and `Z`, `±hhmm` or `±hh:mm`.
pub(crate) fn parse_xml(text: &str) -> Option<Timestamp> {
    let mut cursor = Cursor(text.trim_ascii().as_bytes());
    let date = cursor.date(false)?;
    cursor.any_of(b"T")?;
    let time = cursor.time(date, false)?;
    let offset = cursor.offset(false)?;
    cursor.finish(time, offset)
}

struct Date {
    year: i16,
    month: i8,
    day: i8,
}

impl Date {
    fn clock(&self, hour: i8, minute: i8, second: i8, nanosecond: i32) -> Option<Clock> {
        let time = DateTime::new(
            self.year, self.month, self.day, hour, minute, second, nanosecond,
        );
        time.ok().map(Clock)
    }
}

struct Clock(DateTime);

impl Clock {
    /// The moment at which a clock `offset` seconds ahead of UTC shows this.
    fn utc(self, offset: i32) -> Option<Timestamp> {
        Timestamp::from_local(self.0, offset.into())
    }
}

/// The bytes that are still to be read.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    /// Python's dates start with the year 1.
    fn date(&mut self, separated: bool) -> Option<Date> {
        let year = self.number(4).filter(|year| *year > 0)?;
        self.separator(b'-', separated)?;
        let month = self.number(2)?;
        self.separator(b'-', separated)?;
        let day = self.number(2)?;
        Some(Date {
            year: year.try_into().ok()?,
            month: month.try_into().ok()?,
            day: day.try_into().ok()?,
        })
    }

    fn time(&mut self, date: Date, separated: bool) -> Option<Clock> {
        let hour = self.number(2)?;
        self.separator(b':', separated)?;
        let minute = self.number(2)?;
        self.separator(b':', separated)?;
        let second = self.number(2)?;
        let nanosecond = self.fraction()?;
        // A leap second is no moment for Python, while jiff would take it.
        if second > 59 {
            return None;
        }
        date.clock(
            hour.try_into().ok()?,
            minute.try_into().ok()?,
            second.try_into().ok()?,
            nanosecond,
        )
    }

    /// Nanoseconds, of which only whole microseconds count.
    fn fraction(&mut self) -> Option<i32> {
        if self.any_of(b".").is_none() {
            return Some(0);
        }
        let digits = self
            .0
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (fraction, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        let padded = fraction.iter().copied().chain(std::iter::repeat(b'0'));
        let micros = padded
            .take(6)
            .fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0'));
        (digits > 0).then_some(micros * 1000)
    }

    /// Seconds ahead of UTC.
    fn offset(&mut self, separated: bool) -> Option<i32> {
        if self.0.is_empty() || self.any_of(b"Zz").is_some() {
            return Some(0);
        }
        let sign = if self.any_of(b"+-")? == b'-' { -1 } else { 1 };
        let hours = self.number(2).filter(|hours| *hours < 24)?;
        self.separator(b':', separated)?;
        let minutes = self.number(2).filter(|minutes| *minutes < 60)?;
        Some(sign * (hours * 3600 + minutes * 60))
    }

    fn finish(self, time: Clock, offset: i32) -> Option<Timestamp> {
        self.0.is_empty().then(|| time.utc(offset)).flatten()
    }

    fn number(&mut self, digits: usize) -> Option<i32> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        if !number.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.0 = rest;
        Some(
            number
                .iter()
                .fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0')),
        )
    }

    fn separator(&mut self, separator: u8, required: bool) -> Option<()> {
        let found = self.any_of(&[separator]).is_some();
        (found || !required).then_some(())
    }

    fn any_of(&mut self, bytes: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        bytes.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parsed: Option<Timestamp>, expected: &str) {
        assert_eq!(
            parsed.map(|moment| moment.to_string()).unwrap_or_default(),
            expected
        );
    }

    #[test]
    fn json_dates() {
        check(parse_json("2031-02-03"), "2031-02-03T00:00:00Z");
        check(parse_json("2031-02-03T04:05:06"), "2031-02-03T04:05:06Z");
        check(parse_json("2031-02-03t04:05:06z"), "2031-02-03T04:05:06Z");
        check(parse_json("2031-02-03_04:05:06Z"), "2031-02-03T04:05:06Z");
        check(
            parse_json("2031-02-03 04:05:06+02:00"),
            "2031-02-03T02:05:06Z",
        );
        check(
            parse_json("2031-02-03 23:59:59.000001-00:30"),
            "2031-02-04T00:29:59.000001Z",
        );
        check(
            parse_json("2031-02-03T04:05:06.1234567Z"),
            "2031-02-03T04:05:06.123456Z",
        );
        check(parse_json("0001-01-01T00:00:00"), "0001-01-01T00:00:00Z");
        check(
            parse_json("9999-12-31T23:59:59.999999"),
            "9999-12-31T23:59:59.999999Z",
        );
        let refused = "now|2031-2-3|2031-02-30|2031-13-01|2031-02-03T04:05|20310203T04:05:06\
            |2031-02-03T24:00:00|2031-02-03T04:05:60|2031-02-03T04:05:06+2| 2031-02-03\
            |2031-02-03T04:05:06Z |2031-02-03Z|2031-02-03T04:05:06.|2031-02-03T04:05:06+24:00\
            |0000-01-01|+031-02-03|٢٠٣١-02-03|2031-02-03T04:05:06+02:00x\
            |9999-12-31T23:59:59-00:01|0001-01-01T00:00:00+00:01";
        refused
            .split('|')
            .for_each(|text| check(parse_json(text), ""));
        check(parse_json(""), "");
    }

    #[test]
    fn xml_dates() {
        check(parse_xml("20310203T04:05:06"), "2031-02-03T04:05:06Z");
        check(parse_xml(" 20310203T04:05:06\n"), "2031-02-03T04:05:06Z");
        check(parse_xml("2031-02-03T04:05:06Z"), "2031-02-03T04:05:06Z");
        check(parse_xml("20310203T040506+0200"), "2031-02-03T02:05:06Z");
        check(
            parse_xml("20310203T04:05:06.5-01:00"),
            "2031-02-03T05:05:06.5Z",
        );
        check(parse_xml("99991231T23:59:59"), "9999-12-31T23:59:59Z");
        check(parse_xml("00010101T00:00:00"), "0001-01-01T00:00:00Z");
        let refused = "20310203|20310203 04:05:06|20310230T00:00:00|20310203T25:00:00|x\
            |20310203T04:05:61|99999999T99:99:99|00000101T00:00:00";
        refused
            .split('|')
            .for_each(|text| check(parse_xml(text), ""));
    }
}
