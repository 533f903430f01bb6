//! The ends that read.
use super::{Granule, Heap, Keep, RecordRead};
use crate::error::ReadError;
use crate::memory::shared::Share;
use crate::slots::records::ByRecord;
use crate::slots::shared::Shared;
use annulus_protocol::life::State;
use annulus_protocol::turns::Refused;
use core::fmt;

/// An end that reads. Clone it for more.
///
/// `K` says who keeps the ring alive: [`Heap`], or [`Borrowed`](super::Borrowed) for a lifetime. `T` is [`Granule`].
///
/// When the last one is dropped, the ring closes: writers find [`GrantError::Closed`](super::GrantError). When the last writer has gone, this
/// end gets what is left, then [`ReadError::Closed`].
///
/// # Progress
/// What only looks is wait-free: a few loads. Cloning and dropping an end is lock-free, it counts. `close` is one exchange.
pub struct RecordReader<K: Keep = Heap<Granule>, T = Granule> {
    share: Share<T, ByRecord, K>,
}

impl<K: Keep, T> RecordReader<K, T> {
    pub(super) fn new(share: Share<T, ByRecord, K>) -> Self {
        Self { share }
    }
}

impl<K: Keep> RecordReader<K> {
    #[inline]
    fn ring(&self) -> &Shared<Granule, ByRecord> {
        self.share.ring()
    }

    /// Claims the oldest record, to be read or worked on in place.
    ///
    /// # Errors
    /// [`ReadError::Empty`]; [`ReadError::Busy`] if the oldest record is reserved and neither committed nor discarded yet;
    /// [`ReadError::Closed`] if the ring is closed, and empty for good.
    ///
    /// # Progress
    /// Lock-free, not wait-free: tries again only if another claim went through, or past what was discarded.
    #[inline]
    pub fn read(&self) -> Result<RecordRead<'_>, ReadError> {
        self.ring().claim_record().map_err(refused)
    }

    /// Whether nothing was reserved and nothing to be read, a moment ago.
    pub fn is_empty(&self) -> bool {
        self.ring().len() == 0
    }

    /// How many bytes fit into the ring, in all: a multiple of [`GRANULE`](super::GRANULE).
    #[inline]
    pub fn capacity(&self) -> usize {
        self.ring().max_len()
    }

    /// How many readers there were a moment ago, those that were forgotten counted as well.
    pub fn readers(&self) -> usize {
        self.share.count()
    }

    /// Whether nothing goes in any more. What is in the ring still comes out.
    pub fn is_closed(&self) -> bool {
        self.ring().is_closed()
    }

    /// Whether the ring is open, closing (what is in it still comes out) or closed.
    pub fn state(&self) -> State {
        self.ring().state()
    }

    /// Lets nothing in any more. What is in the ring, or reserved, still comes out.
    pub fn close(&self) {
        self.ring().close();
    }
}

/// Why there is none.
#[cold]
fn refused(why: Refused) -> ReadError {
    match why {
        Refused::Closed => ReadError::Closed,
        Refused::Busy => ReadError::Busy,
        Refused::Empty | Refused::Full => ReadError::Empty,
    }
}

/// # Panics
/// If there are more clones than can be counted (2^32 - 1), which takes forgetting them.
impl<K: Keep> Clone for RecordReader<K> {
    fn clone(&self) -> Self {
        Self::new(self.share.clone())
    }
}

impl<K: Keep> fmt::Debug for RecordReader<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordReader").field("ring", self.ring()).finish()
    }
}
