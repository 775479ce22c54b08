//! Shell patterns as Python's `fnmatch.fnmatchcase` reads them.
//!
//! AuthzPolicy matches the sections of its file with these:
//! `*`, `?`, `[seq]` and `[!seq]`, where `*` crosses slashes.

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Glob {
    tokens: Vec<Token>,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Star,
    Any,
    Char(char),
    Set {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Glob {
    /// Reads a pattern; every text is one, for a `[` without its `]` stands for itself.
    pub(crate) fn new(pattern: &str) -> Self {
        let chars: Vec<char> = pattern.chars().collect();
        let mut tokens = Vec::new();
        let mut at = 0;
        while let Some(&c) = chars.get(at) {
            at += 1;
            match c {
                // A run of stars is one star: it keeps matching linear in their number.
                '*' if tokens.last() == Some(&Token::Star) => {}
                '*' => tokens.push(Token::Star),
                '?' => tokens.push(Token::Any),
                '[' => match set_end(&chars, at) {
                    Some(end) => {
                        tokens.push(set(&chars[at..end]));
                        at = end + 1;
                    }
                    None => tokens.push(Token::Char('[')),
                },
                c => tokens.push(Token::Char(c)),
            }
        }
        Glob { tokens }
    }

    /// Whether the whole text matches.
    pub(crate) fn matches(&self, text: &[char]) -> bool {
        let (mut token, mut at) = (0, 0);
        // Where to go on when the text after the last star does not match.
        let mut retry: Option<(usize, usize)> = None;
        loop {
            match (self.tokens.get(token), text.get(at)) {
                (None, None) => return true,
                (Some(Token::Star), _) => {
                    retry = Some((token + 1, at));
                    token += 1;
                }
                (Some(t), Some(&c)) if t.accepts(c) => {
                    token += 1;
                    at += 1;
                }
                _ => match retry {
                    Some((after, from)) if from < text.len() => {
                        retry = Some((after, from + 1));
                        (token, at) = (after, from + 1);
                    }
                    _ => return false,
                },
            }
        }
    }
}

impl Token {
    fn accepts(&self, c: char) -> bool {
        match self {
            Token::Star | Token::Any => true,
            Token::Char(own) => *own == c,
            Token::Set { negated, ranges } => {
                ranges.iter().any(|&(low, high)| low <= c && c <= high) != *negated
            }
        }
    }
}

/// The index of the `]` that closes a set whose body starts at `start`.
/// A `]` that comes first in the body belongs to it.
fn set_end(chars: &[char], start: usize) -> Option<usize> {
    let mut at = start;
    if chars.get(at) == Some(&'!') {
        at += 1;
    }
    if chars.get(at) == Some(&']') {
        at += 1;
    }
    (at..chars.len()).find(|&i| chars[i] == ']')
}

fn set(body: &[char]) -> Token {
    let (negated, mut rest) = match body {
        ['!', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let mut ranges = Vec::new();
    while let [first, tail @ ..] = rest {
        rest = match tail {
            ['-', last, tail @ ..] => {
                // A range that runs backwards matches nothing, as in Python.
                ranges.push((*first, *last));
                tail
            }
            tail => {
                ranges.push((*first, *first));
                tail
            }
        };
    }
    Token::Set { negated, ranges }
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        let chars: Vec<char> = text.chars().collect();
        assert_eq!(
            Glob::new(pattern).matches(&chars),
            expected,
            "`{pattern}` on `{text}`"
        );
    }

    /// The expectations are the answers of Python's `fnmatchcase`.
    #[test]
    fn matches_as_python_does() {
        check("", "", true);
        check("", "x", false);
        check("*", "", true);
        check("wiki:*@*", "wiki:A/B@*", true);
        check("wiki:WikiStart*@*", "wiki:WikiStart@12", true);
        check("wiki:Start@*", "Wiki:Start@*", false);
        check("*:*@*", "ticket:1@*", true);
        check("a**b***c", "a-b-c", true);
        check("*a*b", "aab", true);
        check("*ab", "aab", true);
        check("*ab", "aba", false);
        check("ticket:?@*", "ticket:12@*", false);
        check("ticket:??@*", "ticket:12@*", true);
        check("x\n*", "x\ny", true);
    }

    #[test]
    fn sets() {
        check("ticket:[12]@*", "ticket:2@*", true);
        check("ticket:[!12]@*", "ticket:2@*", false);
        check("[a-c]", "b", true);
        check("[a-b-c]", "-", true);
        check("[z-a]", "m", false);
        check("[!z-a]", "m", true);
        check("[]]", "]", true);
        check("[!]]", "a", true);
        check("[]", "[]", true);
        check("[^a]", "^", true);
        check("[^a]", "b", false);
        check("[-a]", "-", true);
        check("[a-]", "-", true);
        check("a[", "a[", true);
        check("[!]", "[!]", true);
    }
}
