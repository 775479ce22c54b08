//! The table of a ticket's values.

use super::width::Ruler;

/// How wide a mail's lines are, in columns.
pub(super) const COLUMNS: usize = 75;

/// A value of a ticket, with the label of its field.
pub(super) struct Entry {
    pub(super) label: String,
    pub(super) value: String,
    /// It stands below the table, in as many lines as it needs.
    pub(super) is_big: bool,
}

impl Ruler {
    /// The values of a ticket, two beside each other.
    pub(super) fn table(self, entries: &[Entry]) -> String {
        let small: Vec<&Entry> = entries.iter().filter(|entry| !entry.is_big).collect();
        let columns = Columns::fit(self, &small);
        let rule = format!(
            "{}+{}",
            "-".repeat(columns.widths[0]),
            "-".repeat(columns.widths[1])
        );
        let mut table = format!("{rule}\n{}", columns.rows(&small));
        for entry in entries.iter().filter(|entry| entry.is_big) {
            let lines: Vec<&str> = entry.value.lines().collect();
            if !table.ends_with("\n\n") {
                table.push_str(&rule);
            }
            table.push_str(&format!("\n{}:\n{}\n\n", entry.label, lines.join("\n")));
        }
        table + &rule
    }
}

/// The two columns of a table.
struct Columns {
    ruler: Ruler,
    widths: [usize; 2],
    /// The widest label of each.
    labels: [usize; 2],
}

impl Columns {
    /// As wide as the values need; if that is too much, the wider one has to wrap.
    fn fit(ruler: Ruler, entries: &[&Entry]) -> Self {
        let (mut labels, mut values) = ([0; 2], [0; 2]);
        for (place, entry) in entries.iter().enumerate() {
            let side = place % 2;
            labels[side] = ruler.width(&entry.label).max(labels[side]);
            values[side] = ruler.width(&entry.value).max(values[side]);
        }
        let wanted = [0, 1].map(|side| labels[side] + values[side] + 5);
        let widths = match wanted {
            [left, right] if left + right < COLUMNS => [left, right],
            wanted => narrowed(wanted, labels),
        };
        Self {
            ruler,
            widths,
            labels,
        }
    }

    fn rows(&self, entries: &[&Entry]) -> String {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for pair in entries.chunks(2) {
            let one = self.cell(0, pair[0]);
            let other = pair
                .get(1)
                .map(|entry| self.cell(1, entry))
                .unwrap_or_default();
            align(&mut left, &mut right, one, other);
        }
        let mut rows = String::new();
        for place in 0..left.len().max(right.len()) {
            let cell = |column: &[String]| column.get(place).cloned().unwrap_or_default();
            let (one, other) = (cell(&left), cell(&right));
            let space = self.widths[0].saturating_sub(self.ruler.width(&one));
            rows.push_str(&format!("{one}{}|{other}\n", " ".repeat(space)));
        }
        rows
    }

    /// The lines of a value, its label's end below that of the other labels.
    fn cell(&self, side: usize, entry: &Entry) -> Vec<String> {
        let label = self.labels[side].saturating_sub(self.ruler.width(&entry.label));
        let indent = " ".repeat(label + 2 * side);
        let columns = (self.widths[side] + 2 * side).saturating_sub(2);
        let text = format!("{}:  {}", entry.label, entry.value);
        self.ruler
            .wrap(&text, columns, &indent, "  ")
            .lines()
            .map(str::to_owned)
            .collect()
    }
}

/// The widths of two columns that don't fit beside each other.
fn narrowed([left, right]: [usize; 2], labels: [usize; 2]) -> [usize; 2] {
    let half = (COLUMNS - 1) / 2;
    let most = (COLUMNS - 1) * 2 / 3;
    let has_long_label = labels.iter().any(|label| *label > half / 2);
    if (left > half && right > half) || has_long_label {
        [half, half]
    } else if left > right {
        let left = left.min(most);
        [left, COLUMNS - left - 1]
    } else {
        let right = right.min(most);
        [COLUMNS - right - 1, right]
    }
}

/// Adds a cell to each column, both beginning in the same line where the
/// lines that the other one has too many don't make up for it.
fn align(left: &mut Vec<String>, right: &mut Vec<String>, one: Vec<String>, other: Vec<String>) {
    let missing = |ahead: usize, behind: usize, gain: usize| ahead.saturating_sub(behind + gain);
    if left.len() > right.len() {
        let gain = other.len().saturating_sub(one.len());
        let lines = missing(left.len(), right.len(), gain);
        right.extend(std::iter::repeat_n(String::new(), lines));
    } else {
        let gain = one.len().saturating_sub(other.len());
        let lines = missing(right.len(), left.len(), gain);
        left.extend(std::iter::repeat_n(String::new(), lines));
    }
    left.extend(one);
    right.extend(other);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_as_wide_as_it_must_be() {
        let entry = |label: &str, value: &str| Entry {
            label: label.to_owned(),
            value: value.to_owned(),
            is_big: value.contains('\n'),
        };
        let entries = [
            entry("A", "1"),
            entry("Long", "日本"),
            entry("Big", "x\ny"),
            entry("C", "2"),
        ];
        let ruler = Ruler {
            ambiguous_is_wide: false,
        };
        let wanted = "-------+-------------\n\
                      A:  1  |  Long:  日本\n\
                      C:  2  |\n\
                      -------+-------------\n\
                      Big:\nx\ny\n\n\
                      -------+-------------";
        assert_eq!(ruler.table(&entries), wanted);
    }
}
