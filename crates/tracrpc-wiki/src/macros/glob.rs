//! File name patterns, as Python's `fnmatchcase` matches them.

/// Whether all of `text` matches `pattern`: `*` any text, `?` a character, `[a-z]` and `[!a-z]` one
/// of some.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut in_text) = (0, 0);
    let mut star = None;
    while in_text < text.len() {
        if pattern.get(at) == Some(&'*') {
            star = Some((at, in_text));
            at += 1;
        } else if let Some(next) = match_one(&pattern, at, text[in_text]) {
            at = next;
            in_text += 1;
        } else if let Some((star_at, star_text)) = star {
            at = star_at + 1;
            in_text = star_text + 1;
            star = Some((star_at, in_text));
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|&c| c == '*')
}

/// What follows in the pattern, if it starts with something that matches `c`.
fn match_one(pattern: &[char], at: usize, c: char) -> Option<usize> {
    match pattern.get(at)? {
        '?' => Some(at + 1),
        '[' => match set_end(pattern, at) {
            Some(end) => in_set(&pattern[at + 1..end], c).then_some(end + 1),
            None => (c == '[').then_some(at + 1),
        },
        &literal => (literal == c).then_some(at + 1),
    }
}

/// Where the `]` stands that ends a set.
fn set_end(pattern: &[char], start: usize) -> Option<usize> {
    let first = start + 1 + usize::from(pattern.get(start + 1) == Some(&'!'));
    (first + 1..pattern.len()).find(|&at| pattern[at] == ']')
}

fn in_set(set: &[char], c: char) -> bool {
    let (negated, set) = match set.split_first() {
        Some((&'!', rest)) => (true, rest),
        _ => (false, set),
    };
    let mut at = 0;
    let mut found = false;
    while at < set.len() {
        if at + 2 < set.len() && set[at + 1] == '-' {
            found |= (set[at]..=set[at + 2]).contains(&c);
            at += 3;
        } else {
            found |= set[at] == c;
            at += 1;
        }
    }
    found != negated
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        let check = |pattern: &str, text: &str, want: bool| {
            assert_eq!(matches(pattern, text), want, "{pattern} {text}")
        };
        check("*", "", true);
        check("Zoo*", "Zoo/Apes", true);
        check("*oo*", "Zoo", true);
        check("*oo", "Zoo/Apes", false);
        check("Z?o", "Zoo", true);
        check("[A-Z]oo", "Zoo", true);
        check("[!A-Y]oo", "Zoo", true);
        check("[", "[", true);
        check("zoo", "Zoo", false);
    }
}
