//! Positions and entries as words.
use super::super::pos::{ONE, Word, ZERO, count};

/// How a position, or an entry, lies in a word: the lap above, the index below.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The bits below the lap.
    below: Word,
    pub(super) size: Word,
}

/// The largest number of slots: two bits are left for the lap.
pub const MAX_SIZE: usize = count(Word::MAX / 4) - 1;

impl Shape {
    /// Of a pool of `size` slots.
    ///
    /// # Panics
    /// Unless `size` is one of `1 ..= MAX_SIZE`.
    pub const fn of(size: usize) -> Self {
        assert!(
            1 <= size && size <= MAX_SIZE,
            "a ring needs at least one slot, and less than a quarter of what a word counts"
        );
        // An entry is empty, holds one of the indices, or is sealed.
        Self { below: (size as Word + 2).next_power_of_two() - 1, size: size as Word }
    }

    pub(super) const fn index(self, at: Word) -> Word {
        at & self.below
    }

    /// The beginning of the lap of `at`; also the word of an entry that is empty in that lap.
    pub(super) const fn lap(self, at: Word) -> Word {
        at & !self.below
    }

    pub(super) const fn next(self, at: Word) -> Word {
        if self.index(at) + 1 < self.size { at + ONE } else { self.lap_later(self.lap(at)) }
    }

    pub(super) const fn lap_later(self, at: Word) -> Word {
        at.wrapping_add(self.below).wrapping_add(ONE)
    }

    const fn lap_before(self, at: Word) -> Word {
        at.wrapping_sub(self.below).wrapping_sub(ONE)
    }

    /// The word of a sealed entry. It keeps its lap, and so how often an index was taken from it.
    pub(super) const fn sealed(self, word: Word) -> Word {
        word | self.below
    }

    pub(super) const fn is_sealed(self, word: Word) -> bool {
        word & self.below == self.below
    }

    /// The last position at which the entry of `at` was filled, if it is `word`.
    pub(super) const fn filled(self, word: Word, at: Word) -> Word {
        let lap = self.lap(word);
        (if word == lap { self.lap_before(lap) } else { lap }) | self.index(at)
    }

    /// The last position at which the entry of `at` was emptied, if it is `word`.
    pub(super) const fn emptied(self, word: Word, at: Word) -> Word {
        self.lap_before(self.lap(word)) | self.index(at)
    }

    /// The position `n` after the first, for `n` at most the size.
    pub(super) const fn nth(self, n: Word) -> Word {
        if n < self.size { n } else { self.lap_later(ZERO) }
    }

    /// The position as far after `at` as `by` is after the first.
    pub(super) const fn plus(self, at: Word, by: Word) -> Word {
        let (lap, index) = (self.lap(at).wrapping_add(self.lap(by)), self.index(at) + self.index(by));
        if index < self.size { lap | index } else { self.lap_later(lap) | (index - self.size) }
    }

    /// The position as far before the first as `by` is after it.
    pub(super) const fn minus(self, by: Word) -> Word {
        let lap = ZERO.wrapping_sub(self.lap(by));
        let index = self.index(by);
        if index == ZERO { lap } else { self.lap_before(lap) | (self.size - index) }
    }

    /// How many positions lie from `from` to `to`, at most the size; none if `to` is the earlier one.
    pub(super) const fn between(self, from: Word, to: Word) -> Word {
        let laps = self.lap(to).wrapping_sub(self.lap(from));
        let (from, to) = (self.index(from), self.index(to));
        if laps == ZERO {
            to.saturating_sub(from)
        } else if Word::MAX / 2 < laps {
            ZERO
        } else if laps == self.lap_later(ZERO) && to < from {
            self.size - from + to
        } else {
            self.size
        }
    }
}
