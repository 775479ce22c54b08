//! How languages write dates: the part of Unicode's CLDR that Trac uses, by way of Babel.
//!
//! `locales.tsv` is made by `scripts/locale-dates`, which says what its columns are.

use std::sync::LazyLock;

use jiff::civil::DateTime;

/// How the language of a user writes dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateLocale {
    /// As the C locale of the operating system does: that of the command line, and of those whose
    /// request accepts no language that there is.
    C,
    /// As a language does.
    Language(&'static LocaleDates),
}

/// How a language writes dates.
#[derive(Debug, PartialEq, Eq)]
pub struct LocaleDates {
    /// Its name: `de`, `pt_BR`.
    name: &'static str,
    date: &'static str,
    time: &'static str,
    /// The pattern of both: `{1}` is the date, `{0}` the time.
    both: &'static str,
    abbreviated: Vec<&'static str>,
    wide: Vec<&'static str>,
    /// The names of the parts of a day, each with the second that it begins at.
    periods: Vec<(u32, &'static str)>,
    /// What stands for am and pm in dates that are read, empty for nothing.
    markers: [&'static str; 2],
}

static LOCALES: LazyLock<Vec<LocaleDates>> = LazyLock::new(|| {
    let lines = include_str!("locales.tsv").lines();
    // A test holds that every line can be read.
    let lines = lines.filter(|line| !line.starts_with('#'));
    lines.filter_map(LocaleDates::read).collect()
});

/// English as in the United States, which Trac speaks unless told otherwise.
const ENGLISH: &str = "en_US";

impl DateLocale {
    /// English as in the United States.
    #[must_use]
    pub fn english() -> Self {
        Self::named(ENGLISH)
    }

    /// The language `name`; English if it is not known.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let find = |name: &str| LOCALES.iter().find(|known| known.name == name);
        find(name)
            .or_else(|| find(ENGLISH))
            .map_or(Self::C, Self::Language)
    }

    /// A date as `trac/util/datefmt.py: format_date` writes it.
    #[must_use]
    pub fn format_date(self, time: DateTime) -> String {
        match self {
            Self::C => time.strftime("%m/%d/%y").to_string(),
            Self::Language(locale) => locale.written(locale.date, time),
        }
    }

    /// A date and a time as `format_datetime` writes them.
    #[must_use]
    pub fn format_datetime(self, time: DateTime) -> String {
        match self {
            Self::C => time.strftime("%m/%d/%y %H:%M:%S").to_string(),
            Self::Language(locale) => locale.joined(
                &locale.written(locale.date, time),
                &locale.written(locale.time, time),
            ),
        }
    }

    /// What a date looks like, for the message of one that cannot be read.
    #[must_use]
    pub fn date_hint(self) -> String {
        match self {
            Self::C => "MM/dd/YY".to_owned(),
            Self::Language(locale) => locale.date.to_owned(),
        }
    }

    /// What a date with a time looks like.
    #[must_use]
    pub fn datetime_hint(self) -> String {
        match self {
            Self::C => "MM/dd/YY hh:mm:ss".to_owned(),
            Self::Language(locale) => locale.joined(locale.date, locale.time),
        }
    }
}

impl LocaleDates {
    fn read(line: &'static str) -> Option<Self> {
        let columns: Vec<&str> = line.split('\t').collect();
        let [name, date, time, both, abbreviated, wide, periods, markers] = columns[..] else {
            return None;
        };
        let period = |period: &'static str| {
            let (second, name) = period.split_once('=')?;
            Some((second.parse().ok()?, name))
        };
        let (am, pm) = markers.split_once('|')?;
        Some(Self {
            name,
            date,
            time,
            both,
            abbreviated: abbreviated.split('|').collect(),
            wide: wide.split('|').collect(),
            periods: periods.split('|').filter_map(period).collect(),
            markers: [am, pm],
        })
    }

    fn joined(&self, date: &str, time: &str) -> String {
        self.both.replace("{0}", time).replace("{1}", date)
    }

    fn written(&self, pattern: &str, time: DateTime) -> String {
        let mut written = String::new();
        for part in parts(pattern) {
            match part {
                Part::Text(text) => written.push_str(text),
                Part::Field(letter, width) => written.push_str(&self.field(letter, width, time)),
            }
        }
        written
    }

    fn field(&self, letter: char, width: usize, time: DateTime) -> String {
        let number = match letter {
            'y' => i64::from(time.year()),
            'M' if width == 3 => return self.month(&self.abbreviated, time),
            'M' if width == 4 => return self.month(&self.wide, time),
            'M' => i64::from(time.month()),
            'd' => i64::from(time.day()),
            'H' => i64::from(time.hour()),
            'h' => i64::from((time.hour() + 11) % 12 + 1),
            'm' => i64::from(time.minute()),
            's' => i64::from(time.second()),
            _ => return self.period(time).to_owned(),
        };
        format!("{number:0width$}")
    }

    fn month(&self, names: &[&str], time: DateTime) -> String {
        let index = usize::try_from(time.month() - 1).unwrap_or_default();
        names.get(index).copied().unwrap_or_default().to_owned()
    }

    fn period(&self, time: DateTime) -> &str {
        let (hour, minute, second) = (time.hour(), time.minute(), time.second());
        let second = (i32::from(hour) * 60 + i32::from(minute)) * 60 + i32::from(second);
        let second = u32::try_from(second).unwrap_or_default();
        let begun = |(start, _): &&(u32, &str)| *start <= second;
        self.periods
            .iter()
            .rfind(begun)
            .map_or("", |(_, name)| name)
    }

    /// What the numbers of a date and of a date with a time stand for, in their order.
    pub(super) fn orders(&self) -> [Vec<Place>; 2] {
        let date = places(self.date);
        let time = places(self.time);
        let mut both: Vec<(usize, &[Place])> = [("{1}", &date), ("{0}", &time)]
            .iter()
            .filter_map(|(mark, places)| Some((self.both.find(mark)?, places.as_slice())))
            .collect();
        both.sort_unstable_by_key(|(at, _)| *at);
        let both = both.into_iter().flat_map(|(_, places)| places).copied();
        [both.collect(), date.clone()]
    }

    /// The names of months in lower case, as dates that are read may have them, the first that
    /// fits a text being the one that counts.
    pub(super) fn months(&self) -> Vec<(String, i64)> {
        if !parts(self.date).contains(&Part::Field('M', 3)) {
            return Vec::new();
        }
        let names = self.wide.iter().chain(&self.abbreviated);
        let numbers = (1..=12).cycle();
        names
            .zip(numbers)
            .map(|(name, number)| (name.to_lowercase(), number))
            .collect()
    }

    /// What stands for am and pm, in lower case, in dates that are read.
    pub(super) fn markers(&self) -> [String; 2] {
        let is_shown = parts(self.time).contains(&Part::Field('a', 1));
        self.markers.map(|marker| match is_shown {
            true => marker.to_lowercase(),
            false => String::new(),
        })
    }
}

/// What a number in a date stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

fn places(pattern: &str) -> Vec<Place> {
    let place = |part: &Part<'_>| match part {
        Part::Field('y', _) => Some(Place::Year),
        Part::Field('M', _) => Some(Place::Month),
        Part::Field('d', _) => Some(Place::Day),
        Part::Field('h' | 'H', _) => Some(Place::Hour),
        Part::Field('m', _) => Some(Place::Minute),
        Part::Field('s', _) => Some(Place::Second),
        _ => None,
    };
    parts(pattern).iter().filter_map(place).collect()
}

/// A part of a pattern: text as it stands, or a letter and how often it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    Field(char, usize),
}

fn parts(pattern: &str) -> Vec<Part<'_>> {
    let is_field = |c: char| "yMdHhmsaB".contains(c);
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let (part, length) = if first == '\'' {
            let inner = rest[1..].split('\'').next().unwrap_or_default();
            (Part::Text(inner), (inner.len() + 2).min(rest.len()))
        } else if is_field(first) {
            let width = rest.chars().take_while(|c| *c == first).count();
            (Part::Field(first, width), width)
        } else {
            let end = rest.find(|c| c == '\'' || is_field(c));
            let text = &rest[..end.unwrap_or(rest.len())];
            (Part::Text(text), text.len())
        };
        parts.push(part);
        rest = &rest[length..];
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_read() {
        let lines = include_str!("locales.tsv").lines();
        let lines: Vec<_> = lines.filter(|line| !line.starts_with('#')).collect();
        assert_eq!(LOCALES.len(), lines.len());
        for locale in LOCALES.iter() {
            assert_eq!((locale.wide.len(), locale.abbreviated.len()), (12, 12));
            let [both, date] = locale.orders();
            assert_eq!((both.len(), date.len()), (6, 3), "{}", locale.name);
        }
    }

    #[test]
    fn languages() {
        let check = |name: &str, time: &str, expected: &str| {
            let time = time.parse().unwrap();
            let locale = DateLocale::named(name);
            assert_eq!(locale.format_datetime(time), expected, "{name}");
            assert!(expected.contains(&locale.format_date(time)), "{name}");
        };
        let morning = "2024-09-05T03:04:05";
        check("en_US", morning, "Sep 5, 2024, 3:04:05\u{202f}AM");
        check(
            "en_US",
            "2024-09-05T00:04:05",
            "Sep 5, 2024, 12:04:05\u{202f}AM",
        );
        check(
            "en_US",
            "0024-09-05T12:04:05",
            "Sep 5, 24, 12:04:05\u{202f}PM",
        );
        check("nosuch", morning, "Sep 5, 2024, 3:04:05\u{202f}AM");
        check("de", morning, "05.09.2024, 03:04:05");
        check("ru", morning, "5 сент. 2024\u{202f}г., 03:04:05");
        check("pt", morning, "5 de set. de 2024 03:04:05");
        check("vi", morning, "03:04:05 5 thg 9, 2024");
        check("zh_TW", morning, "2024年9月5日 凌晨3:04:05");
        check("zh_TW", "2024-09-05T00:00:00", "2024年9月5日 午夜12:00:00");
        let c = DateLocale::C.format_datetime(morning.parse().unwrap());
        assert_eq!(c, "09/05/24 03:04:05");
        assert_eq!(DateLocale::named("de").datetime_hint(), "dd.MM.y, HH:mm:ss");
    }
}
