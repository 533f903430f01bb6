//! Positions and entries as words.
//!
//! This file is proved apart, over bits (`proofs/`, *pool: shape*); the rest of the pool rests on what is shown there.
use super::super::pos::{ONE, TWO, Word, ZERO};
use core::hint::cold_path;

/// How a position, or an entry, lies in a word: the lap above, the index below.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The bits below the lap.
    pub(super) below: Word,
    pub(super) size: Word,
}

impl Shape {
    #[inline]
    pub(super) fn index(self, at: Word) -> Word {
        at & self.below
    }

    /// The beginning of the lap of `at`; also the word of an entry that is empty in that lap.
    #[inline]
    pub(super) fn lap(self, at: Word) -> Word {
        at & !self.below
    }

    #[inline]
    pub(super) fn next(self, at: Word) -> Word {
        if self.index(at) + ONE < self.size {
            at + ONE
        } else {
            cold_path(); // as in a ring of turns: a branch that is foretold
            self.lap_later(self.lap(at))
        }
    }

    #[inline]
    pub(super) fn lap_later(self, at: Word) -> Word {
        at.wrapping_add(self.below).wrapping_add(ONE)
    }

    #[inline]
    fn lap_before(self, at: Word) -> Word {
        at.wrapping_sub(self.below).wrapping_sub(ONE)
    }

    /// The word of a sealed entry. It keeps its lap, and so how often an index was taken from it.
    #[inline]
    pub(super) fn sealed(self, word: Word) -> Word {
        word | self.below
    }

    #[inline]
    pub(super) fn is_sealed(self, word: Word) -> bool {
        word & self.below == self.below
    }

    /// The last position at which the entry of `at` was filled, if it is `word`.
    #[inline]
    pub(super) fn filled(self, word: Word, at: Word) -> Word {
        let lap = self.lap(word);
        (if word == lap { self.lap_before(lap) } else { lap }) | self.index(at)
    }

    /// The last position at which the entry of `at` was emptied, if it is `word`.
    #[inline]
    pub(super) fn emptied(self, word: Word, at: Word) -> Word {
        self.lap_before(self.lap(word)) | self.index(at)
    }

    /// The position `n` after the first, for `n` at most the size.
    #[inline]
    pub(super) fn nth(self, n: Word) -> Word {
        if n < self.size { n } else { self.lap_later(ZERO) }
    }

    /// The position as far after `at` as `by` is after the first.
    #[inline]
    pub(super) fn plus(self, at: Word, by: Word) -> Word {
        let (lap, index) = (self.lap(at).wrapping_add(self.lap(by)), self.index(at) + self.index(by));
        if index < self.size { lap | index } else { self.lap_later(lap) | (index - self.size) }
    }

    /// The position as far before the first as `by` is after it.
    #[inline]
    pub(super) fn minus(self, by: Word) -> Word {
        let lap = ZERO.wrapping_sub(self.lap(by));
        let index = self.index(by);
        if index == ZERO { lap } else { self.lap_before(lap) | (self.size - index) }
    }

    /// How many positions lie from `from` to `to`, at most the size; none if `to` is the earlier one.
    #[inline]
    pub(super) fn between(self, from: Word, to: Word) -> Word {
        let laps = self.lap(to).wrapping_sub(self.lap(from));
        let (from, to) = (self.index(from), self.index(to));
        if laps == ZERO {
            to.saturating_sub(from)
        } else if Word::MAX / TWO < laps {
            ZERO
        } else if laps == self.lap_later(ZERO) && to < from {
            self.size - from + to
        } else {
            self.size
        }
    }
}
