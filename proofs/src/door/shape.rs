//! A door into the shape, over bits. Appended to the shipped text as a child module.
use super::{Positions, Shape, Walk};
use crate::symbolic::bits::Word;

pub(crate) const CLOSED: Word = super::CLOSED;
pub(crate) const READY: Word = super::READY;
pub(crate) const SKIP: Word = super::SKIP;

pub(crate) fn is_negative(difference: Word) -> bool {
    super::is_negative(difference)
}

pub(crate) fn shape(below: Word, size: Word) -> Shape {
    Shape { below, size }
}

pub(crate) fn index(shape: Shape, at: Word) -> Word {
    shape.index(at)
}

pub(crate) fn free(shape: Shape, at: Word) -> Word {
    shape.free(at)
}

pub(crate) fn next(shape: Shape, at: Word) -> Word {
    shape.next(at)
}

pub(crate) fn after(shape: Shape, at: Word, n: Word) -> Word {
    shape.after(at, n)
}

pub(crate) fn lap_later(shape: Shape, at: Word) -> Word {
    shape.lap_later(at)
}

pub(crate) fn lap_before(shape: Shape, at: Word) -> Word {
    shape.lap_before(at)
}

pub(crate) fn between(shape: Shape, read: Word, write: Word) -> Word {
    shape.between(read, write)
}

/// One step of a walk of `len` positions that is at `at` and has done `done`: what it says (how many before, index, free turn), and
/// how it goes on (done, length, index, free turn).
#[allow(clippy::type_complexity, reason = "two rows of words, nothing to name")]
pub(crate) fn walk_on(
    shape: Shape,
    (at, done, len): (Word, Word, Word),
) -> (Option<(Word, Word, Word)>, (Word, Word, Word, Word)) {
    let mut walk = Walk { done, ..shape.walk(at, len) };
    let said = walk.next().map(|step| (step.before, step.index, step.free));
    (said, (walk.done, walk.len, walk.index, walk.free))
}

/// One step of who hands on the `left` positions from `at` on: the position, and how it goes on (position, how many are left).
pub(crate) fn hand_on(shape: Shape, at: Word, left: Word) -> (Option<Word>, (Word, Word)) {
    let mut positions: Positions = shape.positions(at, left);
    let said = positions.next();
    (said, (positions.at, positions.left))
}
