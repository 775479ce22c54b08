//! The arguments of a macro: `text, name=value`.

use indexmap::IndexMap;

/// Arguments, split at commas that no backslash precedes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments {
    positional: Vec<String>,
    named: IndexMap<String, String>,
}

impl Arguments {
    /// Reads arguments; only names that a Python identifier could have make one with a name.
    ///
    /// ```
    /// use tracrpc_wiki::macros::Arguments;
    /// let arguments = Arguments::parse("Some text, mode= 3, an argument\\, with a comma");
    /// assert_eq!(arguments.positional(), ["Some text", " an argument, with a comma"]);
    /// assert_eq!(arguments.get("mode"), Some(" 3"));
    /// ```
    pub fn parse(text: &str) -> Self {
        Arguments::parse_with(text, strict_name)
    }

    /// Reads arguments; whatever stands before a `=` is a name.
    pub fn parse_lenient(text: &str) -> Self {
        Arguments::parse_with(text, lenient_name)
    }

    /// The arguments without a name, white space and all.
    pub fn positional(&self) -> &[String] {
        &self.positional
    }

    /// The arguments with a name, in the order given; of equal names the last is left.
    pub fn named(&self) -> impl Iterator<Item = (&str, &str)> {
        self.named
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The argument `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.named.get(name).map(String::as_str)
    }

    fn parse_with(text: &str, name_end: fn(&str) -> Option<usize>) -> Self {
        let mut arguments = Arguments::default();
        if text.is_empty() {
            return arguments;
        }
        for argument in split_at_commas(text) {
            match name_end(&argument) {
                Some(end) => {
                    let name = crate::text::strip(&argument[..end]).to_owned();
                    arguments.named.insert(name, argument[end + 1..].to_owned());
                }
                None => arguments.positional.push(argument),
            }
        }
        arguments
    }
}

pub(super) fn split_at_commas(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let last = parts.len() - 1;
        match c {
            '\\' if chars.peek() == Some(&',') => parts[last].push(chars.next().unwrap_or(',')),
            ',' => parts.push(String::new()),
            c => parts[last].push(c),
        }
    }
    parts
}

/// Where the `=` behind an identifier of at least two characters stands.
fn strict_name(argument: &str) -> Option<usize> {
    let name = argument.trim_start_matches(crate::chars::is_space);
    let start = argument.len() - name.len();
    let first = name.chars().next()?;
    let length = name.find(|c| !crate::chars::is_word(c))?;
    let fits =
        (first.is_ascii_alphabetic() || first == '_') && name[..length].chars().nth(1).is_some();
    (fits && name[length..].starts_with('=')).then_some(start + length)
}

/// Where the first `=` stands, if anything stands before it.
fn lenient_name(argument: &str) -> Option<usize> {
    argument.find('=').filter(|&at| at > 0)
}
