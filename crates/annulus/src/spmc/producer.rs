//! The end that pushes, of which there is one.
use super::{Batch, Heap, Keep, OneWriter, Slot, WriteGrant};
use crate::error::{PushError, ReserveError};
use crate::memory::shared::{Share, SoleShare};
use crate::shared::producer::{refused, too_few};
use crate::slots::sole::SoleInlet;
use annulus_protocol::life::State;
use core::fmt;

/// The end that pushes. It never waits, and there is one to a ring, so its operations take `&mut self`.
///
/// `K` says who keeps the ring alive: [`Heap`], or [`Borrowed`](super::Borrowed) for a lifetime.
///
/// When it is dropped, the ring closes: the consumers get what is left, then [`PopError::Closed`](crate::PopError). When the last
/// consumer has gone, it is told [`PushError::Closed`].
///
/// # Progress
/// What only looks is wait-free: a few loads. `close` is one exchange or store, and dropping this end counts, lock-free; but for the items
/// that the last end of all drops.
pub struct Producer<T, K: Keep = Heap<T>> {
    pub(super) inlet: SoleInlet<T>,
    share: SoleShare<T, OneWriter, K>,
}

impl<T, K: Keep> Producer<T, K> {
    pub(super) fn new(share: Share<T, OneWriter, K>) -> Self {
        let (inlet, share) = share.into_inlet();
        Self { inlet, share }
    }

    /// Pushes one item.
    ///
    /// # Errors
    /// With the item: [`PushError::Full`]; [`PushError::Busy`] if the oldest slot is claimed and not handed back yet;
    /// [`PushError::Closed`].
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn push(&mut self, value: T) -> Result<(), PushError<T>> {
        self.inlet.put(value).map_err(refused)
    }

    /// Pushes one item, and if the ring is full takes the oldest one out to make room: `Ok(None)` if there was room,
    /// `Ok(Some(oldest))` if not. The two are one step: nobody finds the ring with neither of them.
    ///
    /// # Errors
    /// With the item: [`PushError::Busy`] if the oldest slot is being read; [`PushError::Closed`].
    ///
    /// # Progress
    /// Wait-free.
    pub fn force_push(&mut self, value: T) -> Result<Option<T>, PushError<T>> {
        self.inlet.force(value).map_err(refused)
    }

    /// Pushes items from `items` until there is no room or no item, and tells how many. No item is taken from the iterator without
    /// room for it. They become visible together.
    ///
    /// # Panics
    /// Only if the iterator does; the items it gave before that are in the ring.
    ///
    /// # Progress
    /// Wait-free if the iterator is, and bounded by the room there was at the start.
    pub fn push_iter(&mut self, items: impl IntoIterator<Item = T>) -> usize {
        let items = items.into_iter();
        let most = items.size_hint().1.unwrap_or(usize::MAX); // no need to look at more slots
        match self.reserve_up_to(most) {
            Ok(grant) => grant.fill_from(items),
            Err(_) => 0,
        }
    }

    /// Pushes as many of `items` as there is room for, and tells how many. They become visible together.
    ///
    /// # Progress
    /// Wait-free: a number of steps that grows with the number of items.
    pub fn push_slice(&mut self, items: &[T]) -> usize
    where
        T: Copy,
    {
        let Ok(grant) = self.reserve_up_to(items.len()) else { return 0 };
        let n = grant.len();
        grant.fill_copy(&items[..n]);
        n
    }

    /// Reserves one slot, to be written in place.
    ///
    /// # Errors
    /// [`ReserveError::Full`], [`ReserveError::Busy`] or [`ReserveError::Closed`], as [`push`](Self::push).
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn reserve(&mut self) -> Result<Slot<'_, T>, ReserveError> {
        self.inlet.reserve_one().map(Slot::new).map_err(|why| too_few((why, 0)))
    }

    /// Reserves `n` slots next to each other, to be filled in place; with `n` zero, none.
    ///
    /// # Errors
    /// [`ReserveError::TooLarge`] if `n` is more than the capacity, [`ReserveError::TooFew`] if there is some room but not for `n` before
    /// a slot that is still claimed, otherwise as [`reserve`](Self::reserve).
    ///
    /// # Progress
    /// Wait-free: a number of steps that grows with `n`.
    pub fn reserve_many(&mut self, n: usize) -> Result<WriteGrant<'_, T>, ReserveError> {
        if self.capacity() < n {
            return Err(ReserveError::TooLarge);
        }
        self.inlet.reserve(n, n).map_err(too_few)
    }

    /// Reserves up to `n` slots, at least one unless `n` is zero.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    ///
    /// # Progress
    /// As [`reserve_many`](Self::reserve_many).
    pub fn reserve_up_to(&mut self, n: usize) -> Result<WriteGrant<'_, T>, ReserveError> {
        self.inlet.reserve(1, n).map_err(too_few)
    }

    /// Pushes that become visible together, 32 at a time: see [`Batch`].
    #[inline]
    pub fn batch(&mut self) -> Batch<'_, T, K> {
        self.batch_every(Batch::<T, K>::EVERY)
    }

    /// Pushes that become visible together, `k` at a time: see [`Batch`].
    ///
    /// # Panics
    /// If `k` is zero.
    #[inline]
    #[track_caller]
    pub fn batch_every(&mut self, k: usize) -> Batch<'_, T, K> {
        assert!(k != 0, "a batch publishes every k items, with k at least 1");
        Batch::new(self, k)
    }

    /// How many slots held no item a moment ago, those that are still claimed counted as well. The consumers may make more room at any
    /// time; nobody can make less.
    pub fn vacant(&self) -> usize {
        self.inlet.ring().vacant() - self.inlet.kept_back()
    }

    /// How many items fit into the ring, in all.
    pub fn capacity(&self) -> usize {
        self.inlet.ring().size()
    }

    /// Whether there was no room a moment ago.
    pub fn is_full(&self) -> bool {
        self.vacant() == 0
    }

    /// How many consumers there were a moment ago, those that were forgotten counted as well.
    pub fn consumers(&self) -> usize {
        self.share.others()
    }

    /// Whether nothing goes in any more.
    pub fn is_closed(&self) -> bool {
        self.inlet.ring().is_closed()
    }

    /// Whether the ring is open, closing (what is in it still comes out) or closed.
    pub fn state(&self) -> State {
        self.inlet.ring().state()
    }

    /// Pushes no more. What is in the ring still comes out. Dropping the producer does the same.
    pub fn close(&mut self) {
        self.inlet.close();
    }
}

impl<T, K: Keep> Drop for Producer<T, K> {
    fn drop(&mut self) {
        self.inlet.flush(); // of a batch that was forgotten; and then the share goes
    }
}

impl<T, K: Keep> fmt::Debug for Producer<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Producer").field("ring", self.inlet.ring()).finish()
    }
}
