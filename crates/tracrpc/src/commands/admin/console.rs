//! The console: commands from the terminal or from standard input, a line each.
//!
//! `trac/admin/console.py: TracAdmin`.

use std::io::{self, BufRead, IsTerminal};

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;
use rustyline::{Context, Editor, Helper, Highlighter, Hinter, Validator};

use super::line::{Line, parse};
use super::{Failure, Session, all, help, report, run};

/// Runs commands until there are no more. What fails is told, and the next
/// line is read.
///
/// # Errors
/// Standard input or output fails.
pub(super) fn converse(session: &mut Session<'_>) -> Result<(), Failure> {
    let version = env!("CARGO_PKG_VERSION");
    writeln!(
        session.out,
        "Welcome to tracrpc admin {version}\nInteractive Trac administration console.\n\n\
         Type:  '?' or 'help' for help on commands.\n        "
    )?;
    let prompt = format!("Trac [{}]> ", session.path()?.display());
    let mut input = Input::open()?;
    while let Some(line) = input.next(session, &prompt)? {
        let line = String::from_utf8(line)
            .map_err(|_| Failure::message("the line is not UTF-8"))
            .and_then(|line| parse(&line));
        match line {
            Ok(Line::Empty) => {}
            Ok(Line::Quit) => break,
            Ok(Line::Help(words)) => {
                let shown = help::run_in_console(session, &words);
                report(session, &words, shown);
            }
            Ok(Line::Command(words)) => {
                let done = run(session, &words);
                report(session, &words, done);
            }
            Err(failure) => {
                report(session, &[], Err(failure));
            }
        }
        session.out.flush()?;
    }
    writeln!(session.out)?;
    session.out.flush()?;
    Ok(())
}

/// Where lines come from.
enum Input {
    /// A file or a program. Commands that read standard input share it.
    Lines,
    /// A person.
    Terminal(Box<Editor<Words, MemHistory>>),
}

impl Input {
    fn open() -> Result<Self, Failure> {
        if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
            return Ok(Self::Lines);
        }
        let failed = |error: ReadlineError| Failure::message(error.to_string());
        let history = MemHistory::new();
        let mut editor =
            Editor::with_history(rustyline::Config::default(), history).map_err(failed)?;
        editor.set_helper(Some(Words));
        Ok(Self::Terminal(Box::new(editor)))
    }

    /// The next line without its end; none at the end of all.
    fn next(
        &mut self,
        session: &mut Session<'_>,
        prompt: &str,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let Self::Terminal(editor) = self else {
            write!(session.out, "{prompt}")?;
            session.out.flush()?;
            let mut line = Vec::new();
            let count = io::stdin().lock().read_until(b'\n', &mut line)?;
            return Ok((count > 0).then_some(line));
        };
        session.out.flush()?;
        match editor.readline(prompt) {
            Ok(line) => {
                // A line that is not remembered is still run.
                let _ = editor.add_history_entry(&line);
                Ok(Some(line.into_bytes()))
            }
            Err(ReadlineError::Interrupted) => Ok(Some(Vec::new())),
            Err(ReadlineError::Eof) => Ok(None),
            Err(error) => Err(Failure::message(error.to_string())),
        }
    }
}

/// Completes the names of commands.
#[derive(Helper, Highlighter, Hinter, Validator)]
struct Words;

impl Completer for Words {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let typed = line.get(..position).unwrap_or_default();
        let start = typed.rfind(' ').map_or(0, |space| space + 1);
        let before: Vec<&str> = typed[..start].split_whitespace().collect();
        let word = &typed[start..];
        let next = |command: &'static super::AdminCommand| {
            let mut words = command.words();
            let fits = before.iter().all(|before| words.next() == Some(before));
            words.next().filter(|next| fits && next.starts_with(word))
        };
        let mut found: Vec<_> = all()
            .filter_map(next)
            .map(|next| format!("{next} "))
            .collect();
        found.sort();
        found.dedup();
        Ok((start, found))
    }
}
