//! Languages that differ in their words, quotes and comments only.

use super::scan::{Scan, Tokens, name_length, number, run};

/// What there is to know of a language.
pub(super) struct Dialect {
    /// Parts of the MIME types that mean it.
    mimetypes: &'static [&'static str],
    line_comments: &'static [&'static str],
    block_comment: Option<(&'static str, &'static str)>,
    /// Quotes, each with the class of its strings.
    quotes: &'static [(char, &'static str)],
    keywords: &'static str,
    types: &'static str,
    constants: &'static str,
    /// The class of other names.
    name: &'static str,
    ignores_case: bool,
}

const C_QUOTES: &[(char, &str)] = &[('"', "s"), ('\'', "sc")];
const SCRIPT_QUOTES: &[(char, &str)] = &[('"', "s2"), ('\'', "s1"), ('`', "sb")];

static DIALECTS: [Dialect; 9] = [
    Dialect {
        mimetypes: &[
            "text/x-c++src",
            "text/x-c++hdr",
            "text/x-csrc",
            "text/x-chdr",
            "text/x-c",
            "text/x-objective-c",
        ],
        line_comments: &["//"],
        block_comment: Some(("/*", "*/")),
        quotes: C_QUOTES,
        keywords: "asm auto break case catch class const const_cast continue default delete do dynamic_cast else enum explicit \
            export extern for friend goto if inline mutable namespace new operator private protected public register \
            reinterpret_cast restrict return sizeof static static_cast struct switch template this throw try typedef typeid \
            typename union using virtual volatile while",
        types: "bool char double float int long short signed unsigned void wchar_t size_t",
        constants: "true false NULL nullptr",
        name: "n",
        ignores_case: false,
    },
    Dialect {
        mimetypes: &[
            "text/x-java",
            "text/x-csharp",
            "text/x-scala",
            "text/x-kotlin",
            "text/x-groovy",
            "text/x-dsrc",
        ],
        line_comments: &["//"],
        block_comment: Some(("/*", "*/")),
        quotes: C_QUOTES,
        keywords: "abstract assert break case catch class const continue default do else enum extends final finally for goto if \
            implements import instanceof interface native new package private protected public return static strictfp super \
            switch synchronized this throw throws transient try volatile while var val fun def object trait",
        types: "boolean byte char double float int long short void string bool decimal",
        constants: "true false null",
        name: "n",
        ignores_case: false,
    },
    Dialect {
        mimetypes: &[
            "javascript",
            "text/x-typescript",
            "application/json",
            "text/typescript",
        ],
        line_comments: &["//"],
        block_comment: Some(("/*", "*/")),
        quotes: SCRIPT_QUOTES,
        keywords: "async await break case catch class const continue debugger default delete do else export extends finally for \
            from function if import in instanceof let new of return static super switch this throw try typeof var void while \
            with yield",
        types: "",
        constants: "true false null undefined NaN Infinity",
        name: "nx",
        ignores_case: false,
    },
    Dialect {
        mimetypes: &["text/x-rust", "text/rust", "text/x-gosrc", "text/x-go"],
        line_comments: &["//"],
        block_comment: Some(("/*", "*/")),
        quotes: &[('"', "s")],
        keywords: "as async await break chan const continue crate defer else enum extern fallthrough fn for func go goto if impl \
            import in interface let loop map match mod move mut package pub range ref return select self static struct super \
            switch trait type unsafe use var where while",
        types: "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize String Vec Option int string error \
            byte rune",
        constants: "true false nil None",
        name: "n",
        ignores_case: false,
    },
    Dialect {
        mimetypes: &[
            "text/x-sh",
            "application/x-sh",
            "application/x-shellscript",
            "text/x-shellscript",
        ],
        line_comments: &["#"],
        block_comment: None,
        quotes: SCRIPT_QUOTES,
        keywords: "if fi else while in do done for then return function case select break continue until esac elif",
        types: "",
        constants: "",
        name: "",
        ignores_case: false,
    },
    Dialect {
        mimetypes: &["text/x-sql", "application/sql"],
        line_comments: &["--"],
        block_comment: Some(("/*", "*/")),
        quotes: &[('\'', "s1"), ('"', "s2")],
        keywords: "add all alter and as asc begin between by case check column commit constraint create cross default delete desc \
            distinct drop else end exists foreign from full group having in index inner insert into is join key left like limit \
            not null offset on or order outer primary references right rollback select set table then union unique update using \
            values view when where with",
        types: "bigint blob boolean char date decimal float int integer numeric real serial smallint text time timestamp varchar",
        constants: "",
        name: "n",
        ignores_case: true,
    },
    Dialect {
        mimetypes: &[
            "text/x-ruby",
            "application/x-ruby",
            "text/x-perl",
            "application/x-perl",
            "text/x-php",
            "text/x-lua",
        ],
        line_comments: &["#", "//"],
        block_comment: None,
        quotes: SCRIPT_QUOTES,
        keywords: "alias and begin break case class continue def defined do echo else elseif elsif end ensure for foreach function \
            global if in last local loop module my next new not or our package print private protected public redo require \
            rescue retry return self static sub super switch then this unless until use var when while yield",
        types: "",
        constants: "true false nil null undef",
        name: "n",
        ignores_case: false,
    },
    Dialect {
        mimetypes: &["text/css", "text/x-scss", "text/x-less"],
        line_comments: &[],
        block_comment: Some(("/*", "*/")),
        quotes: &[('"', "s2"), ('\'', "s1")],
        keywords: "",
        types: "",
        constants: "",
        name: "nt",
        ignores_case: false,
    },
    Dialect {
        mimetypes: &[
            "text/x-yaml",
            "text/x-makefile",
            "text/x-toml",
            "application/toml",
            "text/x-tcl",
            "text/x-r",
        ],
        line_comments: &["#"],
        block_comment: None,
        quotes: &[('"', "s2"), ('\'', "s1")],
        keywords: "",
        types: "",
        constants: "true false null yes no",
        name: "n",
        ignores_case: false,
    },
];

impl Dialect {
    /// The dialect of a MIME type, if there is one.
    pub(super) fn of(mimetype: &str) -> Option<&'static Dialect> {
        DIALECTS.iter().find(|dialect| {
            dialect
                .mimetypes
                .iter()
                .any(|part| mimetype == *part || mimetype.ends_with(part))
        })
    }

    pub(super) fn tokens<'t>(&self, text: &'t str) -> Tokens<'t> {
        let mut scan = Scan::new(text);
        while !scan.rest().is_empty() {
            self.token(&mut scan);
        }
        scan.tokens
    }

    fn token(&self, scan: &mut Scan<'_>) {
        let rest = scan.rest();
        let Some(first) = rest.chars().next() else {
            return;
        };
        if first.is_whitespace() {
            scan.push(
                if first == '\n' { "" } else { "w" },
                scan.run(|c| c.is_whitespace() && (c == '\n') == (first == '\n')),
            );
        } else if let Some((class, length)) = self.comment(rest) {
            scan.push(class, length);
        } else if let Some((class, length)) = self.string(rest) {
            scan.push(class, length);
        } else if first == '$' && name_length(&rest[1..]) > 0 {
            scan.push("nv", 1 + name_length(&rest[1..]));
        } else if name_length(rest) > 0 {
            let length = name_length(rest);
            scan.push(self.class_of(&rest[..length]), length);
        } else if let Some((class, length)) = number(rest) {
            scan.push(class, length);
        } else if "()[]{},;.:".contains(first) {
            scan.push("p", first.len_utf8());
        } else {
            scan.push(
                if first.is_ascii_punctuation() {
                    "o"
                } else {
                    ""
                },
                first.len_utf8(),
            );
        }
    }

    fn comment(&self, rest: &str) -> Option<(&'static str, usize)> {
        if self.line_comments.iter().any(|mark| rest.starts_with(mark)) {
            return Some(("c1", run(rest, |c| c != '\n')));
        }
        let (start, end) = self.block_comment?;
        let inside = rest.strip_prefix(start)?;
        Some((
            "cm",
            inside
                .find(end)
                .map_or(rest.len(), |length| start.len() + length + end.len()),
        ))
    }

    /// A string, with backslashes before quotes that do not end it; it ends with the line at the latest.
    fn string(&self, rest: &str) -> Option<(&'static str, usize)> {
        let (quote, class) = self
            .quotes
            .iter()
            .find(|(quote, _)| rest.starts_with(*quote))?;
        let mut escaped = false;
        for (at, c) in rest.char_indices().skip(1) {
            match c {
                '\n' => return Some((class, at)),
                c if c == *quote && !escaped => return Some((class, at + 1)),
                _ => escaped = c == '\\' && !escaped,
            }
        }
        Some((class, rest.len()))
    }

    fn class_of(&self, word: &str) -> &'static str {
        let lower;
        let word = if self.ignores_case {
            lower = word.to_lowercase();
            &lower
        } else {
            word
        };
        let has = |words: &str| words.split(' ').any(|known| known == word);
        match () {
            () if has(self.keywords) => "k",
            () if has(self.types) => "kt",
            () if has(self.constants) => "kc",
            () => self.name,
        }
    }
}
