//! A door into the shape, over bits. Appended to the shipped text as a child module.
use super::{Positions, Shape, Stretch};
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

/// A part of a walk.
pub(crate) struct Part(Stretch);

/// The two parts of a walk.
pub(crate) fn parts_of(shape: Shape, at: Word, len: Word) -> [Part; 2] {
    let (here, later) = shape.stretches(at, len);
    [Part(here), Part(later)]
}

impl Part {
    /// The same, `n` positions later.
    pub(crate) fn moved(&self, n: Word) -> Self {
        let Stretch { before, index, end, free } = self.0;
        Self(Stretch { before: before + n, index: index + n, end, free })
    }

    /// How many positions come before it, its first index and its last (excluded), and the free turn of its lap.
    pub(crate) fn words(&self) -> [Word; 4] {
        [self.0.before, self.0.index, self.0.end, self.0.free]
    }

    /// One step, and what it says: how many come before, index, free turn.
    pub(crate) fn step(&mut self) -> Option<[Word; 3]> {
        self.0.next().map(|step| [step.before, step.index, step.free])
    }
}

/// One step of who hands on the `left` positions from `at` on: the position, and how it goes on (position, how many are left).
pub(crate) fn hand_on(shape: Shape, at: Word, left: Word) -> (Option<Word>, (Word, Word)) {
    let mut positions: Positions = shape.positions(at, left);
    let said = positions.next();
    (said, (positions.at, positions.left))
}
