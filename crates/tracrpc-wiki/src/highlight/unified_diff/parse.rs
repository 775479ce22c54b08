//! Reading unified diffs, of `diff -u`, Subversion, Mercurial and Git.

use tracrpc_translation::Catalog;

use super::paths::{self, Names};
use super::{Block, Change, Hunk, Line, Part, Side};
use crate::chars::is_space;

/// Numbers of lines beyond this are this.
const MANY: i64 = 1 << 40;
const SHORT: &str = "this hunk was shorter than expected";

/// Why reading ends.
enum Stop {
    /// There is no line left: what was read so far counts.
    End,
    /// It is no unified diff.
    Invalid,
}

/// All changes of a diff, or nothing if it is none.
pub(super) fn changes<'t>(text: &'t str, catalog: &'t Catalog) -> Option<Vec<Change<'t>>> {
    let mut reader = Reader {
        catalog,
        lines: Box::new(lines(text)),
        line: "",
        comments: Vec::new(),
        changes: Vec::new(),
        last_side: None,
    };
    match reader.read() {
        Err(Stop::Invalid) => None,
        Ok(()) | Err(Stop::End) => Some(reader.changes),
    }
}

/// Lines as Python splits them, without their ends.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let is_end = |c: char| {
        matches!(
            c,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'
                ..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let length = rest.find(is_end).unwrap_or(rest.len());
        let (line, after) = rest.split_at(length);
        let end = if after.starts_with("\r\n") {
            2
        } else {
            after.chars().next().map_or(0, char::len_utf8)
        };
        rest = &after[end..];
        Some(line)
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Base,
    Changed,
}

struct Reader<'t> {
    catalog: &'t Catalog,
    lines: Box<dyn Iterator<Item = &'t str> + 't>,
    line: &'t str,
    comments: Vec<&'t str>,
    changes: Vec<Change<'t>>,
    /// The side that a note on a missing line break is for.
    last_side: Option<Which>,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(), Stop> {
        self.line = self.lines.next().ok_or(Stop::End)?;
        Ok(())
    }

    fn read(&mut self) -> Result<(), Stop> {
        self.next()?;
        loop {
            let (old, new) = self.file_names()?;
            let (old_name, new_name) = (old.get(1).unwrap_or(&""), new.get(1).unwrap_or(&""));
            let names = Names::of(old_name, new_name, self.catalog);
            let side = |info: Vec<&'t str>, label| Side {
                info: info.into_iter().skip(1).collect(),
                label,
            };
            self.changes.push(Change {
                path: names.path,
                old: side(old, names.old_label),
                new: side(new, names.new_label),
                comments: std::mem::take(&mut self.comments),
                hunks: Vec::new(),
            });
            self.next()?;
            while self.hunk()? {}
        }
    }

    /// What names the two files; lines before it are comments.
    fn file_names(&mut self) -> Result<(Vec<&'t str>, Vec<&'t str>), Stop> {
        while !self.line.starts_with("--- ") {
            let is_rule = self.line.len() == 67 && self.line.bytes().all(|b| b == b'=');
            if !self.line.starts_with("Index: ") && !is_rule {
                self.comments.push(self.line);
            }
            if self.line == "GIT binary patch" {
                return self.binary();
            }
            self.next()?;
        }
        let old = words(self.line);
        self.next()?;
        if !self.line.starts_with("+++ ") {
            return Err(Stop::Invalid);
        }
        Ok((old, words(self.line)))
    }

    /// A binary patch of Git has its names in its first line; its content is a comment.
    fn binary(&mut self) -> Result<(Vec<&'t str>, Vec<&'t str>), Stop> {
        let command = paths::last_two_words(self.comments.first().unwrap_or(&""));
        let (mut old, mut new) = command.ok_or(Stop::Invalid)?;
        let has = |start: &str| self.comments.iter().any(|line| line.starts_with(start));
        if has("new file") {
            old = "/dev/null";
        }
        if has("deleted file") {
            new = "/dev/null";
        }
        let (mut old, mut new) = (vec!["", old], vec!["", new]);
        if let Some(index) = self.comments.iter().find(|line| line.starts_with("index ")) {
            let (from, to) = paths::revisions(index).ok_or(Stop::Invalid)?;
            old.push(from);
            new.push(to);
        }
        self.next()?;
        while !self.line.is_empty() {
            self.comments.push(self.line);
            self.next()?;
        }
        Ok((old, new))
    }

    /// A hunk, if there is one.
    fn hunk(&mut self) -> Result<bool, Stop> {
        let (Some(header), Some(change)) = (Header::parse(self.line), self.changes.last_mut())
        else {
            return Ok(false);
        };
        change.hunks.push(Hunk {
            title: header.title.to_owned(),
            blocks: Vec::new(),
        });
        let (mut base, mut changed) = (header.base.0, header.changed.0);
        let base_end = base + header.base.1;
        let changed_end = changed + header.changed.1;
        self.next()?;
        let mut has_note = false;
        while base < base_end || changed < changed_end || has_note {
            let Some(sides) = self.hunk_line(base, changed)? else {
                return Ok(true);
            };
            base += i64::from(sides != Some(Which::Changed));
            changed += i64::from(sides != Some(Which::Base));
            self.next()?;
            has_note = self.line.starts_with('\\');
        }
        Ok(true)
    }

    /// Takes a line of a hunk: tells the side that it is on, or that it is on both; nothing if
    /// the next hunk starts too early.
    #[allow(clippy::option_option)]
    fn hunk_line(&mut self, base: i64, changed: i64) -> Result<Option<Option<Which>>, Stop> {
        let command = self.line.chars().next().unwrap_or(' ');
        let text = self.line.get(command.len_utf8()..).unwrap_or("");
        let last_side = self.last_side;
        let Some(hunk) = self.changes.last_mut().and_then(|c| c.hunks.last_mut()) else {
            return Err(Stop::Invalid);
        };
        let block = hunk.block(command != ' ', base - 1, changed - 1);
        let side = match command {
            ' ' => None,
            '+' => Some(Which::Changed),
            '-' => Some(Which::Base),
            '\\' => Some(last_side.ok_or(Stop::Invalid)?),
            '@' => {
                let short = self.catalog.gettext(SHORT);
                hunk.title = format!("{} ({short})", hunk.title);
                return Ok(None);
            }
            _ => return Err(Stop::Invalid),
        };
        let line = Line {
            text,
            is_note: command == '\\',
        };
        match side {
            Some(Which::Changed) => block.changed.lines.push(line),
            _ => block.base.lines.push(line),
        }
        self.last_side = side.or(last_side);
        Ok(Some(side))
    }
}

impl<'t> Hunk<'t> {
    /// The block that a line belongs to: a new one where lines that stayed and lines that
    /// changed meet.
    fn block(&mut self, is_changed: bool, base: i64, changed: i64) -> &mut Block<'t> {
        let is_same = self
            .blocks
            .last()
            .is_some_and(|block| block.is_changed == is_changed);
        if !is_same {
            let part = |offset| Part {
                offset,
                lines: Vec::new(),
            };
            self.blocks.push(Block {
                is_changed,
                base: part(base),
                changed: part(changed),
            });
        }
        let last = self.blocks.len() - 1;
        &mut self.blocks[last]
    }
}

/// `--- path revision`: three parts at most.
fn words(line: &str) -> Vec<&str> {
    let mut rest = line.trim_start_matches(is_space);
    let mut words = Vec::new();
    while words.len() < 2 && !rest.is_empty() {
        let end = rest.find(is_space).unwrap_or(rest.len());
        words.push(&rest[..end]);
        rest = rest[end..].trim_start_matches(is_space);
    }
    if !rest.is_empty() {
        words.push(rest);
    }
    words
}

/// `@@ -first,count +first,count @@ title`.
struct Header<'t> {
    base: (i64, i64),
    changed: (i64, i64),
    title: &'t str,
}

impl<'t> Header<'t> {
    fn parse(line: &'t str) -> Option<Self> {
        let (base, rest) = range(line.strip_prefix("@@ -")?)?;
        let (changed, rest) = range(rest.strip_prefix(" +")?)?;
        let title = rest.strip_prefix(" @@")?;
        Some(Header {
            base,
            changed,
            title,
        })
    }
}

/// `first,count`, or `first` of which there is one.
fn range(text: &str) -> Option<((i64, i64), &str)> {
    let (first, rest) = number(text)?;
    match rest.strip_prefix(',').and_then(number) {
        Some((count, rest)) => Some(((first, count), rest)),
        None => Some(((first, 1), rest)),
    }
}

fn number(text: &str) -> Option<(i64, &str)> {
    let length = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(length);
    let number = digits
        .parse::<i64>()
        .map_or(MANY, |number| number.min(MANY));
    (length > 0).then_some((number, rest))
}
