//! The inline scanner: finds the markup within a line.
//!
//! Trac tries all its patterns at each position, in a fixed order, and takes the first that matches.
//! So does this scanner: [`RULES`] has the patterns in Trac's order, one small matcher each, and a
//! byte tells which of them can start there. A matcher that looks ahead for a closing mark asks
//! [`Line`], which remembers what it found, so that a line takes linear time whatever it holds.

mod anchor;
mod bracket_link;
mod cell;
mod code;
mod definition;
mod email;
mod free_link;
mod heading;
mod indent;
mod line;
mod link_text;
mod list_item;
mod macro_link;
mod page_name;
mod report;
mod revision;
mod short_link;
mod style;
mod ticket;

use crate::component;
use crate::settings::Settings;

pub(crate) use line::Line;
pub(crate) use list_item::Marker;
pub(crate) use style::Style;

/// The end of the XML name at the start of a text.
pub(crate) fn anchor_name_end(text: &str) -> Option<usize> {
    anchor::name_end(text, 0)
}

/// A piece of markup in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token<'t> {
    /// Where it starts, in bytes.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
    /// What it is.
    pub(crate) kind: Kind<'t>,
}

/// What a [`Token`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind<'t> {
    /// `!` and markup that is text because of it (without the `!`).
    Escaped(&'t str),
    /// The mark of a style: it opens or closes.
    Style(Style),
    /// `'''''`.
    BoldItalic,
    /// `` `code` `` or `{{{code}}}`.
    Code(&'t str),
    /// `\\`.
    LineBreak,
    /// `&`, `<` or `>`, as an entity.
    Entity(&'static str),
    /// A mail address.
    Email,
    /// A CamelCase page name, perhaps relative.
    PageName,
    /// `[PageName label]`.
    PageLink { page: &'t str, label: &'t str },
    /// `["page"]` or `["page" label]`.
    FreeLink {
        page: &'t str,
        label: Option<&'t str>,
    },
    /// `#1`, `#T1` or `#1-3,5`; with the InterTrac prefix.
    Ticket { intertrac: &'t str },
    /// `{1}`.
    Report { intertrac: &'t str },
    /// `[1]`, `[T1/path]` or `[deadbeef]`.
    Changeset { intertrac: &'t str },
    /// `r1` or `r1/path`.
    Revision,
    /// `[1:3]` or `[T1:3/path]`.
    Log {
        intertrac: &'t str,
        revisions: &'t str,
        path: Option<&'t str>,
    },
    /// `r1:3`.
    RevisionRange,
    /// `<scheme:target>`.
    AngleLink { scheme: &'t str, target: &'t str },
    /// `scheme:target`.
    ShortLink { scheme: &'t str, target: &'t str },
    /// `[scheme:target label]`.
    LongLink {
        scheme: &'t str,
        target: &'t str,
        label: Option<&'t str>,
    },
    /// `[/path label]`, `[../page label]`, `[#anchor label]`.
    RelativeLink {
        path: &'t str,
        label: Option<&'t str>,
    },
    /// `[=#name label]`.
    Anchor {
        name: &'t str,
        label: Option<&'t str>,
    },
    /// `[[…]]`.
    MacroOrLink { content: &'t str },
    /// `= text = #anchor`.
    Heading {
        depth: usize,
        text: &'t str,
        anchor: Option<&'t str>,
    },
    /// The start of a list item: how far it is indented, in characters.
    ListItem { indent: usize, marker: Marker<'t> },
    /// ` term:: `.
    Definition { term: &'t str },
    /// `|---- parameters`.
    RowSeparator { parameters: Option<&'t str> },
    /// White space at the start of a line, in characters.
    Indent { indent: usize },
    /// `||`; `last` is the white space up to the end of the line, and perhaps a backslash.
    Cell {
        separator: &'t str,
        last: Option<&'t str>,
    },
}

/// A matcher: what starts at a position, and where it ends.
type Matcher = for<'t> fn(&mut Line<'t>, usize) -> Option<(usize, Kind<'t>)>;

/// One row of the table.
struct Rule {
    /// The ASCII bytes that it can start with.
    starts: &'static [u8],
    /// Whether it can start with a character that is not ASCII.
    starts_beyond_ascii: bool,
    /// Whether it only starts where the line starts.
    anchored: bool,
    /// Whether a `!` makes it text.
    escapable: bool,
    /// Which run of characters it starts in, if it depends on the end of that run.
    run: Run,
    /// A byte without which no line holds this markup, if there is one.
    needs: Option<u8>,
    /// The component of Trac that brings it.
    component: &'static str,
    matcher: Matcher,
}

/// A run of characters that [`Line`] knows to hold nothing, once it was looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    None,
    LocalPart,
    Scheme,
}

impl Rule {
    const fn new(starts: &'static [u8], matcher: Matcher) -> Self {
        Rule {
            starts,
            starts_beyond_ascii: false,
            anchored: false,
            escapable: true,
            run: Run::None,
            needs: None,
            component: component::ALWAYS,
            matcher,
        }
    }

    const fn anchored(starts: &'static [u8], matcher: Matcher) -> Self {
        Rule {
            anchored: true,
            escapable: false,
            ..Rule::new(starts, matcher)
        }
    }

    const fn beyond_ascii(self) -> Self {
        Rule {
            starts_beyond_ascii: true,
            ..self
        }
    }

    const fn within(self, run: Run) -> Self {
        Rule { run, ..self }
    }

    const fn needing(self, byte: u8) -> Self {
        Rule {
            needs: Some(byte),
            ..self
        }
    }

    const fn of(self, component: &'static str) -> Self {
        Rule { component, ..self }
    }

    const fn not_escapable(self) -> Self {
        Rule {
            escapable: false,
            ..self
        }
    }
}

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const UPPER: &[u8] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOCAL_PART: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.'+_-";
const SPACES: &[u8] = b" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f";
const SPACES_OR_PIPE: &[u8] = b" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f|";
const SPACES_OR_EQUALS: &[u8] = b" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f=";
const LIST_STARTS: &[u8] =
    b" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f-*0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The markup, in the order in which Trac tries it.
static RULES: [Rule; 26] = [
    Rule::new(b"'*/_~,^", style::matcher),
    Rule::new(b"{", code::braces).needing(b'}'),
    Rule::new(b"`", code::backticks),
    Rule::new(UPPER, page_name::matcher)
        .beyond_ascii()
        .of(component::WIKI),
    Rule::new(b"[", page_name::with_label)
        .needing(b']')
        .of(component::WIKI),
    Rule::new(b"[", free_link::matcher)
        .needing(b']')
        .of(component::WIKI),
    Rule::new(b"#", ticket::matcher).of(component::TICKET),
    Rule::new(b"{", report::matcher)
        .needing(b'}')
        .of(component::REPORT),
    Rule::new(b"[", revision::changeset)
        .needing(b']')
        .of(component::CHANGESET),
    Rule::new(b"r", revision::short_changeset).of(component::CHANGESET),
    Rule::new(b"[", revision::log)
        .needing(b']')
        .of(component::LOG),
    Rule::new(b"r", revision::short_log).of(component::LOG),
    Rule::new(b"\\", style::line_break),
    Rule::new(LOCAL_PART, email::matcher)
        .within(Run::LocalPart)
        .needing(b'@'),
    Rule::new(b"<", short_link::in_angles).needing(b':'),
    Rule::new(b"&<>", style::entity).not_escapable(),
    Rule::new(LETTERS, short_link::matcher)
        .within(Run::Scheme)
        .needing(b':'),
    Rule::new(b"[", bracket_link::matcher).needing(b']'),
    Rule::new(b"[", anchor::matcher).needing(b']'),
    Rule::new(b"[", macro_link::matcher).needing(b']'),
    Rule::anchored(SPACES_OR_EQUALS, heading::matcher).beyond_ascii(),
    Rule::anchored(LIST_STARTS, list_item::matcher).beyond_ascii(),
    Rule::anchored(SPACES, definition::matcher)
        .beyond_ascii()
        .needing(b':'),
    Rule::new(SPACES_OR_PIPE, cell::row_separator)
        .beyond_ascii()
        .needing(b'|'),
    Rule::anchored(SPACES, indent::matcher).beyond_ascii(),
    Rule::new(b"|=", cell::matcher).needing(b'|'),
];

/// For each byte, a bit for each rule that can start with it.
static STARTS: [u32; 256] = starts_table();
/// The rules that may start within a line, and those that a `!` escapes.
const UNANCHORED: u32 = mask(false);
const ESCAPABLE: u32 = mask(true);

/// The rules that depend on the end of a run.
const IN_LOCAL_PART: u32 = run_mask(Run::LocalPart);
const IN_SCHEME: u32 = run_mask(Run::Scheme);

const fn run_mask(run: Run) -> u32 {
    let mut mask = 0;
    let mut rule = 0;
    while rule < RULES.len() {
        if RULES[rule].run as u8 == run as u8 {
            mask |= 1 << rule;
        }
        rule += 1;
    }
    mask
}

const fn starts_table() -> [u32; 256] {
    let mut table = [0; 256];
    table[b'!' as usize] = ESCAPE;
    let mut rule = 0;
    while rule < RULES.len() {
        let starts = RULES[rule].starts;
        let mut at = 0;
        while at < starts.len() {
            table[starts[at] as usize] |= 1 << rule;
            at += 1;
        }
        let mut lead = if RULES[rule].starts_beyond_ascii {
            0xc2
        } else {
            0x100
        };
        while lead < 0x100 {
            table[lead] |= 1 << rule;
            lead += 1;
        }
        rule += 1;
    }
    table
}

const fn mask(escapable: bool) -> u32 {
    let mut mask = 0;
    let mut rule = 0;
    while rule < RULES.len() {
        let fits = if escapable {
            RULES[rule].escapable
        } else {
            !RULES[rule].anchored
        };
        if fits {
            mask |= 1 << rule;
        }
        rule += 1;
    }
    mask
}

/// The bytes that some rules need.
const NEEDED: [u8; 5] = [b'|', b':', b'@', b']', b'}'];
/// For each of them, the rules that need it.
const NEEDING: [u32; NEEDED.len()] = needing_masks();
/// Stands for `!` among the rules that can start with a byte.
const ESCAPE: u32 = 1 << 31;

const fn needing_masks() -> [u32; NEEDED.len()] {
    let mut masks = [0; NEEDED.len()];
    let mut rule = 0;
    while rule < RULES.len() {
        if let Some(byte) = RULES[rule].needs {
            let mut index = 0;
            while index < NEEDED.len() {
                if NEEDED[index] == byte {
                    masks[index] |= 1 << rule;
                }
                index += 1;
            }
        }
        rule += 1;
    }
    masks
}

/// The rules of those components that are on.
pub(crate) fn rules_on(settings: &Settings) -> u32 {
    let mut rules = u32::MAX;
    if !settings.off.is_empty() {
        for (index, rule) in RULES.iter().enumerate() {
            if !settings.is_on(rule.component) {
                rules &= !(1 << index);
            }
        }
    }
    rules
}

/// The rules that may match somewhere in `text`: those of `rules` whose bytes are in it.
pub(crate) fn possible_rules(text: &str, mut rules: u32) -> u32 {
    for (byte, needing) in NEEDED.iter().zip(NEEDING) {
        if memchr::memchr(*byte, text.as_bytes()).is_none() {
            rules &= !needing;
        }
    }
    rules
}

/// The first markup of `line` at or after `from`.
pub(crate) fn next_token<'t>(line: &mut Line<'t>, from: usize) -> Option<Token<'t>> {
    let bytes = line.text.as_bytes();
    let possible = line.possible_rules;
    let within = (UNANCHORED & possible) | ESCAPE;
    let mut start = from;
    loop {
        let starts = |byte: &u8| STARTS[usize::from(*byte)] & within != 0;
        if start > 0 {
            start += bytes.get(start..)?.iter().position(starts)?;
        }
        let rules = if start == 0 { possible } else { within };
        if *bytes.get(start)? == b'!' {
            if let Some((end, _)) = first_match(line, start + 1, ESCAPABLE & possible) {
                let kind = Kind::Escaped(&line.text[start + 1..end]);
                return Some(Token { start, end, kind });
            }
        } else {
            let rules = rules & !known_to_fail(line, start);
            if let Some((end, kind)) = first_match(line, start, rules) {
                return Some(Token { start, end, kind });
            }
        }
        start += 1;
    }
}

/// The rules that cannot match at a position, by what is known of the run that it is in.
fn known_to_fail(line: &Line<'_>, at: usize) -> u32 {
    let local_part = if at < line.no_email_before {
        IN_LOCAL_PART
    } else {
        0
    };
    let scheme = if at < line.no_scheme_before {
        IN_SCHEME
    } else {
        0
    };
    local_part | scheme
}

fn first_match<'t>(line: &mut Line<'t>, at: usize, rules: u32) -> Option<(usize, Kind<'t>)> {
    let byte = *line.text.as_bytes().get(at)?;
    let mut candidates = STARTS[usize::from(byte)] & rules;
    while candidates != 0 {
        let rule = candidates.trailing_zeros() as usize;
        if let Some(found) = (RULES[rule].matcher)(line, at) {
            return Some(found);
        }
        candidates &= candidates - 1;
    }
    None
}
