//! Reads an ini file line by line.

use super::{DEFAULT_SECTION, Ini, IniError, Place};
use crate::config::lines::{Line, Scanner, is_python_space, python_strip, split_lines};

/// The option whose value is being read.
struct Open {
    name: String,
    lines: Vec<String>,
}

/// What was read so far.
#[derive(Default)]
pub(super) struct Reader {
    ini: Ini,
    scanner: Scanner,
    place: Option<Place>,
    open: Option<Open>,
    bad: Vec<(usize, String)>,
}

impl Reader {
    /// One that leaves the names of options as they are written.
    pub(super) fn keeping_case() -> Self {
        Self {
            scanner: Scanner::keeping_case(),
            ..Self::default()
        }
    }

    /// Reads all of a text.
    pub(super) fn read(mut self, text: &str) -> Result<Ini, IniError> {
        for (index, line) in split_lines(text).enumerate() {
            self.line(index + 1, line)?;
        }
        self.finish()
    }

    fn line(&mut self, number: usize, text: &str) -> Result<(), IniError> {
        match self.scanner.scan(text) {
            Line::Comment => {}
            Line::Blank => self.more(""),
            Line::Continuation(more) => self.more(more),
            Line::Section(name) => self.section(number, name)?,
            _ if self.place.is_none() => {
                let text = text.trim_end_matches(['\r', '\n']).to_owned();
                return Err(IniError::NoSection { line: number, text });
            }
            Line::Option(name, value) => self.option(number, name, value)?,
            Line::Unknown => self.bad.push((number, python_strip(text).to_owned())),
        }
        Ok(())
    }

    fn more(&mut self, text: &str) {
        if let Some(open) = &mut self.open {
            open.lines.push(text.to_owned());
        }
    }

    fn section(&mut self, line: usize, name: &str) -> Result<(), IniError> {
        self.close();
        if name == DEFAULT_SECTION {
            name.clone_into(&mut self.ini.defaults.name);
            self.place = Some(Place::Defaults);
            return Ok(());
        }
        if self.ini.by_name.contains_key(name) {
            return Err(IniError::DuplicateSection {
                line,
                section: name.to_owned(),
            });
        }
        self.place = Some(Place::Section(self.ini.add_section(name)));
        Ok(())
    }

    fn option(&mut self, line: usize, name: String, value: &str) -> Result<(), IniError> {
        self.close();
        let section = self.place.and_then(|place| self.ini.section_mut(place));
        if let Some(section) = section.filter(|section| section.get(&name).is_some()) {
            let section = section.name.clone();
            return Err(IniError::DuplicateOption {
                line,
                section,
                option: name,
            });
        }
        self.open = Some(Open {
            name,
            lines: vec![value.to_owned()],
        });
        Ok(())
    }

    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        let value = open.lines.join("\n");
        let value = value.trim_end_matches(is_python_space).to_owned();
        if let Some(section) = self.place.and_then(|place| self.ini.section_mut(place)) {
            section.set(open.name, value);
        }
    }

    fn finish(mut self) -> Result<Ini, IniError> {
        self.close();
        if self.bad.is_empty() {
            Ok(self.ini)
        } else {
            Err(IniError::Syntax { lines: self.bad })
        }
    }
}
