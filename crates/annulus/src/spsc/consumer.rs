//! The end that pops.
use super::{Claim, Drain, Heap, Keep, ReadGrant};
use crate::error::{ClaimError, PopError};
use crate::slots::Outlet;
use annulus_protocol::lane::Refused;
use annulus_protocol::life::{End, State};
use core::fmt;
use core::mem::ManuallyDrop;

/// The end that pops. It never waits, and there is one to a ring, so its operations take `&mut self`.
///
/// `K` says who keeps the ring alive: [`Heap`], or [`Borrowed`](super::Borrowed) for a lifetime.
///
/// When it is dropped, the ring closes: the producer finds [`PushError::Closed`](crate::PushError) at the latest when
/// the ring would otherwise be full, and what is left is dropped with the ring.
pub struct Consumer<T, K: Keep = Heap<T>> {
    outlet: Outlet<T>,
    keep: K,
}

impl<T, K: Keep> Consumer<T, K> {
    pub(super) fn new(outlet: Outlet<T>, keep: K) -> Self {
        Self { outlet, keep }
    }

    /// For a ring that nobody means to overwrite, before the first item is claimed: claiming is loads and stores from then on.
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    pub(crate) fn settle(&mut self) {
        self.outlet.settle();
    }

    /// Moves the oldest item out.
    ///
    /// # Errors
    /// [`PopError::Empty`]; [`PopError::Closed`] if the ring is empty and an end has closed; [`PopError::Busy`] if the
    /// producer is taking the oldest item out at this moment (only with [`force_push`](super::Producer::force_push)).
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn pop(&mut self) -> Result<T, PopError> {
        self.outlet.take()
    }

    /// The oldest item, left where it is. It counts as claimed until the next `pop`.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn peek(&mut self) -> Option<&T> {
        self.peek_mut().map(|item| &*item)
    }

    /// The oldest item, to be worked on where it is. It counts as claimed until the next `pop`.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn peek_mut(&mut self) -> Option<&mut T> {
        self.outlet.peek().ok()
    }

    /// Moves up to `items.len()` items out into `items`, oldest first, and tells how many. What they replace is dropped.
    ///
    /// # Panics
    /// Only if the drop of a replaced item does; nothing is then lost or dropped twice.
    ///
    /// # Progress
    /// Wait-free: a number of steps that grows with the number of items.
    #[inline]
    pub fn pop_slice(&mut self, items: &mut [T]) -> usize {
        match self.outlet.claim(items.len()) {
            Ok(grant) => grant.swap_into(items),
            Err(_) => 0,
        }
    }

    /// Moves out all items that are in the ring now, one by one. Those not asked for stay.
    ///
    /// ```
    /// let (mut producer, mut consumer) = annulus::spsc::ring(8);
    /// producer.push_slice(&[1, 2, 3]);
    /// assert_eq!(consumer.drain().take(2).collect::<Vec<_>>(), [1, 2]);
    /// assert_eq!(consumer.pop(), Ok(3));
    /// ```
    pub fn drain(&mut self) -> Drain<'_, T> {
        Drain { items: self.outlet.claim_all().into_iter() }
    }

    /// Drops up to `n` of the oldest items in place, and tells how many.
    ///
    /// # Panics
    /// Only if the drop of an item does; the others are dropped all the same, and none of them twice.
    pub fn skip(&mut self, n: usize) -> usize {
        let Ok(grant) = self.outlet.claim(n) else { return 0 };
        let n = grant.len();
        grant.release(n);
        n
    }

    /// Claims the oldest item, to be worked on in place.
    ///
    /// # Errors
    /// As [`pop`](Self::pop).
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn claim(&mut self) -> Result<Claim<'_, T>, PopError> {
        if let Err(why) = self.outlet.has_item() {
            self.why_none(why)?;
        }
        self.outlet.claim(1).map(Claim::new).map_err(|_| PopError::Closed)
    }

    /// Claims `n` items, to be worked on in place; with `n` zero, none.
    ///
    /// # Errors
    /// [`ClaimError::TooLarge`] if `n` is more than the capacity, [`ClaimError::TooFew`] if there are some items but not
    /// `n`, and otherwise as [`pop`](Self::pop).
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn claim_many(&mut self, n: usize) -> Result<ReadGrant<'_, T>, ClaimError> {
        match self.outlet.sees(n) {
            Some(seen) if n <= seen => Ok(self.outlet.claim_seen(n)),
            seen => self.claim_many_again(n, seen),
        }
    }

    #[cold]
    fn claim_many_again(&mut self, n: usize, seen: Option<usize>) -> Result<ReadGrant<'_, T>, ClaimError> {
        if self.capacity() < n {
            return Err(ClaimError::TooLarge);
        }
        // One look tells enough: a second one would take the producer's cache line from it for nothing.
        match seen {
            Some(0) if !self.is_closed() => return Err(ClaimError::Empty),
            Some(available) if available != 0 => return Err(ClaimError::TooFew { available }),
            _ => self.look_for_one(n)?,
        }
        let grant = self.outlet.claim(n).map_err(|_| ClaimError::Closed)?;
        if grant.len() < n { Err(ClaimError::TooFew { available: grant.len() }) } else { Ok(grant) }
    }

    /// Claims up to `n` items, at least one unless `n` is zero.
    ///
    /// # Errors
    /// As [`pop`](Self::pop).
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn claim_up_to(&mut self, n: usize) -> Result<ReadGrant<'_, T>, PopError> {
        if self.outlet.sees(n).is_some_and(|seen| n <= seen) {
            return Ok(self.outlet.claim_seen(n));
        }
        self.look_for_one(n)?;
        self.outlet.claim(n).map_err(|_| PopError::Closed)
    }

    /// How many items are in the ring. The producer may add more at any time; nobody but
    /// [`force_push`](super::Producer::force_push) takes any away.
    #[inline]
    pub fn len(&self) -> usize {
        self.outlet.available()
    }

    /// Whether the ring was empty just now.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many items fit into the ring, in all.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.outlet.lane().size()
    }

    /// Whether an end has closed, so that no new items come in. Those in the ring still come out: see
    /// [`state`](Self::state).
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.outlet.lane().cursors().is_closed()
    }

    /// Whether the ring is open, closing (what is in it still comes out) or closed.
    pub fn state(&self) -> State {
        match self.is_closed() {
            false => State::Open,
            true if self.is_empty() => State::Closed,
            true => State::Closing,
        }
    }

    /// Wants no more items. Those in the ring still come out. Dropping the consumer does the same.
    pub fn close(&mut self) {
        self.outlet.lane().cursors().reader().close();
    }

    /// Why there is no item; none if there is one after all, pushed before the producer closed.
    #[cold]
    fn why_none(&mut self, why: Refused) -> Result<(), PopError> {
        match why {
            Refused::Held => Err(PopError::Busy),
            Refused::Nothing if !self.is_closed() => Err(PopError::Empty),
            // Closed [C1], so a second look sees all that was ever pushed.
            Refused::Nothing => self.outlet.has_item().map_err(|_| PopError::Closed),
        }
    }

    #[inline]
    fn look_for_one(&mut self, n: usize) -> Result<(), PopError> {
        match self.outlet.has_item() {
            Err(why) if n != 0 => self.why_none(why),
            _ => Ok(()),
        }
    }
}

impl<T, K: Keep> Drop for Consumer<T, K> {
    #[inline(always)]
    fn drop(&mut self) {
        leave(Consumer::new(self.outlet.copy(), self.keep.copy())); // see `Inlet::copy`
    }
}

#[inline(never)]
fn leave<T, K: Keep>(consumer: Consumer<T, K>) {
    let mut consumer = ManuallyDrop::new(consumer);
    consumer.outlet.leave();
    consumer.close();
    consumer.keep.copy().leave(End::Reader, consumer.outlet.lane());
}

impl<T, K: Keep> fmt::Debug for Consumer<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (released, committed) = self.outlet.lane().cursors().positions();
        f.debug_struct("Consumer")
            .field("committed", &committed)
            .field("released", &released)
            .field("capacity", &self.capacity())
            .field("state", &self.state())
            .finish()
    }
}
