//! Python's regular expressions: their syntax trees are data, and a machine with a bound matches them.

mod chars;
mod compile;
mod first;
mod machine;
mod program;
mod tree;

use std::cell::OnceCell;

use crate::read::Reader;

pub(crate) use chars::Chars;
pub(crate) use machine::Machine;
pub(crate) use program::Program;

/// A regular expression of a lexer, which becomes a program when it is first needed.
#[derive(Debug)]
pub(crate) struct Pattern {
    data: Box<[u8]>,
    program: OnceCell<Program>,
}

impl Pattern {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Pattern {
        Pattern {
            data: reader.bytes().into(),
            program: OnceCell::new(),
        }
    }

    pub(crate) fn program(&self, sets: &[Chars]) -> &Program {
        self.program.get_or_init(|| {
            let mut reader = Reader::new(&self.data);
            let groups = reader.number();
            compile::compile(&tree::read(&mut reader), groups, sets)
        })
    }
}

impl Chars {
    pub(crate) fn read_all(reader: &mut Reader<'_>) -> Vec<Chars> {
        reader.list(Chars::read)
    }
}
