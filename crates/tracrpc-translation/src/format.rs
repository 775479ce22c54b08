//! Fills the places of a message, as Python's `%` with names does.

/// A part of a message: text as it stands, or the name of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    Text(&'a str),
    Place(&'a str),
}

/// The parts of a message that has arguments. `%%` is a percent sign there.
pub(crate) fn parts(template: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some(percent) = rest.find('%') {
        let (before, from) = rest.split_at(percent);
        let (part, length) = match (from.strip_prefix("%%"), place(from)) {
            (Some(_), _) => (Part::Text("%"), 2),
            (_, Some((name, length))) => (Part::Place(name), length),
            _ => (Part::Text("%"), 1),
        };
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        parts.push(part);
        rest = &from[length..];
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

/// The name in `%(name)s` at the start of a text, and the length of the place.
fn place(text: &str) -> Option<(&str, usize)> {
    let (name, rest) = text.strip_prefix("%(")?.split_once(')')?;
    let flags = rest
        .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'))
        .filter(|&at| rest[at..].starts_with(['s', 'd', 'i', 'f', 'g']))?;
    Some((name, text.len() - rest.len() + flags + 1))
}

/// The message with its places filled. Where an argument is missing it stays as it is, as
/// `trac/util/translation.py: safefmt` leaves it.
pub(crate) fn fill(template: &str, argument: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(template.len());
    for part in parts(template) {
        match part {
            Part::Text(text) => filled.push_str(text),
            Part::Place(name) => match argument(name) {
                Some(text) => filled.push_str(&text),
                None => return template.to_owned(),
            },
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let check = |template: &str, expected: &str| {
            let argument = |name: &str| (name == "a").then(|| "<%(b)s>".to_owned());
            assert_eq!(fill(template, argument), expected);
        };
        check("x %(a)s y", "x <%(b)s> y");
        check("%(a)d%(a)i%%", "<%(b)s><%(b)s>%");
        check("%(a).1f 100%", "<%(b)s> 100%");
        check("%(missing)s %(a)s", "%(missing)s %(a)s");
        check("%(a", "%(a");
        check("%(a)", "%(a)");
        check("%", "%");
        check("%(a)ü", "%(a)ü");
    }
}
