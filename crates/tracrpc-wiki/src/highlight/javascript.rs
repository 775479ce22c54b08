//! JavaScript, as Pygments' lexer for it sees it: where a slash may start a pattern is guessed
//! from what stands before it.

use super::scan::{Scan, Tokens, Words, run, words};
use crate::chars::{is_space, is_word};

static OPERATOR_WORDS: Words = words!("typeof instanceof in void delete new");
static RESERVED: Words = words!(
    "constructor from as abstract boolean byte char double enum final float goto implements int interface long native",
    "package private protected public short synchronized throws transient volatile"
);
static KEYWORDS: Words = words!(
    "for in while do break return continue switch case default if else throw try catch finally yield await async this",
    "of static export import debugger extends super"
);
static DECLARATIONS: Words = words!("var let const with function class");
static CONSTANTS: Words = words!("true false null NaN Infinity undefined");
static BUILTINS: Words = words!(
    "Array Boolean Date BigInt Function Math ArrayBuffer Number Object RegExp String Promise Proxy decodeURI",
    "decodeURIComponent encodeURI encodeURIComponent eval isFinite isNaN parseFloat parseInt DataView document window",
    "globalThis global arguments Symbol Intl WeakSet WeakMap Set Map Reflect JSON Atomics Int8Array Int16Array Int32Array",
    "BigInt64Array Float32Array Float64Array Uint8ClampedArray Uint8Array Uint16Array Uint32Array BigUint64Array"
);
static EXCEPTIONS: Words = words!(
    "Error EvalError InternalError RangeError ReferenceError SyntaxError TypeError URIError"
);
/// Operators that take no `=` behind them, then those that may.
const WHOLE_OPERATORS: [&str; 8] = ["++", "--", "~", "??=", "??", "?", ":", "\\\n"];
const OPERATORS: [&str; 20] = [
    "<<", ">>>", ">>", "==", "=", "!=", "!", "**", "||", "&&", "-", "<", ">", "+", "*", "%", "&",
    "|", "^", "/",
];

/// A text in backticks, or what stands in its `${…}`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Template,
    Inside,
}

pub(super) fn tokens(text: &str) -> Tokens<'_> {
    let mut scan = Scan::new(text);
    let mut open = Vec::new();
    while let Some(first) = scan.peek() {
        match open.last() {
            Some(Open::Template) => template(&mut scan, &mut open),
            Some(Open::Inside) if first == '}' => {
                scan.push("si", 1);
                open.pop();
            }
            _ if first == '`' => {
                scan.push("sb", 1);
                open.push(Open::Template);
            }
            _ => token(&mut scan, first),
        }
    }
    scan.tokens
}

fn template(scan: &mut Scan<'_>, open: &mut Vec<Open>) {
    let rest = scan.rest();
    if scan.push_mark("si", "${") {
        open.push(Open::Inside);
    } else if scan.push_mark("sb", "`") {
        open.pop();
    } else if let Some(after) = rest.strip_prefix('\\') {
        // A backslash goes on with the next line, too, but Pygments has no name for that.
        scan.push("sb", 1 + after.chars().next().map_or(0, char::len_utf8));
    } else {
        let first = usize::from(rest.starts_with('$'));
        let length = run(&rest[first..], |c| !matches!(c, '`' | '\\' | '$'));
        scan.push("sb", first + length);
    }
}

fn token(scan: &mut Scan<'_>, first: char) {
    let rest = scan.rest();
    if scan.at == 0 && rest.starts_with("#!") {
        return scan.push("ch", run(rest, |c| c != '\n'));
    }
    let may_be_pattern = is_space(first) || first == '/' || rest.starts_with("<!--");
    if may_be_pattern && scan.at_line_start() {
        return before_pattern(scan);
    }
    if blank_or_comment(scan) {
        return;
    }
    if let Some((class, length)) = javascript_number(rest) {
        scan.push(class, length);
    } else if scan.push_mark("p", "...") || scan.push_mark("p", "=>") {
    } else if let Some(length) = operator_length(rest) {
        scan.push("o", length);
        before_pattern(scan);
    } else if "{([;,".contains(first) {
        scan.push("p", 1);
        before_pattern(scan);
    } else if "})].".contains(first) {
        scan.push("p", 1);
    } else if !word(scan) && !string(scan, first) && !private_name(scan) {
        scan.push_error();
    }
}

fn blank_or_comment(scan: &mut Scan<'_>) -> bool {
    if scan.push_run("w", is_space) || scan.push_mark("c", "<!--") {
        return true;
    }
    if scan.starts("//") {
        return scan.push_run("c1", |c| c != '\n');
    }
    let end = if scan.starts("/*") {
        scan.find(2, "*/")
    } else {
        None
    };
    end.inspect(|end| scan.push("cm", end + 2)).is_some()
}

/// What stands where a slash would start a pattern.
fn before_pattern(scan: &mut Scan<'_>) {
    while blank_or_comment(scan) {}
    if !scan.starts("/") {
        return;
    }
    match scan.find_by(pattern_length) {
        Some(length) => scan.push("sr", length),
        None => {
            scan.push_run("err", |c| c != '\n');
            scan.push("w", 1);
        }
    }
}

/// The length of `/pattern/flags`.
fn pattern_length(text: &str) -> Option<usize> {
    let mut in_set = false;
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return None,
            '[' => in_set = true,
            ']' => in_set = false,
            '/' if !in_set => return flags_end(text, at + 1).filter(|_| at > 1),
            _ => {}
        }
    }
    None
}

fn flags_end(text: &str, start: usize) -> Option<usize> {
    let after = &text[start..];
    let flags = run(after, |c| "gimuysd".contains(c));
    let is_end = !after[flags..].starts_with(is_word);
    is_end.then_some(start + flags)
}

/// All numbers but those of a radix and those that end in `n` are of floating point.
fn javascript_number(text: &str) -> Option<(&'static str, usize)> {
    let radix = |marks: &str, class, is_digit: fn(char) -> bool| {
        let after = text.strip_prefix('0')?;
        let mark = usize::from(after.starts_with(|c| marks.contains(c)));
        let is_marked = mark == 1 || class == "mo";
        let digits = run(&after[mark..], is_digit);
        let end = 1 + mark + digits;
        let big = usize::from(text[end..].starts_with('n'));
        (is_marked && digits > 0).then_some((class, end + big))
    };
    radix("bB", "mb", |c| matches!(c, '0' | '1'))
        .or_else(|| radix("oO", "mo", |c| matches!(c, '0'..='7')))
        .or_else(|| radix("xX", "mh", |c| c.is_ascii_hexdigit()))
        .or_else(|| decimal(text))
}

fn decimal(text: &str) -> Option<(&'static str, usize)> {
    let digits = |from: usize| run(&text[from..], |c| c.is_ascii_digit());
    let whole = digits(0);
    if whole > 0 && text[whole..].starts_with('n') {
        return Some(("mi", whole + 1));
    }
    let mut end = whole;
    if text[whole..].starts_with('.') {
        let fraction = digits(whole + 1);
        if whole == 0 && fraction == 0 {
            return None;
        }
        end = whole + 1 + fraction;
    } else if whole == 0 {
        return None;
    }
    Some(("mf", end + exponent_length(&text[end..])))
}

/// The length of `e-5`, or 0.
pub(super) fn exponent_length(text: &str) -> usize {
    if !text.starts_with(['e', 'E']) {
        return 0;
    }
    let sign = usize::from(text[1..].starts_with(['+', '-']));
    match run(&text[1 + sign..], |c| c.is_ascii_digit()) {
        0 => 0,
        digits => 1 + sign + digits,
    }
}

fn operator_length(text: &str) -> Option<usize> {
    if let Some(operator) = WHOLE_OPERATORS.iter().find(|o| text.starts_with(**o)) {
        return Some(operator.trim_end_matches('\n').len());
    }
    let operator = OPERATORS.iter().find(|o| text.starts_with(**o))?;
    Some(operator.len() + usize::from(text[operator.len()..].starts_with('=')))
}

fn word(scan: &mut Scan<'_>) -> bool {
    let rest = scan.rest();
    let length = name_length(rest);
    let word = &rest[..scan.word()];
    let class = match word {
        _ if OPERATOR_WORDS.has(word) => "ow",
        _ if KEYWORDS.has(word) => "k",
        _ if DECLARATIONS.has(word) => "kd",
        _ if RESERVED.has(word) => "kr",
        _ if CONSTANTS.has(word) => "kc",
        _ if BUILTINS.has(word) => "nb",
        _ if EXCEPTIONS.has(word) => "ne",
        _ => return function_name(scan) || name(scan, length),
    };
    scan.push(class, word.len());
    if matches!(class, "ow" | "k" | "kd") {
        before_pattern(scan);
    }
    true
}

fn name(scan: &mut Scan<'_>, length: usize) -> bool {
    scan.push("nx", length);
    length > 0
}

/// `a.b.c() {`: all of the name is one.
fn function_name(scan: &mut Scan<'_>) -> bool {
    let rest = scan.rest();
    let starts = rest.starts_with(|c: char| c == '_' || c == '$' || c.is_ascii_alphabetic());
    if !starts {
        return false;
    }
    let length = scan.look(|c| is_word(c) || "?.$".contains(c)).unwrap_or(0);
    let is_function = length > 0 && rest[length..].starts_with("() {");
    if is_function {
        scan.push("nx", length);
        before_pattern(scan);
    }
    is_function
}

/// The length of a name; its letters may be written as `\u0041`.
fn name_length(text: &str) -> usize {
    let mut end = 0;
    while let Some(c) = text[end..].chars().next() {
        let is_escape = c == '\\'
            && text[end..].starts_with("\\u")
            && run(&text[end + 2..], |c| c.is_ascii_hexdigit()) >= 4;
        let is_letter = c == '_' || c == '$' || c.is_alphabetic();
        let goes_on =
            end > 0 && (c.is_alphanumeric() || is_word(c) || "\u{200c}\u{200d}".contains(c));
        end += match () {
            () if is_escape => 6,
            () if is_letter || goes_on => c.len_utf8(),
            () => break,
        };
    }
    end
}

fn string(scan: &mut Scan<'_>, quote: char) -> bool {
    let class = match quote {
        '"' => "s2",
        '\'' => "s1",
        _ => return false,
    };
    let length = scan.find_by(quoted_length);
    length.inspect(|&length| scan.push(class, length)).is_some()
}

/// The length of a text in quotes: it ends before the same quote, unless a backslash is there.
pub(super) fn quoted_length(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn private_name(scan: &mut Scan<'_>) -> bool {
    let after = scan.rest().strip_prefix('#').unwrap_or_default();
    let is_name = after.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic());
    if is_name {
        scan.push("n", 1 + run(after, is_word));
    }
    is_name
}
