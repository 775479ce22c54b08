//! Reads message catalogues in their source form, the `.po` files of GNU gettext: as much of
//! the format as our own catalogues use, and nothing silently left out.

use std::collections::HashMap;

use crate::mo::{Texts, plural_rule};
use crate::plural::PluralRule;

/// One message of a catalogue.
#[derive(Default)]
struct Entry {
    id: Option<String>,
    plural: Option<String>,
    forms: Vec<String>,
}

/// Which string a line in quotes goes on with.
enum Place {
    Nowhere,
    Id,
    Plural,
    Form,
}

/// Reads a catalogue. Messages without a translation are left out.
///
/// # Errors
/// The number of the first line that cannot be understood.
pub(crate) fn parse(text: &str) -> Result<Texts, usize> {
    let mut texts = Texts {
        forms: HashMap::new(),
        plural: PluralRule::germanic(),
    };
    let (mut entry, mut place) = (Entry::default(), Place::Nowhere);
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let wrong = || index + 1;
        let (keyword, rest) = line.split_at(line.find('"').unwrap_or(line.len()));
        match keyword.trim_end() {
            "" if line.is_empty() => {
                finish(std::mem::take(&mut entry), &mut texts);
                place = Place::Nowhere;
                continue;
            }
            comment if comment.starts_with('#') => continue,
            "" => {}
            "msgid" => {
                entry.id = Some(String::new());
                place = Place::Id;
            }
            "msgid_plural" => {
                entry.plural = Some(String::new());
                place = Place::Plural;
            }
            "msgstr" => {
                entry.forms.push(String::new());
                place = Place::Form;
            }
            form if form == format!("msgstr[{}]", entry.forms.len()) => {
                entry.forms.push(String::new());
                place = Place::Form;
            }
            _ => return Err(wrong()),
        }
        let string = match place {
            Place::Nowhere => None,
            Place::Id => entry.id.as_mut(),
            Place::Plural => entry.plural.as_mut(),
            Place::Form => entry.forms.last_mut(),
        };
        let quoted = unquote(rest).ok_or_else(wrong)?;
        string.ok_or_else(wrong)?.push_str(&quoted);
    }
    finish(entry, &mut texts);
    Ok(texts)
}

fn finish(entry: Entry, texts: &mut Texts) {
    let Some(id) = entry.id else { return };
    if id.is_empty() {
        let header = entry.forms.first().and_then(|header| plural_rule(header));
        texts.plural = header.unwrap_or_else(PluralRule::germanic);
    } else if entry.forms.iter().all(|form| !form.is_empty()) {
        let forms = entry.forms.into_iter().map(String::into_boxed_str);
        texts.forms.insert(id.into(), forms.collect());
    }
}

/// A string in quotes, all of the line.
fn unquote(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut unquoted = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        unquoted.push(match c {
            '"' => return None,
            '\\' => match chars.next()? {
                'n' => '\n',
                't' => '\t',
                other @ ('"' | '\\') => other,
                _ => return None,
            },
            other => other,
        });
    }
    Some(unquoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries() {
        let text = "# A comment.\nmsgid \"\"\nmsgstr \"\"\n\"Plural-Forms: nplurals=1; plural=0;\\n\"\n\n\
                    #: somewhere\nmsgid \"a \\\"b\\\"\"\nmsgstr \"\"\n\"x\"\n\"\\ny\"\n\n\
                    msgid \"day\"\nmsgid_plural \"days\"\nmsgstr[0] \"Tage\"\n\n\
                    msgid \"none\"\nmsgstr \"\"\n";
        let texts = parse(text).unwrap();
        assert_eq!(texts.get("a \"b\""), Some("x\ny"));
        assert_eq!(texts.get_plural("day", 7), Some("Tage"));
        assert_eq!(texts.forms.len(), 2);
    }

    #[test]
    fn what_cannot_be_understood() {
        let check = |text: &str, line| assert_eq!(parse(text).unwrap_err(), line);
        check("\"x\"", 1);
        check("msgid \"x\"\nmsgctxt \"y\"", 2);
        check("msgid \"x", 1);
        check("msgid \"x\" y", 1);
        check("msgid \"\\q\"", 1);
        check("msgid \"a\"b\"", 1);
        check("msgid \"x\"\nmsgstr[1] \"y\"", 2);
    }
}
