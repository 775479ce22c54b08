//! Text in lines: where they may be broken.
//!
//! The rules are those of Trac's `trac.util.text`, which are those of Python's
//! `textwrap` with breaks between the characters of Chinese, Japanese and Korean.

use tracrpc_env::text::is_space;

use super::width::Ruler;

/// How far apart tabulators are.
const TAB: usize = 8;

impl Ruler {
    /// Wraps each line of a text. A word that is too long stays whole.
    pub(super) fn wrap(self, text: &str, columns: usize, first: &str, next: &str) -> String {
        let text = text.trim_matches(is_space);
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut wrapped = Vec::new();
        for line in text.split('\n') {
            let lines = self.wrap_line(line.trim_end_matches(is_space), columns, first, next);
            match lines.is_empty() {
                true => wrapped.push(String::new()),
                false => wrapped.extend(lines),
            }
        }
        wrapped.join("\n")
    }

    fn wrap_line(self, line: &str, columns: usize, first: &str, next: &str) -> Vec<String> {
        let line = expand_tabs(line);
        let chunks = chunks(&line);
        let mut rest = Rest {
            chunks: &chunks,
            begun: None,
        };
        let mut lines: Vec<String> = Vec::new();
        while let Some(chunk) = rest.next() {
            let indent = if lines.is_empty() { first } else { next };
            if !lines.is_empty() && is_white(chunk) {
                rest.take();
            }
            let parts = self.fill(&mut rest, columns.saturating_sub(self.width(indent)));
            if !parts.is_empty() {
                lines.push(format!("{indent}{}", parts.concat()));
            }
        }
        lines
    }

    /// Takes what fits into a line, at least a word.
    fn fill<'a>(self, rest: &mut Rest<'a>, columns: usize) -> Vec<&'a str> {
        let mut parts = Vec::new();
        let mut left = columns;
        while let Some(chunk) = rest.next() {
            let Some(width) = self.width_within(chunk, left) else {
                break;
            };
            left -= width;
            parts.push(chunk);
            rest.take();
        }
        if let Some(chunk) = rest.next() {
            let part = match chunk.starts_with(is_breakable) {
                true => self.fitting(chunk, left),
                false => "",
            };
            if !part.is_empty() {
                parts.push(part);
                rest.take_part(part);
            }
            let is_too_long = rest
                .next()
                .is_some_and(|chunk| self.width_within(chunk, columns).is_none());
            if is_too_long && parts.is_empty() {
                parts.extend(rest.take());
            }
        }
        if parts.last().is_some_and(|part| is_white(part)) {
            parts.pop();
        }
        parts
    }

    /// The beginning of a text that takes at most so many columns.
    fn fitting(self, text: &str, columns: usize) -> &str {
        let mut left = columns;
        for (place, c) in text.char_indices() {
            match left.checked_sub(self.char_width(c)) {
                Some(less) => left = less,
                None => return text.get(..place).unwrap_or_default(),
            }
        }
        text
    }
}

/// The chunks that are not yet in lines.
struct Rest<'a> {
    chunks: &'a [&'a str],
    /// What is left of the first of them.
    begun: Option<&'a str>,
}

impl<'a> Rest<'a> {
    fn next(&self) -> Option<&'a str> {
        self.begun.or_else(|| self.chunks.first().copied())
    }

    fn take(&mut self) -> Option<&'a str> {
        let chunk = self.next()?;
        self.chunks = self.chunks.get(1..).unwrap_or_default();
        self.begun = None;
        Some(chunk)
    }

    fn take_part(&mut self, part: &str) {
        let left = self.next().and_then(|chunk| chunk.strip_prefix(part));
        self.begun = left.filter(|left| !left.is_empty());
        if self.begun.is_none() {
            self.chunks = self.chunks.get(1..).unwrap_or_default();
        }
    }
}

fn is_white(chunk: &str) -> bool {
    chunk.chars().all(is_space)
}

/// With blanks for tabulators, as far as the next multiple of eight characters.
fn expand_tabs(line: &str) -> String {
    if !line.contains('\t') {
        return line.to_owned();
    }
    let mut expanded = String::with_capacity(line.len() + TAB);
    let mut column = 0;
    for c in line.chars() {
        if c == '\t' {
            let blanks = TAB - column % TAB;
            expanded.extend(std::iter::repeat_n(' ', blanks));
            column += blanks;
        } else {
            expanded.push(c);
            column += 1;
        }
    }
    expanded
}

/// The pieces between which a line may be broken.
fn chunks(line: &str) -> Vec<&str> {
    let mut scanner = Scanner::new(line);
    let (mut chunks, mut begin) = (Vec::new(), 0);
    while scanner.place < line.len() {
        let here = scanner.place;
        let Some(end) = scanner.separator() else {
            scanner.skip();
            continue;
        };
        chunks.extend([line.get(begin..here), line.get(here..end)]);
        (begin, scanner.place) = (end, end);
    }
    chunks.push(line.get(begin..));
    let chunks = chunks.into_iter().flatten();
    chunks.filter(|chunk| !chunk.is_empty()).collect()
}

/// Looks for the pieces that are chunks by themselves.
struct Scanner<'a> {
    line: &'a str,
    place: usize,
    /// Where the hyphenated word ends that is known not to be one, so that no
    /// word is looked at from each of its characters.
    looked_at: usize,
}

impl<'a> Scanner<'a> {
    fn new(line: &'a str) -> Self {
        Self {
            line,
            place: 0,
            looked_at: 0,
        }
    }

    fn from(&self, place: usize) -> &'a str {
        self.line.get(place..).unwrap_or_default()
    }

    fn skip(&mut self) {
        let c = self.from(self.place).chars().next();
        self.place += c.map_or(1, char::len_utf8);
    }

    /// Where the piece that begins here ends, if one does.
    fn separator(&mut self) -> Option<usize> {
        let rest = self.from(self.place);
        let run = |is_part: fn(char) -> bool| match run(rest, is_part) {
            0 => None,
            length => Some(self.place + length),
        };
        run(is_space)
            .or_else(|| run(is_breakable))
            .or_else(|| self.hyphenated())
            .or_else(|| self.dash())
    }

    /// The part of a word up to a hyphen between letters.
    fn hyphenated(&mut self) -> Option<usize> {
        if self.place < self.looked_at {
            return None;
        }
        let word = self.place + run(self.from(self.place), |c| !is_space(c) && !is_word(c));
        let end = word + run(self.from(word), is_word);
        self.looked_at = end.max(self.place + 1);
        let is_word_end = |text: &str| {
            let mut chars = text.chars().rev();
            chars.next().is_some_and(|c| !c.is_ascii_digit()) && chars.next().is_some()
        };
        let rest = self.from(end).strip_prefix('-')?;
        let next = rest.get(..run(rest, is_word))?;
        let goes_on = next.chars().skip(1).any(|c| !c.is_ascii_digit());
        let is_one = is_word_end(self.line.get(word..end)?) && goes_on;
        is_one.then_some(end + 1)
    }

    /// Several hyphens between words.
    fn dash(&self) -> Option<usize> {
        let before = self.line.get(..self.place)?.chars().next_back()?;
        if !is_word(before) && !"!\"'&.,?".contains(before) {
            return None;
        }
        let length = run(self.from(self.place), |c| c == '-');
        let goes_on = self.from(self.place + length).starts_with(is_word);
        (length > 1 && goes_on).then_some(self.place + length)
    }
}

/// The length of the longest beginning of only such characters.
fn run(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether lines may be broken at any place between such characters.
fn is_breakable(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{2eff}' | '\u{3000}'..='\u{30ff}'
        | '\u{3130}'..='\u{319f}' | '\u{31c0}'..='\u{31ef}' | '\u{3200}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const NARROW: Ruler = Ruler {
        ambiguous_is_wide: false,
    };

    #[test]
    fn lines_are_wrapped_between_words() {
        let cases = [
            ("", ""),
            (" a\r\nb \n\n c ", ">a\n>b\n\n> c"),
            ("one two three", ">one two\n three"),
            ("unbreakableword a", ">unbreakableword\n a"),
            ("    unbreakableword", ">unbreakableword"),
            ("日本語の文字列", ">日本語の\n 文字列"),
            ("a 日本語の", ">a 日本語\n の"),
            ("to-gether with", ">to-\n gether\n with"),
            ("a1-b2 c1-d2", ">a1-b2\n c1-d2"),
            ("well--known", ">well--\n known"),
            ("a\tb", ">a\n b"),
        ];
        for (text, wanted) in cases {
            assert_eq!(NARROW.wrap(text, 9, ">", " "), wanted, "{text}");
        }
    }

    #[test]
    fn long_words_cost_no_more_than_short_ones() {
        let long = "x".repeat(1_000_000) + "-";
        assert_eq!(NARROW.wrap(&long, 75, "", ""), long);
        let hyphens = "-".repeat(1_000_000);
        assert_eq!(NARROW.wrap(&hyphens, 75, "", ""), hyphens);
        let wide = "日".repeat(300_000);
        assert_eq!(
            NARROW.wrap(&wide, 75, "", "").lines().count(),
            300_000 / 37 + 1
        );
    }
}
