//! Whatever a plugin writes is read as messages and noise, and a message that was read
//! survives to be written and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tracrpc_plugin_protocol::{FrameReader, Incoming, Limits, Message};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let mut reader = FrameReader::new(bytes, limits);
    reader.expect_blobs();
    while let Ok(Some(incoming)) = reader.read() {
        let Incoming::Frame(frame) = incoming else {
            continue;
        };
        let Ok(message) = Message::from_frame(frame, &limits) else {
            continue;
        };
        let Ok(frame) = message.into_frame(true, &limits) else {
            continue;
        };
        let again = Message::from_frame(frame.clone(), &limits);
        let again = again.map(|message| message.into_frame(true, &limits));
        // Not the messages themselves: a number that is none is not equal to itself.
        assert_eq!(again.ok().and_then(Result::ok), Some(frame));
    }
});
