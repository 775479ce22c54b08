//! What a match can start with: most rules of a state are passed over by this.

use super::chars::Chars;
use super::tree::{Manner, Node};

/// The characters that a match can start with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct First {
    ascii: u128,
    is_beyond_ascii: bool,
    /// It can be empty: it can be anywhere.
    can_be_empty: bool,
}

impl First {
    const NOTHING: First = First {
        ascii: 0,
        is_beyond_ascii: false,
        can_be_empty: false,
    };
    const EMPTY: First = First {
        can_be_empty: true,
        ..First::NOTHING
    };
    const ANYTHING: First = First {
        ascii: u128::MAX,
        is_beyond_ascii: true,
        can_be_empty: false,
    };

    /// Whether there can be a match at a place.
    #[inline]
    pub(crate) fn admits(&self, text: &str, at: usize) -> bool {
        self.can_be_empty
            || match text.as_bytes().get(at) {
                Some(byte) if *byte < 128 => self.ascii >> byte & 1 == 1,
                Some(_) => self.is_beyond_ascii,
                None => false,
            }
    }

    pub(super) fn of_sequence(nodes: &[Node<'_>], sets: &[Chars]) -> First {
        let mut all = First::EMPTY;
        for node in nodes {
            let first = First::of(node, sets);
            all = First {
                can_be_empty: first.can_be_empty,
                ..all.or(first)
            };
            if !first.can_be_empty {
                break;
            }
        }
        all
    }

    fn of(node: &Node<'_>, sets: &[Chars]) -> First {
        match node {
            Node::Text(text) => match text.as_bytes().first() {
                Some(byte) if *byte < 128 => First {
                    ascii: 1 << byte,
                    ..First::NOTHING
                },
                Some(_) => First {
                    is_beyond_ascii: true,
                    ..First::NOTHING
                },
                None => First::EMPTY,
            },
            Node::Set(number) => sets.get(*number).map_or(First::NOTHING, |chars| First {
                ascii: chars.ascii(),
                is_beyond_ascii: chars.is_beyond_ascii(),
                can_be_empty: false,
            }),
            Node::Any => First::ANYTHING,
            Node::Branch(branches) => {
                let firsts = branches.iter().map(|nodes| First::of_sequence(nodes, sets));
                firsts.fold(First::NOTHING, First::or)
            }
            Node::Group(_, nodes) | Node::Atomic(nodes) => First::of_sequence(nodes, sets),
            Node::Repeat(repeat, nodes) => {
                let first = First::of_sequence(nodes, sets);
                let can_be_empty = first.can_be_empty || repeat.low == 0;
                debug_assert!(repeat.manner != Manner::Possessive || repeat.high > 0);
                First {
                    can_be_empty,
                    ..first
                }
            }
            Node::Look(..) | Node::At(_) => First::EMPTY,
            Node::Reference(..) => First::ANYTHING.or(First::EMPTY),
            Node::Condition(_, yes, no) => {
                First::of_sequence(yes, sets).or(First::of_sequence(no, sets))
            }
            Node::Never => First::NOTHING,
        }
    }

    fn or(self, other: First) -> First {
        First {
            ascii: self.ascii | other.ascii,
            is_beyond_ascii: self.is_beyond_ascii || other.is_beyond_ascii,
            can_be_empty: self.can_be_empty || other.can_be_empty,
        }
    }
}
