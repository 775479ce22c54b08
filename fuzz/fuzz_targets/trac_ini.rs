//! Any text is read or refused, and a change of it is read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tracrpc_env::config::{Editor, Ini};

fuzz_target!(|input: (&str, &str, &str, &str)| {
    let (text, section, option, value) = input;
    let Ok(before) = Ini::parse(text) else { return };
    let Ok(mut editor) = Editor::new(text) else {
        panic!("what was read can be edited");
    };
    if editor.set(section, option, value).is_err() {
        return assert_eq!(editor.text(), text);
    }
    let after = Ini::parse(&editor.text()).expect("an edited file can be read");
    assert!(after.get(section, option).is_some());
    editor.remove(section, option);
    let without = Ini::parse(&editor.text()).expect("an edited file can be read");
    for name in before.sections() {
        for (other, value) in before.options(name) {
            if (name, other) != (section, option.to_lowercase().as_str()) {
                assert_eq!(without.get(name, other), Some(value));
            }
        }
    }
});
