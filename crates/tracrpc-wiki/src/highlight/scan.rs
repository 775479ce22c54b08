//! What lexers are made of.

/// Pieces of source code, each with its class (nothing for plain text).
pub(super) type Tokens<'t> = Vec<(&'static str, &'t str)>;

/// Goes through source code.
pub(super) struct Scan<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) tokens: Tokens<'t>,
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Scan {
            text,
            at: 0,
            tokens: Vec::new(),
        }
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Takes so many bytes as a token of a class.
    pub(super) fn push(&mut self, class: &'static str, length: usize) {
        let end = (self.at + length).min(self.text.len());
        if let Some(piece) = self
            .text
            .get(self.at..end)
            .filter(|piece| !piece.is_empty())
        {
            self.tokens.push((class, piece));
        }
        self.at = end;
    }

    /// The length of what belongs together at the start of what is left.
    pub(super) fn run(&self, belongs: impl Fn(char) -> bool) -> usize {
        run(self.rest(), belongs)
    }
}

/// The length of what belongs together at the start of a text.
pub(super) fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// The length of the name at the start of a text, or 0.
pub(super) fn name_length(text: &str) -> usize {
    if text.starts_with(|c: char| c == '_' || c.is_alphabetic()) {
        run(text, |c| c == '_' || c.is_alphanumeric())
    } else {
        0
    }
}

/// The length and the class of the number at the start of a text.
pub(super) fn number(text: &str) -> Option<(&'static str, usize)> {
    let bytes = text.as_bytes();
    let digit_at = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let starts_number = digit_at(0) || (bytes.first() == Some(&b'.') && digit_at(1));
    if !starts_number {
        return None;
    }
    for (marks, class, radix) in [("xX", "mh", 16), ("oO", "mo", 8), ("bB", "mb", 2)] {
        if bytes[0] == b'0' && text[1..].starts_with(|c| marks.contains(c)) {
            let length = run(&text[2..], |c| c == '_' || c.is_digit(radix));
            if length > 0 {
                return Some((class, length + 2));
            }
        }
    }
    let digits = |from: usize| {
        from + run(text.get(from..).unwrap_or(""), |c| {
            c == '_' || c.is_ascii_digit()
        })
    };
    let whole = digits(0);
    let mut end = whole;
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if digit_at(end + 1 + sign) {
            end = digits(end + 1 + sign);
        }
    }
    Some((if end > whole { "mf" } else { "mi" }, end))
}
