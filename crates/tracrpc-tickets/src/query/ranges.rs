//! Sets of ticket numbers such as `1,3,5-9`.

use super::number::parse_clamped;

/// The ranges in `texts`, sorted, those that touch made one; `None` if one of
/// them is not well formed. A range that runs backwards is empty.
pub(super) fn parse<'a>(texts: impl Iterator<Item = &'a str>) -> Option<Vec<(i64, i64)>> {
    let mut ranges = Vec::new();
    for text in texts.filter(|text| !text.is_empty()) {
        for item in text.split(',') {
            let item = item.strip_prefix('\u{200b}').unwrap_or(item);
            let (first, last) = range(item)?;
            if first <= last {
                ranges.push((first, last));
            }
        }
    }
    ranges.sort_unstable();
    Some(merged(ranges))
}

/// Two numbers around a hyphen, or one number, which may be negative.
fn range(item: &str) -> Option<(i64, i64)> {
    let both = item
        .split_once('-')
        .and_then(|(first, last)| Some((parse_clamped(first)?, parse_clamped(last)?)));
    both.or_else(|| parse_clamped(item).map(|number| (number, number)))
}

fn merged(ranges: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    let mut result: Vec<(i64, i64)> = Vec::with_capacity(ranges.len());
    for (first, last) in ranges {
        match result.last_mut() {
            Some(before) if first.saturating_sub(1) <= before.1 => before.1 = before.1.max(last),
            _ => result.push((first, last)),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_sorted_and_joined() {
        let check = |texts: &[&str], expected: Option<&[(i64, i64)]>| {
            let ranges = parse(texts.iter().copied());
            assert_eq!(ranges.as_deref(), expected, "{texts:?}");
        };
        check(&["1"], Some(&[(1, 1)]));
        check(&["9-11", "1,2,\u{200b}4"], Some(&[(1, 2), (4, 4), (9, 11)]));
        check(&["1-5,3-4,6"], Some(&[(1, 6)]));
        check(&["5-3"], Some(&[]));
        check(&["", ""], Some(&[]));
        check(&["-2"], Some(&[(-2, -2)]));
        check(&["1--2"], Some(&[]));
        check(&["99999999999999999999"], Some(&[(i64::MAX, i64::MAX)]));
        for text in ["x", "1-", "1.5", "1,", ",1", "a-b", "1,,2", "~1"] {
            check(&[text], None);
        }
    }
}
