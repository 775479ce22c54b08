//! The text of a query, split into its parts.

use std::collections::BTreeMap;

use tracrpc_env::{Error, Result};
use tracrpc_translation::message;

/// What a query says, before any of it has a meaning.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parts {
    /// The groups between `or`: values by field, each value with the marks of
    /// its comparison (`!`, `~`, `^`, `$`) in front.
    pub(super) groups: Vec<BTreeMap<String, Vec<String>>>,
    pub(super) order: Option<String>,
    pub(super) group: Option<String>,
    pub(super) page: Option<String>,
    pub(super) max: Option<String>,
    pub(super) format: Option<String>,
    pub(super) report: Option<String>,
    pub(super) rows: Vec<String>,
    pub(super) columns: Vec<String>,
    pub(super) desc: bool,
    pub(super) groupdesc: bool,
    pub(super) verbose: bool,
}

/// Splits `text` into its parts.
///
/// # Errors
/// A part without `=`, or one without a field.
pub(super) fn parse(text: &str) -> Result<Parts> {
    let mut parts = Parts {
        groups: vec![BTreeMap::new()],
        ..Parts::default()
    };
    for part in split_unescaped(text, '&') {
        if part == "or" {
            parts.groups.push(BTreeMap::new());
        } else {
            parts.add(&part.replace("\\&", "&"))?;
        }
    }
    parts.groups.retain(|group| !group.is_empty());
    Ok(parts)
}

impl Parts {
    fn add(&mut self, part: &str) -> Result<()> {
        let (field, values) = part.split_once('=').ok_or_else(|| {
            Error::invalid(message!(
                "Query filter requires field and constraints separated by a \"=\""
            ))
        })?;
        let (field, marks) = split_marks(field);
        if field.is_empty() {
            return Err(Error::invalid(message!("Query filter requires field name")));
        }
        let values: Vec<String> = split_unescaped(values, '|')
            .map(|value| format!("{marks}{}", value.replace("\\|", "|")))
            .collect();
        self.set(field, values);
        Ok(())
    }

    fn set(&mut self, field: &str, values: Vec<String>) {
        let first = values.first().cloned();
        let is_true = first.as_deref().is_some_and(tracrpc_env::config::as_bool);
        match field {
            "order" => self.order = first,
            "group" => self.group = first,
            "page" => self.page = first,
            "max" => self.max = first,
            "format" => self.format = first,
            "report" => self.report = first,
            "row" | "rows" => self.rows.extend(values),
            "col" => self.columns.extend(values.into_iter().map(synonym)),
            "desc" => self.desc = is_true,
            "groupdesc" => self.groupdesc = is_true,
            "verbose" => self.verbose = is_true,
            field => {
                let group = self.groups.last_mut();
                let known = group.map(|group| group.entry(synonym(field.to_owned())));
                known
                    .into_iter()
                    .for_each(|entry| entry.or_default().extend_from_slice(&values));
            }
        }
    }
}

/// The name of the field that goes by another name in queries.
pub(super) fn synonym(field: String) -> String {
    match field.as_str() {
        "created" => "time".to_owned(),
        "modified" => "changetime".to_owned(),
        _ => field,
    }
}

/// A field and the marks at its end, in the order in which values carry them:
/// the negation first.
fn split_marks(field: &str) -> (&str, String) {
    let mut marks = String::new();
    let mut rest = field;
    if let Some(shorter) = field.strip_suffix(['~', '^', '$']) {
        marks.push_str(&field[shorter.len()..]);
        rest = shorter;
    }
    if let Some(shorter) = rest.strip_suffix('!') {
        marks.insert(0, '!');
        rest = shorter;
    }
    (rest, marks)
}

/// The parts between separators that have no backslash in front.
fn split_unescaped(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let is_escaped = |at: usize| at > 0 && text.as_bytes().get(at - 1) == Some(&b'\\');
        let end = text
            .match_indices(separator)
            .map(|(at, _)| at)
            .find(|at| !is_escaped(*at));
        rest = end.map(|end| &text[end + separator.len_utf8()..]);
        Some(end.map_or(text, |end| &text[..end]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constraints(text: &str) -> String {
        let groups = parse(text).unwrap().groups;
        let show = |group: &BTreeMap<String, Vec<String>>| {
            let fields: Vec<_> = group
                .iter()
                .map(|(k, v)| format!("{k}:{}", v.join(",")))
                .collect();
            fields.join(" ")
        };
        groups.iter().map(show).collect::<Vec<_>>().join(" / ")
    }

    #[test]
    fn constraints_carry_their_marks() {
        let check = |text: &str, expected: &str| assert_eq!(constraints(text), expected, "{text}");
        check("status=new", "status:new");
        check("status!=new|closed", "status:!new,!closed");
        check("a~=1&b^=2&c$=3&d!~=4", "a:~1 b:^2 c:$3 d:!~4");
        check("a=1&a=2&b=", "a:1,2 b:");
        check("a=1&or&b=2&or&or&c=3", "a:1 / b:2 / c:3");
        check("a=x\\&y\\|z|w", "a:x&y|z,w");
        check("created=1&modified=2", "changetime:2 time:1");
        check("a==b=c", "a:=b=c");
        check("a!!=1&b~~=2&c~!=3", "a!:!1 b~:~2 c~:!3");
        check("$USER=x", "$USER:x");
        check("or", "");
    }

    #[test]
    fn settings_are_no_constraints() {
        let parts = parse(
            "order=id&order=owner&desc=1&group=type&groupdesc=no&page=2&max=5&format=rss\
             &report=3&row=a|b&rows=c&col=created|id&verbose=on",
        )
        .unwrap();
        assert!(parts.groups.is_empty());
        assert_eq!(parts.order.as_deref(), Some("owner"));
        assert_eq!(
            (parts.desc, parts.groupdesc, parts.verbose),
            (true, false, true)
        );
        assert_eq!(parts.rows, ["a", "b", "c"]);
        assert_eq!(parts.columns, ["time", "id"]);
        assert_eq!(parts.max.as_deref(), Some("5"));
        assert_eq!(parts.report.as_deref(), Some("3"));
    }

    #[test]
    fn errors_are_those_of_trac() {
        let check = |text: &str, expected: &str| {
            assert_eq!(parse(text).unwrap_err().message(), expected, "{text}");
        };
        let no_equals = "Query filter requires field and constraints separated by a \"=\"";
        let no_field = "Query filter requires field name";
        for text in ["", "nonsense", "&", "a=b&", "a=b&c", "or&", "a\\&b"] {
            check(text, no_equals);
        }
        for text in ["=x", "~=x", "!=x", "!~=x"] {
            check(text, no_field);
        }
    }
}
