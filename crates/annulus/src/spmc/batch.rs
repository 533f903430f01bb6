//! Pushes that become visible together.
use super::{Heap, Keep, Producer};
use crate::error::PushError;
use crate::shared::producer::refused;
use core::fmt;

/// Pushes that become visible to the consumers `k` at a time: when `k` are waiting, or as many as there was room for when the first
/// of them was pushed; on [`flush`](Self::flush); and when the batch is dropped. The slots are reserved together, and nobody waits
/// behind those that are not written yet: they were never reserved.
///
/// Forgetting a batch loses nothing: its items become visible when the producer next pushes, reserves, closes or goes. If a consumer
/// closes the ring, what there was room for may still be pushed, as with any slot that is reserved.
///
/// ```
/// let (mut producer, consumer) = annulus::spmc::ring(64);
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
    every: usize,
}

impl<'a, T, K: Keep> Batch<'a, T, K> {
    /// Items that [`Producer::batch`] publishes together: as many as that of [`spsc`](crate::spsc::Batch::EVERY), and not measured here.
    pub const EVERY: usize = 32;

    pub(super) fn new(producer: &'a mut Producer<T, K>, every: usize) -> Self {
        Self { producer, every }
    }

    /// Pushes one item.
    ///
    /// # Errors
    /// As [`Producer::push`]. Everything pushed before is then visible.
    ///
    /// # Progress
    /// Wait-free: one in `k` takes a number of steps that grows with `k`, to reserve as many slots or to hand them on.
    #[inline]
    pub fn push(&mut self, value: T) -> Result<(), PushError<T>> {
        self.producer.inlet.put_later(value, self.every).map_err(refused)
    }

    /// Makes everything pushed so far visible.
    ///
    /// # Progress
    /// Wait-free: a number of steps that grows with the number of items.
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
