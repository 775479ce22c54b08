//! What the binary does, seen from outside.

mod conformance;
