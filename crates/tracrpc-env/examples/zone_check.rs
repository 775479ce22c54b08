//! Answers the questions of `tests/oracle/zone-compare`: lines with the name of
//! a time zone, a tab, and a local time or `@` and seconds since 1970.

use std::io::{self, BufRead};

use tracrpc_env::config::DateFormat;
use tracrpc_env::time::{
    DateContext, DateLocale, Hint, Timestamp, ZoneNames, now, parse_date, zone_or_local,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let known = match std::env::args().nth(1).as_deref() {
        Some("offsets") => ZoneNames::Offsets,
        _ => ZoneNames::All,
    };
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (name, moment) = line.rsplit_once('\t').ok_or("no tab")?;
        let zone = zone_or_local(name, known);
        if let Some(seconds) = moment.strip_prefix('@') {
            let time = Timestamp::from_second(seconds.parse()?).ok_or("out of range")?;
            println!("{}", time.in_zone(&zone).0.strftime("%Y-%m-%dT%H:%M:%S"));
            continue;
        }
        let (format, language) = (DateFormat::Language, DateLocale::english());
        let context = DateContext {
            now: now(),
            zone,
            format,
            language,
        };
        let time = parse_date(moment, &context, Hint::DateTime)?;
        println!("{}", time.as_microsecond());
    }
    Ok(())
}
