//! `{1}` and `{T 1}`.

use super::ticket::{is_prefix_char, number_end};
use super::{Kind, Line};

pub(super) fn matcher<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    let prefix = line.run_end(at + 1, is_prefix_char);
    let digits = line.space_end(prefix);
    let end = number_end(line, digits)?;
    let intertrac = &line.text[at + 1..digits];
    (line.byte(end) == Some(b'}')).then_some((end + 1, Kind::Report { intertrac }))
}
