//! Regular expressions as the trees that Python's own parser makes of them.

use crate::read::Reader;

/// A part of a regular expression.
#[derive(Debug)]
pub(super) enum Node<'d> {
    Text(&'d str),
    /// One of the lexer's sets of characters.
    Set(usize),
    Any,
    Branch(Vec<Nodes<'d>>),
    /// The number of the group, or 0.
    Group(usize, Nodes<'d>),
    Repeat(Repeat, Nodes<'d>),
    Look(Look, Nodes<'d>),
    At(Place),
    /// What a group has found, perhaps in the other case.
    Reference(usize, bool),
    /// What follows if a group has found something, and what else.
    Condition(usize, Nodes<'d>, Nodes<'d>),
    Atomic(Nodes<'d>),
    Never,
}

pub(super) type Nodes<'d> = Vec<Node<'d>>;

/// How often something may be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Repeat {
    pub(super) low: usize,
    pub(super) high: usize,
    pub(super) manner: Manner,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    Greedy,
    Lazy,
    Possessive,
}

/// A look ahead, or back by a number of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) is_negative: bool,
    pub(super) back: Option<usize>,
}

/// A place between characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Start,
    LineStart,
    /// The end, or before a line break that ends the text.
    EndOrLineBreak,
    LineEnd,
    End,
    WordBoundary,
    NoWordBoundary,
}

const PLACES: [Place; 7] = [
    Place::Start,
    Place::LineStart,
    Place::EndOrLineBreak,
    Place::LineEnd,
    Place::End,
    Place::WordBoundary,
    Place::NoWordBoundary,
];

pub(super) fn read<'d>(reader: &mut Reader<'d>) -> Nodes<'d> {
    reader.list(read_node)
}

fn read_node<'d>(reader: &mut Reader<'d>) -> Node<'d> {
    match reader.number() {
        0 => Node::Text(reader.text()),
        1 => Node::Set(reader.number()),
        2 => Node::Any,
        3 => Node::Branch(reader.list(read)),
        4 => Node::Group(reader.number(), read(reader)),
        5 => read_repeat(Manner::Greedy, reader),
        6 => read_repeat(Manner::Lazy, reader),
        7 => read_repeat(Manner::Possessive, reader),
        8 => read_look(reader),
        9 => PLACES
            .get(reader.number())
            .map_or(Node::Never, |place| Node::At(*place)),
        10 => Node::Reference(reader.number(), reader.flag()),
        11 => Node::Condition(reader.number(), read(reader), read(reader)),
        12 => Node::Atomic(read(reader)),
        _ => Node::Never,
    }
}

fn read_repeat<'d>(manner: Manner, reader: &mut Reader<'d>) -> Node<'d> {
    let low = reader.number();
    let high = reader.number().checked_sub(1).unwrap_or(usize::MAX);
    Node::Repeat(Repeat { low, high, manner }, read(reader))
}

fn read_look<'d>(reader: &mut Reader<'d>) -> Node<'d> {
    let flags = reader.number();
    let width = reader.number();
    let back = (flags & 2 != 0).then_some(width);
    let look = Look {
        is_negative: flags & 1 != 0,
        back,
    };
    Node::Look(look, read(reader))
}
