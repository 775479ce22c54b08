//! HTML and XML, as Pygments' lexers for them see them.

use super::scan::{Scan, Tokens, run};
use super::{css, javascript};
use crate::chars::{is_space, is_word};

/// HTML: names and marks of tags apart, with scripts and styles in their own languages.
pub(super) fn html(text: &str) -> Tokens<'_> {
    let mut scan = Scan::new(text);
    let mut open = Vec::new();
    while let Some(first) = scan.peek() {
        html_token(&mut scan, first, &mut open);
    }
    scan.tokens
}

/// XML: a tag and its marks are one.
pub(super) fn xml(text: &str) -> Tokens<'_> {
    let mut scan = Scan::new(text);
    let mut open = Vec::new();
    while let Some(first) = scan.peek() {
        xml_token(&mut scan, first, &mut open);
    }
    scan.tokens
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Tag,
    Value,
    Script,
    Style,
}

fn error(scan: &mut Scan<'_>, first: char, open: &mut Vec<State>) {
    if first == '\n' {
        open.clear();
    }
    scan.push_error();
}

fn html_token(scan: &mut Scan<'_>, first: char, open: &mut Vec<State>) {
    let done = match open.last() {
        Some(State::Tag) => html_in_tag(scan, first, open),
        Some(State::Value) => value(scan, first, open),
        Some(State::Script) => foreign(scan, "script", javascript::tokens, open),
        Some(State::Style) => foreign(scan, "style", css::tokens, open),
        None if first == '&' => entity(scan),
        None if first == '<' => declaration(scan) || html_tag(scan, open) || html_end_tag(scan),
        None => scan.push_run("", |c| c != '<' && c != '&'),
    };
    if !done {
        error(scan, first, open);
    }
}

fn xml_token(scan: &mut Scan<'_>, first: char, open: &mut Vec<State>) {
    let done = match open.last() {
        Some(State::Tag) => xml_in_tag(scan, first, open),
        Some(_) if is_space(first) => scan.push_run("w", is_space),
        Some(_) => value(scan, first, open),
        None if first == '&' => entity(scan),
        None if first == '<' => declaration(scan) || xml_tag(scan, open),
        None if is_space(first) => scan.push_run("w", is_space),
        None => scan.push_run("", |c| c != '<' && c != '&' && !is_space(c)),
    };
    if !done {
        error(scan, first, open);
    }
}

fn entity(scan: &mut Scan<'_>) -> bool {
    let length = scan.look(|c| !is_space(c) && c != ';').unwrap_or(0);
    let ends = scan.rest()[length..].starts_with(';');
    if ends {
        scan.push("ni", length + 1);
    }
    ends
}

/// What starts with `<!` or `<?`.
fn declaration(scan: &mut Scan<'_>) -> bool {
    const FORMS: [(&str, &str, &str); 4] = [
        ("<![CDATA[", "]]>", "cp"),
        ("<!--", "-->", "cm"),
        ("<?", "?>", "cp"),
        ("<!", ">", "cp"),
    ];
    for (start, end, class) in FORMS {
        if scan
            .rest()
            .get(..start.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(start))
            && let Some(at) = scan.find(start.len(), end)
        {
            scan.push(class, at + end.len());
            return true;
        }
    }
    false
}

fn is_tag_name(c: char) -> bool {
    is_word(c) || matches!(c, ':' | '.' | '-')
}

fn html_tag(scan: &mut Scan<'_>, open: &mut Vec<State>) -> bool {
    let after = &scan.rest()[1..];
    let spaces = run(after, is_space);
    let name = &after[spaces..];
    let starts = |word: &str| {
        name.get(..word.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(word))
    };
    let length = match () {
        () if starts("script") => 6,
        () if starts("style") => 5,
        () => run(name, is_tag_name),
    };
    if length == 0 {
        return false;
    }
    scan.push("p", 1);
    scan.push("", spaces);
    let content = match length {
        6 if starts("script") => Some(State::Script),
        5 if starts("style") => Some(State::Style),
        _ => None,
    };
    open.extend(content);
    open.push(State::Tag);
    scan.push("nt", length);
    true
}

/// The parts of an end tag: its length up to the name, the name, and what is behind it.
fn end_tag(text: &str) -> Option<(usize, usize, usize, usize)> {
    let before = 1 + run(text.get(1..)?, is_space);
    let slash = text[before..].strip_prefix('/')?;
    let spaces = run(slash, is_space);
    let name = run(&slash[spaces..], is_tag_name);
    let after = run(&slash[spaces + name..], is_space);
    let ends = name > 0 && slash[spaces + name + after..].starts_with('>');
    ends.then_some((before, spaces, name, after))
}

fn html_end_tag(scan: &mut Scan<'_>) -> bool {
    let Some((before, spaces, name, after)) = end_tag(scan.rest()) else {
        return false;
    };
    scan.push("p", 1);
    scan.push("", before - 1);
    scan.push("p", 1);
    scan.push("", spaces);
    scan.push("nt", name);
    scan.push("", after);
    scan.push("p", 1);
    true
}

fn html_in_tag(scan: &mut Scan<'_>, first: char, open: &mut Vec<State>) -> bool {
    if is_space(first) {
        return scan.push_run("", is_space);
    }
    let rest = scan.rest();
    let name = run(rest, |c| is_word(c) || c == ':' || c == '-');
    if name > 0 {
        let spaces = run(&rest[name..], is_space);
        let has_value = rest[name + spaces..].starts_with('=');
        scan.push("na", if has_value { name + spaces } else { name });
        if has_value {
            scan.push("o", 1);
            scan.push_run("", is_space);
            open.push(State::Value);
        }
        return true;
    }
    let Some((slash, spaces)) = tag_end(rest) else {
        return false;
    };
    scan.push("p", slash);
    scan.push("", spaces);
    scan.push("p", 1);
    open.pop();
    true
}

/// `/ >`: the lengths of the slash and of the blanks.
fn tag_end(text: &str) -> Option<(usize, usize)> {
    let slash = usize::from(text.starts_with('/'));
    let spaces = run(&text[slash..], is_space);
    text[slash + spaces..]
        .starts_with('>')
        .then_some((slash, spaces))
}

/// The value of an attribute.
fn value(scan: &mut Scan<'_>, first: char, open: &mut Vec<State>) -> bool {
    let quoted = match first {
        '"' => scan.find(1, "\""),
        '\'' => scan.find(1, "'"),
        _ => None,
    };
    let length = quoted.map_or_else(|| scan.run(|c| !is_space(c) && c != '>'), |end| end + 1);
    scan.push("s", length);
    if length > 0 {
        open.pop();
    }
    length > 0
}

/// What stands up to the end tag of a `script` or `style`, in its own language.
fn foreign(
    scan: &mut Scan<'_>,
    name: &str,
    language: for<'t> fn(&'t str) -> Tokens<'t>,
    open: &mut Vec<State>,
) -> bool {
    let rest = scan.rest();
    let is_end = |at: usize| {
        end_tag(&rest[at..]).is_some_and(|(before, spaces, length, _)| {
            let start = at + before + 1 + spaces;
            rest[start..start + length].eq_ignore_ascii_case(name)
        })
    };
    if is_end(0) {
        open.pop();
        return html_end_tag(scan);
    }
    let can_look = scan.can_look();
    let mut ends = rest
        .match_indices('<')
        .map(|(at, _)| at)
        .skip_while(|&at| at == 0);
    let end = if can_look {
        ends.find(|&at| is_end(at))
    } else {
        None
    };
    scan.charge(end.unwrap_or(rest.len()));
    let length = end.unwrap_or_else(|| {
        open.pop();
        rest[1..].find('\n').map_or(rest.len(), |at| at + 2)
    });
    scan.tokens.extend(language(&rest[..length]));
    scan.at += length;
    true
}

fn xml_tag(scan: &mut Scan<'_>, open: &mut Vec<State>) -> bool {
    let rest = scan.rest();
    if let Some((before, spaces, name, after)) = end_tag(rest) {
        scan.push("nt", before + 1 + spaces + name + after + 1);
        return true;
    }
    let spaces = run(&rest[1..], is_space);
    let name = run(&rest[1 + spaces..], is_tag_name);
    if name > 0 {
        scan.push("nt", 1 + spaces + name);
        open.push(State::Tag);
    }
    name > 0
}

fn xml_in_tag(scan: &mut Scan<'_>, first: char, open: &mut Vec<State>) -> bool {
    if is_space(first) {
        return scan.push_run("w", is_space);
    }
    let rest = scan.rest();
    let name = run(rest, is_tag_name);
    let spaces = run(&rest[name..], is_space);
    if name > 0 && rest[name + spaces..].starts_with('=') {
        scan.push("na", name + spaces + 1);
        open.push(State::Value);
        return true;
    }
    let Some((slash, spaces)) = tag_end(rest) else {
        return false;
    };
    scan.push("nt", slash + spaces + 1);
    open.pop();
    true
}
