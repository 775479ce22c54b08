//! The commands of `trac-admin`: what they are called, take and do.
//!
//! A wiki page shows them by the macro `TracAdminHelp`, and `tracrpc admin` explains its own
//! commands in the same layout.

mod rows;

pub use rows::TRAC_ADMIN;

/// How wide a paragraph is, with its indentation.
const WIDTH: usize = 79;
const INDENT: &str = "    ";

/// What there is to know of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandHelp {
    /// Its words: `component add`.
    pub name: &'static str,
    /// Its arguments: `<name>` must be there, `[owner]` may, `[...]` are any number more.
    pub usage: &'static str,
    /// What it does: a line, and further paragraphs after empty lines.
    pub help: &'static str,
}

/// Words that are commands of the console alone.
const OF_CONSOLE: [CommandHelp; 2] = [
    CommandHelp {
        name: "help",
        usage: "",
        help: "Show documentation",
    },
    CommandHelp {
        name: "quit",
        usage: "",
        help: "Exit the program",
    },
];

/// The help for the commands that begin with `words`, or for all; nothing if there are none.
#[must_use]
pub fn of_commands(words: &[&str]) -> Option<String> {
    let [help, quit] = &OF_CONSOLE;
    let is_initenv = |command: &&CommandHelp| command.name == "initenv";
    let commands: Vec<_> = match words {
        [] => {
            let first = [help].into_iter().chain(rows().filter(is_initenv));
            first
                .chain(rows().filter(|command| !is_initenv(command)))
                .collect()
        }
        ["help", ..] => vec![help],
        ["quit" | "exit" | "EOF", ..] => vec![quit],
        ["initenv", ..] => rows().filter(is_initenv).collect(),
        words => rows()
            .filter(|command| command.begins_with(words))
            .collect(),
    };
    (!commands.is_empty()).then(|| {
        let texts = commands.into_iter().map(|command| command.layout(true));
        texts.collect()
    })
}

fn rows() -> impl Iterator<Item = &'static CommandHelp> {
    TRAC_ADMIN.iter().copied().flatten()
}

impl CommandHelp {
    /// Whether the first of its words are `words`.
    #[must_use]
    pub fn begins_with(&self, words: &[&str]) -> bool {
        let mut own = self.name.split(' ');
        words.iter().all(|word| own.next() == Some(word))
    }

    /// Its usage and what it does, in all paragraphs or in the first alone.
    #[must_use]
    pub fn layout(&self, is_long: bool) -> String {
        let mut paragraphs = self.paragraphs();
        let first = paragraphs.next().unwrap_or_default();
        let mut text = format!("{} {}\n\n{INDENT}{first}\n\n", self.name, self.usage);
        for paragraph in paragraphs.filter(|_| is_long) {
            let options = textwrap::Options::new(WIDTH)
                .initial_indent(INDENT)
                .subsequent_indent(INDENT)
                .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
            text.push_str(&textwrap::fill(&paragraph, options));
            text.push_str("\n\n");
        }
        text
    }

    /// What it does, in one line.
    #[must_use]
    pub fn summary(&self) -> String {
        self.paragraphs().next().unwrap_or_default()
    }

    fn paragraphs(&self) -> impl Iterator<Item = String> {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.help.split("\n\n").map(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_sorted_and_have_names_of_their_own() {
        let names: Vec<_> = rows().map(|command| command.name).collect();
        assert!(names.is_sorted(), "{names:?}");
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn help_by_words() {
        let names = |words: &[&str]| {
            let text = of_commands(words).unwrap_or_default();
            let heads = text
                .lines()
                .filter(|line| !line.starts_with(' ') && !line.is_empty());
            heads.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(
            names(&["component", "add"]),
            ["component add <name> [owner]"]
        );
        assert_eq!(
            names(&["ticket"]),
            [
                "ticket remove <ticket#>",
                "ticket remove_comment <ticket#> <comment#>"
            ]
        );
        assert_eq!(names(&["exit", "x"]), ["quit "]);
        assert_eq!(names(&["tick"]), [""; 0]);
        assert_eq!(names(&["wiki", "list", "x"]), [""; 0]);
        assert_eq!(
            names(&[])[..3],
            [
                "help ",
                "initenv [<projectname> <db>]",
                "attachment add <realm:id> <path> [author] [description]"
            ]
        );
    }

    #[test]
    fn long_help_is_wrapped() {
        let text = of_commands(&["hotcopy"]).unwrap_or_default();
        assert!(text.starts_with("hotcopy <backupdir> [--no-database]\n\n    Make a hot backup copy of an environment\n\n    "), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
        assert!(text.ends_with(".\n\n"));
    }
}
