//! What rules of some lexers do by functions of their own.

mod bibtex;
mod code_block;
mod haxe;
mod heredoc;
mod interpolated;
mod mail;
mod maple;
mod perl6;
mod postgres;
mod sass;
mod small;
mod urbi;
mod wikitext;
mod xquery;
mod yaml;

use crate::budget::Exhausted;
use crate::run::{Context, Match, Run, Tokens};
use crate::tables::{Action, Named, States};
use crate::token::Kind;

/// What the functions of a lexer remember while it goes through a text.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    bibtex: Option<char>,
    haxe: Vec<Vec<usize>>,
    heredocs: Vec<heredoc::Heredoc>,
    mail: mail::Headers,
    opcodes: small::Opcodes,
    perl6_nesting: i64,
    sass: sass::Blocks,
    snowball: small::Marks,
    xquery: Vec<usize>,
    yaml: yaml::Indents,
}

/// A call of a function: the lexer, and what its rule has matched.
pub(crate) struct Call<'c, 'l> {
    pub(crate) run: &'c Run<'l>,
    pub(crate) states: &'c States,
    pub(crate) named: &'c Named,
    pub(crate) found: &'c Match,
}

type Function = for<'t> fn(&Call<'_, '_>, &mut Context<'t>, &mut Tokens) -> Result<(), Exhausted>;

/// The functions by name, sorted.
static FUNCTIONS: [(&str, Function); 45] = [
    ("arturo", small::arturo),
    ("bibtex-close", bibtex::close),
    ("bibtex-open", bibtex::open),
    ("classify", classify),
    ("csound-name", small::csound_name),
    ("csound-opcode", small::csound_opcode),
    ("fortran-line", small::fortran),
    ("haxe-preprocessor", haxe::preprocessor),
    ("heredoc", heredoc::ruby),
    ("http-content", mail::http_content),
    ("http-continued", mail::http_continued),
    ("http-header", mail::http_header),
    ("interpolated", interpolated::run),
    ("mail-body", mail::body),
    ("mail-content-type", mail::content_type),
    ("mail-encoding", mail::encoding),
    ("mail-header", mail::header),
    ("mail-own-field", mail::own_field),
    ("mail-parameter", mail::parameter),
    ("maple-delayed", maple::delayed),
    ("markdown-code", code_block::markdown),
    ("perl6-brackets", perl6::brackets),
    ("perl6-close", perl6::close),
    ("perl6-embedded", perl6::embedded),
    ("perl6-open", perl6::open),
    ("postgres-language", postgres::language),
    ("rst-code", code_block::rst),
    ("sass-block", sass::block),
    ("sass-indentation", sass::indentation),
    ("slash-brace", slash_brace),
    ("snowball-escapes", small::snowball_escapes),
    ("snowball-string", small::snowball_string),
    ("terraform-heredoc", heredoc::terraform),
    ("tiddly-code", code_block::tiddly),
    ("urbi-blob", urbi::blob),
    ("wikitext-code", wikitext::code),
    ("xquery", xquery::run),
    (
        "yaml-parse-block-scalar-empty-line",
        yaml::parse_block_scalar_empty_line,
    ),
    (
        "yaml-parse-block-scalar-indent",
        yaml::parse_block_scalar_indent,
    ),
    (
        "yaml-parse-plain-scalar-indent",
        yaml::parse_plain_scalar_indent,
    ),
    ("yaml-reset-indent", yaml::reset_indent),
    ("yaml-save-indent", yaml::save_indent),
    (
        "yaml-set-block-scalar-indent",
        yaml::set_block_scalar_indent,
    ),
    ("yaml-set-indent", yaml::set_indent),
    ("yaml-something", yaml::something),
];

impl<'c> Call<'c, '_> {
    /// Calls the function.
    pub(crate) fn run(&self, context: &mut Context<'_>, out: &mut Tokens) -> Result<(), Exhausted> {
        let name = self.named.name.as_str();
        match FUNCTIONS.binary_search_by(|(known, _)| (*known).cmp(name)) {
            Ok(at) => FUNCTIONS
                .get(at)
                .map_or(Ok(()), |(_, function)| function(self, context, out)),
            Err(_) => Ok(()),
        }
    }

    fn kind(&self, index: usize) -> Kind {
        self.named.kinds.get(index).copied().unwrap_or(Kind::TEXT)
    }

    fn text(&self, index: usize) -> &'c str {
        self.named.texts.get(index).map_or("", String::as_str)
    }

    /// The text of a group; nothing if there is none.
    fn group<'t>(&self, context: &Context<'t>, number: usize) -> &'t str {
        let range = self
            .found
            .group(number)
            .and_then(|(start, end)| context.text.get(start..end));
        range.unwrap_or_default()
    }

    /// Takes a group as a token.
    fn push_group(&self, number: usize, kind: Kind, context: &Context<'_>, out: &mut Tokens) {
        if let Some((start, end)) = self.found.group(number) {
            context.push(kind, start, end, out);
        }
    }

    /// Takes all that was matched as a token, and goes on behind it.
    fn take(&self, kind: Kind, context: &mut Context<'_>, out: &mut Tokens) {
        context.push(kind, self.found.start(), self.found.end(), out);
        context.at = self.found.end();
    }

    /// Goes to a state by its name.
    fn push_state(&self, name: &str, context: &mut Context<'_>) {
        context.stack.extend(self.states.state(name));
    }

    fn reset(&self, context: &mut Context<'_>) {
        context.stack = self.states.state("root").into_iter().collect();
    }
}

/// The kind of what was matched is that of the first pattern of a state that matches it; other groups have theirs.
fn classify(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let number = usize::from(call.found.group(1).is_some());
    let word = call.group(context, number);
    let rules = call
        .states
        .state(call.text(0))
        .and_then(|state| call.states.states.get(state));
    for rule in rules.map_or(&[][..], |state| &state.rules) {
        let kind = match rule
            .action
            .checked_sub(1)
            .and_then(|action| call.states.actions.get(action))
        {
            Some(Action::Kind(kind)) => *kind,
            _ => continue,
        };
        if call
            .run
            .matches_pattern(call.states, rule.pattern, word, 0)?
            .is_some()
        {
            call.push_group(number, kind, context, out);
            break;
        }
    }
    for index in 0..call.named.kinds.len() {
        call.push_group(index + 2, call.kind(index), context, out);
    }
    context.at = call.found.end();
    Ok(())
}

/// Slash: a brace within a string ends what is inserted there.
fn slash_brace(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let below = context
        .stack
        .len()
        .checked_sub(2)
        .and_then(|at| context.stack.get(at));
    if below.is_some() && below.copied() == call.states.state("string") {
        context.stack.pop();
    }
    call.take(Kind::LITERAL_STRING_INTERPOL, context, out);
    Ok(())
}
