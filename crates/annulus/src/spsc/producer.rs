//! The end that pushes.
use super::{Heap, Keep, Slot, WriteGrant};
use crate::error::{PushError, ReserveError};
use crate::slots::Inlet;
use annulus_protocol::life::{End, Life, State};
use annulus_protocol::pos::{Word, word};
use core::fmt;
use core::mem::ManuallyDrop;

/// The end that pushes. It never waits, and there is one to a ring, so its operations take `&mut self`.
///
/// `K` says who keeps the ring alive: [`Heap`], or [`Borrowed`](super::Borrowed) for a lifetime.
///
/// When it is dropped, the ring closes: the consumer gets what is left, then [`PopError::Closed`](crate::PopError).
pub struct Producer<T, K: Keep = Heap<T>> {
    inlet: Inlet<T>,
    keep: K,
}

impl<T, K: Keep> Producer<T, K> {
    pub(super) fn new(inlet: Inlet<T>, keep: K) -> Self {
        Self { inlet, keep }
    }

    /// Pushes one item.
    ///
    /// # Errors
    /// [`PushError::Full`] or [`PushError::Closed`], with the item. That the consumer has gone is reported at the latest
    /// when the ring would otherwise be full.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn push(&mut self, value: T) -> Result<(), PushError<T>> {
        match self.inlet.put(value) {
            Ok(()) => Ok(()),
            Err(value) => Err(self.refuse(value)),
        }
    }

    /// Pushes as many of `items` as there is room for, and tells how many; visible to the consumer all at once.
    ///
    /// # Progress
    /// Wait-free: a number of steps that grows with the number of items.
    #[inline]
    pub fn push_slice(&mut self, items: &[T]) -> usize
    where
        T: Copy,
    {
        let grant = self.inlet.reserve(items.len());
        let n = grant.len();
        grant.fill_copy(&items[..n]);
        n
    }

    /// Pushes items from `items` until there is no room or no item, and tells how many. No item is taken from the
    /// iterator without room for it. They become visible all at once, or at every wrap of the ring.
    ///
    /// # Panics
    /// Only if the iterator does; the items it gave before that are in the ring.
    ///
    /// # Progress
    /// Wait-free if the iterator is, and bounded by the room there was at the start.
    pub fn push_iter(&mut self, items: impl IntoIterator<Item = T>) -> usize {
        self.inlet.reserve(usize::MAX).fill_from(items)
    }

    /// Pushes one item, and if the ring is full takes the oldest one out to make room.
    ///
    /// `Ok(None)` if there was room, `Ok(Some(oldest))` if not.
    ///
    /// # Errors
    /// [`PushError::Busy`] if the consumer has claimed the oldest item at this moment: holds a [`Claim`](super::Claim) or
    /// grant of it, or peeked at it since it last popped. A consumer that has popped 512 items before the ring's *first*
    /// `force_push` claims all that it has seen, until it next looks for more: to overwrite from the start, ask for
    /// [`Options::overwrite`](super::Options::overwrite), or say so with a first `force_push` early.
    /// [`PushError::Closed`] if an end has closed.
    ///
    /// # Progress
    /// Wait-free. Needs compare-and-swap.
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    pub fn force_push(&mut self, value: T) -> Result<Option<T>, PushError<T>> {
        use annulus_protocol::lane::Refused;
        self.inlet.announce_overwriting();
        let value = match self.push(value) {
            Err(PushError::Full(value)) => value,
            other => return other.map(|()| None),
        };
        let oldest = match self.inlet.evict() {
            Ok(oldest) => Some(oldest),
            Err(Refused::Nothing) => None, // the consumer made room meanwhile
            Err(Refused::Held) => return Err(PushError::Busy(value)),
        };
        match self.push(value) {
            Ok(()) => Ok(oldest),
            Err(_) => unreachable!("only this producer fills the room there is"),
        }
    }

    /// Reserves one slot, to be written in place.
    ///
    /// # Errors
    /// [`ReserveError::Full`] or [`ReserveError::Closed`].
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn reserve(&mut self) -> Result<Slot<'_, T>, ReserveError> {
        if !self.inlet.has_room() {
            return Err(self.why_full());
        }
        Ok(Slot::new(self.inlet.reserve(1)))
    }

    /// Reserves `n` slots, to be filled in place; with `n` zero, none.
    ///
    /// # Errors
    /// [`ReserveError::TooLarge`] if `n` is more than the capacity, [`ReserveError::TooFew`] if there is some room but
    /// not for `n`, [`ReserveError::Full`] or [`ReserveError::Closed`] if there is none.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn reserve_many(&mut self, n: usize) -> Result<WriteGrant<'_, T>, ReserveError> {
        if self.inlet.has_room_for(n) {
            return Ok(self.inlet.reserve_seen(n));
        }
        Err(self.why_fewer_than(n))
    }

    /// Reserves up to `n` slots, at least one unless `n` is zero.
    ///
    /// # Errors
    /// [`ReserveError::Full`] or [`ReserveError::Closed`].
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn reserve_up_to(&mut self, n: usize) -> Result<WriteGrant<'_, T>, ReserveError> {
        if n != 0 && !self.inlet.has_room() {
            return Err(self.why_full());
        }
        Ok(self.inlet.reserve(n))
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
        Batch { producer: self, every: word(k) }
    }

    /// How many items surely fit now. The consumer may make more room at any time; nobody can make less.
    #[inline]
    pub fn vacant(&self) -> usize {
        self.inlet.vacant()
    }

    /// How many items fit into the ring, in all.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.inlet.lane().size()
    }

    /// Whether there was no room just now.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.inlet.is_full()
    }

    /// Whether an end has closed, so that pushing is of no more use.
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.inlet.is_stopped() || self.inlet.lane().cursors().reader().is_closed()
    }

    /// Whether the ring is open, closing (what is in it still comes out) or closed. To this end it is closed as soon as the consumer
    /// has closed, for nobody need come for what is left.
    pub fn state(&self) -> State {
        self.inlet.lane().cursors().state()
    }

    /// Whether there was nothing in the ring a moment ago.
    #[cfg(all(feature = "std", target_has_atomic = "ptr"))]
    pub(crate) fn is_drained(&self) -> bool {
        let (released, committed) = self.inlet.lane().cursors().positions();
        released == committed
    }

    /// Pushes no more. What was pushed still comes out. Dropping the producer does the same.
    pub fn close(&mut self) {
        self.inlet.stop();
        self.life().close();
    }

    fn life(&self) -> &Life {
        self.inlet.lane().cursors().writer()
    }

    #[inline]
    fn refuse(&self, value: T) -> PushError<T> {
        if self.is_closed() { PushError::Closed(value) } else { PushError::Full(value) }
    }

    #[cold]
    fn why_full(&self) -> ReserveError {
        if self.is_closed() { ReserveError::Closed } else { ReserveError::Full }
    }

    #[cold]
    fn why_fewer_than(&self, n: usize) -> ReserveError {
        if self.capacity() < n {
            return ReserveError::TooLarge;
        }
        match self.vacant() {
            0 => self.why_full(),
            available => ReserveError::TooFew { available: available.min(n - 1) },
        }
    }
}

impl<T, K: Keep> Drop for Producer<T, K> {
    #[inline(always)]
    fn drop(&mut self) {
        leave(Producer::new(self.inlet.copy(), self.keep.copy())); // see `Inlet::copy`
    }
}

#[inline(never)]
fn leave<T, K: Keep>(producer: Producer<T, K>) {
    let mut producer = ManuallyDrop::new(producer);
    producer.close();
    producer.keep.copy().leave(End::Writer, producer.inlet.lane());
}

impl<T, K: Keep> fmt::Debug for Producer<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (released, committed) = self.inlet.lane().cursors().positions();
        f.debug_struct("Producer")
            .field("committed", &committed)
            .field("released", &released)
            .field("capacity", &self.capacity())
            .field("state", &self.state())
            .finish()
    }
}

/// Pushes that become visible to the consumer `k` at a time: when `k` are waiting, when a push finds the ring full, when the
/// ring wraps, on [`flush`](Self::flush), and when the batch is dropped. One cache line then passes between the cores for `k` items
/// instead of for each.
///
/// Forgetting a batch loses nothing: its items become visible with the producer's next operation.
///
/// ```
/// let (mut producer, mut consumer) = annulus::spsc::ring(64);
/// let mut batch = producer.batch_every(8);
/// for n in 0..3 {
///     batch.push(n).unwrap();
/// }
/// assert!(consumer.is_empty(), "three are fewer than eight");
/// drop(batch);
/// assert_eq!(consumer.len(), 3);
/// ```
pub struct Batch<'a, T, K: Keep = Heap<T>> {
    producer: &'a mut Producer<T, K>,
    every: Word,
}

impl<T, K: Keep> Batch<'_, T, K> {
    /// Items that [`Producer::batch`] publishes together: four cache lines of words. More gained nothing (`bench spsc`).
    pub const EVERY: usize = 32;

    /// Pushes one item.
    ///
    /// # Errors
    /// As [`Producer::push`]. Everything pushed before is then visible.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn push(&mut self, value: T) -> Result<(), PushError<T>> {
        match self.producer.inlet.put_later(value, self.every) {
            Ok(()) => Ok(()),
            Err(value) => Err(self.producer.refuse(value)),
        }
    }

    /// Makes everything pushed so far visible.
    #[inline]
    pub fn flush(&mut self) {
        self.producer.inlet.flush();
    }
}

impl<T, K: Keep> Drop for Batch<'_, T, K> {
    #[inline]
    fn drop(&mut self) {
        self.flush();
    }
}

impl<T, K: Keep> fmt::Debug for Batch<'_, T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("every", &self.every).field("producer", &self.producer).finish()
    }
}
