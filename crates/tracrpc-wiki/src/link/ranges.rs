//! Ranges of numbers: `1,2,9-15`.

/// Sorted ranges that neither overlap nor touch.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ranges(Vec<(i128, i128)>);

impl Ranges {
    /// Reads ranges; a range that goes down is left out. `None` if there is anything but numbers.
    pub(super) fn parse(text: &str) -> Option<Ranges> {
        let mut pairs = Vec::new();
        if !text.is_empty() {
            for part in text.split(',') {
                let (low, high) = parse_range(part.strip_prefix('\u{200b}').unwrap_or(part))?;
                if low <= high {
                    pairs.push((low, high));
                }
            }
        }
        pairs.sort_unstable();
        Some(Ranges(merge(pairs)))
    }

    /// The number, if it is a single one.
    pub(super) fn single(&self) -> Option<i128> {
        match self.0[..] {
            [(low, high)] if low == high => Some(low),
            _ => None,
        }
    }
}

impl std::fmt::Display for Ranges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (low, high)) in self.0.iter().enumerate() {
            f.write_str(if index > 0 { "," } else { "" })?;
            if low == high {
                write!(f, "{low}")?
            } else {
                write!(f, "{low}-{high}")?
            }
        }
        Ok(())
    }
}

fn parse_range(text: &str) -> Option<(i128, i128)> {
    let both = text
        .split_once('-')
        .and_then(|(low, high)| parse_int(low).zip(parse_int(high)));
    both.or_else(|| parse_int(text).map(|number| (number, number)))
}

/// Reads a number as Python's `int` does: white space around it, single underscores within it.
pub(crate) fn parse_int(text: &str) -> Option<i128> {
    let text = crate::text::strip(text);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let well_formed = digits
        .split('_')
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if !well_formed {
        return None;
    }
    text.replace('_', "").parse().ok()
}

fn merge(pairs: Vec<(i128, i128)>) -> Vec<(i128, i128)> {
    let mut merged: Vec<(i128, i128)> = Vec::with_capacity(pairs.len());
    for (low, high) in pairs {
        match merged.last_mut() {
            Some(last) if low.saturating_sub(1) <= last.1 => last.1 = last.1.max(high),
            _ => merged.push((low, high)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_and_print() {
        let check = |text: &str, want: Option<&str>| {
            assert_eq!(
                Ranges::parse(text)
                    .map(|ranges| ranges.to_string())
                    .as_deref(),
                want,
                "{text}"
            );
        };
        check("1,2,9-15", Some("1-2,9-15"));
        check("1,\u{200b}3,5-7,6-9", Some("1,3,5-9"));
        check("20-10", Some(""));
        check("", Some(""));
        check(" 1_0 ", Some("10"));
        check("-1", Some("-1"));
        check("1:3", None);
        check("1,", None);
        let lowest = i128::MIN.to_string();
        check(&format!("{lowest},{lowest}"), Some(&lowest));
    }
}
