//! Which sizes a pool may have, and what there is of each.
use super::super::pos::{ONE, Word, count};
use super::Shape;
use core::ops::Range;

/// The largest number of slots: two bits are left for the lap.
pub const MAX_SIZE: usize = count(Word::MAX / 4) - 1;

/// How many entries there are for each slot: one of the free ring, one of the ready ring, and a link.
pub const PER_SLOT: usize = 3;

/// In the place of the highest bit of the lap, which is not needed to tell `size + 1` numbers from each other.
pub(super) const CLOSED: Word = Word::MAX / 2 + 1;

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
        Self { below: (size as Word + 2).next_power_of_two() - ONE, size: size as Word }
    }

    /// The entries of the free ring, those of the ready ring, and the links, each in one piece: who walks along a ring looks at the
    /// next entries of that one.
    #[inline]
    pub(super) fn parts<T>(self, entries: &[T]) -> (&[T], &[T], &[T]) {
        debug_assert!(entries.len() == PER_SLOT * count(self.size));
        let (free, others) = entries.split_at(count(self.size));
        let (ready, links) = others.split_at(count(self.size));
        (free, ready, links)
    }

    /// Every index, in order.
    #[inline]
    pub(super) fn indices(self) -> Range<Word> {
        0..self.size
    }

    /// As many steps as there are in two laps.
    #[inline]
    pub(super) fn two_laps(self) -> Range<usize> {
        0..2 * count(self.size)
    }
}
