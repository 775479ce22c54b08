//! Matching as Python's `re` does: the first way that works, with a trail of the others.

use super::chars::{Chars, is_word};
use super::first::First;
use super::program::{One, Op, Program};
use super::tree::{Look, Place};
use crate::budget::{Budget, Exhausted};

/// How long a trail may become: it takes some 32 bytes a step.
const LONGEST_TRAIL: usize = 1 << 20;

/// No place.
const NOWHERE: usize = usize::MAX;

/// What is needed to match, and can be used again.
#[derive(Debug, Default)]
pub(crate) struct Machine {
    /// Starts and ends of the groups; the whole is the group 0.
    slots: Vec<usize>,
    loops: Vec<Loop>,
    trail: Vec<Trail>,
}

#[derive(Debug, Clone, Copy)]
struct Loop {
    count: usize,
    /// Where the body was last entered: what is empty is not found for ever.
    last: usize,
}

/// What to go back to, and what to undo on the way.
#[derive(Debug, Clone, Copy)]
enum Trail {
    /// The next way of a branch.
    Way {
        branch: usize,
        way: usize,
        at: usize,
    },
    /// One character less, down to a place.
    Less {
        op: usize,
        low: usize,
        at: usize,
    },
    /// One character more of an operation, which is allowed so many.
    More {
        op: usize,
        at: usize,
        left: usize,
    },
    Slot {
        number: usize,
        old: usize,
    },
    Loop {
        number: usize,
        old: Loop,
    },
    /// The loop is left instead.
    Leave {
        op: usize,
        at: usize,
    },
    /// The body of a lazy loop, instead of what follows.
    Body {
        op: usize,
        at: usize,
    },
}

/// Where a text is matched, and with what.
struct Scene<'m> {
    program: &'m Program,
    sets: &'m [Chars],
    text: &'m str,
    budget: &'m Budget,
}

impl Machine {
    /// Matches at a place; whether it did. What was found is asked with `group`.
    ///
    /// # Errors
    /// It took more steps than are left, or more memory than a match may take.
    pub(crate) fn matches(
        &mut self,
        program: &Program,
        sets: &[Chars],
        text: &str,
        at: usize,
        budget: &Budget,
    ) -> Result<bool, Exhausted> {
        self.slots.clear();
        self.slots.resize(2 * (program.groups + 1), NOWHERE);
        self.loops.clear();
        self.loops.resize(
            program.loops,
            Loop {
                count: 0,
                last: NOWHERE,
            },
        );
        self.trail.clear();
        let scene = Scene {
            program,
            sets,
            text,
            budget,
        };
        let end = self.run(&scene, 0, at)?;
        if let (Some(end), [start, stop, ..]) = (end, self.slots.as_mut_slice()) {
            (*start, *stop) = (at, end);
        }
        Ok(end.is_some())
    }

    /// The start and the end of what a group found.
    pub(crate) fn group(&self, number: usize) -> Option<(usize, usize)> {
        let start = *self.slots.get(2 * number)?;
        let end = *self.slots.get(2 * number + 1)?;
        (start != NOWHERE && end != NOWHERE).then_some((start, end))
    }

    /// How many groups there are, with the whole.
    pub(crate) fn groups(&self) -> usize {
        self.slots.len() / 2
    }

    fn set_slot(&mut self, number: usize, at: usize) {
        if let Some(slot) = self.slots.get_mut(number) {
            let old = std::mem::replace(slot, at);
            self.trail.push(Trail::Slot { number, old });
        }
    }

    fn set_loop(&mut self, number: usize, new: Loop) {
        if let Some(known) = self.loops.get_mut(number) {
            let old = std::mem::replace(known, new);
            self.trail.push(Trail::Loop { number, old });
        }
    }

    /// Where the match ends that starts with an operation, at a place.
    fn run(&mut self, scene: &Scene<'_>, op: usize, at: usize) -> Result<Option<usize>, Exhausted> {
        let base = self.trail.len();
        let (mut op, mut at) = (op, at);
        loop {
            scene.budget.take(1)?;
            if self.trail.len() > LONGEST_TRAIL {
                return Err(Exhausted);
            }
            let Some(current) = scene.program.ops.get(op) else {
                return Ok(None);
            };
            let next = match current {
                Op::Done => return Ok(Some(at)),
                Op::Byte(byte) => {
                    let is_there = scene.text.as_bytes().get(at) == Some(byte);
                    is_there.then_some((op + 1, at + 1))
                }
                Op::Text(text) => {
                    let rest = scene.text.as_bytes().get(at..).unwrap_or_default();
                    let is_there = rest.starts_with(text.as_bytes());
                    is_there.then(|| (op + 1, at + text.len()))
                }
                Op::One(one) => {
                    let length = one.length_at(scene.text, at, scene.sets);
                    length.map(|length| (op + 1, at + length))
                }
                Op::Save(number) => {
                    self.set_slot(*number, at);
                    Some((op + 1, at))
                }
                Op::Jump(target) => Some((*target, at)),
                Op::Branch(branch) => self.way(scene, *branch, 0, at)?,
                Op::Many {
                    one,
                    low,
                    high,
                    is_lazy,
                } => self.many(scene, op, *one, (*low, *high), *is_lazy, at)?,
                Op::Enter(number) => {
                    self.set_loop(
                        *number,
                        Loop {
                            count: 0,
                            last: NOWHERE,
                        },
                    );
                    Some((op + 1, at))
                }
                Op::Again { .. } => self.again(scene, op, at),
                Op::Look { look, end } => {
                    self.look(scene, *look, op + 1, at)?.then_some((*end, at))
                }
                Op::Atomic { end } => {
                    let found = self.once(scene, op + 1, at)?;
                    found.map(|at| (*end, at))
                }
                Op::At(place) => is_at(scene.text, at, *place).then_some((op + 1, at)),
                Op::Reference {
                    group,
                    without_case,
                } => {
                    let found = self.reference(scene, *group, *without_case, at)?;
                    found.map(|at| (op + 1, at))
                }
                Op::Condition { group, no } => {
                    let found = self.group(*group).is_some();
                    Some((if found { op + 1 } else { *no }, at))
                }
                Op::Never => None,
            };
            let next = match next {
                Some(next) => Some(next),
                None => self.back(scene, base)?,
            };
            match next {
                Some(next) => (op, at) = next,
                None => return Ok(None),
            }
        }
    }

    /// The next way of a branch that can be gone.
    fn way(
        &mut self,
        scene: &Scene<'_>,
        branch: usize,
        from: usize,
        at: usize,
    ) -> Result<Option<(usize, usize)>, Exhausted> {
        let ways = scene
            .program
            .branches
            .get(branch)
            .map_or(&[][..], Vec::as_slice);
        let open = |(_, (first, _)): &(usize, &(First, usize))| first.admits(scene.text, at);
        let mut found = ways.iter().enumerate().skip(from).filter(open);
        let Some((_, (_, target))) = found.next() else {
            scene
                .budget
                .take(1 + (ways.len() - from.min(ways.len())) as u64 / 8)?;
            return Ok(None);
        };
        if let Some((way, _)) = found.next() {
            scene.budget.take(1 + (way - from) as u64 / 8)?;
            self.trail.push(Trail::Way { branch, way, at });
        }
        Ok(Some((*target, at)))
    }

    fn many(
        &mut self,
        scene: &Scene<'_>,
        op: usize,
        one: One,
        (low, high): (usize, usize),
        is_lazy: bool,
        start: usize,
    ) -> Result<Option<(usize, usize)>, Exhausted> {
        let mut at = start;
        let mut least = start;
        let mut count = 0;
        let wanted = if is_lazy { low } else { high };
        while count < wanted
            && let Some(length) = one.length_at(scene.text, at, scene.sets)
        {
            at += length;
            count += 1;
            if count == low {
                least = at;
            }
        }
        scene.budget.take(count as u64)?;
        if count < low {
            return Ok(None);
        }
        if is_lazy {
            let left = high - low;
            if left > 0 {
                self.trail.push(Trail::More { op, at, left });
            }
        } else if at > least {
            self.trail.push(Trail::Less { op, low: least, at });
        }
        Ok(Some((op + 1, at)))
    }

    /// A loop's next round, or what follows it (`Modules/_sre/sre_lib.h: MAX_UNTIL, MIN_UNTIL`).
    fn again(&mut self, scene: &Scene<'_>, op: usize, at: usize) -> Option<(usize, usize)> {
        let Some(Op::Again {
            number,
            body,
            low,
            high,
            is_lazy,
        }) = scene.program.ops.get(op)
        else {
            return None;
        };
        let state = *self.loops.get(*number)?;
        if state.count < *low {
            self.set_loop(
                *number,
                Loop {
                    count: state.count + 1,
                    ..state
                },
            );
            return Some((*body, at));
        }
        let is_open = state.count < *high && state.last != at;
        if *is_lazy {
            if is_open {
                self.trail.push(Trail::Body { op, at });
            }
            return Some((op + 1, at));
        }
        if !is_open {
            return Some((op + 1, at));
        }
        self.trail.push(Trail::Leave { op, at });
        self.set_loop(
            *number,
            Loop {
                count: state.count + 1,
                last: at,
            },
        );
        Some((*body, at))
    }

    /// Goes back to the last choice, and takes another.
    fn back(
        &mut self,
        scene: &Scene<'_>,
        base: usize,
    ) -> Result<Option<(usize, usize)>, Exhausted> {
        while self.trail.len() > base {
            scene.budget.take(1)?;
            let Some(last) = self.trail.pop() else {
                break;
            };
            match last {
                Trail::Leave { op, at } => return Ok(Some((op + 1, at))),
                Trail::Way { branch, way, at } => {
                    if let Some(next) = self.way(scene, branch, way, at)? {
                        return Ok(Some(next));
                    }
                }
                Trail::Less { op, low, at } => {
                    let before = scene
                        .text
                        .get(..at)
                        .and_then(|text| text.chars().next_back());
                    let at = at - before.map_or(1, char::len_utf8).min(at);
                    if at > low {
                        self.trail.push(Trail::Less { op, low, at });
                    }
                    return Ok(Some((op + 1, at)));
                }
                Trail::More { op, at, left } => {
                    let Some(Op::Many { one, .. }) = scene.program.ops.get(op) else {
                        continue;
                    };
                    if let Some(length) = one.length_at(scene.text, at, scene.sets) {
                        let at = at + length;
                        if left > 1 {
                            self.trail.push(Trail::More {
                                op,
                                at,
                                left: left - 1,
                            });
                        }
                        return Ok(Some((op + 1, at)));
                    }
                }
                Trail::Slot { number, old } => {
                    if let Some(slot) = self.slots.get_mut(number) {
                        *slot = old;
                    }
                }
                Trail::Loop { number, old } => {
                    if let Some(known) = self.loops.get_mut(number) {
                        *known = old;
                    }
                }
                Trail::Body { op, at } => {
                    if let Some(Op::Again { number, body, .. }) = scene.program.ops.get(op)
                        && let Some(state) = self.loops.get(*number).copied()
                    {
                        self.set_loop(
                            *number,
                            Loop {
                                count: state.count + 1,
                                last: at,
                            },
                        );
                        return Ok(Some((*body, at)));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Finds something, and forgets the other ways to find it.
    fn once(
        &mut self,
        scene: &Scene<'_>,
        op: usize,
        at: usize,
    ) -> Result<Option<usize>, Exhausted> {
        let base = self.trail.len();
        let found = self.run(scene, op, at)?;
        if found.is_some() {
            self.forget_choices(base);
        }
        Ok(found)
    }

    /// What was changed may still be undone.
    fn forget_choices(&mut self, base: usize) {
        let mut kept = base;
        for index in base..self.trail.len() {
            if let Some(entry @ (Trail::Slot { .. } | Trail::Loop { .. })) =
                self.trail.get(index).copied()
            {
                if let Some(place) = self.trail.get_mut(kept) {
                    *place = entry;
                }
                kept += 1;
            }
        }
        self.trail.truncate(kept);
    }

    fn look(
        &mut self,
        scene: &Scene<'_>,
        look: Look,
        op: usize,
        at: usize,
    ) -> Result<bool, Exhausted> {
        let start = match look.back {
            None => Some(at),
            Some(width) => back_by(scene.text, at, width),
        };
        let Some(start) = start else {
            return Ok(look.is_negative);
        };
        let base = self.trail.len();
        let found = self.once(scene, op, start)?.is_some();
        if found && look.is_negative {
            self.undo(base);
        }
        Ok(found != look.is_negative)
    }

    fn undo(&mut self, base: usize) {
        while self.trail.len() > base {
            match self.trail.pop() {
                Some(Trail::Slot { number, old }) => {
                    if let Some(slot) = self.slots.get_mut(number) {
                        *slot = old;
                    }
                }
                Some(Trail::Loop { number, old }) => {
                    if let Some(known) = self.loops.get_mut(number) {
                        *known = old;
                    }
                }
                _ => {}
            }
        }
    }

    fn reference(
        &self,
        scene: &Scene<'_>,
        group: usize,
        without_case: bool,
        at: usize,
    ) -> Result<Option<usize>, Exhausted> {
        let Some((start, end)) = self.group(group) else {
            return Ok(None);
        };
        let Some(wanted) = scene.text.get(start..end) else {
            return Ok(None);
        };
        let rest = scene.text.get(at..).unwrap_or_default();
        scene.budget.take(wanted.len() as u64)?;
        if !without_case {
            return Ok(rest.starts_with(wanted).then(|| at + wanted.len()));
        }
        let mut found = rest.char_indices();
        for c in wanted.chars() {
            match found.next() {
                Some((_, other)) if c == other || c.to_lowercase().eq(other.to_lowercase()) => {}
                _ => return Ok(None),
            }
        }
        Ok(Some(at + found.offset()))
    }
}

/// The place so many characters before another.
fn back_by(text: &str, at: usize, width: usize) -> Option<usize> {
    let mut before = text.get(..at)?.char_indices().rev();
    match width.checked_sub(1) {
        None => Some(at),
        Some(others) => before.nth(others).map(|(start, _)| start),
    }
}

fn is_at(text: &str, at: usize, place: Place) -> bool {
    let bytes = text.as_bytes();
    let is_line_end = || bytes.get(at) == Some(&b'\n');
    match place {
        Place::Start => at == 0,
        Place::LineStart => at == 0 || bytes.get(at - 1) == Some(&b'\n'),
        Place::EndOrLineBreak => at == bytes.len() || at + 1 == bytes.len() && is_line_end(),
        Place::LineEnd => at == bytes.len() || is_line_end(),
        Place::End => at == bytes.len(),
        Place::WordBoundary => is_boundary(text, at),
        Place::NoWordBoundary => !bytes.is_empty() && !is_boundary(text, at),
    }
}

fn is_boundary(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|text| text.chars().next_back());
    let after = text.get(at..).and_then(|text| text.chars().next());
    before.is_some_and(is_word) != after.is_some_and(is_word)
}
