//! Names of certificates are read or refused, and what is written of them is read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tracrpc_server::{DistinguishedName, TlsIdentity};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(identity) = TlsIdentity::of_certificate(bytes) {
        is_read_back(&identity.subject);
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(name) = text.parse()
    {
        is_read_back(&name);
    }
});

fn is_read_back(name: &DistinguishedName) {
    let text = name.to_string();
    assert!(!text.chars().any(char::is_control), "{text:?}");
    assert_eq!(text.parse().as_ref(), Ok(name), "{text:?}");
}
