//! Modula-2: what a name is depends on the dialect, which a comment may tell
//! (`pygments/lexers/modula2.py: Modula2Lexer`).

use super::Call;
use crate::budget::Exhausted;
use crate::run::Tokens;
use crate::tables::Action;
use crate::token::{Kind, Token};

/// The texts are the dialects. For each there is a state that tells what names are, and one of what is an error.
pub(super) fn run(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let known = |name: &str| call.named.texts.iter().find(|dialect| *dialect == name);
    let option = call.run.options.iter().find(|(name, _)| name == "dialect");
    let options = option.map_or("", |(_, value)| value.as_str());
    let chosen = options.split_ascii_whitespace().find_map(known);
    let mut dialect = chosen.map_or("unknown", String::as_str);
    let mut is_told = false;
    let mut tokens = Tokens::new();
    call.run
        .own_tokens(call.text, call.base, &["root"], &mut tokens)?;
    for token in tokens {
        let range = token.start - call.base..token.end - call.base;
        let text = call.text.get(range).unwrap_or_default();
        if !is_told && token.kind == Kind::COMMENT_SPECIAL {
            let told = text
                .strip_prefix("(*!")
                .and_then(|text| text.strip_suffix("*)"));
            if let Some(told) = told.and_then(known).filter(|told| *told != "unknown") {
                dialect = told;
                is_told = true;
            }
        }
        let kind = kind_of(call, dialect, token.kind, text)?;
        out.push(Token { kind, ..token });
    }
    Ok(())
}

fn kind_of(
    call: &Call<'_, '_, '_>,
    dialect: &str,
    kind: Kind,
    text: &str,
) -> Result<Kind, Exhausted> {
    let is_newer = matches!(dialect, "m2r10" | "objm2");
    let is_older = !is_newer && dialect != "unknown";
    let is_pim = dialect.starts_with("m2pim");
    let is_wrong = match kind {
        Kind::NAME => return name(call, dialect, text),
        _ if kind.class().starts_with('m') => match () {
            () if is_older => {
                text.contains('\'') || ["0b", "0x", "0u"].iter().any(|mark| text.starts_with(mark))
            }
            () if is_newer => match kind {
                Kind::LITERAL_NUMBER_OCT => true,
                Kind::LITERAL_NUMBER_HEX => text.contains('H'),
                Kind::LITERAL_NUMBER_FLOAT => text.contains('E'),
                _ => false,
            },
            () => false,
        },
        Kind::COMMENT_SINGLE => is_older,
        Kind::COMMENT_PREPROC if text.starts_with("<*") && is_pim => true,
        Kind::COMMENT_PREPROC if text.starts_with("(*$") && dialect != "unknown" && !is_pim => {
            return Ok(Kind::COMMENT_MULTILINE);
        }
        _ if kind.class().starts_with('c') => false,
        _ => call.matches(&format!("@reject-{dialect}"), text)?.is_some(),
    };
    Ok(if is_wrong { Kind::ERROR } else { kind })
}

fn name(call: &Call<'_, '_, '_>, dialect: &str, text: &str) -> Result<Kind, Exhausted> {
    let Some(states) = call.states() else {
        return Ok(Kind::NAME);
    };
    let state = states
        .state(&format!("@name-{dialect}"))
        .and_then(|state| states.states.get(state));
    for rule in state.map_or(&[][..], |state| &state.rules) {
        if call
            .run
            .matches_pattern(states, rule.pattern, text, 0)?
            .is_some()
            && let Some(Action::Kind(kind)) = rule
                .action
                .checked_sub(1)
                .and_then(|at| states.actions.get(at))
        {
            let no_adts = !call.run.flag("treat_stdlib_adts_as_builtins", true);
            let is_adt = *kind == Kind::NAME_BUILTIN_PSEUDO
                && call.matches(&format!("@adts-{dialect}"), text)?.is_some();
            return Ok(if is_adt && no_adts {
                Kind::NAME_NAMESPACE
            } else {
                *kind
            });
        }
    }
    Ok(Kind::NAME)
}
