//! Positions as words: lap, index and mark.
use super::super::pos::{ONE, Word, count};

/// How a position lies in a word.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The bits below the lap: those of the index and the mark.
    below: Word,
    pub(super) size: Word,
}

pub(super) const CLOSED: Word = ONE;
pub(super) const STEP: Word = 2;
pub(super) const READY: Word = 1;
pub(super) const SKIP: Word = 2;

/// The largest number of slots: one bit is left for the lap, one is the mark.
pub const MAX_SIZE: usize = count(Word::MAX / 4);

impl Shape {
    /// Of a ring of `size` slots.
    ///
    /// # Panics
    /// Unless `size` is one of `1 ..= MAX_SIZE`.
    pub const fn of(size: usize) -> Self {
        assert!(
            1 <= size && size <= MAX_SIZE,
            "a ring needs at least one slot, and at most a quarter of what a word counts"
        );
        let lap = (size as Word).next_power_of_two() * STEP;
        // Two bits at least: a turn keeps its state where a position has its index.
        Self { below: if lap < 4 { 3 } else { lap - 1 }, size: size as Word }
    }

    pub(super) const fn index(self, at: Word) -> Word {
        (at & self.below) / STEP
    }

    /// The turn of a free slot in the lap of `at`.
    pub(super) const fn free(self, at: Word) -> Word {
        at & !self.below
    }

    pub(super) const fn next(self, at: Word) -> Word {
        if self.index(at) + 1 < self.size { at + STEP } else { self.lap_later(at & !self.below) }
    }

    /// The position `n` after `at`, for `n` at most the size.
    pub(super) const fn after(self, at: Word, n: Word) -> Word {
        let left = self.size - self.index(at);
        if n < left { at + n * STEP } else { self.lap_later(at & !self.below) + (n - left) * STEP }
    }

    pub(super) const fn lap_later(self, at: Word) -> Word {
        at.wrapping_add(self.below).wrapping_add(ONE)
    }

    pub(super) const fn lap_before(self, at: Word) -> Word {
        at.wrapping_sub(self.below).wrapping_sub(ONE)
    }

    /// How many positions lie from `read` to `write`, if they are those of one moment.
    pub(super) const fn between(self, read: Word, write: Word) -> Word {
        let (from, to) = (self.index(read), self.index(write));
        if self.free(read) == self.free(write) { to.saturating_sub(from) } else { self.size - from + to }
    }
}

pub(super) const fn is_negative(difference: Word) -> bool {
    difference > Word::MAX / 2
}
