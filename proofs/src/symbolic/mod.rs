//! What the shipped text asks of `super`, over terms: `pos` and `sync`. The rest of `super` is shipped text itself.
pub(crate) mod sync;

/// Positions and counts are terms.
pub(crate) mod pos {
    pub(crate) use crate::term::{ONE, Sym as Word, ZERO};
}
