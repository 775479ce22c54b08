//! The language of whoever asks.
//!
//! Trac's order holds (`trac/web/main.py: RequestDispatcher._get_locale`): the language that the
//! user has chosen in the preferences, `[trac] default_language`, what the request accepts; the
//! first of them that there is a catalogue of. Without any catalogues everything is English.

mod catalogues;
mod find;

use std::path::Path;

use tracrpc_translation::{Catalog, DEFAULT_LANGUAGE, accepted, negotiate};

use crate::config::Config;
use crate::environment::Environment;
use crate::preferences::preference;
use crate::time::DateLocale;

/// The language that a user gets.
#[derive(Clone, Debug)]
pub struct Language {
    /// Its messages.
    pub catalog: Catalog,
    /// How it writes dates.
    pub dates: DateLocale,
}

impl Default for Language {
    fn default() -> Self {
        Self {
            catalog: Catalog::english(),
            dates: DateLocale::english(),
        }
    }
}

/// The language that is there without any catalogue.
const ENGLISH: &str = "en_US";

/// Whether a Trac is found, and it could not import a Python package.
pub(crate) fn lacks_package(config: &Config, name: &str) -> bool {
    let folder = config.path().parent().unwrap_or(Path::new("."));
    find::directory(&config.tracrpc().locale_dir, folder)
        .is_some_and(|locale| find::lacks_package(&locale, name))
}

/// The language that a user, or nobody in particular, gets whose request accepts `header`.
pub(crate) fn negotiated(env: &Environment, user: Option<&str>, header: Option<&str>) -> Language {
    let config = env.config();
    let setting = &config.tracrpc().locale_dir;
    let Some(directory) = find::directory(setting, &env.conf_dir()) else {
        return Language::default();
    };
    let mut preferred = Vec::new();
    // Who cannot be asked has chosen nothing.
    preferred.extend(user.and_then(|user| preference(env, user, "language").ok().flatten()));
    let default = config.get("trac", "default_language").unwrap_or_default();
    preferred.push(default.to_owned());
    let header = header.filter(|header| !header.is_empty());
    let accepted = accepted(header.unwrap_or(DEFAULT_LANGUAGE));
    preferred.extend(accepted.into_iter().map(str::to_owned));
    let available = catalogues::available(&directory);
    match negotiate(preferred, &available) {
        Some(name) => Language {
            catalog: catalogues::catalog(&directory, name),
            dates: DateLocale::named(name),
        },
        None => Language {
            catalog: catalogues::catalog(&directory, ENGLISH),
            dates: DateLocale::C,
        },
    }
}
