//! Lexers that do more than their tables say.

mod console;
mod erb;
mod json;
mod literate;
mod makefile;
mod modula2;
mod names;
mod pascal;
mod postgres;
mod robot;
mod shell_session;
mod shen;

use crate::budget::Exhausted;
use crate::run::{Match, Run, Tokens};
use crate::tables::{Body, Named, States};
use crate::token::{Kind, Token};

/// A text that such a lexer goes through.
pub(crate) struct Call<'c, 'l, 't> {
    pub(crate) run: &'c Run<'l>,
    pub(crate) named: &'c Named,
    pub(crate) text: &'t str,
    /// Where the text starts, in what the tokens' places are counted in.
    pub(crate) base: usize,
}

type Function = fn(&Call<'_, '_, '_>, &mut Tokens) -> Result<(), Exhausted>;

/// The functions by name, sorted.
static FUNCTIONS: [(&str, Function); 29] = [
    ("another", another),
    ("aspectj", names::aspectj),
    ("console", console::simple),
    ("elixir-console", console::elixir),
    ("erb", erb::run),
    ("gap-console", console::gap),
    ("gosu-template", gosu_template),
    ("inform6", names::inform6),
    ("json", json::run),
    ("julia-console", console::julia),
    ("lasso", lasso),
    ("literate", literate::run),
    ("lua", names::lua),
    ("luau", names::luau),
    ("makefile", makefile::run),
    ("matlab-console", console::matlab),
    ("modula2", modula2::run),
    ("node-console", console::node),
    ("pascal", pascal::pascal),
    ("php", php),
    ("portugol", pascal::portugol),
    ("postgres-console", postgres::run),
    ("psysh-console", console::psysh),
    ("robot", robot::run),
    ("shell-session", shell_session::run),
    ("shen", shen::run),
    ("slurm", names::slurm),
    ("sqlite-console", console::sqlite),
    ("tads3", names::tads3),
];

/// Runs the function of a lexer.
pub(crate) fn run(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let name = call.named.name.as_str();
    match FUNCTIONS.binary_search_by(|(known, _)| (*known).cmp(name)) {
        Ok(at) => FUNCTIONS
            .get(at)
            .map_or(Ok(()), |(_, function)| function(call, out)),
        // All is one token.
        Err(_) => {
            let kind = call.named.kinds.first().copied().unwrap_or(Kind::TEXT);
            call.push(kind, 0, call.text.len(), out);
            Ok(())
        }
    }
}

impl<'l> Call<'_, 'l, '_> {
    fn token(&self, kind: Kind, start: usize, end: usize) -> Token {
        let (start, end) = (self.base + start, self.base + end);
        Token { kind, start, end }
    }

    fn push(&self, kind: Kind, start: usize, end: usize, out: &mut Tokens) {
        if end > start {
            out.push(self.token(kind, start, end));
        }
    }

    /// Another lexer that it works with.
    fn other(&self, index: usize) -> Result<Run<'l>, Exhausted> {
        let number = self.named.lexers.get(index).copied();
        self.run.other(number.unwrap_or(u16::MAX), &[])
    }

    fn states(&self) -> Option<&States> {
        match &self.run.lexer.body {
            Body::States(states) => Some(states),
            _ => None,
        }
    }

    /// What one of its patterns matches at the start of a text.
    fn matches(&self, pattern: &str, text: &str) -> Result<Option<Match>, Exhausted> {
        match self.states() {
            Some(states) => self.run.matches(states, pattern, text, 0),
            None => Ok(None),
        }
    }

    /// What one of its patterns matches in a text, from a place on.
    fn search(&self, pattern: &str, text: &str, from: usize) -> Result<Option<Match>, Exhausted> {
        match self.states() {
            Some(states) => self.run.search(states, pattern, text, from),
            None => Ok(None),
        }
    }
}

/// PHP may start without `<?php`.
fn php(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let run = call.run;
    let starts_inline = run.flag("_startinline", run.flag("startinline", false));
    let stack: &[&str] = if starts_inline {
        &["root", "php"]
    } else {
        &["root"]
    };
    run.own_tokens(call.text, call.base, stack, out)
}

/// Lasso may stand between delimiters only.
fn lasso(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let needs_delimiters = call.run.flag("requiredelimiters", false);
    let stack: &[&str] = if needs_delimiters {
        &["root", "delimiters"]
    } else {
        &["root"]
    };
    call.run.own_tokens(call.text, call.base, stack, out)
}

fn gosu_template(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    call.other(0)?
        .tokens_from(call.text, call.base, &["templateText"], out)
}

/// Another lexer does it all.
fn another(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    call.other(0)?.tokens(call.text, call.base, out)
}
