//! Trac's words for an option that names a component which is not there
//! (`trac/config.py`: `ExtensionOption`, `OrderedExtensionsOption`).

use tracrpc_translation::message;

use crate::error::Error;

/// An option that names one component names one that is not there. `option` is
/// the section and the option, such as `[trac] permission_store`.
pub(crate) fn missing(interface: &str, name: &str, option: &str) -> Error {
    Error::setting(message!(
        "Cannot find an implementation of the %(interface)s interface named %(implementation)s. \
         Please check that the Component is enabled or update the option %(option)s in trac.ini.",
        interface = code(interface),
        implementation = code(name),
        option = code(option),
    ))
}

/// An option that names components names some that are not there.
pub fn some_missing(interface: &str, mut names: Vec<String>, option: &str) -> Error {
    names.sort();
    names.dedup();
    let names: Vec<_> = names.iter().map(|name| code(name)).collect();
    Error::setting(message!(
        "Cannot find implementation(s) of the %(interface)s interface named %(implementation)s. \
         Please check that the Component is enabled or update the option %(option)s in trac.ini.",
        interface = code(interface),
        implementation = names.join(", "),
        option = code(option),
    ))
}

/// Trac answers programs, too, in HTML here.
fn code(text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    format!("<code>{text}</code>")
}
