//! The end that pops, of which there is one.
use super::{Claim, Heap, Keep, OneReader, ReadGrant};
use crate::error::{ClaimError, PopError};
use crate::memory::shared::{Share, SoleShare};
use crate::shared::consumer::{refused, too_few};
use crate::slots::sole::SoleOutlet;
use annulus_protocol::life::State;
use core::fmt;

/// The end that pops. It never waits, and there is one to a ring, so its operations take `&mut self`.
///
/// `K` says who keeps the ring alive: [`Heap`], or [`Borrowed`](super::Borrowed) for a lifetime.
///
/// When it is dropped, the ring closes: the producers find [`PushError::Closed`](crate::PushError), and what is left is dropped with
/// the ring. When the last producer has gone, this end gets what is left, then [`PopError::Closed`].
///
/// # Progress
/// What only looks is wait-free: a few loads. `close` is one exchange or store, and dropping this end counts, lock-free; but for the items
/// that the last end of all drops.
pub struct Consumer<T, K: Keep = Heap<T>> {
    outlet: SoleOutlet<T>,
    share: SoleShare<T, OneReader, K>,
}

impl<T, K: Keep> Consumer<T, K> {
    pub(super) fn new(share: Share<T, OneReader, K>) -> Self {
        let (outlet, share) = share.into_outlet();
        Self { outlet, share }
    }

    /// Moves the oldest item out.
    ///
    /// # Errors
    /// [`PopError::Empty`]; [`PopError::Busy`] if the oldest slot is reserved and not committed yet, or a producer is taking the oldest
    /// item out at this moment (only with `force_push`); [`PopError::Closed`] if the ring is empty and closed.
    ///
    /// # Progress
    /// Lock-free: tries again only past slots that were abandoned.
    #[inline]
    pub fn pop(&mut self) -> Result<T, PopError> {
        self.outlet.take().map_err(refused)
    }

    /// The oldest item, left where it is. It counts as claimed until the next `pop`.
    ///
    /// # Progress
    /// As [`pop`](Self::pop).
    #[inline]
    pub fn peek(&mut self) -> Option<&T> {
        self.peek_mut().map(|item| &*item)
    }

    /// The oldest item, to be worked on where it is. It counts as claimed until the next `pop`.
    ///
    /// # Progress
    /// As [`pop`](Self::pop).
    #[inline]
    pub fn peek_mut(&mut self) -> Option<&mut T> {
        self.outlet.peek().ok()
    }

    /// Claims the oldest item, to be worked on in place.
    ///
    /// # Errors
    /// As [`pop`](Self::pop).
    ///
    /// # Progress
    /// As [`pop`](Self::pop).
    #[inline]
    pub fn claim(&mut self) -> Result<Claim<'_, T>, PopError> {
        self.outlet.claim_one().map(Claim::new).map_err(refused)
    }

    /// Claims `n` items next to each other, to be worked on in place; with `n` zero, none.
    ///
    /// # Errors
    /// [`ClaimError::TooLarge`] if `n` is more than the capacity, [`ClaimError::TooFew`] if there are some items but not `n` before one
    /// that is being written or was abandoned, otherwise as [`pop`](Self::pop).
    ///
    /// # Progress
    /// As [`pop`](Self::pop). A number of steps that grows with `n`.
    pub fn claim_many(&mut self, n: usize) -> Result<ReadGrant<'_, T>, ClaimError> {
        if self.capacity() < n {
            return Err(ClaimError::TooLarge);
        }
        self.outlet.claim(n, n).map_err(too_few)
    }

    /// Claims up to `n` items, at least one unless `n` is zero.
    ///
    /// # Errors
    /// As [`pop`](Self::pop).
    ///
    /// # Progress
    /// As [`claim_many`](Self::claim_many).
    pub fn claim_up_to(&mut self, n: usize) -> Result<ReadGrant<'_, T>, PopError> {
        self.outlet.claim(1, n).map_err(|(why, _)| refused(why))
    }

    /// Moves up to `items.len()` items out into `items`, oldest first, and tells how many. What they replace is dropped.
    ///
    /// # Panics
    /// Only if the drop of a replaced item does; nothing is then lost or dropped twice.
    ///
    /// # Progress
    /// As [`claim_many`](Self::claim_many).
    pub fn pop_slice(&mut self, items: &mut [T]) -> usize {
        match self.claim_up_to(items.len()) {
            Ok(grant) => grant.swap_into(items),
            Err(_) => 0,
        }
    }

    /// Moves items out one by one, at most as many as are in the ring now. Those not asked for stay.
    ///
    /// # Progress
    /// As [`pop`](Self::pop), for each item.
    ///
    /// ```
    /// let (producer, mut consumer) = annulus::mpsc::ring(8);
    /// producer.push_slice(&[1, 2, 3]);
    /// assert_eq!(consumer.drain().take(2).collect::<Vec<_>>(), [1, 2]);
    /// assert_eq!(consumer.pop(), Ok(3));
    /// ```
    pub fn drain(&mut self) -> Drain<'_, T> {
        let left = self.len();
        Drain { outlet: &mut self.outlet, left }
    }

    /// Drops up to `n` of the oldest items in place, and tells how many.
    ///
    /// # Panics
    /// Only if the drop of an item does; those next to it are dropped all the same, and none of them twice.
    ///
    /// # Progress
    /// As [`pop`](Self::pop), for each run of items that were not abandoned between.
    pub fn skip(&mut self, n: usize) -> usize {
        let mut left = n;
        while left != 0
            && let Ok(grant) = self.claim_up_to(left)
        {
            let some = grant.len();
            grant.release(some);
            left -= some;
        }
        n - left
    }

    /// How many items were in the ring a moment ago, those that are being written counted as well. Never more than the capacity.
    pub fn len(&self) -> usize {
        self.outlet.ring().len()
    }

    /// Whether the ring was empty a moment ago.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many items fit into the ring, in all.
    pub fn capacity(&self) -> usize {
        self.outlet.ring().size()
    }

    /// How many producers there were a moment ago, those that were forgotten counted as well.
    pub fn producers(&self) -> usize {
        self.share.others()
    }

    /// Whether nothing goes in any more. What is in the ring still comes out.
    pub fn is_closed(&self) -> bool {
        self.outlet.ring().is_closed()
    }

    /// Whether the ring is open, closing (what is in it still comes out) or closed.
    pub fn state(&self) -> State {
        self.outlet.ring().state()
    }

    /// Lets nothing in any more. Slots that are reserved can still be committed, and what is in the ring still comes out. Dropping the
    /// consumer does the same.
    pub fn close(&mut self) {
        self.outlet.ring().close();
    }
}

impl<T, K: Keep> Drop for Consumer<T, K> {
    fn drop(&mut self) {
        self.outlet.leave(); // and then the share goes
    }
}

impl<T, K: Keep> fmt::Debug for Consumer<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer").field("ring", self.outlet.ring()).finish()
    }
}

/// Moves items out, at most as many as were in the ring when it was made. Those not asked for stay in the ring.
pub struct Drain<'a, T> {
    outlet: &'a mut SoleOutlet<T>,
    left: usize,
}

impl<T> Iterator for Drain<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        let item = self.outlet.take().ok();
        if item.is_none() {
            self.left = 0;
        }
        item
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.left)) // some may have been abandoned, or are still being written
    }
}

impl<T> core::iter::FusedIterator for Drain<'_, T> {}

impl<T> fmt::Debug for Drain<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drain").field("at_most", &self.left).finish()
    }
}
