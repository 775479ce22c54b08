//! Makefiles: directives and comments stand between what is a makefile.

use super::Call;
use crate::budget::Exhausted;
use crate::delegate::Rest;
use crate::lines::python_lines;
use crate::run::Tokens;
use crate::token::Kind;

pub(super) fn run(call: &Call<'_, '_, '_>, out: &mut Tokens) -> Result<(), Exhausted> {
    let mut rest = Rest::default();
    let mut goes_on = false;
    let mut at = 0;
    for line in python_lines(call.text) {
        let (start, end) = (at, at + line.len());
        at = end;
        if goes_on || call.matches("@special", line)?.is_some() {
            rest.insert(call.token(Kind::COMMENT_PREPROC, start, end));
            goes_on = line.trim().ends_with('\\');
        } else if call.matches("@comment", line)?.is_some() {
            rest.insert(call.token(Kind::COMMENT, start, end));
        } else {
            rest.leave(line, call.base + start);
        }
    }
    rest.lex(&call.other(0)?, out)
}
