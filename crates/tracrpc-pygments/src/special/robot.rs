//! Robot Framework: rows of cells, whose meaning depends on their table (`pygments/lexers/robotframework.py`).

use super::Call;
use crate::budget::Exhausted;
use crate::lines::python_lines;
use crate::run::Tokens;
use crate::token::Kind;

const HEADING: Kind = Kind::GENERIC_HEADING;
const SETTING: Kind = Kind::KEYWORD_NAMESPACE;
const IMPORT: Kind = Kind::NAME_NAMESPACE;
const CASE_NAME: Kind = Kind::GENERIC_SUBHEADING;
const KEYWORD: Kind = Kind::NAME_FUNCTION;
const ARGUMENT: Kind = Kind::LITERAL_STRING;
const SYNTAX: Kind = Kind::PUNCTUATION;
const GHERKIN: Kind = Kind::GENERIC_EMPH;

/// Variables within variables, at most.
const MAX_DEPTH: usize = 20;

/// Whose settings they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Suite,
    Case,
    Keyword,
}

/// What the cells of a row are, in turn.
#[derive(Debug, Clone)]
enum Cells {
    Comment,
    /// What sets a template, if the row does, and what its cells are when its first is known.
    Setting {
        owner: Owner,
        sets_template: bool,
        inner: Option<Box<Row>>,
    },
    Import,
    Variable,
    /// Whether the keyword was found, and how many names are assigned to before.
    Keyword {
        is_found: bool,
        assigns: usize,
    },
    Templated,
    For {
        in_arguments: bool,
    },
}

#[derive(Debug, Clone)]
struct Row {
    cells: Cells,
    index: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TableKind {
    Unknown,
    Settings,
    Variables,
    Cases,
    Keywords,
}

/// A table: how its row at hand is read, and how the row before was.
#[derive(Debug, Clone)]
struct Table {
    kind: TableKind,
    row: Row,
    last: Option<Row>,
    /// All cells of the row so far are empty.
    is_empty: bool,
    has_template: Option<bool>,
    has_default_template: bool,
}

fn normalized(text: &str, without: char) -> String {
    let lower = text.to_lowercase();
    lower
        .chars()
        .filter(|c| *c != ' ' && *c != without)
        .collect()
}

fn row(cells: Cells) -> Row {
    Row { cells, index: 0 }
}

pub(super) fn run(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let kinds = [
        TableKind::Unknown,
        TableKind::Settings,
        TableKind::Variables,
        TableKind::Cases,
        TableKind::Keywords,
    ];
    let mut tables = kinds.map(Table::new);
    let mut current = 0;
    let mut at = 0;
    for line in python_lines(call.text) {
        call.run.budget().take(1 + line.len() as u64)?;
        let start = at;
        at += line.len();
        let content = line.trim_end_matches(|c: char| is_line_end(c));
        let (mut is_comment, mut is_heading) = (false, false);
        let mut cells = split(content);
        cells.push((content.len(), line.len()));
        for (index, (from, to)) in cells.into_iter().enumerate() {
            let value = match to > content.len() {
                true => "\n",
                false => content.get(from..to).unwrap_or_default(),
            };
            let is_separator = index % 2 == 0;
            let number = index.checked_sub(1).map(|index| index / 2);
            if value.starts_with('#') {
                is_comment = true;
            } else if number == Some(0) && value.starts_with('*') {
                current = table_of(value);
                if current == 0 {
                    tables[0] = Table::new(TableKind::Unknown);
                }
                is_heading = true;
            }
            let place = (start + from, start + to);
            if is_comment {
                call.push(Kind::COMMENT, place.0, place.1, out);
            } else if is_separator {
                push(call, value, SYNTAX, place, 0, out)?;
            } else if is_heading {
                push(call, value, HEADING, place, 0, out)?;
            } else {
                let parts = tokenize(&mut tables, current, value, number.unwrap_or(0));
                let mut at = place.0;
                for (length, kind) in parts {
                    let end = (at + length).min(place.1);
                    let part = value.get(at - place.0..end - place.0).unwrap_or(value);
                    push(call, part, kind, (at, end), 0, out)?;
                    at = end;
                }
                call.push(SYNTAX, at, place.1, out);
            }
        }
        if let Some(table) = tables.get_mut(current) {
            table.end_row();
        }
    }
    Ok(())
}

fn is_line_end(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// The number of the table that a heading starts.
fn table_of(heading: &str) -> usize {
    match normalized(heading, '*').as_str() {
        "settings" | "setting" | "metadata" => 1,
        "variables" | "variable" => 2,
        "testcases" | "testcase" | "tasks" | "task" => 3,
        "keywords" | "keyword" | "userkeywords" | "userkeyword" => 4,
        _ => 0,
    }
}

/// The places of separators and cells, in turn.
fn split(row: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    if row.starts_with("| ") {
        let (_, end) = find_pipe(row).unwrap_or((0, 2));
        found.push((0, end));
        at = end;
        while let Some((from, to)) = row.get(at..).and_then(find_pipe) {
            found.push((at, at + from));
            found.push((at + from, at + to));
            at += to;
        }
    } else {
        found.push((0, 0));
        while let Some((from, to)) = row.get(at..).and_then(find_spaces) {
            found.push((at, at + from));
            found.push((at + from, at + to));
            at += to;
        }
    }
    found.push((at, row.len()));
    found
}

/// Two spaces or more.
fn find_spaces(text: &str) -> Option<(usize, usize)> {
    let start = text.find("  ")?;
    let rest = text.get(start..)?;
    Some((
        start,
        start + rest.len() - rest.trim_start_matches(' ').len(),
    ))
}

/// `|` with spaces around it, or at an end of the text.
fn find_pipe(text: &str) -> Option<(usize, usize)> {
    for (at, _) in text.match_indices('|') {
        let before = text.get(..at)?;
        let start = before.trim_end_matches(' ').len();
        let rest = text.get(at + 1..)?;
        let behind = rest.len() - rest.trim_start_matches(' ').len();
        if (start < at || at == 0) && (behind > 0 || rest.is_empty()) {
            return Some((start, at + 1 + behind));
        }
    }
    None
}

fn tokenize(
    tables: &mut [Table; 5],
    current: usize,
    value: &str,
    index: usize,
) -> Vec<(usize, Kind)> {
    let Some(table) = tables.get_mut(current) else {
        return Vec::new();
    };
    let (parts, template) = table.tokenize(value, index);
    if let Some(is_set) = template {
        match table.kind {
            TableKind::Settings => {
                if let Some(cases) = tables.get_mut(3) {
                    cases.has_default_template = is_set;
                }
            }
            _ => table.has_template = Some(is_set),
        }
    }
    parts
}

impl Table {
    fn new(kind: TableKind) -> Table {
        let mut table = Table {
            kind,
            row: row(Cells::Comment),
            last: None,
            is_empty: true,
            has_template: None,
            has_default_template: false,
        };
        table.row = table.first_row();
        table
    }

    fn first_row(&self) -> Row {
        let is_templated = match self.has_template {
            Some(has) => has,
            None => self.has_default_template,
        };
        row(match self.kind {
            TableKind::Unknown => Cells::Comment,
            TableKind::Settings => setting(Owner::Suite, false),
            TableKind::Variables => Cells::Variable,
            TableKind::Cases if is_templated => Cells::Templated,
            TableKind::Cases | TableKind::Keywords => Cells::Keyword {
                is_found: false,
                assigns: 0,
            },
        })
    }

    fn end_row(&mut self) {
        let first = self.first_row();
        self.last = Some(std::mem::replace(&mut self.row, first));
        self.is_empty = true;
    }

    /// The lengths and kinds of the parts of a cell, and what it says about a template.
    fn tokenize(&mut self, value: &str, index: usize) -> (Vec<(usize, Kind)>, Option<bool>) {
        let has_names = matches!(self.kind, TableKind::Cases | TableKind::Keywords);
        let may_go_on = self.kind != TableKind::Unknown && (!has_names || index > 0);
        let goes_on = may_go_on && value == "..." && self.is_empty;
        let result = if goes_on {
            if let Some(last) = self.last.clone() {
                self.row = last;
            }
            (vec![(value.len(), SYNTAX)], None)
        } else if has_names {
            self.case_cell(value, index)
        } else {
            if self.kind == TableKind::Settings
                && index == 0
                && normalized(value, ' ') == "testtemplate"
            {
                self.row = row(setting(Owner::Suite, true));
            }
            self.row.cell(value)
        };
        self.is_empty &= is_empty(value);
        result
    }

    fn case_cell(&mut self, value: &str, index: usize) -> (Vec<(usize, Kind)>, Option<bool>) {
        if index == 0 {
            if !value.is_empty() {
                self.has_template = None;
            }
            return (gherkin(value, CASE_NAME), None);
        }
        if index == 1 {
            if value.starts_with('[') && value.ends_with(']') {
                let is_case = self.kind == TableKind::Cases;
                let is_template = is_case && normalized(value, ' ') == "[template]";
                if is_template {
                    self.has_template = Some(false);
                }
                self.row = row(setting(
                    if is_case { Owner::Case } else { Owner::Keyword },
                    is_template,
                ));
            }
            if value.starts_with(':') && normalized(value, ':') == "for" {
                self.row = row(Cells::For {
                    in_arguments: false,
                });
            }
            if is_empty(value) {
                return (vec![(value.len(), SYNTAX)], None);
            }
        }
        self.row.cell(value)
    }
}

fn setting(owner: Owner, sets_template: bool) -> Cells {
    Cells::Setting {
        owner,
        sets_template,
        inner: None,
    }
}

fn is_empty(value: &str) -> bool {
    matches!(value, "" | "\\")
}

fn gherkin(value: &str, kind: Kind) -> Vec<(usize, Kind)> {
    for prefix in ["given ", "when ", "then ", "and ", "but "] {
        let start = value.get(..prefix.len());
        if start.is_some_and(|start| start.eq_ignore_ascii_case(prefix)) {
            return vec![(prefix.len(), GHERKIN), (value.len() - prefix.len(), kind)];
        }
    }
    vec![(value.len(), kind)]
}

/// Whether a cell is a name that is assigned to.
fn is_assign(value: &str) -> bool {
    let value = value.strip_suffix('=').map_or(value, str::trim);
    Variable::find(value, "$@&").is_some_and(|found| found.start == 0 && found.end == value.len())
}

impl Row {
    fn cell(&mut self, value: &str) -> (Vec<(usize, Kind)>, Option<bool>) {
        let index = self.index;
        self.index += 1;
        let whole = |kind: Kind| (vec![(value.len(), kind)], None);
        let nth =
            |kinds: [Kind; 2], index: usize| whole(if index == 0 { kinds[0] } else { kinds[1] });
        match &mut self.cells {
            Cells::Comment => whole(Kind::COMMENT),
            Cells::Import => nth([IMPORT, ARGUMENT], index),
            Cells::Variable if index == 0 && !is_assign(value) => whole(Kind::ERROR),
            Cells::Variable => nth([SYNTAX, ARGUMENT], index),
            Cells::Templated => whole(ARGUMENT),
            Cells::For { in_arguments } => {
                let kind = if *in_arguments { ARGUMENT } else { SYNTAX };
                *in_arguments |= matches!(value.to_uppercase().as_str(), "IN" | "IN RANGE");
                whole(kind)
            }
            Cells::Keyword { is_found, assigns } => {
                if !*is_found && is_assign(value) {
                    *assigns += 1;
                    return whole(SYNTAX);
                }
                if *is_found {
                    return nth([KEYWORD, ARGUMENT], index - (*assigns).min(index));
                }
                *is_found = true;
                (gherkin(value, KEYWORD), None)
            }
            Cells::Setting {
                owner,
                sets_template,
                inner,
            } => setting_cell(*owner, *sets_template, inner, value, index),
        }
    }
}

fn setting_cell(
    owner: Owner,
    sets_template: bool,
    inner: &mut Option<Box<Row>>,
    value: &str,
    index: usize,
) -> (Vec<(usize, Kind)>, Option<bool>) {
    let is_set = |value: &str| {
        !matches!(
            normalized(value, ' ').as_str(),
            "" | "\\" | "none" | "${empty}"
        )
    };
    let template = (index == 1 && sets_template).then(|| is_set(value));
    if index > 0 {
        let parts = match inner {
            Some(row) => row.cell(value).0,
            None => vec![(value.len(), ARGUMENT)],
        };
        return (parts, template);
    }
    let mut chars = value.chars();
    let name = match owner {
        Owner::Suite => value,
        Owner::Case | Owner::Keyword => {
            chars.next();
            chars.next_back();
            chars.as_str()
        }
    };
    let lower = normalized(name, ' ');
    let is_one_of = |names: &str| names.split(' ').any(|known| known == lower) && !lower.is_empty();
    let (keywords, imports, others) = match owner {
        Owner::Suite => (
            "suitesetup suiteprecondition suiteteardown suitepostcondition testsetup tasksetup testprecondition \
             testteardown taskteardown testpostcondition testtemplate tasktemplate",
            "library resource variables",
            "documentation metadata forcetags defaulttags testtimeout tasktimeout",
        ),
        Owner::Case => (
            "setup precondition teardown postcondition template",
            "",
            "documentation tags timeout",
        ),
        Owner::Keyword => (
            "teardown",
            "",
            "documentation arguments return timeout tags",
        ),
    };
    let mut kind = SETTING;
    if is_one_of(keywords) {
        // The name itself is the first cell of what follows.
        *inner = Some(Box::new(row(Cells::Keyword {
            is_found: true,
            assigns: 0,
        })));
    } else if is_one_of(imports) {
        *inner = Some(Box::new(row(Cells::Import)));
    } else if !is_one_of(others) {
        kind = Kind::ERROR;
    }
    let parts = match owner {
        Owner::Suite => vec![(value.len(), kind)],
        _ => {
            let before = value.len() - name.len();
            vec![
                (before.min(1), SYNTAX),
                (name.len(), kind),
                (before.saturating_sub(1), SYNTAX),
            ]
        }
    };
    (parts, template)
}

/// A text of a kind, but for the variables in it.
fn push(
    call: &Call<'_, '_, '_>,
    text: &str,
    kind: Kind,
    (mut start, end): (usize, usize),
    depth: usize,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    if depth > MAX_DEPTH {
        return Err(Exhausted);
    }
    let mut text = text;
    let identifiers = match kind {
        Kind::COMMENT | Kind::ERROR => "",
        _ => "$@%&",
    };
    while let Some(found) = Variable::find(text, identifiers) {
        call.run.budget().take(1 + text.len() as u64)?;
        let at = |offset: usize| start + offset;
        let part = |(from, to): (usize, usize)| text.get(from..to).unwrap_or_default();
        call.push(kind, at(0), at(found.start), out);
        call.push(SYNTAX, at(found.start), at(found.base.0), out);
        let place = (at(found.base.0), at(found.base.1));
        push(
            call,
            part(found.base),
            Kind::NAME_VARIABLE,
            place,
            depth + 1,
            out,
        )?;
        call.push(SYNTAX, at(found.base.1), at(found.base.1 + 1), out);
        if let Some(index) = found.index {
            call.push(SYNTAX, at(index.0 - 1), at(index.0), out);
            let place = (at(index.0), at(index.1));
            push(
                call,
                part(index),
                Kind::NAME_VARIABLE,
                place,
                depth + 1,
                out,
            )?;
            call.push(SYNTAX, at(index.1), at(index.1 + 1), out);
        }
        start = at(found.end);
        text = text.get(found.end..).unwrap_or_default();
    }
    call.push(kind, start, end, out);
    Ok(())
}

/// Where a variable such as `${a}` or `@{b}[0]` is, in bytes.
struct Variable {
    start: usize,
    base: (usize, usize),
    index: Option<(usize, usize)>,
    end: usize,
}

impl Variable {
    /// The first one of a text (`VariableSplitter`).
    fn find(text: &str, identifiers: &str) -> Option<Variable> {
        let bytes = text.as_bytes();
        let mut last = bytes.iter().rposition(|byte| *byte == b'}')?;
        while is_escaped(bytes, last) {
            last = bytes.get(..last)?.iter().rposition(|byte| *byte == b'}')?;
        }
        let is_identifier = |byte: u8| identifiers.as_bytes().contains(&byte);
        let mut from = 1;
        let start = loop {
            let open = from
                + bytes
                    .get(from..last)?
                    .iter()
                    .position(|byte| *byte == b'{')?;
            let start = open - 1;
            if bytes.get(start).is_some_and(|byte| is_identifier(*byte))
                && !is_escaped(bytes, start)
            {
                break start;
            }
            from = open + 1;
        };
        let is_list = bytes
            .get(start)
            .is_some_and(|byte| matches!(byte, b'@' | b'&'));
        let mut depth = 1;
        let mut is_after_identifier = false;
        let mut end = last + 1;
        for (at, byte) in bytes.iter().enumerate().take(last + 1).skip(start + 2) {
            let opens = is_after_identifier && *byte == b'{';
            is_after_identifier = false;
            if opens {
                depth += 1;
            } else if *byte == b'}' && !is_escaped(bytes, at) {
                depth -= 1;
                if depth == 0 {
                    end = at + 1;
                    break;
                }
            } else {
                is_after_identifier = is_identifier(*byte);
            }
        }
        let base = (start + 2, end - 1);
        let close = bytes
            .get(end..)
            .and_then(|rest| rest.iter().position(|byte| *byte == b']'));
        let index = match (bytes.get(end), close) {
            (Some(b'['), Some(close)) if is_list && depth == 0 => Some((end + 1, end + close)),
            _ => None,
        };
        let end = index.map_or(end, |(_, close)| close + 1);
        Some(Variable {
            start,
            base,
            index,
            end,
        })
    }
}

fn is_escaped(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    before
        .iter()
        .rev()
        .take_while(|byte| **byte == b'\\')
        .count()
        % 2
        == 1
}
