//! Two lexers for one text: what one leaves is lexed by the other, as if nothing else were there.

use crate::budget::Exhausted;
use crate::run::{Run, Tokens};
use crate::token::{Kind, Token};

/// Tokens that stand before a place of the text that is left.
pub(crate) struct Insertion {
    pub(crate) at: usize,
    pub(crate) tokens: Tokens,
}

/// What is left of a text for another lexer, and what stands between.
#[derive(Default)]
pub(crate) struct Rest {
    text: String,
    /// Where pieces of the rest are: in the rest, and in the whole.
    places: Vec<(usize, usize)>,
    insertions: Vec<Insertion>,
    is_inserting: bool,
}

impl Rest {
    /// A piece for the other lexer, which stands at a place of the whole.
    pub(crate) fn leave(&mut self, piece: &str, at: usize) {
        self.is_inserting = false;
        self.places.push((self.text.len(), at));
        self.text.push_str(piece);
    }

    /// A token that is none of the other lexer's.
    pub(crate) fn insert(&mut self, token: Token) {
        match self.insertions.last_mut() {
            Some(last) if self.is_inserting => last.tokens.push(token),
            _ => self.insertions.push(Insertion {
                at: self.text.len(),
                tokens: vec![token],
            }),
        }
        self.is_inserting = true;
    }

    pub(crate) fn has_insertions(&self) -> bool {
        !self.insertions.is_empty()
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The tokens of the rest with those between (`pygments/lexer.py: do_insertions`).
    pub(crate) fn lex(self, lexer: &Run<'_>, out: &mut Tokens) -> Result<(), Exhausted> {
        let mut tokens = Tokens::new();
        lexer.tokens(&self.text, 0, &mut tokens)?;
        let mut places = Places {
            known: &self.places,
            at: 0,
        };
        let mut insertions = self.insertions.into_iter().peekable();
        for token in tokens {
            let mut start = token.start;
            while let Some(next) = insertions.next_if(|next| next.at <= token.end) {
                let cut = next.at.max(start);
                places.push(token.kind, start, cut, out);
                out.extend(next.tokens);
                start = cut;
            }
            places.push(token.kind, start, token.end, out);
        }
        out.extend(insertions.flat_map(|insertion| insertion.tokens));
        Ok(())
    }
}

/// Where the pieces of the rest are in the whole. They are asked for in order.
struct Places<'p> {
    known: &'p [(usize, usize)],
    at: usize,
}

impl Places<'_> {
    fn push(&mut self, kind: Kind, mut start: usize, end: usize, out: &mut Tokens) {
        while start < end {
            while self
                .known
                .get(self.at + 1)
                .is_some_and(|(from, _)| *from <= start)
            {
                self.at += 1;
            }
            let (from, whole) = self.known.get(self.at).copied().unwrap_or_default();
            let next = self
                .known
                .get(self.at + 1)
                .map_or(end, |(from, _)| (*from).min(end));
            let at = whole + start.saturating_sub(from);
            out.push(Token {
                kind,
                start: at,
                end: at + (next - start),
            });
            start = next;
        }
    }
}

pub(crate) fn run(
    root: &Run<'_>,
    language: &Run<'_>,
    needle: Kind,
    text: &str,
    base: usize,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let mut tokens = Tokens::new();
    language.tokens(text, base, &mut tokens)?;
    let mut rest = Rest::default();
    for token in tokens {
        if token.kind == needle {
            let range = token.start.saturating_sub(base)..token.end.saturating_sub(base);
            rest.leave(text.get(range).unwrap_or_default(), token.start);
        } else {
            rest.insert(token);
        }
    }
    rest.lex(root, out)
}
