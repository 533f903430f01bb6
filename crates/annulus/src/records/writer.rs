//! The ends that write.
use super::{Granule, Heap, Keep, Record};
use crate::error::GrantError;
use crate::memory::shared::Share;
use crate::slots::records::{ByRecord, GRANULE};
use crate::slots::shared::Shared;
use annulus_protocol::life::State;
use annulus_protocol::turns::Refused;
use core::fmt;

/// An end that writes. Clone it for more.
///
/// `K` says who keeps the ring alive: [`Heap`], or [`Borrowed`](super::Borrowed) for a lifetime. `T` is [`Granule`].
///
/// When the last one is dropped, the ring closes: readers get what is left, and what is reserved and still committed, then
/// [`ReadError::Closed`](super::ReadError). When the last reader has gone, this end is told [`GrantError::Closed`].
///
/// # Progress
/// What only looks is wait-free: a few loads. Cloning and dropping an end is lock-free, it counts. `close` is one exchange.
pub struct RecordWriter<K: Keep = Heap<Granule>, T = Granule> {
    share: Share<T, ByRecord, K>,
}

impl<K: Keep, T> RecordWriter<K, T> {
    pub(super) fn new(share: Share<T, ByRecord, K>) -> Self {
        Self { share }
    }
}

impl<K: Keep> RecordWriter<K> {
    #[inline]
    fn ring(&self) -> &Shared<Granule, ByRecord> {
        self.share.ring()
    }

    /// Reserves a record of `len` bytes next to each other. With `len` zero, one without bytes, which takes a granule all the same.
    ///
    /// # Errors
    /// [`GrantError::TooLarge`] if `len` is more than [`max_record_len`](Self::max_record_len); [`GrantError::Full`] if there is not so much
    /// room next to each other, whichever readers hand back what they have; [`GrantError::Busy`] if there would be, and a reader
    /// has not handed it back yet; [`GrantError::Closed`].
    ///
    /// # Progress
    /// Lock-free, not wait-free: tries again only if another reservation or claim went through, or past what was discarded. A number of steps that
    /// grows with the number of granules.
    #[inline]
    pub fn reserve(&self, len: usize) -> Result<Record<'_>, GrantError> {
        if self.max_record_len() < len {
            return Err(GrantError::TooLarge);
        }
        self.ring().reserve_record(len).map_err(refused)
    }

    /// Copies `bytes` into a record of their length, and commits it.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    ///
    /// # Progress
    /// As [`reserve`](Self::reserve), and copying.
    #[inline]
    pub fn push(&self, bytes: &[u8]) -> Result<(), GrantError> {
        let mut record = self.reserve(bytes.len())?;
        record.copy_from_slice(bytes);
        record.commit(bytes.len());
        Ok(())
    }

    /// The longest record: as many bytes as the [capacity](Self::capacity) has. An empty ring has room for it.
    #[inline]
    pub fn max_record_len(&self) -> usize {
        self.ring().max_len()
    }

    /// How many bytes fit into the ring, in all: a multiple of [`GRANULE`].
    #[inline]
    pub fn capacity(&self) -> usize {
        self.ring().max_len()
    }

    /// How many bytes were neither reserved nor of a record, a moment ago. They need not lie next to each other, and are whole granules.
    pub fn vacant(&self) -> usize {
        self.ring().vacant() * GRANULE
    }

    /// How many writers there were a moment ago, those that were forgotten counted as well.
    pub fn writers(&self) -> usize {
        self.share.count()
    }

    /// Whether nothing goes in any more.
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
fn refused(why: Refused) -> GrantError {
    match why {
        Refused::Closed => GrantError::Closed,
        Refused::Busy => GrantError::Busy,
        Refused::Full | Refused::Empty => GrantError::Full,
    }
}

/// # Panics
/// If there are more clones than can be counted (2^32 - 1), which takes forgetting them.
impl<K: Keep> Clone for RecordWriter<K> {
    fn clone(&self) -> Self {
        Self::new(self.share.clone())
    }
}

impl<K: Keep> fmt::Debug for RecordWriter<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordWriter").field("ring", self.ring()).finish()
    }
}
