//! The lexers that a page has met.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::budget::{Budget, Exhausted};
use crate::tables::Lexer;

/// What reading a byte of tables costs, in steps: it takes memory, too, some bytes for each.
const STEPS_A_BYTE: u64 = 32;

#[derive(Debug)]
pub(crate) struct Library {
    budget: Budget,
    lexers: RefCell<HashMap<u16, Rc<Lexer>>>,
}

impl Library {
    /// An empty one, for so many steps, and at most `most` with what is added for texts.
    pub(crate) fn new(steps: u64, most: u64) -> Self {
        Library {
            budget: Budget::new(steps, most),
            lexers: RefCell::default(),
        }
    }

    pub(crate) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// A lexer, which is read when it is first met.
    ///
    /// # Errors
    /// It would be too much to read, or there is none.
    pub(crate) fn lexer(&self, number: u16) -> Result<Rc<Lexer>, Exhausted> {
        if let Some(known) = self.lexers.borrow().get(&number) {
            return Ok(Rc::clone(known));
        }
        let (lexer, size) = Lexer::load(number).ok_or(Exhausted)?;
        self.budget.take(STEPS_A_BYTE.saturating_mul(size as u64))?;
        let lexer = Rc::new(lexer);
        self.lexers.borrow_mut().insert(number, Rc::clone(&lexer));
        Ok(lexer)
    }
}
