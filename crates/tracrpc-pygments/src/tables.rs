//! A lexer's tables, as they are used.

use std::rc::Rc;

use crate::generated::LEXERS;
use crate::pattern::{Chars, Pattern};
use crate::read::Reader;
use crate::token::Kind;

/// Options of a lexer, such as `startinline`, by name.
pub(crate) type Options = Rc<[(String, String)]>;

/// A lexer.
#[derive(Debug)]
pub(crate) struct Lexer {
    pub(crate) number: u16,
    /// Options that have to be a truth value, or else a number.
    checked: Vec<(String, bool)>,
    /// What a function of ours does beside the tables.
    pub(crate) special: Option<Named>,
    pub(crate) retags: Vec<Retag>,
    pub(crate) body: Body,
}

/// A function of ours, with what the lexer gives it.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) texts: Vec<String>,
    pub(crate) lexers: Vec<u16>,
    pub(crate) kinds: Vec<Kind>,
}

/// Names that are tokens of another kind than the tables say.
#[derive(Debug)]
pub(crate) struct Retag {
    /// The kinds that it is about; all if there are none.
    pub(crate) kinds: Vec<Kind>,
    pub(crate) becomes: Kind,
    pub(crate) without_case: bool,
    /// The option that it depends on, and what that is by default.
    pub(crate) option: Option<(String, bool)>,
    /// Sorted; any if there are none.
    pub(crate) words: Vec<String>,
}

#[derive(Debug)]
pub(crate) enum Body {
    /// All is done by the special function.
    None,
    /// What the second lexer leaves as a kind is lexed by the first (`pygments/lexer.py: DelegatingLexer`).
    Delegating {
        root: Using,
        language: Using,
        needle: Kind,
    },
    States(States),
}

/// The states of a lexer (`pygments/lexer.py: RegexLexer`).
#[derive(Debug)]
pub(crate) struct States {
    /// It is an `ExtendedRegexLexer`.
    pub(crate) is_extended: bool,
    pub(crate) sets: Vec<Chars>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) actions: Vec<Action>,
    pub(crate) steps: Vec<Steps>,
    pub(crate) states: Vec<State>,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) name: String,
    pub(crate) rules: Vec<Rule>,
}

/// The numbers of a pattern, of an action (from 1, if there is one), and of the steps to the next state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) pattern: usize,
    pub(crate) action: usize,
    pub(crate) steps: usize,
}

/// What is done with what was matched.
#[derive(Debug)]
pub(crate) enum Action {
    Kind(Kind),
    /// Numbers of actions, from 1, one a group.
    Groups(Vec<usize>),
    /// Another lexer, or this one if it has no number.
    Using {
        lexer: Option<u16>,
        stack: Vec<String>,
        options: Vec<(String, String)>,
    },
    Callback(Named),
}

/// How a state is left.
#[derive(Debug)]
pub(crate) enum Steps {
    Stay,
    Pop(usize),
    PushSame,
    Each(Vec<Step>),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    Pop,
    PushSame,
    Push(usize),
}

impl Lexer {
    /// Reads a lexer, and tells how many bytes its tables are.
    pub(crate) fn load(number: u16) -> Option<(Lexer, usize)> {
        let data = LEXERS.get(usize::from(number))?.data()?;
        let reader = &mut Reader::new(&data);
        let checked = reader.list(|reader| (read_text(reader), reader.flag()));
        let special = reader.flag().then(|| Named::read(reader));
        let retags = reader.list(Retag::read);
        let body = match reader.number() {
            1 => Body::Delegating {
                root: Using::read(reader),
                language: Using::read(reader),
                needle: Kind::read(reader),
            },
            2 => Body::States(States::read(reader, false)),
            3 => Body::States(States::read(reader, true)),
            _ => Body::None,
        };
        Some((
            Lexer {
                number,
                checked,
                special,
                retags,
                body,
            },
            data.len(),
        ))
    }
}

/// Another lexer, with options.
#[derive(Debug)]
pub(crate) struct Using {
    pub(crate) lexer: u16,
    pub(crate) options: Vec<(String, String)>,
}

impl Using {
    fn read(reader: &mut Reader<'_>) -> Using {
        Using {
            lexer: read_lexer(reader),
            options: read_options(reader),
        }
    }
}

fn read_options(reader: &mut Reader<'_>) -> Vec<(String, String)> {
    reader.list(|reader| (read_text(reader), read_text(reader)))
}

/// Those of all lexers.
const CHECKED: [(&str, bool); 4] = [
    ("ensurenl", false),
    ("stripall", false),
    ("stripnl", false),
    ("tabsize", true),
];

impl Lexer {
    /// Whether an option has a value that it can have (`pygments/util.py: get_bool_opt, get_int_opt`).
    pub(crate) fn accepts(&self, name: &str, value: &str) -> bool {
        let own = self
            .checked
            .iter()
            .map(|(name, is_number)| (name.as_str(), *is_number));
        let kind = own.chain(CHECKED).find(|(known, _)| *known == name);
        match kind {
            Some((_, true)) => value.trim().parse::<i64>().is_ok(),
            Some((_, false)) => truth(value).is_some(),
            None => true,
        }
    }
}

/// What a text says as a truth value.
pub(crate) fn truth(value: &str) -> Option<bool> {
    match value.to_lowercase().as_str() {
        "1" | "yes" | "true" | "on" => Some(true),
        "0" | "no" | "false" | "off" => Some(false),
        _ => None,
    }
}

impl Kind {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Kind {
        Kind(u16::try_from(reader.number()).unwrap_or_default())
    }
}

fn read_lexer(reader: &mut Reader<'_>) -> u16 {
    u16::try_from(reader.number()).unwrap_or(u16::MAX)
}

fn read_text(reader: &mut Reader<'_>) -> String {
    reader.text().to_owned()
}

impl Named {
    fn read(reader: &mut Reader<'_>) -> Named {
        Named {
            name: read_text(reader),
            texts: reader.list(read_text),
            lexers: reader.list(read_lexer),
            kinds: reader.list(Kind::read),
        }
    }
}

impl Retag {
    fn read(reader: &mut Reader<'_>) -> Retag {
        let kinds = reader.list(Kind::read);
        let becomes = Kind::read(reader);
        let without_case = reader.flag();
        let option = read_text(reader);
        let default = reader.flag();
        Retag {
            kinds,
            becomes,
            without_case,
            option: (!option.is_empty()).then_some((option, default)),
            words: reader.list(read_text),
        }
    }
}

impl States {
    fn read(reader: &mut Reader<'_>, is_extended: bool) -> States {
        States {
            is_extended,
            sets: Chars::read_all(reader),
            patterns: reader.list(Pattern::read),
            actions: reader.list(Action::read),
            steps: reader.list(Steps::read),
            states: reader.list(|reader| State {
                name: read_text(reader),
                rules: reader.list(|reader| Rule {
                    pattern: reader.number(),
                    action: reader.number(),
                    steps: reader.number(),
                }),
            }),
        }
    }

    /// The number of a pattern that a function needs: what a state that is called after it has.
    pub(crate) fn pattern(&self, name: &str) -> Option<usize> {
        let state = self.states.get(self.state(name)?)?;
        Some(state.rules.first()?.pattern)
    }

    /// The number of a state.
    pub(crate) fn state(&self, name: &str) -> Option<usize> {
        self.states.iter().position(|state| state.name == name)
    }
}

impl Action {
    fn read(reader: &mut Reader<'_>) -> Action {
        match reader.number() {
            0 => Action::Kind(Kind::read(reader)),
            1 => Action::Groups(reader.list(Reader::number)),
            2 => Action::read_using(None, reader),
            3 => Action::read_using(Some(read_lexer(reader)), reader),
            _ => Action::Callback(Named::read(reader)),
        }
    }

    fn read_using(lexer: Option<u16>, reader: &mut Reader<'_>) -> Action {
        Action::Using {
            lexer,
            stack: reader.list(read_text),
            options: read_options(reader),
        }
    }
}

impl Steps {
    fn read(reader: &mut Reader<'_>) -> Steps {
        match reader.number() {
            0 => Steps::Stay,
            1 => Steps::Pop(reader.number()),
            2 => Steps::PushSame,
            _ => Steps::Each(reader.list(|reader| match reader.number() {
                0 => Step::Pop,
                1 => Step::PushSame,
                state => Step::Push(state - 2),
            })),
        }
    }
}
