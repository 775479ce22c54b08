//! Names that a lexer looks up in lists, once the tables have found them.

use crate::budget::Exhausted;
use crate::run::{Run, Tokens};
use crate::tables::Retag;

/// Gives other kinds to the tokens from a number on. Of the lists that know a token the first counts.
pub(crate) fn apply(
    run: &Run<'_>,
    text: &str,
    base: usize,
    from: usize,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let is_on = |retag: &&Retag| {
        let option = retag.option.as_ref();
        option.is_none_or(|(name, default)| run.flag(name, *default))
    };
    let retags: Vec<&Retag> = run.lexer.retags.iter().filter(is_on).collect();
    if retags.is_empty() {
        return Ok(());
    }
    for token in out.iter_mut().skip(from) {
        run.budget().take(1 + retags.len() as u64)?;
        let range = token.start.saturating_sub(base)..token.end.saturating_sub(base);
        let piece = text.get(range).unwrap_or_default();
        let found = retags.iter().find(|retag| {
            (retag.kinds.is_empty() || retag.kinds.contains(&token.kind)) && retag.has(piece)
        });
        if let Some(retag) = found {
            token.kind = retag.becomes;
        }
    }
    Ok(())
}

impl Retag {
    fn has(&self, piece: &str) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let has = |piece: &str| {
            self.words
                .binary_search_by(|word| word.as_str().cmp(piece))
                .is_ok()
        };
        match self.without_case {
            true => has(&piece.to_lowercase()),
            false => has(piece),
        }
    }
}
