//! The parameters of a processor: `name=value`, `flag`, `-flag`.

use indexmap::IndexMap;

use crate::chars::{is_space, is_word};

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parameter {
    /// `name=value`.
    Text(String),
    /// `name` alone is true, `-name` is false.
    Flag(bool),
}

impl Parameter {
    /// The value as Python writes it: `True` and `False` for flags.
    pub fn as_str(&self) -> &str {
        match self {
            Parameter::Text(text) => text,
            Parameter::Flag(true) => "True",
            Parameter::Flag(false) => "False",
        }
    }
}

/// The parameters of a call, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    /// A text may hold a hundred thousand of them: setting one must not look at all others.
    items: IndexMap<String, Parameter>,
}

impl Parameters {
    /// Reads what follows `#!name` on its line.
    ///
    /// ```
    /// use tracrpc_wiki::{Parameter, Parameters};
    /// let parameters = Parameters::parse("ab=\"c d\" ef -g h=i,j");
    /// assert_eq!(parameters.text("ab"), Some("c d"));
    /// assert_eq!(parameters.get("g"), Some(&Parameter::Flag(false)));
    /// ```
    pub fn parse(text: &str) -> Self {
        let mut pairs = Vec::new();
        let mut flags = Vec::new();
        let mut between = 0;
        let mut at = 0;
        while let Some((start, pair)) = next_pair(text, at) {
            flags.extend(read_flags(&text[between..start]));
            at = pair.end;
            between = pair.end;
            pairs.push((pair.name.to_owned(), Parameter::Text(pair.value.to_owned())));
        }
        flags.extend(read_flags(&text[between..]));
        let mut parameters = Parameters::default();
        for (name, value) in pairs.into_iter().chain(flags) {
            parameters.set(name, value);
        }
        parameters
    }

    /// Sets a parameter.
    pub fn set(&mut self, name: impl Into<String>, value: Parameter) {
        self.items.insert(name.into(), value);
    }

    /// The parameter `name`.
    pub fn get(&self, name: &str) -> Option<&Parameter> {
        self.items.get(name)
    }

    /// The parameter `name`, if it is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Parameter::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// All parameters in the order in which they were given, flags last.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Parameter)> {
        self.items
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }
}

/// `name=value` in a text; the value is without its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pair<'t> {
    pub(crate) name: &'t str,
    pub(crate) value: &'t str,
    pub(crate) end: usize,
}

fn is_name(c: char) -> bool {
    c == '-' || is_word(c)
}

/// The `name=value` that stands at `at`, if one does.
pub(crate) fn pair_at(text: &str, at: usize) -> Option<Pair<'_>> {
    let name_end = run_end(text, at, is_name);
    if name_end == at || text.as_bytes().get(name_end) != Some(&b'=') {
        return None;
    }
    let (value, end) = value_at(text, name_end + 1)?;
    Some(Pair {
        name: &text[at..name_end],
        value,
        end,
    })
}

fn value_at(text: &str, start: usize) -> Option<(&str, usize)> {
    if let Some(quote @ (b'"' | b'\'')) = text.as_bytes().get(start).copied() {
        let length = text[start + 1..].find(char::from(quote))?;
        let value = &text[start + 1..start + 1 + length];
        return (!value.contains('\n')).then_some((value, start + length + 2));
    }
    let end = run_end(text, start, |c| c == ',' || is_name(c));
    (end > start).then(|| (&text[start..end], end))
}

/// The first `name=value` at or after `from`, and where it starts.
fn next_pair(text: &str, from: usize) -> Option<(usize, Pair<'_>)> {
    let mut at = from;
    while at < text.len() {
        let name_end = run_end(text, at, is_name);
        if name_end > at {
            if let Some(pair) = pair_at(text, at) {
                return Some((at, pair));
            }
            at = name_end;
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    None
}

fn run_end(text: &str, start: usize, belongs: impl Fn(char) -> bool) -> usize {
    text[start..]
        .find(|c| !belongs(c))
        .map_or(text.len(), |at| start + at)
}

fn read_flags(text: &str) -> impl Iterator<Item = (String, Parameter)> {
    text.split(is_space)
        .filter(|word| !word.is_empty() && word.chars().all(is_name))
        .filter_map(|word| match word.strip_prefix('-') {
            Some("") => None,
            Some(name) => Some((name.to_owned(), Parameter::Flag(false))),
            None => Some((word.to_owned(), Parameter::Flag(true))),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse() {
        let check = |text: &str, want: &[(&str, &str)]| {
            let parameters = Parameters::parse(text);
            let got: Vec<_> = parameters
                .iter()
                .map(|(name, value)| (name, value.as_str()))
                .collect();
            assert_eq!(got, want, "{text}");
        };
        check("", &[]);
        check("ab=\"c de -f gh=ij\" -", &[("ab", "c de -f gh=ij")]);
        check(
            "ab=c de -f gh=\"ij klmn\" p=q-r,s",
            &[
                ("ab", "c"),
                ("gh", "ij klmn"),
                ("p", "q-r,s"),
                ("de", "True"),
                ("f", "False"),
            ],
        );
        check(
            "data-name=foo-bar data-true",
            &[("data-name", "foo-bar"), ("data-true", "True")],
        );
        check("a='b' a=\"c\"", &[("a", "c")]);
        check("a=\"b c", &[("c", "True")]);
        check("x=% y", &[("y", "True")]);
    }
}
