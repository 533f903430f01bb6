//! The ends that pop.
use crate::error::{ClaimError, PopError};
use crate::memory::shared::Share;
use crate::memory::{Heap, Keep};
use crate::slots::order::{Order, Runs};
use crate::slots::runs::ReadGrant;
use crate::slots::shared::{Claim, Shared};
use annulus_protocol::life::State;
use annulus_protocol::turns::Refused;
use core::fmt;

/// An end that pops. Clone it for more.
///
/// `K` says who keeps the ring alive: `Heap`, or `Borrowed` for a lifetime.
///
/// When the last one is dropped, the ring closes: producers find [`PushError::Closed`](crate::PushError); what becomes of the items that
/// are left, the module of the queue says. When the last producer has gone, this end gets what is left, then [`PopError::Closed`].
///
/// # Progress
/// What only looks is wait-free: a few loads, or, where the order is that of the commits, a walk of at most two laps. Cloning and dropping
/// an end is lock-free, it counts; but for the items that the last one drops. `close` is one exchange, or, where the order is that of the
/// commits, one for each slot, all of them lock-free.
pub struct Consumer<T, O: Order, K: Keep = Heap<T>> {
    share: Share<T, O, K>,
}

impl<T, O: Order, K: Keep> Consumer<T, O, K> {
    pub(crate) fn new(share: Share<T, O, K>) -> Self {
        Self { share }
    }

    #[inline]
    pub(crate) fn ring(&self) -> &Shared<T, O> {
        self.share.ring()
    }

    /// See [`Shared::looks_ready`].
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) fn looks_ready(&self) -> bool {
        self.ring().looks_ready()
    }

    /// Moves the oldest item out.
    ///
    /// # Errors
    /// [`PopError::Empty`]; [`PopError::Busy`] if the oldest slot is reserved and not committed yet (never where the order is that of
    /// the commits); [`PopError::Closed`] if the ring is closed, and empty for good.
    ///
    /// # Progress
    /// Lock-free: see the module of the queue.
    #[inline]
    pub fn pop(&self) -> Result<T, PopError> {
        self.ring().take().map_err(refused)
    }

    /// Claims the oldest item, to be worked on in place.
    ///
    /// # Errors
    /// As [`pop`](Self::pop).
    ///
    /// # Progress
    /// Lock-free: see the module of the queue.
    #[inline]
    pub fn claim(&self) -> Result<Claim<'_, T, O>, PopError> {
        self.ring().claim().map_err(refused)
    }

    /// Moves items out one by one, at most as many as are in the ring now. Those not asked for stay, for any consumer.
    ///
    /// # Progress
    /// As [`pop`](Self::pop), for each item.
    pub fn drain(&self) -> Drain<'_, T, O> {
        Drain { ring: self.ring(), left: self.len() }
    }

    /// How many items were in the ring a moment ago. Where the order is that of the reservations, those that are being written are
    /// counted as well. Never more than the capacity.
    pub fn len(&self) -> usize {
        self.ring().len()
    }

    /// Whether the ring was empty a moment ago.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many items fit into the ring, in all.
    pub fn capacity(&self) -> usize {
        self.ring().size()
    }

    /// How many consumers there were a moment ago, those that were forgotten counted as well.
    pub fn consumers(&self) -> usize {
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

    /// Lets nothing in any more. What is in the ring still comes out.
    pub fn close(&self) {
        self.ring().close();
    }
}

/// Where slots are given out next to each other.
impl<T, O: Runs, K: Keep> Consumer<T, O, K> {
    /// Claims `n` items next to each other, to be worked on in place; with `n` zero, none.
    ///
    /// # Errors
    /// [`ClaimError::TooLarge`] if `n` is more than the capacity, [`ClaimError::TooFew`] if there are some items but not `n` before one
    /// that is being written or was abandoned, otherwise as [`pop`](Self::pop).
    ///
    /// # Progress
    /// Lock-free: see the module of the queue. A number of steps that grows with `n`.
    pub fn claim_many(&self, n: usize) -> Result<ReadGrant<'_, T, O>, ClaimError> {
        if self.capacity() < n {
            return Err(ClaimError::TooLarge);
        }
        self.ring().claim_run(n, n).map_err(too_few)
    }

    /// Claims up to `n` items, at least one unless `n` is zero.
    ///
    /// # Errors
    /// As [`pop`](Self::pop).
    ///
    /// # Progress
    /// As [`claim_many`](Self::claim_many).
    pub fn claim_up_to(&self, n: usize) -> Result<ReadGrant<'_, T, O>, PopError> {
        self.ring().claim_run(1, n).map_err(|(why, _)| refused(why))
    }

    /// Moves up to `items.len()` items out into `items`, oldest first, and tells how many. What they replace is dropped.
    ///
    /// # Panics
    /// Only if the drop of a replaced item does; those that were claimed and not moved yet are then dropped, and none of them twice.
    ///
    /// # Progress
    /// As [`claim_many`](Self::claim_many).
    pub fn pop_slice(&self, items: &mut [T]) -> usize {
        let Ok(grant) = self.claim_up_to(items.len()) else { return 0 };
        let n = grant.len();
        items.iter_mut().zip(grant).for_each(|(to, item)| *to = item);
        n
    }

    /// Drops up to `n` of the oldest items in place, no more than are in the ring now, and tells how many.
    ///
    /// # Panics
    /// Only if the drop of an item does; those that were claimed together with it are dropped all the same, and none of them twice.
    ///
    /// # Progress
    /// Lock-free for each run of items that were not abandoned between: see the module of the queue.
    pub fn skip(&self, n: usize) -> usize {
        let most = n.min(self.len());
        let mut left = most;
        while left != 0
            && let Ok(grant) = self.claim_up_to(left)
        {
            left -= grant.len();
        }
        most - left
    }
}

/// Moves items out, at most as many as were in the ring when it was made. Those not asked for stay in the ring.
pub struct Drain<'a, T, O: Order> {
    ring: &'a Shared<T, O>,
    left: usize,
}

impl<T, O: Order> Iterator for Drain<'_, T, O> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        let item = self.ring.take().ok();
        if item.is_none() {
            self.left = 0;
        }
        item
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.left)) // others take items too
    }
}

impl<T, O: Order> core::iter::FusedIterator for Drain<'_, T, O> {}

/// Why there are not as many.
pub(crate) fn too_few((why, available): (Refused, usize)) -> ClaimError {
    match refused(why) {
        _ if available != 0 => ClaimError::TooFew { available },
        PopError::Closed => ClaimError::Closed,
        PopError::Busy => ClaimError::Busy,
        PopError::Empty => ClaimError::Empty,
    }
}

/// Why there is none.
pub(crate) fn refused(why: Refused) -> PopError {
    match why {
        Refused::Closed => PopError::Closed,
        Refused::Busy => PopError::Busy,
        Refused::Empty | Refused::Full => PopError::Empty,
    }
}

/// # Panics
/// If there are more clones than can be counted (2^32 - 1), which takes forgetting them.
impl<T, O: Order, K: Keep> Clone for Consumer<T, O, K> {
    fn clone(&self) -> Self {
        Self::new(self.share.clone())
    }
}

impl<T, O: Order, K: Keep> fmt::Debug for Consumer<T, O, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer").field("ring", self.ring()).finish()
    }
}

impl<T, O: Order> fmt::Debug for Drain<'_, T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drain").field("at_most", &self.left).finish()
    }
}
