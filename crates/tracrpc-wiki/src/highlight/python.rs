//! Python, as Pygments' lexer for Python 3 sees it.

use super::scan::{Scan, Tokens, name_length, number, run};

const KEYWORDS: &str = "assert async await break continue del elif else except finally for global if lambda pass raise \
                        nonlocal return try while yield as with";
const OPERATOR_WORDS: &str = "in is and or not";
const CONSTANTS: &str = "True False None";
const PSEUDO: &str = "self cls Ellipsis NotImplemented";
const BUILTINS: &str = "__import__ abs aiter all any bin bool breakpoint bytearray bytes callable chr classmethod \
    compile complex delattr dict dir divmod enumerate eval filter float format frozendict \
    frozenset getattr globals hasattr hash hex id input int isinstance issubclass iter len \
    list locals map max memoryview min next object oct open ord pow print property range repr \
    reversed round sentinel set setattr slice sorted staticmethod str sum super tuple type \
    vars zip";
const EXCEPTIONS: &str = "ArithmeticError AssertionError AttributeError BaseException BlockingIOError \
    BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError \
    ConnectionError ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError \
    EncodingWarning EnvironmentError Exception FileExistsError FileNotFoundError \
    FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning \
    IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt \
    LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError \
    NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError \
    ProcessLookupError RecursionError ReferenceError ResourceWarning RuntimeError \
    RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError \
    SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError \
    UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning VMSError \
    ValueError Warning WindowsError ZeroDivisionError";
const MAGIC_VARIABLES: &str = "__annotations__ __bases__ __class__ __closure__ __code__ __defaults__ __dict__ __doc__ \
    __file__ __func__ __globals__ __kwdefaults__ __module__ __mro__ __name__ __objclass__ \
    __qualname__ __self__ __slots__ __weakref__";
const MAGIC_FUNCTIONS: &str = "__abs__ __add__ __aenter__ __aexit__ __aiter__ __and__ __anext__ __await__ __bool__ \
    __bytes__ __call__ __complex__ __contains__ __del__ __delattr__ __delete__ __delitem__ \
    __dir__ __divmod__ __enter__ __eq__ __exit__ __float__ __floordiv__ __format__ __ge__ \
    __get__ __getattr__ __getattribute__ __getitem__ __gt__ __hash__ __iadd__ __iand__ \
    __ifloordiv__ __ilshift__ __imatmul__ __imod__ __imul__ __index__ __init__ \
    __instancecheck__ __int__ __invert__ __ior__ __ipow__ __irshift__ __isub__ __iter__ \
    __itruediv__ __ixor__ __le__ __len__ __length_hint__ __lshift__ __lt__ __matmul__ \
    __missing__ __mod__ __mul__ __ne__ __neg__ __new__ __next__ __or__ __pos__ __pow__ \
    __prepare__ __radd__ __rand__ __rdivmod__ __repr__ __reversed__ __rfloordiv__ __rlshift__ \
    __rmatmul__ __rmod__ __rmul__ __ror__ __round__ __rpow__ __rrshift__ __rshift__ __rsub__ \
    __rtruediv__ __rxor__ __set__ __setattr__ __setitem__ __str__ __sub__ __subclasscheck__ \
    __truediv__ __xor__";
const OPERATORS: [&str; 5] = ["!=", "==", "<<", ">>", ":="];
/// How deep expressions may stand in format strings.
const MAX_DEPTH: usize = 8;

pub(super) fn tokens(text: &str) -> Tokens<'_> {
    let mut scan = Scan::new(text);
    while !scan.rest().is_empty() {
        token(&mut scan, 0);
    }
    scan.tokens
}

fn token(scan: &mut Scan<'_>, depth: usize) {
    let rest = scan.rest();
    let is_line_start = scan.at == 0 || scan.text[..scan.at].ends_with('\n');
    if is_line_start && doc_string(scan) {
        return;
    }
    let Some(first) = rest.chars().next() else {
        return;
    };
    if first.is_whitespace() {
        let length = if first == '\n' {
            1
        } else {
            scan.run(|c| c.is_whitespace() && c != '\n')
        };
        scan.push("", length);
    } else if first == '#' {
        scan.push("c1", run(rest, |c| c != '\n'));
    } else if string(scan, depth) {
    } else if name_length(rest) > 0 {
        word(scan);
    } else if let Some((class, length)) = number(rest) {
        scan.push(class, length);
    } else if first == '@' && name_length(&rest[1..]) > 0 {
        scan.push(
            "nd",
            1 + run(&rest[1..], |c| c == '_' || c.is_alphanumeric()),
        );
    } else if let Some(operator) = OPERATORS
        .iter()
        .find(|operator| rest.starts_with(**operator))
    {
        scan.push("o", operator.len());
    } else {
        let class = if "-~+/*%=<>&^|.@".contains(first) {
            "o"
        } else if "[]{}:(),;".contains(first) {
            "p"
        } else {
            // A backslash goes on with the next line.
            if first == '\\' { "" } else { "err" }
        };
        scan.push(class, first.len_utf8());
    }
}

fn has(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

fn word(scan: &mut Scan<'_>) {
    let rest = scan.rest();
    let length = name_length(rest);
    let word = &rest[..length];
    let follows_dot = scan.text[..scan.at].ends_with('.');
    match word {
        "def" if rest[length..].starts_with(blank) => named(scan, "nf"),
        "class" if rest[length..].starts_with(blank) => named(scan, "nc"),
        "yield" if rest[length..].starts_with(" from ") => scan.push("k", length + 5),
        "from" if imports_from(&rest[length..]) => import_from(scan),
        "import" => import(scan),
        _ => scan.push(class_of_word(word, follows_dot), length),
    }
}

fn class_of_word(word: &str, follows_dot: bool) -> &'static str {
    if has(KEYWORDS, word) {
        "k"
    } else if has(OPERATOR_WORDS, word) {
        "ow"
    } else if has(CONSTANTS, word) {
        "kc"
    } else if has(MAGIC_VARIABLES, word) {
        "vm"
    } else if is_magic_function(word) {
        "fm"
    } else if !follows_dot && has(BUILTINS, word) {
        "nb"
    } else if !follows_dot && has(PSEUDO, word) {
        "bp"
    } else if !follows_dot && has(EXCEPTIONS, word) {
        "ne"
    } else {
        "n"
    }
}

fn is_magic_function(word: &str) -> bool {
    word.starts_with("__") && has(MAGIC_FUNCTIONS, word)
}

fn blank(c: char) -> bool {
    c.is_whitespace() && c != '\n'
}

/// `def name`, `class name`.
fn named(scan: &mut Scan<'_>, class: &'static str) {
    scan.push("k", name_length(scan.rest()));
    let spaces = scan.run(blank);
    let length = name_length(&scan.rest()[spaces..]);
    if length == 0 {
        return;
    }
    scan.push("w", spaces);
    let name = &scan.rest()[..length];
    scan.push(if is_magic_function(name) { "fm" } else { class }, length);
}

fn imports_from(rest: &str) -> bool {
    let spaces = run(rest, blank);
    let after = &rest[spaces..];
    spaces > 0 && after.starts_with(|c: char| c == '.' || c == '_' || c.is_alphabetic())
}

/// `from module import`.
fn import_from(scan: &mut Scan<'_>) {
    scan.push("kn", 4);
    scan.push("w", scan.run(blank));
    let length = scan.run(|c| c == '.' || c == '_' || c.is_alphanumeric());
    let class = if &scan.rest()[..length] == "None" {
        "kc"
    } else {
        "nn"
    };
    scan.push(class, length);
    let spaces = scan.run(blank);
    if spaces > 0 && scan.rest()[spaces..].starts_with("import") {
        scan.push("w", spaces);
        scan.push("kn", 6);
    }
}

/// `import module, module as name`.
fn import(scan: &mut Scan<'_>) {
    scan.push("kn", 6);
    scan.push("w", scan.run(blank));
    loop {
        let names = scan.run(|c| c == '.' || c == '_' || c.is_alphanumeric());
        if names == 0 {
            return;
        }
        scan.push("nn", names);
        let spaces = scan.run(blank);
        let rest = &scan.rest()[spaces..];
        if spaces > 0 && rest.starts_with("as") && rest[2..].starts_with(blank) {
            scan.push("w", spaces);
            scan.push("k", 2);
        } else if rest.starts_with(',') {
            scan.push("w", spaces);
            scan.push("o", 1);
        } else {
            return;
        }
        scan.push("w", scan.run(blank));
    }
}

/// A string in three quotes that starts a line.
fn doc_string(scan: &mut Scan<'_>) -> bool {
    let spaces = scan.run(blank);
    let after = &scan.rest()[spaces..];
    let prefix = run(after, |c| "rRuUbB".contains(c));
    let quoted = &after[prefix..];
    let quotes = ["\"\"\"", "'''"]
        .into_iter()
        .find(|quotes| prefix <= 2 && quoted.starts_with(quotes));
    let Some(length) = quotes.and_then(|quotes| quoted[3..].find(quotes)) else {
        return false;
    };
    scan.push("w", spaces);
    scan.push("sa", prefix);
    scan.push("sd", length + 6);
    true
}

/// A string, if one starts here.
fn string(scan: &mut Scan<'_>, depth: usize) -> bool {
    let rest = scan.rest();
    let prefix_length = run(rest, |c| "rRuUbBfF".contains(c));
    let quoted = &rest[prefix_length..];
    if prefix_length > 2 || !quoted.starts_with(['"', '\'']) {
        return false;
    }
    let quote = &quoted[..1];
    let class = if quote == "\"" { "s2" } else { "s1" };
    let triple = quote.repeat(3);
    let close = if quoted.starts_with(&triple) {
        triple.as_str()
    } else {
        quote
    };
    let prefix = rest[..prefix_length].to_lowercase();
    scan.push("sa", prefix_length);
    scan.push(class, close.len());
    let kind = StringKind {
        class,
        close,
        is_raw: prefix.contains('r'),
        is_format: prefix.contains('f'),
        depth,
    };
    while !scan.rest().is_empty() {
        if scan.rest().starts_with(close) {
            scan.push(class, close.len());
            return true;
        }
        if close.len() == 1 && scan.rest().starts_with('\n') {
            return true;
        }
        kind.piece(scan);
    }
    true
}

struct StringKind<'q> {
    class: &'static str,
    close: &'q str,
    is_raw: bool,
    is_format: bool,
    depth: usize,
}

impl StringKind<'_> {
    fn piece(&self, scan: &mut Scan<'_>) {
        let rest = scan.rest();
        let Some(first) = rest.chars().next() else {
            return;
        };
        if first == '\\' {
            let length = if self.is_raw {
                raw_escape_length(rest, self.close)
            } else {
                escape_length(rest)
            };
            match length {
                0 => scan.push(self.class, 1),
                length => scan.push("se", length),
            }
        } else if self.is_format
            && first == '{'
            && !rest.starts_with("{{")
            && self.depth < MAX_DEPTH
        {
            self.expression(scan);
        } else if !self.is_format
            && let Some(length) = placeholder_length(rest)
        {
            scan.push("si", length);
        } else {
            let length = run(&rest[first.len_utf8()..], |c| {
                !matches!(c, '\\' | '{' | '%' | '\n' | '"' | '\'')
            });
            let doubled = usize::from(self.is_format && rest.starts_with("{{"));
            scan.push(
                self.class,
                (first.len_utf8() + length.max(doubled)).min(rest.len()),
            );
        }
    }

    /// `{expression!r:format}`.
    fn expression(&self, scan: &mut Scan<'_>) {
        scan.push("si", 1);
        let mut nested = 0;
        while let Some(first) = scan.rest().chars().next() {
            match first {
                '}' if nested == 0 => return scan.push("si", 1),
                '\n' if self.close.len() == 1 => return,
                ':' if nested == 0 => {
                    scan.push("p", 1);
                    scan.push(
                        self.class,
                        scan.run(|c| !matches!(c, '}' | '{' | '\n' | '"' | '\'')),
                    );
                }
                '!' if nested == 0 && !scan.rest().starts_with("!=") => {
                    scan.push("si", 2.min(scan.rest().len()))
                }
                _ if scan.rest().starts_with(self.close) => return,
                _ => {
                    nested += i32::from("([{".contains(first)) - i32::from(")]}".contains(first));
                    token(scan, self.depth + 1);
                }
            }
        }
    }
}

/// The longest name of a character or placeholder that is looked for.
const LONGEST_NAME: usize = 80;

/// Where a mark stands near the start of a text.
fn find_near(text: &str, mark: u8) -> Option<usize> {
    text.bytes()
        .take(LONGEST_NAME)
        .take_while(|&b| b != b'\n')
        .position(|b| b == mark)
}

/// In a raw string, a backslash still goes with a backslash, a quote or a line break.
fn raw_escape_length(text: &str, close: &str) -> usize {
    let next = text[1..].chars().next();
    let is_escape =
        next.is_some_and(|c| c == '\\' || c == '\n' || (close.len() == 1 && close.starts_with(c)));
    if is_escape { 2 } else { 0 }
}

/// The length of an escape such as `\n` or `\x41`, or 0.
fn escape_length(text: &str) -> usize {
    let hex = |count: usize| {
        let digits = text
            .get(2..2 + count)
            .is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        if digits { 2 + count } else { 0 }
    };
    match text[1..].chars().next() {
        Some('\\' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '"' | '\'' | '\n') => 2,
        Some('x') => hex(2),
        Some('u') => hex(4),
        Some('U') => hex(8),
        Some('N') if text[2..].starts_with('{') => find_near(text, b'}').map_or(0, |end| end + 1),
        Some('0'..='7') => 1 + run(&text[1..], |c| ('0'..='7').contains(&c)).min(3),
        _ => 0,
    }
}

/// The length of `%s`, `%(name)d` or `{name}`.
fn placeholder_length(text: &str) -> Option<usize> {
    if let Some(rest) = text.strip_prefix('%') {
        let name = if rest.starts_with('(') {
            find_near(rest, b')')? + 1
        } else {
            0
        };
        let flags = name + run(&rest[name..], |c| "-#0 +*.123456789hlL".contains(c));
        let is_end = rest[flags..].starts_with(|c| "EGXacdefgiorsux%".contains(c));
        return is_end.then_some(flags + 2);
    }
    let rest = text.strip_prefix('{')?;
    let name = run(rest, |c| {
        c == '_' || c == '.' || c == '[' || c == ']' || c.is_alphanumeric()
    });
    let spec = name
        + run(&rest[name..], |c| {
            "!:<>=^+-#,.% ".contains(c) || c.is_ascii_alphanumeric()
        });
    let is_spec = spec == name || rest[name..].starts_with(['!', ':']);
    (is_spec && rest[spec..].starts_with('}')).then_some(spec + 2)
}
