//! The ends that push.
use crate::error::{PushError, ReserveError};
use crate::memory::shared::Share;
use crate::memory::{Heap, Keep};
use crate::slots::order::{Order, Runs};
use crate::slots::runs::WriteGrant;
use crate::slots::shared::{Shared, Slot};
use annulus_protocol::life::State;
use annulus_protocol::turns::Refused;
use core::fmt;

/// An end that pushes. Clone it for more.
///
/// `K` says who keeps the ring alive: `Heap`, or `Borrowed` for a lifetime.
///
/// When the last one is dropped, the ring closes: consumers get what is left, and what is reserved and still committed, then
/// [`PopError::Closed`](crate::PopError). When the last consumer has gone, this end is told [`PushError::Closed`].
///
/// # Progress
/// What only looks is wait-free: a few loads, or, where the order is that of the commits, a walk of at most two laps. Cloning and dropping
/// an end is lock-free, it counts; but for the items that the last one drops. `close` is one exchange, or, where the order is that of the
/// commits, one for each slot, all of them lock-free.
pub struct Producer<T, O: Order, K: Keep = Heap<T>> {
    share: Share<T, O, K>,
}

impl<T, O: Order, K: Keep> Producer<T, O, K> {
    pub(crate) fn new(share: Share<T, O, K>) -> Self {
        Self { share }
    }

    #[inline]
    pub(crate) fn ring(&self) -> &Shared<T, O> {
        self.share.ring()
    }

    /// See [`Shared::looks_free`].
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) fn looks_free(&self) -> bool {
        self.ring().looks_free()
    }

    /// Pushes one item.
    ///
    /// # Errors
    /// With the item: [`PushError::Full`]; [`PushError::Busy`] if the oldest slot is claimed and not handed back yet (never where
    /// the order is that of the commits); [`PushError::Closed`].
    ///
    /// # Progress
    /// Lock-free: see the module of the queue.
    #[inline]
    pub fn push(&self, value: T) -> Result<(), PushError<T>> {
        self.ring().put(value).map_err(refused)
    }

    /// Pushes one item, or is told at once that there is no room: for who knows how to wait for it.
    #[cfg(all(feature = "std", target_has_atomic = "ptr"))]
    #[inline]
    pub(crate) fn push_at_once(&self, value: T) -> Result<(), PushError<T>> {
        self.ring().put_at_once(value).map_err(refused)
    }

    /// Pushes one item, and if the ring is full takes the oldest one out to make room: `Ok(None)` if there was room,
    /// `Ok(Some(oldest))` if not.
    ///
    /// Where the order is that of the reservations, the two are one step: nobody finds the ring with neither of them. Where it is that
    /// of the commits, they are not: see the module [`pool`](crate::pool).
    ///
    /// # Errors
    /// With the item: [`PushError::Busy`] if the oldest slot is being written or read, or, where the order is that of the commits,
    /// [`PushError::Full`] if all slots are; [`PushError::Closed`].
    ///
    /// # Progress
    /// Lock-free: see the module of the queue.
    pub fn force_push(&self, value: T) -> Result<Option<T>, PushError<T>> {
        self.ring().force(value).map_err(refused)
    }

    /// Pushes one item in the place of the oldest, if the ring is full; if not, it says [`PushError::Full`] all the same.
    #[cfg(all(feature = "std", target_has_atomic = "ptr"))]
    pub(crate) fn replace(&self, value: T) -> Result<T, PushError<T>> {
        self.ring().replace(value).map_err(refused)
    }

    /// Pushes items from `items` until there is no room or no item, and tells how many. No item is taken from the iterator without
    /// a slot reserved for it; where the order is that of the reservations, later items wait behind that slot while the iterator makes
    /// one. Where the iterator cannot tell in advance that it has no more ([`size_hint`](Iterator::size_hint)), the last slot is abandoned;
    /// in the order of the reservations it then stays taken until a consumer comes past it.
    ///
    /// # Panics
    /// Only if the iterator does; the items it gave before that are in the ring.
    ///
    /// # Progress
    /// Lock-free for each item, if the iterator is: see the module of the queue.
    pub fn push_iter(&self, items: impl IntoIterator<Item = T>) -> usize {
        let mut pushed = 0;
        let mut items = items.into_iter();
        while items.size_hint().1 != Some(0)
            && let Ok(slot) = self.reserve()
        {
            let Some(item) = items.next() else { break };
            slot.write(item);
            pushed += 1;
        }
        pushed
    }

    /// Reserves one slot, to be written in place.
    ///
    /// # Errors
    /// [`ReserveError::Full`], [`ReserveError::Busy`] or [`ReserveError::Closed`], as [`push`](Self::push).
    ///
    /// # Progress
    /// Lock-free: see the module of the queue.
    #[inline]
    pub fn reserve(&self) -> Result<Slot<'_, T, O>, ReserveError> {
        self.ring().reserve().map_err(|why| too_few((why, 0)))
    }

    /// How many slots were neither reserved nor holding an item, a moment ago.
    pub fn vacant(&self) -> usize {
        self.ring().vacant()
    }

    /// How many items fit into the ring, in all.
    pub fn capacity(&self) -> usize {
        self.ring().size()
    }

    /// Whether there was no room a moment ago.
    pub fn is_full(&self) -> bool {
        self.vacant() == 0
    }

    /// How many producers there were a moment ago, those that were forgotten counted as well.
    pub fn producers(&self) -> usize {
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

    /// Lets nothing in any more, for all producers. Slots that are reserved can still be committed, and what is in the ring still
    /// comes out.
    pub fn close(&self) {
        self.ring().close();
    }
}

/// Where slots are given out next to each other.
impl<T, O: Runs, K: Keep> Producer<T, O, K> {
    /// Reserves `n` slots next to each other, to be filled in place; with `n` zero, none.
    ///
    /// # Errors
    /// [`ReserveError::TooLarge`] if `n` is more than the capacity, [`ReserveError::TooFew`] if there is some room but not for `n`,
    /// otherwise as [`reserve`](Self::reserve).
    ///
    /// # Progress
    /// Lock-free: see the module of the queue. A number of steps that grows with `n`.
    pub fn reserve_many(&self, n: usize) -> Result<WriteGrant<'_, T, O>, ReserveError> {
        if self.capacity() < n {
            return Err(ReserveError::TooLarge);
        }
        self.ring().reserve_run(n, n).map_err(too_few)
    }

    /// Reserves up to `n` slots, at least one unless `n` is zero.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    ///
    /// # Progress
    /// As [`reserve_many`](Self::reserve_many).
    pub fn reserve_up_to(&self, n: usize) -> Result<WriteGrant<'_, T, O>, ReserveError> {
        self.ring().reserve_run(1, n).map_err(too_few)
    }

    /// Pushes as many of `items` as there is room for, next to each other, and tells how many.
    ///
    /// # Progress
    /// As [`reserve_many`](Self::reserve_many).
    pub fn push_slice(&self, items: &[T]) -> usize
    where
        T: Copy,
    {
        let Ok(grant) = self.reserve_up_to(items.len()) else { return 0 };
        let n = grant.len();
        grant.fill_copy(&items[..n]);
        n
    }
}

/// Why there are not as many.
pub(crate) fn too_few((why, available): (Refused, usize)) -> ReserveError {
    match why {
        _ if available != 0 => ReserveError::TooFew { available },
        Refused::Closed => ReserveError::Closed,
        Refused::Busy => ReserveError::Busy,
        Refused::Full | Refused::Empty => ReserveError::Full,
    }
}

/// Why there is none.
pub(crate) fn refused<T>((value, why): (T, Refused)) -> PushError<T> {
    match why {
        Refused::Closed => PushError::Closed(value),
        Refused::Busy => PushError::Busy(value),
        Refused::Full | Refused::Empty => PushError::Full(value),
    }
}

/// # Panics
/// If there are more clones than can be counted (2^32 - 1), which takes forgetting them.
impl<T, O: Order, K: Keep> Clone for Producer<T, O, K> {
    fn clone(&self) -> Self {
        Self::new(self.share.clone())
    }
}

impl<T, O: Order, K: Keep> fmt::Debug for Producer<T, O, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Producer").field("ring", self.ring()).finish()
    }
}
