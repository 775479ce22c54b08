//! The configuration of an environment: `trac.ini`, what it inherits, and
//! Trac's defaults.

mod components;
pub mod defaults;
mod edit;
pub mod extension;
mod files;
mod ini;
mod layout;
mod lines;
mod live;
mod loss;
mod sections;
pub mod store;
mod value;

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

pub use defaults::OptionRow;
pub use edit::Editor;
pub use ini::{Ini, IniError};
pub use sections::{
    AttachmentSection, AuthzPolicySection, DateFormat, DateInfoFormat, MilestoneSection,
    MimeviewerSection, NotificationSection, ProjectSection, QuerySection, SearchSection,
    SvnSection, TicketSection, TracSection, TracrpcSection, WikiSection,
};
pub use value::{Checked, SpacedList};

pub use self::components::ComponentState;
use self::components::Components;
use self::files::Files;
pub use self::files::normalized;
pub(crate) use self::live::LiveConfig;
pub(crate) use self::loss::check_first;
use self::sections::Sections;
pub use self::value::as_bool;
use self::value::{Kept, OptionValue, Origin};
use crate::error::Result;
use crate::watched_file::Stamp;

/// The configuration as it was when it was last read.
///
/// Options are asked for by section and name, or, where this project reads them
/// itself, by the typed structs: `config.ticket().default_type`.
#[derive(Debug)]
pub struct Config {
    values: Values,
    sections: Sections,
    components: Components,
}

impl Config {
    /// Reads `trac.ini` and the files that it inherits.
    ///
    /// # Errors
    /// A file that cannot be read or understood, or that inherits itself.
    pub fn load(path: &Path) -> Result<Self> {
        let values = Values {
            path: path.to_owned(),
            files: Files::load(path)?,
        };
        let sections = Sections::read(&values);
        let mut config = Self {
            values,
            sections,
            components: Components::new([], true),
        };
        let without_plugin = config.get_bool("tracrpc", "serve_without_plugin");
        config.components = Components::new(config.options("components"), without_plugin);
        Ok(config)
    }

    /// Whether what an extension offers is there: it may name the component that it
    /// stands for, of Trac or of its own, by its Python name.
    #[must_use]
    pub fn has_component(&self, name: &str) -> bool {
        name.is_empty() || self.components.has(name)
    }

    /// Whether the component of Trac with this Python name is on: `[components]`
    /// decides, else it is if it belongs to Trac's core.
    #[must_use]
    pub fn is_on(&self, component: &str) -> bool {
        self.components.is_on(component)
    }

    /// The components of Trac and of its RPC plugin, in the order of their names.
    pub fn components(&self) -> impl Iterator<Item = ComponentState> {
        self.components.all()
    }

    /// The Python names of those components of Trac that are off.
    #[must_use]
    pub fn components_off(&self) -> BTreeSet<&'static str> {
        self.components.off()
    }

    /// Whether `trac.ini`, or a file that it inherits, is another one than when
    /// it was read.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.values.files.changed()
    }

    /// Whether `trac.ini`, or a file that it inherits, sets an option.
    #[must_use]
    pub fn writes(&self, section: &str, option: &str) -> bool {
        let mut layers = self.values.files.layers();
        layers.any(|layer| layer.get(section, option).is_some())
    }

    /// The states that the files had when they were read.
    fn stamps(&self) -> Vec<Stamp> {
        self.values.files.stamps()
    }

    /// The states that the same files have now.
    fn stamps_now(&self) -> Vec<Stamp> {
        self.values.files.named().filter_map(Stamp::of).collect()
    }

    /// The path of `trac.ini`.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.values.path
    }

    /// The value of an option: from `trac.ini`, else from what it inherits,
    /// else Trac's default; none if nobody knows the option.
    #[must_use]
    pub fn get(&self, section: &str, option: &str) -> Option<&str> {
        self.values.get(section, option)
    }

    /// Whether `trac.ini`, what it inherits, or Trac knows the option.
    #[must_use]
    pub fn has(&self, section: &str, option: &str) -> bool {
        self.get(section, option).is_some()
    }

    /// The value by Trac's rules for a truth; false if nobody knows the option.
    #[must_use]
    pub fn get_bool(&self, section: &str, option: &str) -> bool {
        value::as_bool(self.get(section, option).unwrap_or_default())
    }

    /// The value as a whole number; 0 if it is empty or nobody knows the option.
    ///
    /// # Errors
    /// A value that is no number, in Trac's words.
    pub fn get_int(&self, section: &str, option: &str) -> Result<i64> {
        self.values.read(section, option)
    }

    /// The value as a number; 0 if it is empty or nobody knows the option.
    ///
    /// # Errors
    /// A value that is no number, in Trac's words.
    pub fn get_float(&self, section: &str, option: &str) -> Result<f64> {
        self.values.read(section, option)
    }

    /// The items of a value between commas, without empty ones.
    #[must_use]
    pub fn get_list(&self, section: &str, option: &str) -> Vec<String> {
        self.get_list_by(section, option, &[','])
    }

    /// The items of a value between any of the separators, without empty ones.
    #[must_use]
    pub fn get_list_by(&self, section: &str, option: &str, separators: &[char]) -> Vec<String> {
        value::as_list(self.get(section, option).unwrap_or_default(), separators)
    }

    /// The value as a path, relative to the folder of `trac.ini`; none if it is
    /// empty.
    #[must_use]
    pub fn get_path(&self, section: &str, option: &str) -> Option<PathBuf> {
        self.values.read(section, option).ok().flatten()
    }

    /// The options of a section with their values: those of `trac.ini` in file
    /// order, then those that it inherits, then those that Trac has defaults
    /// for.
    #[must_use]
    pub fn options(&self, section: &str) -> Vec<(&str, &str)> {
        let mut seen = HashSet::new();
        let written = self
            .values
            .files
            .layers()
            .flat_map(|layer| layer.options(section));
        let known = defaults::all().filter(|row| row.section == section);
        let all = written.chain(known.map(|row| (row.option, row.default)));
        all.filter(|(option, _)| seen.insert(*option)).collect()
    }

    /// All options that `trac.ini` itself or a file that it inherits sets, as
    /// section, option and value.
    #[must_use]
    pub fn written(&self) -> Vec<(&str, &str, &str)> {
        let mut seen = HashSet::new();
        let layers = self.values.files.layers();
        let all = layers.flat_map(|layer| {
            layer.sections().flat_map(move |section| {
                layer
                    .options(section)
                    .map(move |(option, value)| (section, option, value))
            })
        });
        all.filter(|(section, option, _)| seen.insert((*section, *option)))
            .collect()
    }

    /// The names of all sections, sorted, those that only have defaults
    /// included.
    #[must_use]
    pub fn sections(&self) -> BTreeSet<&str> {
        let written = self.values.files.layers().flat_map(Ini::sections);
        written
            .chain(defaults::all().map(|row| row.section))
            .collect()
    }
}

/// What the files say, and Trac's defaults.
#[derive(Debug)]
pub(crate) struct Values {
    path: PathBuf,
    files: Files,
}

impl Values {
    fn get(&self, section: &str, option: &str) -> Option<&str> {
        let written = self
            .files
            .layers()
            .find_map(|layer| layer.get(section, option));
        written.or_else(|| defaults::find(section, option).map(|row| row.default))
    }

    fn read<T: OptionValue>(&self, section: &str, option: &str) -> Result<T> {
        let text = self.get(section, option).unwrap_or_default();
        T::read(text, self.origin(section, option))
    }

    fn keep<T: Kept>(&self, section: &str, option: &str) -> T {
        let text = self.get(section, option).unwrap_or_default();
        T::keep(text, self.origin(section, option))
    }

    fn origin<'a>(&'a self, section: &'a str, option: &'a str) -> Origin<'a> {
        Origin {
            section,
            option,
            folder: self.folder(),
        }
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }
}
