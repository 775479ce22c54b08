//! Our own catalogues: translations of what tracrpc says and Trac does not.
//!
//! They are the `.po` files in `po/`, a file a language. To add one, translate a copy of
//! another and name it in [`OWN_LANGUAGES`].

use std::sync::LazyLock;

use crate::mo::Texts;
use crate::po;

/// The languages of our own catalogues, with their text.
pub const OWN_LANGUAGES: &[(&str, &str)] = &[
    ("de", include_str!("../po/de.po")),
    ("es", include_str!("../po/es.po")),
    ("fr", include_str!("../po/fr.po")),
    ("ja", include_str!("../po/ja.po")),
];

static TEXTS: LazyLock<Vec<(&str, Texts)>> = LazyLock::new(|| {
    // A test holds that all of them can be read.
    let read = |&(language, text)| Some((language, po::parse(text).ok()?));
    OWN_LANGUAGES.iter().filter_map(read).collect()
});

/// Our texts in a language, or in the language that it is a variety of.
pub(crate) fn texts(language: &str) -> Option<&'static Texts> {
    let find = |wanted: &str| {
        let mut known = TEXTS.iter();
        known
            .find(|(known, _)| *known == wanted)
            .map(|(_, texts)| texts)
    };
    find(language).or_else(|| find(language.split_once('_')?.0))
}

/// The messages that a language's own catalogue translates, with their forms.
pub fn own_texts(language: &str) -> impl Iterator<Item = (&'static str, &'static [Box<str>])> {
    let texts = texts(language).into_iter();
    texts.flat_map(|texts| {
        let forms = texts.forms.iter();
        forms.map(|(id, forms)| (id.as_ref(), forms.as_ref()))
    })
}
