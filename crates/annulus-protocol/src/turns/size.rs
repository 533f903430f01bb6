//! Which sizes a ring may have.
use super::super::pos::{ONE, Word, count};
use super::Shape;

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
        let lap = (size as Word).next_power_of_two() * 2;
        // Two bits at least: a turn keeps its state where a position has its index.
        Self { below: if lap < 4 { 3 } else { lap - ONE }, size: size as Word }
    }

    /// Of a ring whose turns have states up to `most`. Only for [`record`](super::record), which says what sizes there are.
    pub(super) const fn with_states(size: usize, most: Word) -> Self {
        let lap = (most + ONE).next_power_of_two();
        Self { below: if lap < 4 { 3 } else { lap - ONE }, size: size as Word }
    }
}
