//! Running a lexer over a text.

use std::rc::Rc;

use crate::budget::{Budget, Exhausted};
use crate::callback::{Call, Memory};
use crate::library::Library;
use crate::pattern::Machine;
use crate::tables::{Action, Body, Lexer, Options, States, Step, Steps, truth};
use crate::token::{Kind, Token};
use crate::{delegate, generated, retag, special};

/// What a token costs, in steps: it takes memory, and much more of it as HTML. Where each
/// character is one, half a megabyte has colours.
const A_TOKEN: u64 = 400;

/// Lexers within lexers, at most.
const MAX_DEPTH: usize = 40;

/// A lexer with its options, as it runs within others.
#[derive(Clone)]
pub(crate) struct Run<'l> {
    pub(crate) library: &'l Library,
    pub(crate) lexer: Rc<Lexer>,
    pub(crate) options: Options,
    depth: usize,
}

/// The text that a lexer goes through, and how far it is (`pygments/lexer.py: LexerContext`).
pub(crate) struct Context<'t> {
    pub(crate) text: &'t str,
    /// Where what is lexed starts, in what the tokens' places are counted in.
    pub(crate) base: usize,
    pub(crate) at: usize,
    /// What is behind is not there yet.
    pub(crate) end: usize,
    pub(crate) stack: Vec<usize>,
    pub(crate) memory: Memory,
}

/// What was matched: the places of the groups.
pub(crate) struct Match {
    groups: Vec<Option<(usize, usize)>>,
}

impl Match {
    /// The place of what the whole, or a group, has matched.
    pub(crate) fn group(&self, number: usize) -> Option<(usize, usize)> {
        self.groups.get(number).copied().flatten()
    }

    pub(crate) fn start(&self) -> usize {
        self.group(0).map_or(0, |(start, _)| start)
    }

    pub(crate) fn end(&self) -> usize {
        self.group(0).map_or(0, |(_, end)| end)
    }

    fn of(machine: &Machine) -> Match {
        let groups = (0..machine.groups()).map(|number| machine.group(number));
        Match {
            groups: groups.collect(),
        }
    }

    /// What a part of a match is to an action of its own (`pygments/lexer.py: _PseudoMatch`).
    fn part(start: usize, end: usize) -> Match {
        Match {
            groups: vec![Some((start, end))],
        }
    }
}

pub(crate) type Tokens = Vec<Token>;

impl<'l> Run<'l> {
    pub(crate) fn new(
        library: &'l Library,
        number: u16,
        options: Options,
    ) -> Result<Self, Exhausted> {
        let lexer = library.lexer(number)?;
        Ok(Run {
            library,
            lexer,
            options,
            depth: 0,
        })
    }

    /// Another lexer within this one.
    pub(crate) fn other(
        &self,
        number: u16,
        options: &[(String, String)],
    ) -> Result<Run<'l>, Exhausted> {
        Ok(Run {
            library: self.library,
            lexer: self.library.lexer(number)?,
            options: with_options(&self.options, options),
            depth: self.depth,
        })
    }

    /// The same lexer, a level deeper.
    pub(crate) fn deeper(&self) -> Result<Run<'l>, Exhausted> {
        let depth = self.depth + 1;
        (depth <= MAX_DEPTH)
            .then(|| Run {
                depth,
                ..self.clone()
            })
            .ok_or(Exhausted)
    }

    /// Another lexer within this one, without options.
    pub(crate) fn plain(&self, number: u16) -> Result<Run<'l>, Exhausted> {
        let run = self.other(number, &[])?;
        Ok(Run {
            options: Rc::from([]),
            ..run
        })
    }

    /// The lexer that a name means in a text; nothing if there is none.
    pub(crate) fn by_name(&self, name: &str) -> Result<Option<Run<'l>>, Exhausted> {
        match generated::by_alias(name) {
            Some(number) if generated::has_data(number) => self.plain(number).map(Some),
            _ => Ok(None),
        }
    }

    /// The groups of a match of one of the lexer's own patterns, anywhere in a text from a place on.
    pub(crate) fn search(
        &self,
        states: &States,
        name: &str,
        text: &str,
        from: usize,
    ) -> Result<Option<Match>, Exhausted> {
        let mut at = from;
        loop {
            if let Some(found) = self.matches(states, name, text, at)? {
                return Ok(Some(found));
            }
            self.budget().take(1)?;
            match text.get(at..).and_then(|rest| rest.chars().next()) {
                Some(c) => at += c.len_utf8(),
                None => return Ok(None),
            }
        }
    }

    /// The groups of a match of one of the lexer's own patterns, at a place of a text.
    pub(crate) fn matches(
        &self,
        states: &States,
        name: &str,
        text: &str,
        at: usize,
    ) -> Result<Option<Match>, Exhausted> {
        match states.pattern(name) {
            Some(pattern) => self.matches_pattern(states, pattern, text, at),
            None => Ok(None),
        }
    }

    /// The groups of a match of a pattern with a number, at a place of a text.
    pub(crate) fn matches_pattern(
        &self,
        states: &States,
        pattern: usize,
        text: &str,
        at: usize,
    ) -> Result<Option<Match>, Exhausted> {
        let Some(pattern) = states.patterns.get(pattern) else {
            return Ok(None);
        };
        let program = pattern.program(&states.sets);
        let mut machine = Machine::default();
        let is_there = program.first().admits(text, at)
            && machine.matches(program, &states.sets, text, at, self.budget())?;
        Ok(is_there.then(|| Match::of(&machine)))
    }

    pub(crate) fn budget(&self) -> &'l Budget {
        self.library.budget()
    }

    /// Whether an option is set (`pygments/util.py: get_bool_opt`).
    pub(crate) fn flag(&self, name: &str, default: bool) -> bool {
        flag(&self.options, name, default)
    }

    /// Whether all options have values that they can have.
    pub(crate) fn accepts_its_options(&self) -> Result<bool, Exhausted> {
        let are_good = self
            .options
            .iter()
            .all(|(name, value)| self.lexer.accepts(name, value));
        Ok(are_good
            && match &self.lexer.body {
                Body::Delegating { root, language, .. } => {
                    let (root, language) = (
                        self.deeper()?.other(root.lexer, &[])?,
                        self.deeper()?.other(language.lexer, &[])?,
                    );
                    root.accepts_its_options()? && language.accepts_its_options()?
                }
                _ => true,
            })
    }

    /// All tokens of a text, with their places counted from `base`.
    pub(crate) fn tokens(
        &self,
        text: &str,
        base: usize,
        out: &mut Tokens,
    ) -> Result<(), Exhausted> {
        self.tokens_from(text, base, &["root"], out)
    }

    /// The same, from other states.
    pub(crate) fn tokens_from<S: AsRef<str>>(
        &self,
        text: &str,
        base: usize,
        stack: &[S],
        out: &mut Tokens,
    ) -> Result<(), Exhausted> {
        if self.depth >= MAX_DEPTH {
            return Err(Exhausted);
        }
        let run = Run {
            depth: self.depth + 1,
            ..self.clone()
        };
        let from = out.len();
        match &self.lexer.special {
            Some(named) => {
                let call = special::Call {
                    run: &run,
                    named,
                    text,
                    base,
                };
                special::run(&call, out)?;
            }
            None => run.own_tokens(text, base, stack, out)?,
        }
        retag::apply(&run, text, base, from, out)
    }

    /// What the tables say, without the special function of the lexer.
    pub(crate) fn own_tokens<S: AsRef<str>>(
        &self,
        text: &str,
        base: usize,
        stack: &[S],
        out: &mut Tokens,
    ) -> Result<(), Exhausted> {
        match &self.lexer.body {
            Body::None => Ok(()),
            Body::Delegating {
                root,
                language,
                needle,
            } => {
                let root = self.other(root.lexer, &root.options)?;
                let language = self.other(language.lexer, &language.options)?;
                delegate::run(&root, &language, *needle, text, base, out)
            }
            Body::States(states) => {
                let numbers = stack.iter().filter_map(|name| states.state(name.as_ref()));
                let mut context = Context {
                    text,
                    base,
                    at: 0,
                    end: text.len(),
                    stack: numbers.collect(),
                    memory: Memory::default(),
                };
                self.go(states, &mut context, out)
            }
        }
    }

    /// Goes through what a context has left.
    pub(crate) fn go(
        &self,
        states: &States,
        context: &mut Context<'_>,
        out: &mut Tokens,
    ) -> Result<(), Exhausted> {
        let root = states.state("root").unwrap_or(0);
        let mut machine = Machine::default();
        loop {
            self.budget().take(A_TOKEN)?;
            let current = context.stack.last().copied().unwrap_or(root);
            if self.rule(states, current, &mut machine, context, out)? {
                continue;
            }
            let text = context.text.get(..context.end).unwrap_or(context.text);
            let Some(c) = text.get(context.at..).and_then(|rest| rest.chars().next()) else {
                return Ok(());
            };
            let kind = match c {
                '\n' => {
                    context.stack = vec![root];
                    if states.is_extended {
                        Kind::TEXT
                    } else {
                        Kind::TEXT_WHITESPACE
                    }
                }
                _ => Kind::ERROR,
            };
            let end = context.at + c.len_utf8();
            context.push(kind, context.at, end, out);
            context.at = end;
        }
    }

    /// Applies the first rule of a state that matches; whether there was one.
    fn rule(
        &self,
        states: &States,
        current: usize,
        machine: &mut Machine,
        context: &mut Context<'_>,
        out: &mut Tokens,
    ) -> Result<bool, Exhausted> {
        let rules = states
            .states
            .get(current)
            .map_or(&[][..], |state| &state.rules);
        let text = context.text.get(..context.end).unwrap_or(context.text);
        let budget = self.budget();
        budget.take(1 + rules.len() as u64 / 8)?;
        for rule in rules {
            let Some(pattern) = states.patterns.get(rule.pattern) else {
                continue;
            };
            let program = pattern.program(&states.sets);
            if !program.first().admits(text, context.at)
                || !machine.matches(program, &states.sets, text, context.at, budget)?
            {
                continue;
            }
            let action = rule
                .action
                .checked_sub(1)
                .and_then(|number| states.actions.get(number));
            let end = machine.group(0).map_or(context.at, |(_, end)| end);
            match action {
                None => {}
                Some(Action::Kind(kind)) => {
                    context.push(*kind, context.at, end, out);
                    context.at = end;
                }
                Some(action) => {
                    let found = Match::of(machine);
                    self.act(states, action, &found, context, out)?;
                }
            }
            // `ExtendedRegexLexer` leaves it to the action to go on.
            if !states.is_extended {
                context.at = end;
            }
            if let Some(steps) = states.steps.get(rule.steps) {
                context.step(steps);
            }
            return Ok(true);
        }
        Ok(false)
    }

    fn act(
        &self,
        states: &States,
        action: &Action,
        found: &Match,
        context: &mut Context<'_>,
        out: &mut Tokens,
    ) -> Result<(), Exhausted> {
        match action {
            Action::Kind(kind) => {
                if found.end() > found.start() {
                    context.push(*kind, found.start(), found.end(), out);
                }
                Ok(())
            }
            Action::Groups(actions) => {
                for (index, action) in actions.iter().enumerate() {
                    let action = action
                        .checked_sub(1)
                        .and_then(|number| states.actions.get(number));
                    let (Some(action), Some((start, end))) = (action, found.group(index + 1))
                    else {
                        continue;
                    };
                    context.at = start;
                    self.act(states, action, &Match::part(start, end), context, out)?;
                }
                context.at = found.end();
                Ok(())
            }
            Action::Using {
                lexer,
                stack,
                options,
            } => {
                let run = match lexer {
                    Some(number) => self.other(*number, options)?,
                    None => Run {
                        options: with_options(&self.options, options),
                        ..self.clone()
                    },
                };
                let piece = context
                    .text
                    .get(found.start()..found.end())
                    .unwrap_or_default();
                run.tokens_from(piece, context.base + found.start(), stack, out)?;
                context.at = found.end();
                Ok(())
            }
            Action::Callback(named) => {
                let call = Call {
                    run: self,
                    states,
                    named,
                    found,
                };
                call.run(context, out)
            }
        }
    }
}

impl Context<'_> {
    /// Takes a piece of the text as a token.
    pub(crate) fn push(&self, kind: Kind, start: usize, end: usize, out: &mut Tokens) {
        let (start, end) = (self.base + start, self.base + end);
        out.push(Token { kind, start, end });
    }

    fn step(&mut self, steps: &Steps) {
        match steps {
            Steps::Stay => {}
            // One state is always kept.
            Steps::Pop(count) => {
                let left = self.stack.len().saturating_sub(*count).max(1);
                self.stack.truncate(left);
            }
            Steps::PushSame => self.push_same(),
            Steps::Each(steps) => {
                for step in steps {
                    match step {
                        Step::Pop => {
                            if self.stack.len() > 1 {
                                self.stack.pop();
                            }
                        }
                        Step::PushSame => self.push_same(),
                        Step::Push(state) => self.stack.push(*state),
                    }
                }
            }
        }
    }

    fn push_same(&mut self) {
        self.stack.extend(self.stack.last().copied());
    }
}

fn with_options(options: &Options, more: &[(String, String)]) -> Options {
    if more.is_empty() {
        return Rc::clone(options);
    }
    let others = options
        .iter()
        .filter(|(name, _)| more.iter().all(|(new, _)| new != name));
    others.chain(more).cloned().collect()
}

/// Whether an option is set.
pub(crate) fn flag(options: &[(String, String)], name: &str, default: bool) -> bool {
    let value = options.iter().find(|(known, _)| known == name);
    value.and_then(|(_, value)| truth(value)).unwrap_or(default)
}
