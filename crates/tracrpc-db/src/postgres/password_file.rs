//! libpq's file of passwords, `.pgpass`.

/// The password of the first line that is about this host, port, database and user.
///
/// A line has `host:port:database:user:password`; `*` stands for anything, and
/// a backslash takes the meaning from the `:` or `\` behind it.
pub(super) fn find(
    text: &str,
    host: &str,
    port: u16,
    database: &str,
    user: &str,
) -> Option<String> {
    let port = port.to_string();
    let wanted = [host, &port, database, user];
    let lines = text
        .split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line));
    let mut about = lines
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            wanted
                .iter()
                .try_fold(line, |rest, wanted| after(rest, wanted))
        });
    about.next().map(unescape)
}

/// What follows a field and its colon, if the field stands for `wanted`.
fn after<'a>(line: &'a str, wanted: &str) -> Option<&'a str> {
    if let Some(rest) = line.strip_prefix("*:") {
        return Some(rest);
    }
    let mut expected = wanted.chars();
    let mut rest = line.chars();
    loop {
        let c = match rest.next()? {
            ':' => return expected.next().is_none().then_some(rest.as_str()),
            '\\' => rest.next()?,
            c => c,
        };
        if c != expected.next()? {
            return None;
        }
    }
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => plain.push(characters.next().unwrap_or('\\')),
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn lines() {
        let check = |line: &str, expected: Option<&str>| {
            let found = find(line, "db.example", 5433, "my:base", "jo\\e");
            assert_eq!(found.as_deref(), expected, "{line}");
        };
        check("db.example:5433:my\\:base:jo\\\\e:secret", Some("secret"));
        check("*:*:*:*:secret", Some("secret"));
        check("*:*:*:*:a:b\\:c\\\\d\\e ", Some("a:b:c\\de "));
        check("*:*:*:*:", Some(""));
        check("*:*:*:*:ends\\", Some("ends\\"));
        check("*:*:*:*:dos\r\n", Some("dos"));
        check("d\\b.example:*:*:*:x", Some("x"));
        check("#*:*:*:*:no\n\n*:*:*:*:yes\n*:*:*:*:late", Some("yes"));
        check("db.example:5433:my:base:jo\\\\e:x", None);
        check("db.example:5432:*:*:x", None);
        check("db.exampl:*:*:*:x", None);
        check("db.example.org:*:*:*:x", None);
        check("**:*:*:*:x", None);
        check("*:*:*:jo\\e:x", None);
        check("*:*:*:*", None);
        check("*:*:*", None);
        check("", None);
    }
}
