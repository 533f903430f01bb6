//! Positions as words: lap, index and mark.
//!
//! This file is proved apart, over bits (`proofs/`, *shape*); the rest of the ring rests on what is shown there.
use super::super::pos::{ONE, TWO, Word, ZERO};
use core::hint::cold_path;
use core::iter::Chain;

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
        if self.index(at) + ONE < self.size {
            at + STEP
        } else {
            cold_path(); // a branch that is foretold, where a choice between two numbers would have to be waited for
            self.lap_later(at & !self.below)
        }
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

    /// The `len` positions from `at` on, `len` at most the size.
    #[inline]
    pub(super) fn walk(self, at: Word, len: Word) -> Walk {
        let (here, later) = self.stretches(at, len);
        here.chain(later)
    }

    /// Those up to the end of the lap, and those from its beginning on: apart, because a choice between two numbers would make each step
    /// of a walk wait for the one before.
    #[inline]
    fn stretches(self, at: Word, len: Word) -> (Stretch, Stretch) {
        let (index, free) = (self.index(at), self.free(at));
        let left = self.size - index;
        let here = if len < left { len } else { left };
        (
            Stretch { before: ZERO, index, end: index + here, free },
            Stretch { before: here, index: ZERO, end: len - here, free: self.lap_later(free) },
        )
    }

    /// The positions of a walk, for who hands each of them on as such.
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

/// See [`Shape::walk`]. For [`Iterator::for_each`] and the like, which make two loops of it.
pub(super) type Walk = Chain<Stretch, Stretch>;

/// Positions in one lap.
pub(super) struct Stretch {
    before: Word,
    index: Word,
    end: Word,
    free: Word,
}

/// One position of a walk.
pub(super) struct Step {
    /// How many come before it.
    pub(super) before: Word,
    pub(super) index: Word,
    /// The turn of a free slot in its lap.
    pub(super) free: Word,
}

impl Iterator for Stretch {
    type Item = Step;

    #[inline]
    fn next(&mut self) -> Option<Step> {
        if self.index == self.end {
            return None;
        }
        let step = Step { before: self.before, index: self.index, free: self.free };
        self.before += ONE;
        self.index += ONE;
        Some(step)
    }
}

#[inline]
pub(super) fn is_negative(difference: Word) -> bool {
    Word::MAX / TWO < difference
}
