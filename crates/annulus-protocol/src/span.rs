//! Permission for a run of positions.
use super::pos::{Word, ZERO};

/// Permission for `len` slots from index `start` on, going on at index 0 after the last slot of the ring.
///
/// Neither `Copy` nor `Clone`: there is one permission for a position at a time, and only a [`lane`](super::lane) and
/// the sole ends of other rings make them.
#[derive(Debug)]
pub struct Span {
    pub(super) start: Word,
    pub(super) len: Word,
}

impl Span {
    /// Index of the first slot: less than the size of the ring, unless the span is empty.
    #[inline]
    pub fn start(&self) -> Word {
        self.start
    }

    /// Number of slots, never more than the size of the ring.
    #[inline]
    pub fn len(&self) -> Word {
        self.len
    }

    /// Whether there is no slot in it.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == ZERO
    }
}
