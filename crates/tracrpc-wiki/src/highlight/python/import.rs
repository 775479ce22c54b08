//! Imports, and the names of modules.

use super::{Lexer, spaces_length};
use crate::chars::{is_space, is_word};
use crate::highlight::scan::{name_length, run};

impl Lexer<'_> {
    pub(super) fn import(&mut self) -> bool {
        let rest = self.scan.rest();
        let spaces = run(rest, is_space);
        let after = &rest[spaces..];
        let name = name_length(rest);
        if spaces > 0 && after.starts_with("as") && after[2..].starts_with(is_space) {
            self.scan.push("w", spaces);
            self.scan.push("k", 2);
            self.scan.push_run("w", is_space);
        } else if name > 0 || rest.starts_with('.') {
            self.scan.push("nn", name.max(1));
        } else if after.starts_with(',') {
            self.scan.push("w", spaces);
            self.scan.push("o", 1);
            self.scan.push_run("w", is_space);
        } else {
            self.pop();
        }
        true
    }

    pub(super) fn module_name(&mut self) -> bool {
        let rest = self.scan.rest();
        let spaces = run(rest, is_space);
        let after = &rest[spaces..];
        let name = name_length(rest);
        if spaces > 0 && &after[..run(after, is_word)] == "import" {
            self.scan.push("w", spaces);
            self.scan.push("kn", 6);
            self.pop();
        } else if self.word() == "None" {
            self.scan.push("kc", 4);
            self.pop();
        } else if name > 0 || rest.starts_with('.') {
            self.scan.push("nn", name.max(1));
        } else {
            self.pop();
        }
        true
    }

    /// `lazy import`, `lazy from`.
    pub(super) fn lazy_import(&mut self) -> bool {
        let rest = self.scan.rest();
        let Some(after) = rest.strip_prefix("lazy") else {
            return false;
        };
        let spaces = spaces_length(after);
        let next = &after[spaces..];
        let next = &next[..run(next, is_word)];
        let is_import =
            matches!(next, "from" | "import") && spaces_length(&after[spaces + next.len()..]) > 0;
        if spaces == 0 || !is_import {
            return false;
        }
        self.scan.push("kn", 4);
        self.scan.push("w", spaces);
        self.named(next.len())
    }
}
