//! What a machine carries out.

use super::chars::Chars;
use super::first::First;
use super::tree::{Look, Place};

/// A regular expression, ready to be run.
#[derive(Debug)]
pub(crate) struct Program {
    pub(super) ops: Vec<Op>,
    /// The ways of each branch, in the order in which they are tried.
    pub(super) branches: Vec<Vec<(First, usize)>>,
    pub(super) first: First,
    /// The number of the last group.
    pub(super) groups: usize,
    pub(super) loops: usize,
}

impl Program {
    /// What a match can start with.
    pub(crate) fn first(&self) -> First {
        self.first
    }
}

#[derive(Debug)]
pub(super) enum Op {
    Byte(u8),
    Text(Box<str>),
    One(One),
    Save(usize),
    Jump(usize),
    Branch(usize),
    /// A character, many times.
    Many {
        one: One,
        low: usize,
        high: usize,
        is_lazy: bool,
    },
    /// A loop starts.
    Enter(usize),
    /// The body of a loop was found, or is to be found for the first time.
    Again {
        number: usize,
        body: usize,
        low: usize,
        high: usize,
        is_lazy: bool,
    },
    /// What is looked for follows, up to `Done`.
    Look {
        look: Look,
        end: usize,
    },
    /// What is found once follows, up to `Done`.
    Atomic {
        end: usize,
    },
    At(Place),
    Reference {
        group: usize,
        without_case: bool,
    },
    Condition {
        group: usize,
        no: usize,
    },
    Never,
    Done,
}

/// A test of one character.
#[derive(Debug, Clone, Copy)]
pub(super) enum One {
    Byte(u8),
    Set(usize),
    Any,
}

impl One {
    /// The length in bytes of the character at a place, if it passes.
    #[inline]
    pub(super) fn length_at(self, text: &str, at: usize, sets: &[Chars]) -> Option<usize> {
        match self {
            One::Byte(byte) => (text.as_bytes().get(at) == Some(&byte)).then_some(1),
            One::Set(number) => sets.get(number)?.length_at(text, at),
            One::Any => match text.as_bytes().get(at)? {
                byte if *byte < 128 => Some(1),
                _ => text.get(at..)?.chars().next().map(char::len_utf8),
            },
        }
    }
}
