//! Where the sections and options of an ini file are.

use std::ops::Range;

use super::lines::{Line, Scanner};

/// Where the sections and options of a text are.
pub(super) struct Layout {
    sections: Vec<SectionLines>,
}

/// The lines of a section.
pub(super) struct SectionLines {
    /// Its name.
    pub(super) name: String,
    /// The line that it begins with.
    pub(super) header: usize,
    /// Its options, in order.
    pub(super) options: Vec<OptionLines>,
    /// The line after its last.
    pub(super) end: usize,
}

/// The lines of an option.
pub(super) struct OptionLines {
    /// Its name, in lower case.
    pub(super) name: String,
    /// From its first line to the last of its value.
    pub(super) lines: Range<usize>,
}

impl Layout {
    /// Looks at all lines.
    pub(super) fn of(lines: &[String]) -> Self {
        let mut scanner = Scanner::default();
        let mut layout = Self {
            sections: Vec::new(),
        };
        for (index, line) in lines.iter().enumerate() {
            layout.add(index, scanner.scan(line));
        }
        layout
    }

    fn add(&mut self, index: usize, line: Line<'_>) {
        if let Line::Section(name) = line {
            let section = SectionLines {
                name: name.to_owned(),
                header: index,
                options: Vec::new(),
                end: index + 1,
            };
            return self.sections.push(section);
        }
        let Some(section) = self.sections.last_mut() else {
            return;
        };
        section.end = index + 1;
        match (line, section.options.last_mut()) {
            (Line::Option(name, _), _) => {
                section.options.push(OptionLines {
                    name,
                    lines: index..index + 1,
                });
            }
            (Line::Continuation(_), Some(option)) => option.lines.end = index + 1,
            _ => {}
        }
    }

    /// The section of that name.
    pub(super) fn section(&self, name: &str) -> Option<&SectionLines> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// The option of a section, its name in any case.
    pub(super) fn option(&self, section: &str, option: &str) -> Option<&OptionLines> {
        let option = option.to_lowercase();
        self.section(section)?
            .options
            .iter()
            .find(|found| found.name == option)
    }
}

impl SectionLines {
    /// The line after the last option.
    pub(super) fn body_end(&self) -> usize {
        self.options
            .last()
            .map_or(self.header + 1, |option| option.lines.end)
    }
}
