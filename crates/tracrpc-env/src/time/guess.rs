//! Dates as a language writes them, found by what stands in them, whatever is between.
//!
//! Mirrors `_i18n_parse_date` in `trac/util/datefmt.py`.

use jiff::civil::{Date, DateTime, Time};

use super::locale::{DateLocale, Place};

/// The months that are understood in every language.
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// The orders of the C locale: month, day, year.
const C_ORDER: [Place; 6] = [
    Place::Month,
    Place::Day,
    Place::Year,
    Place::Hour,
    Place::Minute,
    Place::Second,
];

/// The date in a text of small letters. What makes no date with a time may make one without.
pub(super) fn guess(text: &str, locale: DateLocale) -> Option<DateTime> {
    let words = Words::of(locale);
    let mut tokens = words.tokens(text);
    let is_period = |token: &Token<'_>| matches!(token, Token::Morning | Token::Afternoon);
    let period = tokens.iter().position(is_period);
    let period = period.map(|index| tokens.remove(index));
    let orders = match locale {
        DateLocale::C => [C_ORDER.to_vec(), C_ORDER[..3].to_vec()],
        DateLocale::Language(locale) => locale.orders(),
    };
    orders
        .iter()
        .find_map(|order| arrange(&tokens, order, period))
}

fn arrange(tokens: &[Token<'_>], order: &[Place], period: Option<Token<'_>>) -> Option<DateTime> {
    let mut tokens = tokens.to_vec();
    if let Some(seconds) = order.iter().position(|place| *place == Place::Second)
        && tokens.len() == 5
    {
        tokens.insert(seconds, Token::Digits("0"));
    }
    let at = |place| {
        let index = order.iter().position(|known| *known == place)?;
        tokens.get(index).copied()
    };
    let (year, month, day) = (at(Place::Year)?, at(Place::Month)?, at(Place::Day)?);
    // A month's name may stand in any place; what is in the month's place then goes
    // where the name is.
    let [year, month, day] = match (year, month, day) {
        (Token::Month(name), month, day) => [month.number()?, name, day.number()?],
        (year, Token::Month(name), day) => [year.year()?, name, day.number()?],
        (year, month, Token::Month(name)) => [year.year()?, name, month.number()?],
        (year, month, day) => [year.year()?, month.number()?, day.number()?],
    };
    let number = |place| at(place).map_or(Some(0), Token::number);
    let (hour, minute, second) = (
        number(Place::Hour)?,
        number(Place::Minute)?,
        number(Place::Second)?,
    );
    let hour = match period {
        Some(Token::Afternoon) if hour <= 12 => hour % 12 + 12,
        Some(_) if hour <= 12 => hour % 12,
        _ => hour,
    };
    moment([year, month, day], [hour, minute, second])
}

/// The date with the time of day, if there is such a day.
pub(super) fn moment([year, month, day]: [i64; 3], time: [i64; 3]) -> Option<DateTime> {
    let small = |number| i8::try_from(number).ok();
    let year = i16::try_from(year).ok().filter(|&year| year > 0)?;
    let date = Date::new(year, small(month)?, small(day)?).ok()?;
    let [hour, minute, second] = time;
    let time = Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()?;
    Some(DateTime::from_parts(date, time))
}

/// A number or a word that a text contains.
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

/// The words that mean something in dates, in the order in which they are looked for.
struct Words(Vec<(String, Token<'static>)>);

impl Words {
    fn of(locale: DateLocale) -> Self {
        let english = MONTHS.map(str::to_owned).into_iter().zip(1..);
        let mut words: Vec<_> = english
            .map(|(name, number)| (name, Token::Month(number)))
            .collect();
        if let DateLocale::Language(locale) = locale {
            let months = locale.months().into_iter();
            words.extend(months.map(|(name, number)| (name, Token::Month(number))));
        }
        words.push(("am".to_owned(), Token::Morning));
        words.push(("pm".to_owned(), Token::Afternoon));
        if let DateLocale::Language(locale) = locale {
            let [am, pm] = locale.markers();
            words.extend([(am, Token::Morning), (pm, Token::Afternoon)]);
        }
        words.retain(|(word, _)| !word.is_empty());
        Self(words)
    }

    fn tokens<'a>(&self, text: &'a str) -> Vec<Token<'a>> {
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let token = self.token(rest);
            let length = token.map_or(first.len_utf8(), |(_, length)| length);
            tokens.extend(token.map(|(token, _)| token));
            rest = &rest[length..];
        }
        tokens
    }

    /// The token that a text begins with, and its length.
    fn token<'a>(&self, text: &'a str) -> Option<(Token<'a>, usize)> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            return Some((Token::Digits(&text[..digits]), digits));
        }
        let mut words = self.0.iter();
        let (word, token) = words.find(|(word, _)| text.starts_with(word.as_str()))?;
        Some((*token, word.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages() {
        let check = |locale: &str, text: &str, expected: Option<&str>| {
            let locale = match locale {
                "C" => DateLocale::C,
                name => DateLocale::named(name),
            };
            let expected = expected.map(|time| time.parse().unwrap());
            assert_eq!(guess(text, locale), expected, "{text}");
        };
        check("C", "1/2/10", Some("2010-01-02T00:00:00"));
        check("en_US", "jan 2, 2010, 3:04 pm", Some("2010-01-02T15:04:00"));
        check("de", "1.2.2010", Some("2010-02-01T00:00:00"));
        check("de", "1.2.10, 3:04:05", Some("2010-02-01T03:04:05"));
        check("de", "3 dec 2010", Some("2010-12-03T00:00:00"));
        check("de", "dec 3 2010", Some("2010-12-03T00:00:00"));
        check("fr", "2 févr. 2010", Some("2010-02-02T00:00:00"));
        check("fr", "2 février 2010 13:14", Some("2010-02-02T13:14:00"));
        check("vi", "03:04:05 5 thg 9, 2024", Some("2024-09-05T03:04:05"));
        check("ja", "2010/02/01", Some("2010-02-01T00:00:00"));
        check("zh_CN", "2010年2月1日", Some("2010-02-01T00:00:00"));
        check("ja", "1/2/2010", None);
        check("de", "garbage", None);
    }
}
