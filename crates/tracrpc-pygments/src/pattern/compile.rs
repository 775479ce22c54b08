//! Trees become programs.

use super::chars::Chars;
use super::first::First;
use super::program::{One, Op, Program};
use super::tree::{Manner, Node, Nodes, Repeat};

struct Compiler<'s> {
    sets: &'s [Chars],
    program: Program,
}

/// A program for a tree, whose groups are numbered up to `groups`.
pub(super) fn compile(nodes: &Nodes<'_>, groups: usize, sets: &[Chars]) -> Program {
    let first = First::of_sequence(nodes, sets);
    let program = Program {
        ops: Vec::new(),
        branches: Vec::new(),
        first,
        groups,
        loops: 0,
    };
    let mut compiler = Compiler { sets, program };
    compiler.sequence(nodes);
    compiler.push(Op::Done);
    compiler.program
}

impl Compiler<'_> {
    fn at(&self) -> usize {
        self.program.ops.len()
    }

    fn push(&mut self, op: Op) -> usize {
        self.program.ops.push(op);
        self.at() - 1
    }

    /// Completes an operation that was to be left by a jump to here.
    fn land(&mut self, at: usize) {
        let here = self.at();
        if let Some(
            Op::Jump(target)
            | Op::Look { end: target, .. }
            | Op::Atomic { end: target }
            | Op::Condition { no: target, .. },
        ) = self.program.ops.get_mut(at)
        {
            *target = here;
        }
    }

    fn sequence(&mut self, nodes: &[Node<'_>]) {
        for node in nodes {
            self.node(node);
        }
    }

    fn node(&mut self, node: &Node<'_>) {
        match node {
            Node::Text(text) => {
                self.push(match text.as_bytes() {
                    [byte] => Op::Byte(*byte),
                    _ => Op::Text((*text).into()),
                });
            }
            Node::Set(number) => {
                self.push(Op::One(One::Set(*number)));
            }
            Node::Any => {
                self.push(Op::One(One::Any));
            }
            Node::Branch(branches) => self.branch(branches),
            Node::Group(0, nodes) => self.sequence(nodes),
            Node::Group(number, nodes) => {
                self.push(Op::Save(2 * number));
                self.sequence(nodes);
                self.push(Op::Save(2 * number + 1));
            }
            Node::Repeat(repeat, nodes) => self.repeat(*repeat, nodes),
            Node::Look(look, nodes) => {
                let start = self.push(Op::Look {
                    look: *look,
                    end: 0,
                });
                self.sequence(nodes);
                self.push(Op::Done);
                self.land(start);
            }
            Node::At(place) => {
                self.push(Op::At(*place));
            }
            Node::Reference(group, without_case) => {
                self.push(Op::Reference {
                    group: *group,
                    without_case: *without_case,
                });
            }
            Node::Condition(group, yes, no) => {
                let start = self.push(Op::Condition {
                    group: *group,
                    no: 0,
                });
                self.sequence(yes);
                let leave = self.push(Op::Jump(0));
                self.land(start);
                self.sequence(no);
                self.land(leave);
            }
            Node::Atomic(nodes) => self.atomic(|compiler| compiler.sequence(nodes)),
            Node::Never => {
                self.push(Op::Never);
            }
        }
    }

    fn atomic(&mut self, inside: impl FnOnce(&mut Self)) {
        let start = self.push(Op::Atomic { end: 0 });
        inside(self);
        self.push(Op::Done);
        self.land(start);
    }

    fn branch(&mut self, branches: &[Nodes<'_>]) {
        let number = self.program.branches.len();
        self.program.branches.push(Vec::new());
        self.push(Op::Branch(number));
        let mut ways = Vec::with_capacity(branches.len());
        let mut leaves = Vec::with_capacity(branches.len());
        for nodes in branches {
            ways.push((First::of_sequence(nodes, self.sets), self.at()));
            self.sequence(nodes);
            leaves.push(self.push(Op::Jump(0)));
        }
        for leave in leaves {
            self.land(leave);
        }
        self.set_ways(number, ways);
    }

    fn set_ways(&mut self, branch: usize, ways: Vec<(First, usize)>) {
        if let Some(known) = self.program.branches.get_mut(branch) {
            *known = ways;
        }
    }

    fn repeat(&mut self, repeat: Repeat, nodes: &Nodes<'_>) {
        if repeat.manner == Manner::Possessive {
            let greedy = Repeat {
                manner: Manner::Greedy,
                ..repeat
            };
            return self.atomic(|compiler| compiler.repeat(greedy, nodes));
        }
        let is_lazy = repeat.manner == Manner::Lazy;
        let Repeat { low, high, .. } = repeat;
        match self.one(nodes) {
            Some(one) => {
                self.push(Op::Many {
                    one,
                    low,
                    high,
                    is_lazy,
                });
            }
            None if low == 1 && high == 1 => self.sequence(nodes),
            None if low == 0 && high == 1 => self.optional(nodes, is_lazy),
            None => {
                let number = self.program.loops;
                self.program.loops += 1;
                self.push(Op::Enter(number));
                let body = self.at() + 1;
                let next = self.push(Op::Jump(0));
                self.sequence(nodes);
                self.land(next);
                self.push(Op::Again {
                    number,
                    body,
                    low,
                    high,
                    is_lazy,
                });
            }
        }
    }

    fn optional(&mut self, nodes: &Nodes<'_>, is_lazy: bool) {
        let number = self.program.branches.len();
        self.program.branches.push(Vec::new());
        self.push(Op::Branch(number));
        let inside = (First::of_sequence(nodes, self.sets), self.at());
        self.sequence(nodes);
        let outside = (First::of_sequence(&[], self.sets), self.at());
        let ways = match is_lazy {
            true => vec![outside, inside],
            false => vec![inside, outside],
        };
        self.set_ways(number, ways);
    }

    /// What takes one character and nothing else.
    fn one(&self, nodes: &Nodes<'_>) -> Option<One> {
        match nodes.as_slice() {
            [Node::Set(number)] => Some(One::Set(*number)),
            [Node::Any] => Some(One::Any),
            [Node::Group(0, nodes)] => self.one(nodes),
            [Node::Text(text)] => match text.as_bytes() {
                [byte] => Some(One::Byte(*byte)),
                _ => None,
            },
            _ => None,
        }
    }
}
