//! The `tracrpc` command.

fn main() {}
