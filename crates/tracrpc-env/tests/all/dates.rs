//! Dates as people write them, compared with what Trac 1.6 made of them.

use tracrpc_env::config::DateFormat;
use tracrpc_env::time::{DateContext, DateLocale, Hint, Timestamp, ZoneNames, parse_date, zone};

/// A text, then what Trac read in each of [`ZONES`]. Written by
/// `tests/data/dates.py` with the real Trac.
const RECORDED: &str = include_str!("../data/dates.tsv");

const ZONES: [&str; 3] = ["UTC", "GMT +2:00", "GMT -8:00"];

fn context(zone_name: &str) -> DateContext {
    DateContext {
        now: "2024-03-15T12:30:45.123456Z".parse().unwrap(),
        zone: zone(zone_name, ZoneNames::All).unwrap(),
        format: DateFormat::Language,
        language: DateLocale::C,
    }
}

fn read(text: &str, zone: &str) -> String {
    match parse_date(text, &context(zone), Hint::Date) {
        Ok(time) => time.as_microsecond().to_string(),
        Err(error) if error.message().contains("outside valid range") => "outside".to_owned(),
        Err(_) => "invalid".to_owned(),
    }
}

#[test]
fn dates_are_read_as_trac_reads_them() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in RECORDED.lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.split('\t');
        let text = cells.next().unwrap();
        for (zone, recorded) in ZONES.iter().zip(cells) {
            count += 1;
            let (got, want) = (read(text, zone), recorded);
            if got != want {
                wrong.push(format!("{text:?} in {zone}: {got}, want {want}"));
            }
        }
    }
    assert!(count > 1500, "{count}");
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn refusals_say_what_to_write() {
    let check = |text: &str, format, hint, expected: &str| {
        let context = DateContext {
            format,
            ..context("UTC")
        };
        let error = parse_date(text, &context, hint).unwrap_err();
        assert_eq!(error.message(), expected);
        assert_eq!(
            error.title().map(ToString::to_string),
            Some("Invalid Date".to_owned())
        );
    };
    let start = "\"x\" is an invalid date, or the date format is not known. Try ";
    let language = DateFormat::Language;
    check(
        " x ",
        language,
        Hint::Date,
        &format!("{start}\"MM/dd/YY\" or \"YYYY-MM-DD\" instead."),
    );
    check(
        "x",
        language,
        Hint::DateTime,
        &format!("{start}\"MM/dd/YY hh:mm:ss\" or \"YYYY-MM-DDThh:mm:ss±hh:mm\" instead."),
    );
    check(
        "x",
        language,
        Hint::Iso8601,
        &format!("{start}\"YYYY-MM-DDThh:mm:ss±hh:mm\" instead."),
    );
    check(
        "x",
        DateFormat::Iso8601,
        Hint::Date,
        &format!("{start}\"YYYY-MM-DD\" instead."),
    );
    check(
        "0001-01-01T00:00+01",
        language,
        Hint::Date,
        "The date \"0001-01-01T00:00+01\" is outside valid range. Try a date closer to present time.",
    );
}

#[test]
fn clocks_that_are_put_back_or_forward() {
    let check = |text: &str, expected: &str| {
        let time = parse_date(text, &context("Europe/Berlin"), Hint::Date).unwrap();
        assert_eq!(time, expected.parse::<Timestamp>().unwrap(), "{text}");
    };
    check("2024-07-01", "2024-06-30T22:00:00Z");
    check("2024-10-27 02:30", "2024-10-27T01:30:00Z");
    check("2024-03-31 02:30", "2024-03-31T01:30:00Z");
    check("today", "2024-03-14T23:00:00Z");
    check("last month", "2024-01-31T23:00:00Z");
}

/// What Trac 1.6 answered to queries over RPC, where its dates are English ones.
#[test]
fn english_dates() {
    let check = |text: &str, expected: &str| {
        let context = DateContext {
            language: DateLocale::english(),
            ..context("UTC")
        };
        let read = parse_date(text, &context, Hint::Date).map(|time| time.to_string());
        assert_eq!(
            read.unwrap_or_else(|error| error.message().to_owned()),
            expected
        );
    };
    check("01/02/99", "2099-01-02T00:00:00Z");
    check("November 22, 2028", "2028-11-22T00:00:00Z");
    check("22 nov 2028 5:06", "2028-11-22T05:06:00Z");
    check("1/2/30 5:00 PM", "2030-01-02T17:00:00Z");
    check(
        "10:00:00 01/02/30",
        "\"10:00:00 01/02/30\" is an invalid date, or the date format is not known. \
         Try \"MMM d, y\" or \"YYYY-MM-DD\" instead.",
    );
}
