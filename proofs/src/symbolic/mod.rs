//! What the shipped text asks of `super`, over terms: `pos` and `sync`. The rest of `super` is shipped text itself.
pub(crate) mod bip;
pub(crate) mod bits;
pub(crate) mod pool;
pub(crate) mod record;
pub(crate) mod sync;
pub(crate) mod turns;

/// Positions and counts are terms.
pub(crate) mod pos {
    pub(crate) use crate::term::{ONE, Sym as Word, ZERO};

    /// What the shipped one says by a wrap, which terms do not have (`is_one_to_is_two_comparisons` in the tests of the crate).
    pub(crate) fn is_one_to(n: Word, most: Word) -> bool {
        n != ZERO && n <= most
    }
}
