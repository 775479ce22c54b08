//! Reads `trac.ini` by the rules of Python's `ConfigParser`, as Trac sets it up.
//!
//! Those are: `=` or `:` between option and value; options in lower case,
//! sections as they are written; `#` and `;` begin a comment only as the first
//! character of a line; a line indented deeper than its option continues the
//! value; a section or an option given twice is an error; no interpolation;
//! the options of `[DEFAULT]` count in every section.

mod reader;

use std::collections::HashMap;
use std::fmt;

use self::reader::Reader;

/// The name of the section whose options count in every section.
const DEFAULT_SECTION: &str = "DEFAULT";

/// What one ini file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ini {
    sections: Vec<IniSection>,
    by_name: HashMap<String, usize>,
    defaults: IniSection,
}

/// One section of an ini file, its options in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct IniSection {
    name: String,
    options: Vec<(String, String)>,
    by_name: HashMap<String, usize>,
}

/// Why a text is no ini file. The wording is Python's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IniError {
    /// Something stands before the first section.
    NoSection {
        /// The number of the line, from 1.
        line: usize,
        /// The line itself.
        text: String,
    },
    /// A section begins for the second time.
    DuplicateSection {
        /// The number of the line, from 1.
        line: usize,
        /// The section.
        section: String,
    },
    /// A section has an option twice.
    DuplicateOption {
        /// The number of the line, from 1.
        line: usize,
        /// The section.
        section: String,
        /// The option.
        option: String,
    },
    /// Lines that are neither a section, nor an option, nor a comment.
    Syntax {
        /// The numbers of the lines, from 1, and the lines.
        lines: Vec<(usize, String)>,
    },
}

impl Ini {
    /// Reads a text.
    ///
    /// # Errors
    /// The first section or option that is there twice, text before the first
    /// section, or else all lines that cannot be understood.
    ///
    /// ```
    /// use tracrpc_env::config::Ini;
    ///
    /// let ini = Ini::parse("[project]\nName: My Project\n").unwrap();
    /// assert_eq!(ini.get("project", "name"), Some("My Project"));
    /// ```
    pub fn parse(text: &str) -> Result<Self, IniError> {
        Reader::default().read(text)
    }

    /// Reads a text in which the case of options counts, as in the files of
    /// permission policies. Such options are found by [`Ini::items`].
    ///
    /// # Errors
    /// As for [`Ini::parse`].
    pub fn parse_keeping_case(text: &str) -> Result<Self, IniError> {
        let reader = Reader::keeping_case();
        reader.read(text)
    }

    /// The value of an option; options are compared in lower case.
    #[must_use]
    pub fn get(&self, section: &str, option: &str) -> Option<&str> {
        let section = self.section(section)?;
        let option = option.to_lowercase();
        section.get(&option).or_else(|| self.defaults.get(&option))
    }

    /// The names of the sections, in file order, without `DEFAULT`.
    pub fn sections(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().map(|section| section.name.as_str())
    }

    /// The options of a section with their values, in file order, then those
    /// of `DEFAULT`.
    pub fn options(&self, section: &str) -> impl Iterator<Item = (&str, &str)> {
        let section = self.section(section);
        let own = section
            .into_iter()
            .flat_map(|section| section.options.iter());
        let defaults = section.into_iter().flat_map(move |section| {
            self.defaults
                .options
                .iter()
                .filter(|(name, _)| section.get(name).is_none())
        });
        own.chain(defaults)
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The options of a section with their values in the order of Python's
    /// `ConfigParser.items`: those of `DEFAULT`, then the section's own.
    pub fn items(&self, section: &str) -> impl Iterator<Item = (&str, &str)> {
        let section = self.section(section);
        let defaults = section.map(|own| {
            self.defaults
                .options
                .iter()
                .map(|(name, value)| (name.as_str(), own.get(name).unwrap_or(value)))
        });
        let own = section.into_iter().flat_map(|own| own.options.iter());
        let own = own.filter(|(name, _)| self.defaults.get(name).is_none());
        let own = own.map(|(name, value)| (name.as_str(), value.as_str()));
        defaults.into_iter().flatten().chain(own)
    }

    /// Whether there is no section at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty() && self.defaults.options.is_empty()
    }

    fn section(&self, name: &str) -> Option<&IniSection> {
        self.by_name
            .get(name)
            .and_then(|&index| self.sections.get(index))
    }

    /// The same with one option set; the editor must come to the same result.
    pub(super) fn with(mut self, section: &str, option: &str, value: String) -> Self {
        let index = self.by_name.get(section).copied();
        let index = index.unwrap_or_else(|| self.add_section(section));
        if let Some(section) = self.sections.get_mut(index) {
            section.set(option.to_lowercase(), value);
        }
        self
    }

    fn add_section(&mut self, name: &str) -> usize {
        let index = self.sections.len();
        self.by_name.insert(name.to_owned(), index);
        self.sections.push(IniSection {
            name: name.to_owned(),
            ..IniSection::default()
        });
        index
    }

    fn section_mut(&mut self, place: Place) -> Option<&mut IniSection> {
        match place {
            Place::Defaults => Some(&mut self.defaults),
            Place::Section(index) => self.sections.get_mut(index),
        }
    }
}

impl IniSection {
    fn get(&self, option: &str) -> Option<&str> {
        let (_, value) = self.options.get(*self.by_name.get(option)?)?;
        Some(value)
    }

    fn set(&mut self, option: String, value: String) {
        match self
            .by_name
            .get(&option)
            .and_then(|&index| self.options.get_mut(index))
        {
            Some(pair) => pair.1 = value,
            None => {
                self.by_name.insert(option.clone(), self.options.len());
                self.options.push((option, value));
            }
        }
    }
}

impl fmt::Display for IniError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSection { line, text } => {
                write!(f, "File contains no section headers.\nline: {line}\n{text}")
            }
            Self::DuplicateSection { line, section } => {
                write!(f, "[line {line:2}]: section '{section}' already exists")
            }
            Self::DuplicateOption {
                line,
                section,
                option,
            } => {
                write!(
                    f,
                    "[line {line:2}]: option '{option}' in section '{section}' already exists"
                )
            }
            Self::Syntax { lines } => {
                f.write_str("Source contains parsing errors")?;
                lines
                    .iter()
                    .try_for_each(|(line, text)| write!(f, "\n\t[line {line:2}]: {text}"))
            }
        }
    }
}

impl std::error::Error for IniError {}

/// Where options go while reading.
#[derive(Clone, Copy)]
enum Place {
    Defaults,
    Section(usize),
}
