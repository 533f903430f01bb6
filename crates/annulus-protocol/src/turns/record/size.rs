//! How many granules a ring of records may have.
use super::super::super::pos::{ONE, TWO, Word, count};
use super::super::Shape as Positions;
use super::Shape;

impl Shape {
    /// Of a ring of `size` granules of `granule` bytes.
    ///
    /// # Panics
    /// Unless `granule` is a power of two, and `size` one of `1 ..= Shape::max_size(granule)`.
    pub const fn of(size: usize, granule: usize) -> Self {
        assert!(granule.is_power_of_two(), "a granule has a power of two of bytes");
        assert!(
            1 <= size && size <= Self::max_size(granule),
            "a ring of records needs at least one granule, and at most an eighth of what a word counts in bytes"
        );
        let bytes = (size * granule) as Word;
        // A turn says twice the length of a record, and one.
        Self { turns: Positions::with_states(size, bytes * TWO + ONE), bits: granule.ilog2() }
    }

    /// The largest number of granules of `granule` bytes.
    ///
    /// A turn has room for the length of every record, and two bits at least for the lap. So a word comes round after 2^(w-2) bytes or
    /// more have gone through the ring, where w is its width: a call that is paused between its look at the turns and its exchange is
    /// told from one that was not, unless it is paused for exactly so many laps.
    pub const fn max_size(granule: usize) -> usize {
        count(Word::MAX / 8) >> granule.ilog2()
    }
}
