//! Positions as words: lap, index and mark.
//!
//! This file is proved apart, over bits (`proofs/`, *shape*); the rest of the ring rests on what is shown there.
use super::super::pos::{ONE, TWO, Word, ZERO};

/// How a position lies in a word.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The bits below the lap: those of the index and the mark.
    pub(super) below: Word,
    pub(super) size: Word,
}

pub(super) const CLOSED: Word = ONE;
const STEP: Word = TWO;
pub(super) const READY: Word = ONE;
pub(super) const SKIP: Word = TWO;

impl Shape {
    #[inline]
    pub(super) fn index(self, at: Word) -> Word {
        (at & self.below) / STEP
    }

    /// The turn of a free slot in the lap of `at`.
    #[inline]
    pub(super) fn free(self, at: Word) -> Word {
        at & !self.below
    }

    #[inline]
    pub(super) fn next(self, at: Word) -> Word {
        if self.index(at) + ONE < self.size { at + STEP } else { self.lap_later(at & !self.below) }
    }

    /// The position `n` after `at`, for `n` at most the size.
    #[inline]
    pub(super) fn after(self, at: Word, n: Word) -> Word {
        let left = self.size - self.index(at);
        if n < left { at + n * STEP } else { self.lap_later(at & !self.below) + (n - left) * STEP }
    }

    #[inline]
    pub(super) fn lap_later(self, at: Word) -> Word {
        at.wrapping_add(self.below).wrapping_add(ONE)
    }

    #[inline]
    pub(super) fn lap_before(self, at: Word) -> Word {
        at.wrapping_sub(self.below).wrapping_sub(ONE)
    }

    /// How many positions lie from `read` to `write`, if they are those of one moment.
    #[inline]
    pub(super) fn between(self, read: Word, write: Word) -> Word {
        let (from, to) = (self.index(read), self.index(write));
        if self.free(read) == self.free(write) { to.saturating_sub(from) } else { self.size - from + to }
    }

    /// The first index, and its free turn in the next lap. Out of line, for a branch that is foretold: a choice between two numbers
    /// would make each step of a walk wait for the one before.
    #[cold]
    #[inline(never)]
    fn wrapped(self, free: Word) -> (Word, Word) {
        (ZERO, self.lap_later(free))
    }

    /// The `len` positions from `at` on.
    #[inline]
    pub(super) fn walk(self, at: Word, len: Word) -> Walk {
        Walk { shape: self, index: self.index(at), free: self.free(at), done: ZERO, len }
    }

    /// The same, for who hands each of them on as a position.
    #[inline]
    pub(super) fn positions(self, at: Word, len: Word) -> Positions {
        Positions { shape: self, at, left: len }
    }
}

/// See [`Shape::positions`].
pub(super) struct Positions {
    shape: Shape,
    at: Word,
    left: Word,
}

impl Iterator for Positions {
    type Item = Word;

    #[inline]
    fn next(&mut self) -> Option<Word> {
        if self.left == ZERO {
            return None;
        }
        let at = self.at;
        self.at = self.shape.next(at);
        self.left -= ONE;
        Some(at)
    }
}

/// See [`Shape::walk`]. It keeps an index and a lap apart, and takes none out of a position on the way.
pub(super) struct Walk {
    shape: Shape,
    index: Word,
    free: Word,
    done: Word,
    len: Word,
}

/// One position of a walk.
pub(super) struct Step {
    /// How many come before it.
    pub(super) before: Word,
    pub(super) index: Word,
    /// The turn of a free slot in its lap.
    pub(super) free: Word,
}

impl Iterator for Walk {
    type Item = Step;

    #[inline]
    fn next(&mut self) -> Option<Step> {
        if self.done == self.len {
            return None;
        }
        let step = Step { before: self.done, index: self.index, free: self.free };
        self.done += ONE;
        self.index += ONE;
        if self.index == self.shape.size {
            (self.index, self.free) = self.shape.wrapped(self.free);
        }
        Some(step)
    }
}

#[inline]
pub(super) fn is_negative(difference: Word) -> bool {
    Word::MAX / TWO < difference
}
