//! Any bytes are a compiled catalogue or are refused, and a catalogue answers for every message
//! and number within the memory that its file is long.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tracrpc_translation::{Catalog, Message, Mo};

fuzz_target!(|input: (&[u8], u64)| {
    let (bytes, number) = input;
    let Ok(mo) = Mo::parse(bytes) else { return };
    let ids: Vec<String> = mo.ids().map(str::to_owned).collect();
    let length: usize = ids.iter().map(String::len).sum();
    assert!(length <= bytes.len());
    let catalog = Catalog::new("xx", Some(mo), None);
    for id in ids {
        let text = Message::new(id.clone()).with("name", "%(name)s");
        let _ = text.in_language(&catalog);
        let _ = catalog.ngettext(&id, "", number);
        let _ = catalog.html(&id, str::to_owned, &[("name", "x")]);
    }
});
