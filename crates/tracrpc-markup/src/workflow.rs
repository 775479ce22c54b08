//! Tells what is wrong with a workflow that a page shows.

use tracrpc_env::config::{Ini, IniError};
use tracrpc_env::text::python_repr;
use tracrpc_wiki::ExpansionError;

/// Reads the section `[ticket-workflow]` of an ini text, and complains as Python does.
///
/// # Errors
/// Lines that cannot be understood are an error of usage; options that are there twice and
/// defaults that are no numbers are a failure.
pub(super) fn check(text: &str) -> Result<(), ExpansionError> {
    let ini = Ini::parse(text).map_err(|error| describe(text, &error))?;
    for (option, value) in ini.options("ticket-workflow") {
        let mut parts = option.split('.').skip(1);
        if parts.next() == Some("default") && value.trim().parse::<i64>().is_err() {
            let value = python_repr(value);
            let message = format!("invalid literal for int() with base 10: {value}");
            return Err(ExpansionError::failure(&message));
        }
    }
    Ok(())
}

/// The error as Python's parser words it for a text without a file: it shows
/// lines with their ends.
fn describe(text: &str, error: &IniError) -> ExpansionError {
    match error {
        IniError::NoSection { line, text } => {
            let text = python_repr(&format!("{text}\n"));
            ExpansionError::usage(&format!(
                "MissingSectionHeaderError: File contains no section headers.\n\
                 file: '<???>', line: {line}\n{text}"
            ))
        }
        IniError::Syntax { lines } => {
            let ends = text.matches('\n').count();
            let shown = |(line, text): &(usize, String)| {
                let end = if *line <= ends { "\n" } else { "" };
                let text = python_repr(&format!("{text}{end}"));
                format!("\n\t[line {line:2}]: {text}")
            };
            let lines: String = lines.iter().map(shown).collect();
            ExpansionError::usage(&format!(
                "ParsingError: Source contains parsing errors: '<???>'{lines}"
            ))
        }
        twice => ExpansionError::failure(&format!("While reading from '<???>' {twice}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints() {
        let check = |text: &str, want: Option<(bool, &str)>| {
            let text = format!("[ticket-workflow]\n{text}");
            let got = check(&text).err();
            let got = got.as_ref().map(|error| (error.is_usage(), error.html()));
            assert_eq!(got, want, "{text}");
        };
        check("a = b -> c\na.default = 1", None);
        check(
            "nonsense",
            Some((
                true,
                "ParsingError: Source contains parsing errors: '&lt;???&gt;'\n\t[line  2]: 'nonsense'",
            )),
        );
        check(
            "a -> b\nx",
            Some((
                true,
                "ParsingError: Source contains parsing errors: '&lt;???&gt;'\n\t[line  2]: 'a -&gt; b\\n'\n\t[line  3]: 'x'",
            )),
        );
        check(
            "a=1\na=2",
            Some((
                false,
                "While reading from '&lt;???&gt;' [line  3]: option 'a' in section 'ticket-workflow' already exists",
            )),
        );
        check(
            "a.default = x",
            Some((false, "invalid literal for int() with base 10: 'x'")),
        );
    }
}
