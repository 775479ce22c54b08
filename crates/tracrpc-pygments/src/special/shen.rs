//! Shen: what stands behind a bracket is a function, and some of those declare what follows
//! (`pygments/lexers/lisp.py: ShenLexer`).

use super::Call;
use crate::budget::Exhausted;
use crate::run::Tokens;
use crate::tables::Action;
use crate::token::{Kind, Token};

pub(super) fn run(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let mut tokens = Tokens::new();
    call.run
        .own_tokens(call.text, call.base, &["root"], &mut tokens)?;
    let mut shen = Shen {
        call,
        tokens,
        at: 0,
    };
    shen.symbols()?;
    shen.declarations(out)
}

struct Shen<'c, 'l, 't> {
    call: &'c Call<'c, 'l, 't>,
    tokens: Tokens,
    at: usize,
}

fn is_relevant(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::TEXT | Kind::TEXT_WHITESPACE | Kind::COMMENT_SINGLE | Kind::COMMENT_MULTILINE
    )
}

impl<'t> Shen<'_, '_, 't> {
    fn text(&self, token: Token) -> &'t str {
        let base = self.call.base;
        self.call
            .text
            .get(token.start - base..token.end - base)
            .unwrap_or_default()
    }

    fn symbols(&mut self) -> Result<(), Exhausted> {
        let mut is_first = false;
        for index in 0..self.tokens.len() {
            let Some(token) = self.tokens.get(index).copied() else {
                break;
            };
            let text = self.text(token);
            let kind = if is_first && matches!(token.kind, Kind::LITERAL | Kind::NAME_VARIABLE) {
                self.mapped(text)?
            } else if token.kind == Kind::LITERAL && self.call.matches("@anywhere", text)?.is_some()
            {
                Kind::NAME_BUILTIN
            } else {
                token.kind
            };
            is_first = text == "(" && kind == Kind::PUNCTUATION;
            if let Some(token) = self.tokens.get_mut(index) {
                token.kind = kind;
            }
        }
        Ok(())
    }

    /// What a symbol behind a bracket is.
    fn mapped(&self, text: &str) -> Result<Kind, Exhausted> {
        let Some(states) = self.call.states() else {
            return Ok(Kind::NAME_FUNCTION);
        };
        let state = states
            .state("@mappings")
            .and_then(|state| states.states.get(state));
        for rule in state.map_or(&[][..], |state| &state.rules) {
            if self
                .call
                .run
                .matches_pattern(states, rule.pattern, text, 0)?
                .is_some()
                && let Some(Action::Kind(kind)) = rule
                    .action
                    .checked_sub(1)
                    .and_then(|at| states.actions.get(at))
            {
                return Ok(*kind);
            }
        }
        Ok(Kind::NAME_FUNCTION)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).copied();
        self.at += 1;
        token
    }

    fn declarations(&mut self, out: &mut Tokens) -> Result<(), Exhausted> {
        let mut is_first = false;
        while let Some(token) = self.next() {
            out.push(token);
            if is_relevant(token.kind) {
                let text = self.text(token);
                if is_first
                    && token.kind == Kind::KEYWORD
                    && self.call.matches("@declarations", text)?.is_some()
                {
                    self.declaration(text, out);
                }
                is_first = text == "(" && token.kind == Kind::PUNCTUATION;
            }
        }
        Ok(())
    }

    /// Takes what does not count; the token that does.
    fn skip(&mut self, out: &mut Tokens) -> Option<Token> {
        loop {
            let token = self.next()?;
            if is_relevant(token.kind) {
                return Some(token);
            }
            out.push(token);
        }
    }

    fn declaration(&mut self, declaration: &str, out: &mut Tokens) {
        let Some(token) = self.skip(out) else {
            return;
        };
        let kind = match declaration {
            "datatype" => Kind::KEYWORD_TYPE,
            "package" => Kind::NAME_NAMESPACE,
            _ => Kind::NAME_FUNCTION,
        };
        let is_literal = token.kind == Kind::LITERAL;
        out.push(if is_literal {
            Token { kind, ..token }
        } else {
            token
        });
        match declaration {
            "datatype" => self.data_type(out),
            "define" => {
                if let Some(token) = self.skip(out) {
                    if self.text(token) == "{" && token.kind == Kind::LITERAL {
                        out.push(Token {
                            kind: Kind::PUNCTUATION,
                            ..token
                        });
                        self.signature(out);
                    } else {
                        out.push(token);
                    }
                }
            }
            _ => {}
        }
    }

    fn data_type(&mut self, out: &mut Tokens) {
        let mut was_colon = false;
        while let Some(mut token) = self.next() {
            if was_colon && token.kind == Kind::LITERAL {
                token.kind = Kind::KEYWORD_TYPE;
            }
            out.push(token);
            if is_relevant(token.kind) {
                was_colon = token.kind == Kind::LITERAL && self.text(token) == ":";
            }
        }
    }

    fn signature(&mut self, out: &mut Tokens) {
        while let Some(mut token) = self.next() {
            let text = self.text(token);
            if token.kind == Kind::LITERAL && text == "}" {
                out.push(Token {
                    kind: Kind::PUNCTUATION,
                    ..token
                });
                return;
            }
            if matches!(token.kind, Kind::LITERAL | Kind::NAME_FUNCTION) {
                token.kind = if is_title(text) {
                    Kind::NAME_VARIABLE
                } else {
                    Kind::KEYWORD_TYPE
                };
            }
            out.push(token);
        }
    }
}

/// Python's `str.istitle`: words start with a capital, and have none within.
fn is_title(text: &str) -> bool {
    let mut has_cased = false;
    let mut was_cased = false;
    for c in text.chars() {
        if c.is_uppercase() && was_cased || c.is_lowercase() && !was_cased {
            return false;
        }
        was_cased = c.is_uppercase() || c.is_lowercase();
        has_cased |= was_cased;
    }
    has_cased
}
